"""A demo: a process of its own in a folder of its own, started as a person starts it, or forked to be there sooner."""

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import terminal, warm

ADDRESS = re.compile(r"The demo is at\s+(http://127\.0\.0\.1:\d+)/")


WORDS = ("demo", "--port", "0", "--no-browser")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that a person has started."""
    with played(tmp_path, cold=True) as address:
        yield address


@pytest.fixture
def fresh_demo(tmp_path: Path) -> Iterator[str]:
    """The address of a demo that nobody has touched."""
    with played(tmp_path) as address:
        yield address


@contextlib.contextmanager
def played(folder: Path, *, cold: bool = False) -> Iterator[str]:
    """Run the demo in a folder for the length of the block; `cold`, by an interpreter that has imported nothing."""
    said = folder / "said"
    with said.open("wb") as out:
        running = (
            subprocess.Popen(
                [sys.executable, "-u", "-m", "reminderbot", *WORDS],
                cwd=folder,
                env=terminal.environment({}),
                stdout=out,
                stderr=out,
            )
            if cold
            else warm.started(WORDS, folder=folder, environment=terminal.environment({}), out=out, err=out)
        )
    try:
        yield _address(said, running)
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(30)
        assert "Traceback" not in said.read_text()


def _address(said: Path, running: "subprocess.Popen[bytes] | warm.Running") -> str:
    """Wait until the demo has said its address, and return it."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and running.poll() is None:
        if found := ADDRESS.findall(said.read_text()):
            assert len(found) == 1
            return str(found[0])
        time.sleep(0.1)
    raise AssertionError(f"the demo did not start: {said.read_text()}")
