"""Sends what the outbox owes: the rows of a chat in order, chats side by side, each call behind its own intent."""

import asyncio
from datetime import timedelta

import structlog

from reminderbot import clocks, meters
from reminderbot.gateway import after, gate, keyless, meaning, seat, transport
from reminderbot.planning import life
from reminderbot.store import bells, bots, chats, owed, vault
from reminderbot.store.work import UNREACHED, Store, Work

LOOK = 1.0  # seconds between looks when no bell rings
LIMIT = 32
TRIES = 3  # to load a row, before it is parked
RETRY = timedelta(seconds=1)
PATIENCE = timedelta(seconds=1)  # before a reply is sent again whose first copy may have arrived
TURN = 0.2  # seconds that the next reply is waited for before the loop looks for others
WRITES_NOTHING = frozenset({"answerCallbackQuery"})  # costs nothing of a chat's pace: quick taps stay quick
GRACE = 5.0  # seconds that calls on their way get when the process stops

log = structlog.get_logger(__name__)


class Sender:
    """The sender of one bot's outbox. It works while the seat is held: one process paces all that a bot sends."""

    def __init__(
        self,
        store: Store,
        telegram: transport.Transport,
        door: gate.Gate,
        clock: clocks.Clock,
        post: seat.Seat,
        *,
        owner: str,
    ) -> None:
        self._store = store
        self._telegram = telegram
        self._gate = door
        self._clock = clock
        self._seat = post
        self._owner = owner
        self._keyless = keyless.Told()
        self._flight = asyncio.Semaphore(transport.IN_FLIGHT)
        self._busy: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Send until cancelled; what is on its way then gets a few seconds to be recorded."""
        try:
            while True:
                await self._seat.wait()
                wake = await self._round()
                await self._store.bells.wait(bells.Bell.OUTBOX, at_most=min(LOOK, wake))
        finally:
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=GRACE)
            for task in self._busy.values():
                task.cancel()

    async def _round(self) -> float:
        """Begin what may go; return the seconds until something else may."""
        try:
            async with self._store.reading() as work:
                look = await owed.look(work, self._telegram.bot_id, limit=LIMIT)
            if look.has_lapsed:
                await self._take_back()
        except Exception:
            log.error("the outbox could not be read", exc_info=True)
            return LOOK
        waiting = [row for row in look.owed if row.id not in self._busy]
        wake = look.wake if look.wake is not None else LOOK
        try:
            return min(wake, await self._begin(waiting))
        finally:
            self._gate.reply_waits(False)

    async def _begin(self, waiting: list[owed.Owed]) -> float:
        """Begin each when its turn comes; return early with the seconds to wait if only their chats hold them up."""
        while waiting and not self._gate.is_shut:
            await self._flight.acquire()
            row = next((each for each in waiting if self._gate.takes_reply(_chat(each))), None)
            if row is not None:
                waiting.remove(row)
                self._start(row)
                continue
            self._flight.release()
            wait = self._gate.reply_in(_chat(each) for each in waiting)
            if wait > TURN:
                return wait
            self._gate.reply_waits(True)
            await asyncio.sleep(wait)
        return LOOK

    def _start(self, row: owed.Owed) -> None:
        task = asyncio.create_task(self._one(row))
        self._busy[row.id] = task
        task.add_done_callback(lambda _: self._done(row.id))

    def _done(self, id: int) -> None:
        self._busy.pop(id, None)
        self._flight.release()
        self._store.bells.ring([bells.Bell.OUTBOX])

    async def _one(self, row: owed.Owed) -> None:
        try:
            begun = await self._intend(row) if self._seat.held else None
            if begun is None:
                self._gate.spared()
                return
            taken, number, call = begun
            answer = await self._telegram.send(transport.Way.REPLY, taken.method, call.params, to=call.to)
            self._gate.saw(answer, taken.chat_id)
            meters.attempt("reply", answer.outcome)
            await self._record(taken, number, answer)
        except Exception:  # a row in SENDING is taken back when its lease lapses
            self._gate.spared()
            log.error("a row of the outbox failed", outbox=row.id, exc_info=True)
            await asyncio.sleep(LOOK)

    async def _intend(self, row: owed.Owed) -> tuple[owed.Owed, int, owed.Call] | None:
        """Commit the intent to send a row; None if it is not ours to send, or not to be sent."""
        try:
            async with self._store.writing() as work:
                taken = await owed.take(work, row.id)
                if taken is None:
                    return None
                call = await self._open(work, taken)
                if call is None:
                    return None
                number = await owed.intend(work, taken, owner=self._owner, lease=self._telegram.timeouts.lease)
        except vault.KeyMissing:
            await self._put_off(row)
            return None
        except _Broken:
            await self._fault(row)
            return None
        return (taken, number, call) if number is not None else None

    async def _open(self, work: Work, row: owed.Owed) -> owed.Call | None:
        if not row.useful:
            stale = (life.State.UNCONFIRMED, life.Reason.NO_ANSWER) if row.resends else _TOO_LATE
            await owed.end(work, row.id, state=stale[0], reason=stale[1])
            return None
        try:
            call = await owed.call(work, row)
        except (*UNREACHED, vault.KeyMissing):  # the database's fault, or this process's, and not the row's
            raise
        except Exception as error:
            raise _Broken from error
        if call is None:
            await owed.end(work, row.id, state=life.State.CANCELLED, reason=life.Reason.ERASED)
        return call

    async def _put_off(self, row: owed.Owed) -> None:
        """Leave a row planned that this process has not the key for: no try is counted, and nothing is parked."""
        async with self._store.writing() as work:
            await owed.put_off(work, row.id, retry_in=keyless.RETRY)
        self._keyless.tell()

    async def _fault(self, row: owed.Owed) -> None:
        async with self._store.writing() as work:
            if await owed.fault(work, row.id, tries=TRIES, retry_in=RETRY):
                log.error("a row of the outbox is parked", outbox=row.id, exc_info=True)

    async def _record(self, row: owed.Owed, number: int, answer: meaning.Answer) -> None:
        next = after.attempt(answer, _tried(row, number))
        async with self._store.writing() as work:
            if next.block_chat:  # the chat before the row, as an erasure locks them
                await chats.set_blocked(work, row.chat_id, self._clock.now())
            await owed.record(work, row.subject, number=number, result=_result(next, answer))
            if next.pause_bot is not None:
                await bots.pause(work, self._telegram.bot_id, next.pause_bot)
        if next.state is not life.State.SENT:
            log.warning("a reply was not accepted", outbox=row.id, outcome=answer.outcome, detail=answer.detail)

    async def _take_back(self) -> None:
        """Decide about the rows whose sender was lost while they were on their way."""
        lost = meaning.Answer(meaning.Outcome.UNKNOWN, detail="lease lapsed")
        async with self._store.writing() as work:
            for row in await owed.lapsed(work):
                next = after.attempt(lost, _tried(row, row.attempts))
                await owed.record(work, row.subject, number=row.attempts, result=_result(next, lost))


def _chat(row: owed.Owed) -> str | None:
    return None if row.method in WRITES_NOTHING else row.chat_id


class _Broken(Exception):
    """A row that cannot be loaded."""


_TOO_LATE = (life.State.EXPIRED, life.Reason.TOO_LATE)


def _tried(row: owed.Owed, number: int) -> after.Tried:
    return after.Tried(row.budget, row.resends, number, row.useful, PATIENCE)


def _result(next: after.Next, answer: meaning.Answer) -> owed.Result:
    return owed.Result(
        state=next.state,
        reason=next.reason,
        resends=next.resends,
        retry_in=next.retry_in,
        outcome=answer.outcome,
        detail=answer.detail,
        message_id=answer.message_id,
    )
