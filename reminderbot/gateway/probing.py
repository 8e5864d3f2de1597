"""Probes Telegram while the breaker is open, and keeps on the bot's row how it stands, for every process to see."""

import asyncio

import structlog

from reminderbot.gateway import breaker, gate, meaning, seat, transport
from reminderbot.store import bells, bots
from reminderbot.store.work import UNREACHED, Store

IDLE = 5.0  # seconds between looks at a breaker that wants no probe
RETRY = 1.0  # seconds to wait for a database that is away

log = structlog.get_logger(__name__)


class Probe:
    """The probing of one sender's gate. `run` ends by cancellation only."""

    def __init__(self, store: Store, telegram: transport.Transport, door: gate.Gate, post: seat.Seat) -> None:
        self._store = store
        self._telegram = telegram
        self._gate = door
        self._seat = post
        self._term = 0
        self._noted = False  # what the row says, as far as we know
        self._seen = door.breaker.circuit

    async def run(self) -> None:
        """Probe when it is due; whoever takes over in the middle of an outage begins with a probe."""
        while True:
            await self._seat.wait()
            try:
                await self._take_over()
                await self._round()
            except UNREACHED:
                log.warning("how the breaker stands could not be noted", exc_info=True)
                await asyncio.sleep(RETRY)

    async def _take_over(self) -> None:
        """Once a term: go on with the breaker as an earlier holder of the seat has left it."""
        term = self._seat.terms
        if term == self._term:
            return
        async with self._store.reading() as work:
            self._noted = await bots.is_broken(work, self._telegram.bot_id)
        if self._noted:
            self._gate.breaker.open(_now())
        self._term = term

    async def _round(self) -> None:
        state = self._gate.breaker
        wait = state.probe_in(_now())
        await self._gate.turned(at_most=IDLE if wait is None else wait)
        if state.probe_in(_now()) == 0:
            answer = await self._telegram.call(transport.Way.REPLY, "getMe", {})
            state.probed(_now(), answered=answer.outcome is meaning.Outcome.ACCEPTED)
        await self._note(is_broken=state.circuit is breaker.Circuit.OPEN)
        if state.circuit is not self._seen:  # a call may try, or all may go again: both loops sleep till they hear it
            self._seen = state.circuit
            self._store.bells.ring([bells.Bell.OUTBOX, bells.Bell.REMINDERS])

    async def _note(self, *, is_broken: bool) -> None:
        if is_broken is self._noted:
            return
        async with self._store.writing() as work:
            await bots.set_broken(work, self._telegram.bot_id, broken=is_broken)
            work.ring(bells.Bell.OUTBOX)
            work.ring(bells.Bell.REMINDERS)
        self._noted = is_broken


def _now() -> float:
    return asyncio.get_running_loop().time()
