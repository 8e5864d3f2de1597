"""A service's container, as a process of this machine: started, asked for its health, killed, restarted, stopped."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence

from tests import ports
from tests.rehearsal import compose
from tests.rehearsal.here import Here

RESTART = 0.1  # seconds after which an engine starts again what has died
MOST_STARTS = 5  # of one container in a rehearsal, which kills it once or twice
SLOW = 2.0  # how much slower than a machine of its own this one may be: it runs everybody's processes on two cores

Stage = Callable[[], dict[str, str]]


class Container:
    """One replica of a service of ours; `stage` is asked at each start for what a rehearsal adds."""

    def __init__(self, service: compose.Service, number: int, here: Here, files: dict[str, str], stage: Stage) -> None:
        self.service = service
        self.name = f"{service.name}-{number}"
        self.port = ports.free()
        self.pids: list[int] = []  # of all its starts
        self._here, self._stage = here, stage
        self._image = compose.image()
        self._home = here.folder / self.name
        self._table = here.addresses(self._home, self.port)
        self._running: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[int] | None = None
        self._furnish(files)

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        return self._running.pid if self._running is not None and self._running.returncode is None else None

    @property
    def said(self) -> str:
        """What it has written, over all its starts."""
        log = self._home / "log"
        return log.read_text("utf-8") if log.exists() else ""

    @property
    def left(self) -> list[str]:
        """What it has written where its file system is read-only."""
        return sorted(each.name for each in (self._home / "data").iterdir())

    async def start(self) -> None:
        """Start it, and start it again as often as its policy says."""
        await self._begin()
        self._supervisor = asyncio.create_task(self._supervise())

    async def ended(self) -> int:
        """Wait until it has ended for good; return its exit code."""
        assert self._supervisor is not None
        return await self._supervisor

    def kill(self) -> float:
        """End it as a power cut would; return the monotonic second at which it ended."""
        assert self.pid is not None, f"{self.name} does not run: {self.said}"
        os.kill(self.pid, signal.SIGKILL)
        return time.monotonic()

    async def stop(self) -> int | None:
        """Stop it as an engine does; return its exit code, None if it outlived its grace and was killed."""
        if self._supervisor is None or self._running is None:
            return 0
        self._supervisor.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._supervisor
        with contextlib.suppress(ProcessLookupError):
            self._running.terminate()
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._running.wait(), self.service.grace)
        self._running.kill()
        await self._running.wait()
        return None

    async def healthy(self) -> None:
        """Wait until its health check succeeds; AssertionError with its log if it does not within its patience."""
        health = self.service.health
        assert health is not None
        ends = time.monotonic() + health.patience
        while not await self._is_healthy(health):
            if self._is_lost or time.monotonic() > ends:
                raise AssertionError(f"{self.name} is not healthy: {self.said}")
            await asyncio.sleep(health.start_interval)

    @property
    def _is_lost(self) -> bool:
        """Tell whether it has ended for good, or dies again and again."""
        return len(self.pids) > MOST_STARTS or (self._supervisor is not None and self._supervisor.done())

    async def _is_healthy(self, health: compose.Health) -> bool:
        kind, *words = health.test
        words = ["sh", "-c", *words] if kind == "CMD-SHELL" else words
        return await self._here_done(words, health.timeout * SLOW) == 0

    async def _here_done(self, words: Sequence[str], within: float) -> int | None:
        null = asyncio.subprocess.DEVNULL
        done = await asyncio.create_subprocess_exec(
            *self._here_run(words), env=self._environment(), stdout=null, stderr=null
        )
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(done.wait(), within)
        done.kill()
        return await done.wait()

    async def _supervise(self) -> int:
        while True:
            assert self._running is not None
            code = await self._running.wait()
            if not self.service.comes_back:
                return code
            await asyncio.sleep(RESTART)
            await self._begin()

    async def _begin(self) -> None:
        words = [*self._image.entrypoint, *self.service.command] if self.service.is_ours else []
        with (self._home / "log").open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self._here_run(words), cwd=self._home / "data", env=self._environment(), stdout=log, stderr=log
            )
        self.pids.append(self._running.pid)

    def _here_run(self, words: Sequence[str]) -> list[str]:
        """Return a command of the file as it is run here."""
        program, *more = words
        return [*self._here.programs.get(program, (program,)), *(self._mapped(word) for word in more)]

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in self._image.environment.items() if name.startswith("REMINDERBOT_")}
        given = {name: self._mapped(value) for name, value in (ours | self.service.environment).items()}
        return {**self._here.variables(), **given, **(self._stage() if self.service.is_ours else {})}

    def _mapped(self, text: str) -> str:
        for named, here in self._table.items():
            text = text.replace(named, here)
        return text

    def _furnish(self, files: dict[str, str]) -> None:
        """Lay out the secrets that the service lists, and no others, and an empty folder to work in."""
        for folder in ("secrets", "data"):
            (self._home / folder).mkdir(parents=True)
        for name in self.service.secrets:
            (self._home / "secrets" / name).write_text(self._here.secrets[files[name]] + "\n", "utf-8")
