"""python-telegram-bot's JobQueue: APScheduler with a job store in memory, rebuilt by the bot after each start."""

import asyncio
import collections
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from telegram.ext import Application, JobQueue
from telegram.ext import Job as PTBJob

from benchmarks import contender
from reminderbot.simulator import server


class PTBJobQueue(contender.Contender):
    """Jobs are objects of the process: nothing of them is durable."""

    name = "PTB JobQueue"

    def __init__(self, application: Application, queue: JobQueue[Any]) -> None:
        self._application = application  # of which the queue holds no more than a weak reference
        self._queue = queue
        self._ran: contender.Ran = lambda: None
        self._booked: collections.deque[list[PTBJob[Any]]] = collections.deque()

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, url: str, *, fresh: bool = True) -> AsyncIterator[Self]:  # noqa: ARG003 - keeps nothing
        """Start the queue of a bot, paused: nothing runs until it serves."""
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        application = Application.builder().token(server.TOKEN).build()
        queue = application.job_queue
        if queue is None:
            raise RuntimeError("python-telegram-bot is installed without its job-queue")
        queue.scheduler.start(paused=True)
        try:
            yield cls(application, queue)
        finally:
            queue.scheduler.shutdown(wait=False)
            await asyncio.sleep(0)

    async def pending(self, count: int, *, due: datetime, apart: timedelta = timedelta(0)) -> None:
        """Add job after job."""
        for number in range(count):
            self._once(due + number * apart)

    async def schedule(self, treatments: int) -> None:
        """Add job after job."""
        for _ in range(treatments):
            self._booked.append([self._once(at) for at in contender.nine(datetime.now(UTC) + timedelta(days=10))])

    async def move(self) -> None:
        """Remove and add: a job of the queue has no other time to give."""
        for job in self._booked.popleft():
            job.schedule_removal()
        for at in contender.nine(datetime.now(UTC) + timedelta(days=11)):
            self._once(at)

    async def look(self) -> None:
        """Ask the store in memory as its loop does."""
        store = self._queue.scheduler._lookup_jobstore("default")
        store.get_due_jobs(datetime.now(UTC))
        store.get_next_run_time()

    @contextlib.asynccontextmanager
    async def serving(self, ran: contender.Ran) -> AsyncIterator[None]:
        """Resume it."""
        self._ran = ran
        self._queue.scheduler.resume()
        try:
            yield
        finally:
            self._queue.scheduler.pause()

    async def left(self) -> int:
        """Count its jobs."""
        return len(self._queue.scheduler.get_jobs())

    def _once(self, at: datetime) -> PTBJob[Any]:
        # Its default drops a job that is a second late.
        return self._queue.run_once(self._remind, at, job_kwargs={"misfire_grace_time": None})

    async def _remind(self, _: object) -> None:
        self._ran()
