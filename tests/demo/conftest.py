"""A demo that runs as a person starts it: a process of its own in a folder of its own."""

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import terminal

ADDRESS = re.compile(r"The demo is at\s+(http://127\.0\.0\.1:\d+)/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running demo that the tests of a file share."""
    with played(tmp_path_factory.mktemp("demo")) as address:
        yield address


@pytest.fixture
def fresh_demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that nobody has touched."""
    with played(tmp_path) as address:
        yield address


@contextlib.contextmanager
def played(folder: Path) -> Iterator[str]:
    """Run the demo in a folder for the length of the block."""
    said = folder / "said"
    with said.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-u", "-m", "reminderbot", "demo", "--port", "0", "--no-browser"],
            cwd=folder,
            env=terminal.environment({}),
            stdout=out,
            stderr=out,
        )
    try:
        yield _address(said, running)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        assert "Traceback" not in said.read_text()


def _address(said: Path, running: "subprocess.Popen[bytes]") -> str:
    """Wait until the demo has said its address, and return it."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and running.poll() is None:
        if found := ADDRESS.findall(said.read_text()):
            assert len(found) == 1
            return str(found[0])
        time.sleep(0.1)
    raise AssertionError(f"the demo did not start: {said.read_text()}")
