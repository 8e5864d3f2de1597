"""Commands without the second that their imports take: a process that has imported everything forks for each.

A child has its own folder, environment, arguments and standard streams, and rebuilds all else; the process it comes
from opens no database and no socket, runs no thread, and answers one request at a time.
"""

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import signal
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

from reminderbot.catalog import catalog

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
ANSWER = 150.0  # seconds that a request, or the end of a killed process, may take on a busy machine
LOST = -signal.SIGKILL  # the exit code of a command whose forge has ended: nobody is left to know it


class Forge:
    """Runs commands by forking; one a test process."""

    def __init__(self, patience: float = ANSWER) -> None:
        self._patience = patience
        self.lives = True
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        with theirs:
            command = [sys.executable, "-m", "tests.cli.warm", str(theirs.fileno())]
            self._process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        atexit.register(self.close)

    def run(
        self, words: Sequence[str], *, folder: Path, environment: dict[str, str], stdin: bytes, within: float
    ) -> tuple[int, str, str]:
        """Run one command to its end; return its exit code and what it wrote. TimeoutExpired if it takes too long."""
        with _file() as given, _file() as out, _file() as err:
            given.write(stdin)
            given.seek(0)
            streams = [each.fileno() for each in (given, out, err)]
            running = self.start(words, folder=folder, environment=environment, streams=streams)
            try:
                code = running.wait(within)
            finally:
                running.kill()
            return code, _read(out), _read(err)

    def start(
        self, words: Sequence[str], *, folder: Path, environment: dict[str, str], streams: Sequence[int]
    ) -> "Running":
        """Start a command with three open files as its standard streams."""
        asked = {"words": list(words), "folder": str(folder), "environment": environment}
        return Running(self, self.ask(asked, streams))

    def ask(self, what: dict[str, object], streams: Sequence[int] = ()) -> int:
        """Send a request, and return the number that answers it.

        Whatever goes wrong ends the forge: a late answer would be taken for that of the next request. The next command
        is forged by a fresh one.
        """
        with self._turn:
            try:
                self._ours.settimeout(self._patience)
                socket.send_fds(self._ours, [json.dumps(what).encode()], list(streams))
                return int(self._ours.recv(LONGEST))
            except (OSError, ValueError):
                self.close()
                raise

    def close(self) -> None:
        """End it."""
        self.lives = False
        self._ours.close()
        self._process.kill()
        self._process.wait()


class Running:
    """A forked command, with what `subprocess.Popen` says of one."""

    def __init__(self, forge: Forge, pid: int) -> None:
        self._forge = forge
        self.pid = pid
        self.returncode: int | None = None
        self._ended = os.pidfd_open(pid)  # readable once it has ended; its number is nobody else's until it is reaped

    def poll(self) -> int | None:
        """Return its exit code, minus a signal's number if that ended it; None while it runs."""
        if self.returncode is None and select.select([self._ended], [], [], 0)[0]:
            self.returncode = self._forge.ask({"reap": self.pid}) if self._forge.lives else LOST
            os.close(self._ended)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Wait for its exit code; TimeoutExpired if it does not end in that many seconds."""
        if self.returncode is None:
            select.select([self._ended], [], [], timeout)
        code = self.poll()
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.send_signal(signal.SIGKILL)
        self.wait(ANSWER)


_forges: list[Forge] = []


def forge() -> Forge:
    """Return this test process's forge; a fresh one where the last has ended."""
    if not _forges or not _forges[-1].lives:
        _forges[:] = [Forge()]
    return _forges[-1]


def started(
    words: Sequence[str], *, folder: Path, environment: dict[str, str], out: IO[bytes] | int, err: IO[bytes] | int
) -> Running:
    """Start a command that reads nothing; subprocess.DEVNULL is nowhere."""
    with Path(os.devnull).open("r+b", buffering=0) as nowhere:
        files = [nowhere if isinstance(each, int) else each for each in (out, err)]
        streams = [nowhere.fileno(), *(each.fileno() for each in files)]
        return forge().start(words, folder=folder, environment=environment, streams=streams)


def _file() -> IO[bytes]:
    return tempfile.TemporaryFile()


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


def main(number: int) -> None:
    """Fork for each request, until the other side closes."""
    for each in WARM:
        importlib.import_module(each)
    catalog.Catalog.load().learn(["en"])  # which a child need not read again
    gc.freeze()  # so that a child's collector copies no page
    with socket.socket(fileno=number) as door:
        while True:
            asked, streams, _, _ = socket.recv_fds(door, LONGEST, 3)
            if not asked:
                return
            what = json.loads(asked)
            door.send(str(_reaped(what["reap"]) if "reap" in what else _forked(what, streams)).encode())


def _reaped(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _forked(asked: dict[str, object], streams: Sequence[int]) -> int:
    pid = os.fork()
    if pid == 0:
        _become(asked, streams)
    for stream in streams:
        os.close(stream)
    return pid


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
