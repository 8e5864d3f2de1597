"""A seat: the right to a duty that one process at a time does for a bot; the others stand by and take over."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import structlog

from reminderbot.store import bots
from reminderbot.store.work import Store

LEASE = timedelta(seconds=6)  # a dead holder's seat is free after this: takeover is promised within 10 s
RENEW = 2.0  # seconds between renewals, and between the looks of those who stand by

log = structlog.get_logger(__name__)


class Seat:
    """One process's claim to a duty. `held` is True only while the lease certainly runs.

    A holder of a lower `rank` stands in: it gives way at once to a higher, and learns of it within RENEW seconds.
    So does one that has met a master key which it lacks, to others of its rank.
    """

    def __init__(self, store: Store, *, bot_id: int, duty: bots.Duty, owner: str, rank: int = 1) -> None:
        self._store = store
        self._bot_id = bot_id
        self._duty = duty
        self._owner = owner
        self._rank = rank
        self.terms = 0  # how often the seat was taken anew
        self._until = 0.0
        self._changed = asyncio.Event()

    @property
    def held(self) -> bool:
        """Tell whether this process holds the seat at this moment."""
        return _now() < self._until

    async def wait(self) -> None:
        """Return once the seat is held."""
        while not self.held:
            self._changed.clear()
            await self._changed.wait()

    @contextlib.asynccontextmanager
    async def kept(self) -> AsyncIterator["Seat"]:
        """Try for the seat and keep it, until the end of this context gives it up."""
        keeper = asyncio.create_task(self._keep())
        try:
            yield self
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper
            self._until = 0.0
            with contextlib.suppress(Exception):  # the lease runs out by itself
                async with self._store.writing() as work:
                    await bots.leave_seat(work, self._bot_id, self._duty, owner=self._owner)

    async def _keep(self) -> None:
        while True:
            try:
                await self._try()
            except Exception:  # a database that is away gives the seat to nobody
                log.warning("a seat could not be renewed", duty=self._duty, exc_info=True)
            await asyncio.sleep(RENEW)

    async def _try(self) -> None:
        asked = _now()
        was_held = self.held
        rank = self._rank - self._store.misses_key
        async with self._store.writing() as work:
            taken = await bots.take_seat(work, self._bot_id, self._duty, owner=self._owner, lease=LEASE, rank=rank)
        self._until = asked + LEASE.total_seconds() if taken else 0.0
        if taken and not was_held:
            self.terms += 1
            log.info("a seat was taken", duty=self._duty, bot=self._bot_id)
        if taken:
            self._changed.set()  # by every renewal: whoever saw the lease run out while this one was under way waits


def _now() -> float:
    """The loop's seconds: of the monotonic clock, which runs on while a process is frozen."""
    return asyncio.get_running_loop().time()
