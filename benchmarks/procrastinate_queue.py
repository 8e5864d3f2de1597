"""Procrastinate on psycopg, with its batch API for many jobs at once."""

import asyncio
import collections
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Self

import procrastinate
import psycopg
from procrastinate import jobs

from benchmarks import contender

CONCURRENCY = 8  # jobs at a time: as many sends as we let overlap
POOL = 10  # connections: one a job, one that listens, one that fetches
POLL = 0.1  # seconds between looks; its default of 5 would make a scheduled job up to 5 s late
BATCH = 5_000
TASK = "remind"


class Procrastinate(contender.Contender):
    """Jobs are rows; what becomes of each is a row of events beside them."""

    name = "Procrastinate"
    tables = ("procrastinate_jobs", "procrastinate_events")

    def __init__(self, app: procrastinate.App, url: str, worker_id: int) -> None:
        self._app = app
        self._url = url
        self._worker_id = worker_id
        self._ran: contender.Ran = lambda: None
        self._booked: collections.deque[list[int]] = collections.deque()
        app.task(name=TASK)(self._remind)

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, url: str, *, fresh: bool = True) -> AsyncIterator[Self]:
        """Open it; apply its schema where the database is fresh."""
        logging.getLogger("procrastinate").setLevel(logging.ERROR)
        app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url, min_size=POOL, max_size=POOL))
        async with app.open_async():
            if fresh:
                await app.schema_manager.apply_schema_async()
            yield cls(app, url, await app.job_manager.register_worker())

    async def pending(self, count: int, *, due: datetime, apart: timedelta = timedelta(0)) -> None:
        """Defer in batches."""
        for start in range(0, count, BATCH):
            times = [due + number * apart for number in range(start, min(count, start + BATCH))]
            await self._app.job_manager.batch_defer_jobs_async([_job(at) for at in times])

    async def schedule(self, treatments: int) -> None:
        """Defer all in one batch."""
        times = contender.nine(datetime.now(UTC) + timedelta(days=10))
        made = [_job(at) for _ in range(treatments) for at in times]
        ids = [int(job.id or 0) for job in await self._app.job_manager.batch_defer_jobs_async(made)]
        self._booked.extend(ids[start : start + len(times)] for start in range(0, len(ids), len(times)))

    async def move(self) -> None:
        """Cancel and defer anew, in one transaction: it has no way to change when a job is to run."""
        times = contender.nine(datetime.now(UTC) + timedelta(days=11))
        manager = self._app.job_manager
        async with self._app.connector.pool.connection() as connection:  # type: ignore[attr-defined]
            for id in self._booked.popleft():
                await manager.cancel_job_by_id_async(id, delete_job=True, connection=connection)
            await manager.batch_defer_jobs_async([_job(at) for at in times], connection=connection)

    async def look(self) -> None:
        """Fetch a job, of which there is none."""
        await self._app.job_manager.fetch_job(queues=None, worker_id=self._worker_id)

    @contextlib.asynccontextmanager
    async def serving(self, ran: contender.Ran) -> AsyncIterator[None]:
        """Run a worker."""
        self._ran = ran
        worker = self._app.run_worker_async(
            concurrency=CONCURRENCY, install_signal_handlers=False, fetch_job_polling_interval=POLL
        )
        task = asyncio.create_task(worker)
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def left(self) -> int:
        """Count what is to do or being done."""
        query = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
        async with await psycopg.AsyncConnection.connect(self._url) as connection:
            row = await (await connection.execute(query)).fetchone()
        return int(row[0]) if row else 0

    async def _remind(self) -> None:
        self._ran()


def _job(at: datetime) -> jobs.Job:
    return jobs.Job(
        id=None, queue="default", lock=None, queueing_lock=None, task_name=TASK, task_kwargs={}, scheduled_at=at
    )
