"""The loop of reminders: look, claim, hand to the courier at the pace, sleep. One dispatcher a bot, by its seat."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from reminderbot import clocks
from reminderbot.delivery import claiming, compose, courier
from reminderbot.gateway import gate, seat, transport
from reminderbot.store import bells, bots, reminders
from reminderbot.store.work import Store

BATCH = 32  # claimed at once: about what a second can send
LONGEST_SLEEP = {"postgresql": 1.0, "sqlite": 5.0}  # seconds; another process may have planned something
SHORTEST_SLEEP = 0.1  # seconds after a look that found nothing it could have
GRACE = 5.0  # seconds that calls on their way get when the process stops

log = structlog.get_logger(__name__)


class Dispatcher:
    """Sends the reminders of one bot while it holds the seat. `run` ends by cancellation only.

    `wake_at` sets the one alarm, for an instant of the machine: when it strikes, `wake` is to be called.
    """

    def __init__(
        self,
        store: Store,
        telegram: transport.Transport,
        door: gate.Gate,
        composer: compose.Compose,
        clock: clocks.Clock,
        *,
        owner: str,
        wake_at: Callable[[datetime], None],
    ) -> None:
        self._store = store
        self._telegram = telegram
        self._gate = door
        self._clock = clock
        self._owner = owner
        self._courier = courier.Courier(store, telegram, composer, clock, owner=owner)
        self._seat = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.SENDER, owner=owner)
        self._flight = asyncio.Semaphore(transport.IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False
        self._term = 0
        self._wake_at = wake_at

    async def wake(self) -> None:
        """Look now: an alarm that was set has struck, or the product clock was wound."""
        self._store.bells.ring([bells.Bell.REMINDERS])

    async def run(self) -> None:
        """Dispatch while the seat is ours; stand by while it is another's."""
        async with self._seat.kept():
            try:
                while True:
                    await self._seat.wait()
                    await self._round()
            finally:
                await self._stop()

    async def _round(self) -> None:
        """Claim what there is room for, and sleep until there is more to do."""
        if len(self._tasks) > BATCH // 2:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            return
        try:
            await self._take_over()
            wake = await self._look()
        except Exception:  # the database is away: what was claimed is freed by its lease
            log.error("reminders could not be claimed", exc_info=True)
            wake = 1.0
        await self._store.bells.wait(bells.Bell.REMINDERS, at_most=wake)

    async def _take_over(self) -> None:
        """Once a term: free what an earlier holder of the seat had claimed, so that its death costs no lease."""
        term = self._seat.terms
        if term != self._term:
            async with self._store.writing() as work:
                await reminders.free_others(work, self._telegram.bot_id, self._owner)
            self._term = term

    async def _look(self) -> float:
        """Claim and start what is due; return the seconds to sleep."""
        async with self._store.reading() as work:
            look = await reminders.look(work, self._telegram.bot_id, self._clock.now())
            longest = LONGEST_SLEEP[work.dialect]
        if not look.busy:
            self._set_alarm(look, longest)
            return longest
        claimed = await self._claim()
        for each in claimed:
            task = asyncio.create_task(self._one(each))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return 0.0 if claimed else SHORTEST_SLEEP

    async def _claim(self) -> list[reminders.Claimed]:
        async with self._store.writing() as work:
            return await claiming.claim(
                work,
                self._telegram.bot_id,
                owner=self._owner,
                now=self._clock.now(),
                lease=self._telegram.timeouts.lease,
                limit=BATCH - len(self._tasks),
            )

    def _set_alarm(self, look: reminders.Look, longest: float) -> None:
        """Have us woken at the next due time, retry or lapse, if that comes before the sleep ends."""
        due = self._clock.machine_delay(look.due) if look.due is not None else None
        delay = min((each for each in (due, look.wake) if each is not None), default=longest)
        if delay < longest:
            self._wake_at(clocks.machine() + timedelta(seconds=delay))

    async def _one(self, claimed: reminders.Claimed) -> None:
        try:
            async with self._flight:
                await self._gate.reminder(claimed.chat_id)
                if self._seat.held and not self._closing:  # else the claim is freed by `_stop` or by its lease
                    await self._courier.carry(claimed)
        except Exception:  # claimed or on its way, its lease takes it back
            log.error("a reminder failed on its way", reminder=claimed.id, exc_info=True)

    async def _stop(self) -> None:
        """Let what is on its way be recorded, and give back what was only claimed."""
        self._closing = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in list(self._tasks):
            task.cancel()
        try:
            async with self._store.writing() as work:
                await reminders.free_owned(work, self._owner)
        except Exception:
            log.warning("claims could not be given back: their leases run out", exc_info=True)
