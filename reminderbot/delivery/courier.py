"""Carries one claimed reminder: the intent in a commit of its own, the call, the record behind its fence."""

import dataclasses
from datetime import timedelta
from typing import assert_never

import structlog

from reminderbot import clocks
from reminderbot.delivery import claiming, compose, holds
from reminderbot.gateway import after, meaning, transport
from reminderbot.planning import life
from reminderbot.store import attempts, bells, bots, reminders, sendings
from reminderbot.store.work import UNREACHED, Store, Work

TRIES = 3  # to render or load a reminder, before it is parked
RETRY = timedelta(seconds=2)

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Intent:
    """An intent that has committed: attempt `number` of a reminder is about to be made."""

    ready: sendings.Ready
    number: int
    params: dict[str, object] = dataclasses.field(repr=False)
    to: int = dataclasses.field(repr=False)


class Courier:
    """Carries reminders for the sender that signs as `owner`."""

    def __init__(
        self,
        store: Store,
        telegram: transport.Transport,
        composer: compose.Compose,
        clock: clocks.Clock,
        *,
        owner: str,
    ) -> None:
        self._store = store
        self._telegram = telegram
        self._compose = composer
        self._clock = clock
        self._owner = owner

    async def carry(self, claimed: reminders.Claimed) -> None:
        """Bring one reminder from CLAIMED to wherever the answer leads; no transaction is open during the call."""
        intent = await self.intend(claimed)
        if intent is None:
            return
        way = transport.Way.REMINDER
        answer = await self._telegram.send(way, compose.METHOD, dict(intent.params), to=intent.to)
        await self.record(intent, answer)

    async def intend(self, claimed: reminders.Claimed) -> Intent | None:
        """Commit the intent to send; None if the reminder may not go now, is not ours any more, or is broken."""
        try:
            async with self._store.writing() as work:
                ready = await sendings.ready(work, claimed.id, owner=self._owner)
                if ready is None:
                    await sendings.let_go(work, claimed.id, owner=self._owner)
                    return None
                return await self._decided(work, ready)
        except _BrokenError as broken:
            await self._fault(claimed, broken)
            return None

    async def record(self, intent: Intent, answer: meaning.Answer) -> bool:
        """Write what became of the attempt; False if the reminder has moved on meanwhile."""
        ready = intent.ready
        now = self._clock.now()
        useful = ready.useful_until > now
        tried = after.Tried(ready.budget, ready.resends, intent.number, useful, claiming.PATIENCE)
        next = after.attempt(answer, tried)
        async with self._store.writing() as work:
            fits = await sendings.record(
                work,
                ready.subject,
                number=intent.number,
                result=claiming.result(next, answer),
                now=now,
                chat_id=ready.chat_id,
            )
            if next.pause_bot is not None:
                await bots.pause(work, self._telegram.bot_id, next.pause_bot)
            if next.state is life.State.PLANNED:
                work.ring(bells.Bell.REMINDERS)  # its retry may be due before the sleep of the loop ends
        if answer.outcome is not meaning.Outcome.ACCEPTED:
            log.warning("a reminder was not accepted", reminder=ready.id, outcome=answer.outcome, detail=answer.detail)
        return fits

    async def _decided(self, work: Work, ready: sendings.Ready) -> Intent | None:
        now = self._clock.now()
        match holds.decide(ready, now):
            case holds.Go():
                return await self._go(work, ready)
            case holds.Leave():
                await sendings.let_go(work, ready.id, owner=self._owner)
            case holds.Later(until):
                await sendings.hold(work, ready, owner=self._owner, until=until, now=now)
            case holds.End(state, reason):
                await sendings.end(work, ready, owner=self._owner, state=state, reason=reason, now=now)
            case never:
                assert_never(never)
        return None

    async def _go(self, work: Work, ready: sendings.Ready) -> Intent | None:
        try:
            to = await sendings.address(work, ready)
            composed = await self._compose(work, ready, now=self._clock.now())
        except UNREACHED:  # the database's fault, and not the reminder's: its lease gives it back
            raise
        except Exception as error:
            raise _BrokenError(type(error).__name__) from error
        if to is None:
            await sendings.let_go(work, ready.id, owner=self._owner)
            return None
        lease = self._telegram.timeouts.lease
        number = await sendings.intend(work, ready, composed.wording, owner=self._owner, lease=lease)
        return Intent(ready, number, composed.params, to) if number is not None else None

    async def _fault(self, claimed: reminders.Claimed, broken: Exception) -> None:
        subject = attempts.Subject(claimed.organisation_id, reminder_id=claimed.id)
        async with self._store.writing() as work:
            parked = await sendings.fault(
                work, subject, owner=self._owner, tries=TRIES, retry_in=RETRY, now=self._clock.now()
            )
            work.ring(bells.Bell.REMINDERS)  # so that the next try is not slept through
        log.error("a reminder could not be made", reminder=claimed.id, error=str(broken), parked=parked)


class _BrokenError(Exception):
    """A reminder that cannot be rendered or loaded; its words are the name of what was raised."""
