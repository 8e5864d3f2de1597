"""Wakes routines on time, and remembers nothing: the only place that knows APScheduler.

Its memory is a memory job store on purpose: with defaults a persistent one dropped 100 of 100 due jobs after 3 s down,
and two schedulers on one store run jobs twice. What is due is in the tables; a tick only says "look".
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Self

from apscheduler.jobstores.base import JobLookupError
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

Routine = Callable[[], Awaitable[None]]


class Ticker:
    """The ticks of one process. A routine is known by `name`: set again, it takes the place of the earlier one."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            jobstores={"default": MemoryJobStore()},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=UTC,
        )

    async def __aenter__(self) -> Self:
        """Begin to tick."""
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it tells of every tick
        self._scheduler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop ticking; a routine that runs is not waited for."""
        self._scheduler.shutdown(wait=False)

    def at(self, instant: datetime, routine: Routine, *, name: str) -> None:
        """Run `routine` once at an aware instant of the machine; at once if it has passed, however late."""
        self._scheduler.add_job(_awaited(routine), "date", run_date=instant, id=name, replace_existing=True)

    def every(self, seconds: float, routine: Routine, *, name: str) -> None:
        """Run `routine` every so many seconds; never twice at a time, and missed ticks are one."""
        self._scheduler.add_job(_awaited(routine), "interval", seconds=seconds, id=name, replace_existing=True)

    def drop(self, name: str) -> None:
        """Forget a routine; nothing happens if it is not known."""
        try:
            self._scheduler.remove_job(name)
        except JobLookupError:
            return


def _awaited(routine: Routine) -> Callable[[], Awaitable[None]]:
    """Make it a coroutine function: anything else APScheduler would call in a thread, and never await."""

    async def run() -> None:
        await routine()

    return run
