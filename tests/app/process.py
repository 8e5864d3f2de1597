"""The bot as an OS process: started, asked over HTTP, told to stop; and what it said on stderr."""

import asyncio
import contextlib
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from tests import ports
from tests.cli import terminal, warm

PATIENCE = 120.0  # machine seconds until a process must have got somewhere


class Bot:
    """One `reminderbot run` with a port of its own.

    It is forked where everything is imported; `cold`, or with a script, it is an interpreter that starts in `folder`.
    """

    def __init__(
        self,
        folder: Path,
        *words: str,
        port: int | None = None,
        script: str = "",
        cold: bool = False,
        **settings: str,
    ) -> None:
        self.port = port or ports.free()
        chosen = {"token": terminal.TOKEN, "key": terminal.KEY, "listen": f"127.0.0.1:{self.port}"} | settings
        environment = terminal.environment({name: value for name, value in chosen.items() if value})
        self._log = folder / f"bot-{self.port}.log"
        with self._log.open("wb") as log:
            self._process = (
                _cold(folder, ("-c", script) if script else ("-m", "reminderbot", *words), environment, log)
                if cold or script
                else warm.started(words, folder=folder, environment=environment, out=log, err=log)
            )

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self._log.read_text("utf-8")

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the JSON of an answer; (0, None) while nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)
        except OSError:
            return 0, None

    def metrics(self) -> str:
        """Return what Prometheus would read."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            return str(answer.read().decode())

    async def until(self, path: str, fits: Callable[[int, Any], bool]) -> Any:
        """Wait until an answer fits and return its JSON; AssertionError with the log if the process ends or lags."""
        ends = time.monotonic() + PATIENCE
        status, body = 0, None
        while time.monotonic() < ends and self.lives:
            status, body = await asyncio.to_thread(self.get, path)
            if fits(status, body):
                return body
            await asyncio.sleep(0.1)
        raise AssertionError(f"{path} says {status} {body}; {self.said}")

    async def ready(self) -> Any:
        """Wait until it is ready; return the figures."""
        return await self.until("/readyz", lambda status, _: status == 200)

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        return await asyncio.to_thread(self._process.wait, PATIENCE)

    async def stop(self) -> tuple[int, float]:
        """Stop it as a supervisor does; return the exit code and how many seconds it took."""
        since = time.monotonic()
        self._process.send_signal(signal.SIGTERM)
        return await self.ended(), time.monotonic() - since

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


def _cold(folder: Path, words: Sequence[str], environment: dict[str, str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, *words], cwd=folder, env=environment, stdout=log, stderr=log)


@contextlib.contextmanager
def started(
    folder: Path, *words: str, port: int | None = None, script: str = "", cold: bool = False, **settings: str
) -> Iterator[Bot]:
    """Run the bot for the length of the block, on a port of its own unless one is given.

    A `script` takes the command's place where something of it is to be quicker than an operator could have it.
    """
    bot = Bot(folder, *(words or ("run",)), port=port, script=script, cold=cold, **settings)
    try:
        yield bot
    finally:
        bot.kill()
