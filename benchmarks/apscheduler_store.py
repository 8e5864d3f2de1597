"""APScheduler with its SQLAlchemy job store, as its user guide sets it up."""

import asyncio
import contextlib
import logging
import pickle
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import psycopg
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import make_url

from benchmarks import contender

_RAN: list[contender.Ran] = [lambda: None]  # a job that is stored names a function of a module


async def remind() -> None:
    """Do the job: nothing."""
    _RAN[0]()


class APScheduler(contender.Contender):
    """Jobs are pickled into a table, a row and a transaction each."""

    name = "APScheduler"
    tables = ("apscheduler_jobs",)

    def __init__(self, scheduler: AsyncIOScheduler, url: str) -> None:
        self._scheduler = scheduler
        self._url = url
        self._booked: list[list[str]] = []

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, url: str, *, fresh: bool = True) -> AsyncIterator[Self]:  # noqa: ARG003 - makes its own table
        """Start it, paused: nothing runs until it serves."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        store = SQLAlchemyJobStore(url=make_url(url).set(drivername="postgresql+psycopg"))
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        scheduler = AsyncIOScheduler(jobstores={"default": store}, job_defaults=defaults, timezone=UTC)
        scheduler.start(paused=True)
        try:
            yield cls(scheduler, url)
        finally:
            scheduler.shutdown(wait=False)
            await asyncio.sleep(0)  # it shuts down in the loop's next turn

    async def pending(self, count: int, *, due: datetime, apart: timedelta = timedelta(0)) -> None:
        """Copy the rows in that it would write itself, a transaction each."""
        state = self._pattern(due)
        target = "COPY apscheduler_jobs (id, next_run_time, job_state) FROM STDIN"
        async with (
            await psycopg.AsyncConnection.connect(self._url) as connection,
            connection.cursor() as cursor,
            cursor.copy(target) as copy,
        ):
            for number in range(count):
                at = due + number * apart
                own = {**state, "id": uuid.uuid4().hex, "next_run_time": at, "trigger": DateTrigger(at, UTC)}
                row = [own["id"], datetime_to_utc_timestamp(at), pickle.dumps(own, pickle.HIGHEST_PROTOCOL)]
                await copy.write_row(row)

    async def schedule(self, treatments: int) -> None:
        """Add job after job: it has no way to add several."""
        for _ in range(treatments):
            times = contender.nine(datetime.now(UTC) + timedelta(days=10))
            self._booked.append([self._scheduler.add_job(remind, "date", run_date=at).id for at in times])

    async def move(self) -> None:
        """Reschedule job after job."""
        for id, at in zip(self._booked.pop(0), contender.nine(datetime.now(UTC) + timedelta(days=11)), strict=True):
            self._scheduler.reschedule_job(id, trigger="date", run_date=at)

    async def look(self) -> None:
        """Ask the store as its loop does: what is due, and when something will be."""
        store = self._scheduler._lookup_jobstore("default")
        store.get_due_jobs(datetime.now(UTC))
        store.get_next_run_time()

    @contextlib.asynccontextmanager
    async def serving(self, ran: contender.Ran) -> AsyncIterator[None]:
        """Resume it."""
        _RAN[0] = ran
        self._scheduler.resume()
        try:
            yield
        finally:
            self._scheduler.pause()

    async def left(self) -> int:
        """Count its rows."""
        async with await psycopg.AsyncConnection.connect(self._url) as connection:
            row = await (await connection.execute("SELECT count(*) FROM apscheduler_jobs")).fetchone()
        return int(row[0]) if row else 0

    def _pattern(self, due: datetime) -> dict[str, Any]:
        job = self._scheduler.add_job(remind, "date", run_date=due)
        state: dict[str, Any] = job.__getstate__()
        job.remove()
        return state
