"""Commands without the second that their imports take: a process that has imported everything forks for each.

A child has its own folder, environment, arguments and standard streams, and rebuilds all else; the process it comes
from opens no database and no socket, runs no thread, and serves one command at a time.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
WARM = (
    "aiosqlite",
    "alembic.command",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "reminderbot.app.checking",
    "reminderbot.app.running",
    "reminderbot.cli",
)
"""What a command imports, by itself or through a library that imports late."""

LONGEST = 1 << 20  # bytes of a request


class Forge:
    """Runs commands by forking; one a test process."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with theirs:
            command = [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        atexit.register(self.close)

    def run(
        self, words: Sequence[str], *, folder: Path, environment: dict[str, str], stdin: bytes, within: float
    ) -> tuple[int, str, str]:
        """Run one command to its end; return its exit code and what it wrote. TimeoutError if it takes too long."""
        asked = json.dumps({"words": list(words), "folder": str(folder), "environment": environment}).encode()
        with self._turn, _file() as given, _file() as out, _file() as err:
            given.write(stdin)
            given.seek(0)
            self._ours.settimeout(within)
            socket.send_fds(self._ours, [asked], [each.fileno() for each in (given, out, err)])
            code = int(self._ours.recv(LONGEST))
            return code, _read(out), _read(err)

    def close(self) -> None:
        """End it."""
        self._ours.close()
        self._process.kill()
        self._process.wait()


@functools.cache
def forge() -> Forge:
    """Return this test process's forge."""
    return Forge()


def _file() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def main(number: int) -> None:
    """Fork for each request, until the other side closes."""
    for each in WARM:
        importlib.import_module(each)
    gc.freeze()  # so that a child's collector copies no page
    with socket.socket(fileno=number) as door:
        while True:
            asked, streams, _, _ = socket.recv_fds(door, LONGEST, 3)
            if not asked:
                return
            pid = os.fork()
            if pid == 0:
                _become(json.loads(asked), streams)
            for stream in streams:
                os.close(stream)
            _, status = os.waitpid(pid, 0)
            door.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(asked: dict[str, object], streams: Sequence[int]) -> None:
    """Be the command, and end with its exit code; nothing of the forge is cleaned up here."""
    code: object = 1
    try:
        os.chdir(str(asked["folder"]))
        os.environ.clear()
        os.environ.update(asked["environment"])  # type: ignore[call-overload]
        time.tzset()
        for to, stream in enumerate(streams):
            os.dup2(stream, to)
        sys.argv = ["reminderbot", *asked["words"]]  # type: ignore[misc]
        runpy.run_module("reminderbot", run_name="__main__", alter_sys=True)  # what `python -m reminderbot` does
        code = 0
    except SystemExit as ended:
        code = 0 if ended.code is None else ended.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]))
