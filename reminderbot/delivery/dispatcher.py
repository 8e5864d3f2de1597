"""The loop of reminders: look, claim, prepare, hand to the courier at the pace, sleep. It works under a seat."""

import asyncio
import collections
import math
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from reminderbot import clocks
from reminderbot.delivery import claiming, compose, courier
from reminderbot.gateway import gate, meaning, seat, transport
from reminderbot.store import bells, reminders
from reminderbot.store.work import Store

SECONDS_AHEAD = 1.0  # of sending that one claim takes at most
FEWEST, MOST = 8, 256  # claimed at once
LONGEST_SLEEP = {"postgresql": 1.0, "sqlite": 5.0}  # seconds; another process may have planned something
SHORTEST_SLEEP = 0.1  # seconds after a look that found nothing it could have
SHUT_SLEEP = 1.0  # seconds between looks while the breaker is open: its closing rings the bell
NOBODY = ""  # a chat that waits for nothing but the pace
LONGEST_TURN = 0.5  # seconds that the next reminder is waited for before the loop looks round again
PAUSES = frozenset({meaning.Outcome.WAIT, meaning.Outcome.HALT})  # after these the bot sends nothing for a while
GRACE = 5.0  # seconds that calls on their way get when the process stops

log = structlog.get_logger(__name__)


class Dispatcher:
    """Sends the reminders of one bot while the seat is held. `run` ends by cancellation only.

    `wake_at` sets the one alarm, for an instant of the machine: when it strikes, `wake` is to be called.
    """

    def __init__(
        self,
        store: Store,
        telegram: transport.Transport,
        door: gate.Gate,
        composer: compose.Compose,
        clock: clocks.Clock,
        post: seat.Seat,
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
        self._seat = post
        self._turns = claiming.Turns()
        self._batch = int(min(max(door.limits.reminders * SECONDS_AHEAD, FEWEST), MOST))
        self._queue: collections.deque[courier.Prepared] = collections.deque()
        self._flight = asyncio.Semaphore(transport.IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._term = 0
        self._wake_at = wake_at

    async def wake(self) -> None:
        """Look now: an alarm that was set has struck, or the product clock was wound."""
        self._store.bells.ring([bells.Bell.REMINDERS])

    async def run(self) -> None:
        """Dispatch while the seat is ours; stand by while it is another's."""
        try:
            while True:
                await self._seat.wait()
                await self._round()
        finally:
            await self._stop()

    async def _round(self) -> None:
        """Send what is claimed, claim what there is room for, and sleep until there is more to do."""
        try:
            await self._take_over()
            if self._gate.is_shut:
                await self._give_back()
                wake = SHUT_SLEEP
            elif self._queue and not self._is_held_up():
                await self._send_next()
                return
            elif len(self._queue) < self._batch:
                wake = min(await self._look(), self._chat_wait())
            else:
                wake = self._chat_wait()
        except Exception:  # the database is away: what was claimed is freed by its lease
            log.error("reminders could not be claimed", exc_info=True)
            wake = 1.0
        await self._store.bells.wait(bells.Bell.REMINDERS, at_most=wake)

    async def _take_over(self) -> None:
        """Once a term: free what an earlier holder of the seat had claimed, so that its death costs no lease."""
        term = self._seat.terms
        if term != self._term:
            self._queue.clear()  # an earlier term's claims: whoever held the seat meanwhile has freed them
            async with self._store.writing() as work:
                await reminders.free_owned(work, self._owner)
                await reminders.free_others(work, self._telegram.bot_id, self._owner, now=self._clock.now())
            self._term = term

    async def _look(self) -> float:
        """Claim and prepare what is due; return the seconds to sleep."""
        now = self._clock.now()
        async with self._store.reading() as work:
            look = await reminders.look(work, self._telegram.bot_id, now)
            longest = LONGEST_SLEEP[work.dialect]
        if not look.busy:
            self._set_alarm(look, longest)
            return longest
        claimed = await self._claim(look)
        self._queue.extend(await self._courier.prepare(claimed))
        return 0.0 if claimed else SHORTEST_SLEEP

    async def _claim(self, look: reminders.Look) -> list[claiming.Claimed]:
        now = self._clock.now()
        async with self._store.writing() as work:
            if look.lapsed:
                await claiming.take_back(work, now)
            if look.useless:
                await reminders.expire_useless(work, now=now)
            if not look.claimable:
                return []
            return await claiming.claim(
                work,
                self._telegram.bot_id,
                self._turns,
                owner=self._owner,
                now=now,
                lease=self._telegram.timeouts.lease,
                limit=self._batch,
            )

    def _set_alarm(self, look: reminders.Look, longest: float) -> None:
        """Have us woken at the next due time, retry or lapse, if that comes before the sleep ends."""
        due = self._clock.machine_delay(look.due) if look.due is not None else None
        delay = min((each for each in (due, look.wake) if each is not None), default=longest)
        if delay < longest:
            self._wake_at(clocks.machine() + timedelta(seconds=delay))

    def _is_held_up(self) -> bool:
        """Tell whether all in hand wait for their own chats, and the pace would let another go before."""
        turn = self._gate.reminder_in([NOBODY])
        return all(self._gate.reminder_in([_chat(each)]) > turn for each in self._queue)

    def _chat_wait(self) -> float:
        """Return the seconds until a reminder in hand may go; endless if there is none."""
        return self._gate.reminder_in(map(_chat, self._queue)) if self._queue else math.inf

    async def _send_next(self) -> None:
        """Begin the first whose turn it is; one that waits for its chat holds up no other."""
        await self._flight.acquire()
        prepared = next((each for each in self._queue if self._gate.takes_reminder(_chat(each))), None)
        if prepared is None:
            self._flight.release()
            wait = self._gate.reminder_in(_chat(each) for each in self._queue)
            await asyncio.sleep(min(wait, LONGEST_TURN))
            return
        self._queue.remove(prepared)
        task = asyncio.create_task(self._one(prepared))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _one(self, prepared: courier.Prepared) -> None:
        try:
            answer = await self._courier.carry(prepared) if self._seat.held else None
            if answer is None:
                self._gate.spared()
            else:
                self._gate.saw(answer, _chat(prepared))
                if answer.outcome in PAUSES:
                    await self._give_back()
        except Exception:  # claimed or on its way, its lease takes it back
            self._gate.spared()
            log.error("a reminder failed on its way", reminder=prepared.claimed.ready.id, exc_info=True)
        finally:
            self._flight.release()

    async def _give_back(self) -> None:
        """Nothing may go: what is claimed waits for Telegram as planned rows, and not under a lease."""
        if self._queue:
            waiting = list(self._queue)
            self._queue.clear()
            await self._courier.give_back(waiting)

    async def _stop(self) -> None:
        """Let what is on its way be recorded, and give back what was only claimed."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=GRACE)
        for task in list(self._tasks):
            task.cancel()
        try:
            async with self._store.writing() as work:
                await reminders.free_owned(work, self._owner)
        except Exception:
            log.warning("claims could not be given back: their leases run out", exc_info=True)


def _chat(prepared: courier.Prepared) -> str:
    return prepared.claimed.ready.chat_id
