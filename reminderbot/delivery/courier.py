"""Carries claimed reminders: prepared together, the intent in a commit of its own, the call, the record."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never

import structlog

from reminderbot import clocks, meters
from reminderbot.delivery import claiming, compose, holds
from reminderbot.gateway import after, keyless, meaning, transport
from reminderbot.planning import life
from reminderbot.services import second_asks as asking
from reminderbot.store import attempts, bells, bots, second_asks, sendings, vault
from reminderbot.store import ready as readies
from reminderbot.store.work import UNREACHED, Store, Work

TRIES = 3  # to render or load a reminder, before it is parked
RETRY = timedelta(seconds=2)

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A claimed reminder with its message, made from what stood when it was claimed; None if that could not be."""

    claimed: claiming.Claimed
    message: compose.Composed | None = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Intent:
    """An intent that has committed: attempt `number` of a reminder is about to be made, `others` said by it too."""

    ready: readies.Ready
    number: int
    others: int
    params: dict[str, object] = dataclasses.field(repr=False)
    to: int = dataclasses.field(repr=False)
    asks_again_after: timedelta | None = None


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
        self._keyless = keyless.Told()

    async def prepare(self, claimed: Sequence[claiming.Claimed]) -> list[Prepared]:
        """Make the messages of what was claimed together; what may not go now is settled, and not returned.

        So nothing takes a turn of the pace that is not sent: after an outage half the world may be asleep. Whoever
        cannot be prepared goes without: it is looked at again alone when its turn comes, and counted then.
        """
        try:
            async with self._store.writing() as work:
                going = [each for each in claimed if await self._goes(work, each)]
                return [Prepared(each, await self._message(work, each)) for each in going]
        except UNREACHED:  # the database refuses one of them, or is away: that one's turn will tell
            return [Prepared(each, None) for each in claimed]

    async def carry(self, prepared: Prepared) -> meaning.Answer | None:
        """Bring a reminder from CLAIMED to wherever the answer leads, and return that; None if nothing was sent.

        No transaction is open during the call.
        """
        intent = await self.intend(prepared)
        if intent is None:
            return None
        way = transport.Way.REMINDER
        answer = await self._telegram.send(way, compose.METHOD, dict(intent.params), to=intent.to)
        await self.record(intent, answer)
        return answer

    async def intend(self, prepared: Prepared) -> Intent | None:
        """Commit the intent to send; None if the reminder may not go now, is not ours any more, or is broken.

        What was prepared goes if nothing of what it rests on has changed. Else the reminder is looked at anew; those
        that were to be said with it are given back then, for the next look to decide.
        """
        intent = await self._as_prepared(prepared)
        if intent is not None:
            return intent
        claimed = prepared.claimed
        await self._let_go([each.id for each in claimed.others])
        try:
            async with self._store.writing() as work:
                ready = await readies.again(work, claimed.ready.id, owner=self._owner)
                if ready is None:
                    await sendings.let_go(work, claimed.ready.id, owner=self._owner)
                    return None
                return await self._decided(work, ready)
        except vault.KeyMissing:
            await self._put_off(claimed.ready)
            return None
        except _BrokenError as broken:
            await self._fault(claimed.ready, broken)
            return None

    async def give_back(self, prepared: Sequence[Prepared]) -> None:
        """Plan again what was claimed and is not to be sent now."""
        await self._let_go([ready.id for each in prepared for ready in each.claimed.every])

    async def record(self, intent: Intent, answer: meaning.Answer) -> bool:
        """Write what became of the attempt; False if the reminder has moved on meanwhile."""
        ready = intent.ready
        now = self._clock.now()
        useful = ready.useful_until > now
        tried = after.Tried(ready.budget, ready.resends, intent.number, useful, claiming.PATIENCE)
        next = after.attempt(answer, tried)
        was_taken = answer.outcome is meaning.Outcome.ACCEPTED
        again = intent.asks_again_after if was_taken else None
        async with self._store.writing_once() if was_taken and again is None else self._store.writing() as work:
            if again is not None:
                await second_asks.lock(work, ready.chat_id)  # before the reminder, as whoever answers locks them
            fits = await sendings.record(
                work,
                ready.subject,
                number=intent.number,
                result=claiming.result(next, answer),
                now=now,
                chat_id=ready.chat_id,
            )
            if again is not None and fits:
                await asking.plan(work, ready, again, now=now)
            if intent.others and fits and answer.outcome in meaning.NOT_ARRIVED:
                await sendings.part(work, ready.id, now=now)
            if intent.others and fits and answer.outcome is meaning.Outcome.UNKNOWN:
                await sendings.part(work, ready.id, now=now, again_in=claiming.PATIENCE)
            if next.pause_bot is not None:
                await bots.pause(work, self._telegram.bot_id, next.pause_bot)
            if next.state is life.State.PLANNED:
                work.ring(bells.Bell.REMINDERS)  # its retry may be due before the sleep of the loop ends
        meters.attempt("reminder", answer.outcome)
        if was_taken:
            meters.dwell((now - ready.due_at).total_seconds())
        else:
            log.warning("a reminder was not accepted", reminder=ready.id, outcome=answer.outcome, detail=answer.detail)
        return fits

    async def _as_prepared(self, prepared: Prepared) -> Intent | None:
        """Commit what was prepared, all of it or nothing, if it may go now and nothing it rests on has changed."""
        every, message = prepared.claimed.every, prepared.message
        if message is None:
            return None
        said, unsaid = every[: len(message.wordings)], every[len(message.wordings) :]
        visit = self._store.writing if len(said) > 1 else self._store.writing_once
        lease = self._telegram.timeouts.lease
        try:
            async with visit() as work:
                now = self._clock.now()  # once inside: a writer of SQLite may have stood in line for a while
                if not all(isinstance(holds.decide(each, now), holds.Go) for each in every):
                    return None
                if message.stale_at is not None and message.stale_at <= now:
                    return None
                number = await sendings.intend_unchanged(
                    work, said[0], message.wordings[0], owner=self._owner, lease=lease
                )
                if number is None:
                    return None
                for ready, wording in zip(said[1:], message.wordings[1:], strict=True):
                    into = {"into": said[0].id, "owner": self._owner}
                    if not await sendings.merge_unchanged(work, ready, wording, now=now, **into):
                        raise _ChangedError
        except _ChangedError:
            return None
        await self._let_go([each.id for each in unsaid])
        return Intent(said[0], number, len(said) - 1, message.params, message.to, message.asks_again_after)

    async def _goes(self, work: Work, claimed: claiming.Claimed) -> bool:
        """Tell whether a claimed reminder and what is said with it may go now; settle them if not."""
        now = self._clock.now()
        if all(isinstance(holds.decide(each, now), holds.Go) for each in claimed.every):
            return True
        for each in claimed.every:
            ready = await readies.again(work, each.id, owner=self._owner)  # as it stands now, and locked
            if ready is None or isinstance(decision := holds.decide(ready, now), holds.Go):
                await sendings.let_go(work, each.id, owner=self._owner)
            else:
                await self._settle(work, ready, decision, now)
        return False

    async def _decided(self, work: Work, ready: readies.Ready) -> Intent | None:
        now = self._clock.now()
        decision = holds.decide(ready, now)
        if isinstance(decision, holds.Go):
            return await self._go(work, ready)
        await self._settle(work, ready, decision, now)
        return None

    async def _settle(
        self, work: Work, ready: readies.Ready, decision: holds.Leave | holds.Later | holds.End, now: datetime
    ) -> None:
        """Do what was decided about a claimed reminder that may not go now."""
        match decision:
            case holds.Leave():
                await sendings.let_go(work, ready.id, owner=self._owner)
            case holds.Later(until):
                await sendings.hold(work, ready, owner=self._owner, until=until, now=now)
            case holds.End(state, reason):
                await sendings.end(work, ready, owner=self._owner, state=state, reason=reason, now=now)
            case never:
                assert_never(never)

    async def _go(self, work: Work, ready: readies.Ready) -> Intent | None:
        try:
            message = await self._compose(work, [ready], now=self._clock.now())
        except UNREACHED:  # the database's fault, and not the reminder's: its lease gives it back
            raise
        except vault.KeyMissing:  # the process's fault: whoever has the key, or this one once restarted, will send it
            raise
        except Exception as error:
            raise _BrokenError(type(error).__name__) from error
        if message is None:
            await sendings.let_go(work, ready.id, owner=self._owner)
            return None
        lease = self._telegram.timeouts.lease
        number = await sendings.intend(work, ready, message.wordings[0], owner=self._owner, lease=lease)
        if number is None:
            return None
        return Intent(ready, number, 0, message.params, message.to, message.asks_again_after)

    async def _message(self, work: Work, claimed: claiming.Claimed) -> compose.Composed | None:
        try:
            return await self._compose(work, claimed.every, now=self._clock.now())
        except UNREACHED:
            raise
        except Exception:
            return None

    async def _let_go(self, ids: Sequence[str]) -> None:
        if not ids:
            return
        async with self._store.writing() as work:
            for id in ids:
                await sendings.let_go(work, id, owner=self._owner)
            work.ring(bells.Bell.REMINDERS)

    async def _put_off(self, ready: readies.Ready) -> None:
        """Leave a reminder planned that this process has not the key for: no try is counted, and nothing is parked."""
        async with self._store.writing() as work:
            await sendings.put_off(work, ready.id, owner=self._owner, retry_in=keyless.RETRY)
        self._keyless.tell()

    async def _fault(self, ready: readies.Ready, broken: Exception) -> None:
        subject = attempts.Subject(ready.organisation_id, reminder_id=ready.id)
        async with self._store.writing() as work:
            parked = await sendings.fault(
                work, subject, owner=self._owner, tries=TRIES, retry_in=RETRY, now=self._clock.now()
            )
            work.ring(bells.Bell.REMINDERS)  # so that the next try is not slept through
        log.error("a reminder could not be made", reminder=ready.id, error=str(broken), parked=parked)


class _BrokenError(Exception):
    """A reminder that cannot be rendered or loaded; its words are the name of what was raised."""


class _ChangedError(Exception):
    """Something that a prepared message rests on has changed: nothing of it is to be committed."""
