"""All containers of the compose file: brought up in its order, killed in turn, looked at, stopped."""

import asyncio
import contextlib
import dataclasses
import time
from collections.abc import AsyncIterator, Sequence

import psycopg

from tests.rehearsal import compose
from tests.rehearsal.container import Container, Stage
from tests.rehearsal.here import Here

LOOK = 0.1  # seconds between looks at the seats
OWNER = "SELECT duty, owner FROM seats"


@dataclasses.dataclass(frozen=True)
class Held:
    """From the monotonic second `since` a seat was seen to be held by the process `pid`."""

    duty: str
    pid: int
    since: float


class Fleet:
    """The containers of our services; `db` is the PostgreSQL that runs here already."""

    def __init__(self, here: Here, stage: Stage) -> None:
        read = compose.document()
        files = compose.secret_files(read)
        self._services = compose.services(read)
        self._database = here.database
        self.containers = {
            name: [Container(service, number, here, files, stage) for number in range(1, service.replicas + 1)]
            for name, service in self._services.items()
        }
        self.history: list[Held] = []

    @property
    def ours(self) -> list[Container]:
        """The containers that serve."""
        return [each for found in self.containers.values() for each in found if each.service.comes_back and each.pids]

    async def up(self) -> None:
        """Start each service as soon as those it waits for are as far as it demands, and wait until all are healthy."""
        started = {name: asyncio.Event() for name in self.containers}
        async with asyncio.TaskGroup() as group:
            for name in self.containers:
                group.create_task(self._up(name, started))

    async def _up(self, name: str, started: dict[str, asyncio.Event]) -> None:
        service, containers = self._services[name], self.containers[name]
        for other, condition in service.after.items():
            await started[other].wait()
            await asyncio.gather(*(_until(each, condition) for each in self.containers[other]))
        if service.is_ours:
            await asyncio.gather(*(each.start() for each in containers))
        started[name].set()
        if service.health is not None:
            await asyncio.gather(*(each.healthy() for each in containers))

    async def down(self) -> dict[str, int | None]:
        """Stop all that serve, as an engine does; return their exit codes."""
        serving = self.ours
        codes = await asyncio.gather(*(each.stop() for each in serving))
        return {each.name: code for each, code in zip(serving, codes, strict=True)}

    def holder(self, duty: str) -> Container:
        """Return the container whose process holds a seat now."""
        pid = next(held.pid for held in reversed(self.history) if held.duty == duty)
        return next(each for each in self.ours if each.pid == pid)

    def other(self, container: Container) -> Container:
        """Return the replica beside this one."""
        return next(each for each in self.containers[container.service.name] if each is not container)

    async def taken_over(self, duty: str, killed: Container, at: float, *, within: float) -> float:
        """Wait until another process of the same service holds a seat; return the seconds since `at`, or `within`.

        That may be the twin, or the killed container itself, which has come back.
        """
        dead, heirs = killed.pids[-1], self.containers[killed.service.name]
        while (took := time.monotonic() - at) < within:
            pids = {pid for each in heirs for pid in each.pids} - {dead}
            if any(held.duty == duty and held.since > at and held.pid in pids for held in self.history):
                return took
            await asyncio.sleep(LOOK)
        return within

    @contextlib.asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Keep the history of the seats for the length of the block."""
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching

    async def _watch(self) -> None:
        last: dict[str, str] = {}
        async with await psycopg.AsyncConnection.connect(self._database, autocommit=True) as connection:
            while True:
                with contextlib.suppress(psycopg.errors.UndefinedTable):  # the migration has not run yet
                    for duty, owner in await (await connection.execute(OWNER)).fetchall():
                        if last.get(duty) != owner:
                            self.history.append(Held(duty, _pid(owner), time.monotonic()))
                            last[duty] = owner
                await asyncio.sleep(LOOK)

    def said(self, event: str) -> Sequence[str]:
        """Return the log lines of all containers that hold these words."""
        return [line for each in self.ours for line in each.said.splitlines() if event in line]


async def _until(container: Container, condition: str) -> None:
    match condition:
        case "service_healthy":
            await container.healthy()
        case "service_completed_successfully":
            code = await container.ended()
            assert code == 0, f"{container.name} ended with {code}: {container.said}"
        case _:
            assert condition == "service_started", condition


def _pid(owner: str) -> int:
    """Return the process's number out of the name it signs with: host, number, a random word."""
    return int(owner.rsplit("-", 2)[1])
