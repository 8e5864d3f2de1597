"""PgQueuer on asyncpg, with its batch API for many jobs at once."""

import asyncio
import collections
import contextlib
import logging
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import asyncpg
import pgqueuer
from pgqueuer.ports.repository import EntrypointExecutionParameter
from pgqueuer.types import QueueEntrypoint, QueueManagerId
from sqlalchemy import make_url

from benchmarks import contender

BATCH = 5_000
AT_ONCE = 100  # jobs it takes at a time; its default of 10 is slower
ENTRYPOINT = "remind"
SILENCE = timedelta(seconds=30)  # its default: a job without a sign of life for so long is taken again


class PgQueuer(contender.Contender):
    """Jobs are rows, deleted when done, with a log beside them."""

    name = "PgQueuer"
    tables = ("pgqueuer", "pgqueuer_log")

    def __init__(self, url: str, connection: "asyncpg.Connection[Any]") -> None:
        self._url = url
        self._connection = connection
        self._queries = pgqueuer.Queries.from_asyncpg_connection(connection)
        self._booked: collections.deque[list[Any]] = collections.deque()

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, url: str, *, fresh: bool = True) -> AsyncIterator[Self]:
        """Open it; install its schema where the database is fresh."""
        logging.getLogger("pgqueuer").setLevel(logging.ERROR)
        connection = await _connected(url)
        try:
            made = cls(url, connection)
            if fresh:
                await made._queries.install()
            yield made
        finally:
            await connection.close()

    async def pending(self, count: int, *, due: datetime, apart: timedelta = timedelta(0)) -> None:
        """Enqueue in batches."""
        for start in range(0, count, BATCH):
            await self._enqueue([due + number * apart for number in range(start, min(count, start + BATCH))])

    async def schedule(self, treatments: int) -> None:
        """Enqueue all in one batch."""
        times = contender.nine(datetime.now(UTC) + timedelta(days=10))
        ids = await self._enqueue(times * treatments)
        self._booked.extend(ids[start : start + len(times)] for start in range(0, len(ids), len(times)))

    async def move(self) -> None:
        """Cancel and enqueue anew, in one transaction: it has no way to change when a job is to run."""
        async with self._connection.transaction():
            await self._queries.mark_job_as_cancelled(self._booked.popleft())
            await self._enqueue(contender.nine(datetime.now(UTC) + timedelta(days=11)))

    async def look(self) -> None:
        """Make the three queries of one turn of its loop."""
        names = [QueueEntrypoint(ENTRYPOINT)]
        await self._queries.dequeue(
            batch_size=AT_ONCE,
            entrypoints={name: EntrypointExecutionParameter(concurrency_limit=0) for name in names},
            queue_manager_id=QueueManagerId(uuid.uuid4()),
            global_concurrency_limit=None,
            heartbeat_timeout=SILENCE,
        )
        await self._queries.eligible_queued_work(names)
        await self._queries.next_deferred_eta(names)

    @contextlib.asynccontextmanager
    async def serving(self, ran: contender.Ran) -> AsyncIterator[None]:
        """Run a queue manager on a connection of its own."""
        connection = await _connected(self._url)
        manager = pgqueuer.QueueManager(pgqueuer.Queries.from_asyncpg_connection(connection))

        @manager.entrypoint(ENTRYPOINT)
        async def remind(_: pgqueuer.Job) -> None:
            ran()

        task = asyncio.create_task(manager.run(batch_size=AT_ONCE))
        try:
            yield
        finally:
            manager.shutdown.set()
            await task
            await connection.close()

    async def left(self) -> int:
        """Count its rows."""
        return int(await self._connection.fetchval("SELECT count(*) FROM pgqueuer"))

    async def _enqueue(self, times: list[datetime]) -> list[Any]:
        now = datetime.now(UTC)
        waits = [max(timedelta(0), at - now) for at in times]  # it takes a delay, and no instant
        count = len(times)
        return list(await self._queries.enqueue([ENTRYPOINT] * count, [None] * count, [0] * count, waits))


async def _connected(url: str) -> "asyncpg.Connection[Any]":
    """Connect to a server that may listen on a socket alone."""
    at = make_url(url)
    host = at.query.get("host") or at.host
    return await asyncpg.connect(
        host=str(host), port=at.port or 5432, user=at.username, password=at.password, database=at.database
    )
