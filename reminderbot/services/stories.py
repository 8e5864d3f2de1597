"""The whole story of a reminder: planned, moved, held, tried, ended; where it stands now and what it waits for."""

import dataclasses
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access
from reminderbot.store import attempts, events, stories
from reminderbot.store import work as works

SHORTEST = 6
"""Hex digits of an id that name a reminder: of 30,000 reminders one in 560 shares its first six with another."""

_PREFIX = re.compile(rf"[0-9a-f]{{{SHORTEST},32}}")
_SHOWN = 40  # characters of what was typed that a refusal repeats
BEGAN = "began"
"""The kind of a line that tells the beginning of an attempt; its end has the outcome as its kind."""


class Waits(StrEnum):
    """What a reminder that is not over waits for."""

    DUE = "due"
    RETRY = "retry"
    QUIET = "quiet"
    PAUSED = "paused"
    BOT_PAUSED = "bot_paused"  # Telegram asked the bot for patience
    BROKEN = "broken"  # several calls failed in a row: nothing is sent until Telegram answers
    STOPPED = "stopped"
    BLOCKED = "blocked"
    NO_CONSENT = "no_consent"
    NO_CHAT = "no_chat"
    SENDER = "sender"  # nothing holds it: the next look of a sender takes it
    ANSWER = "answer"  # on its way: Telegram's answer, or the lapse of its lease
    INTENT = "intent"  # claimed: it is about to be sent, or its lease gives it back


@dataclasses.dataclass(frozen=True)
class Wait:
    """One thing that is waited for, and until when, where that is known."""

    what: Waits
    until: datetime | None = None


@dataclasses.dataclass(frozen=True)
class Line:
    """One link of the chain: an event, or the beginning or the end of attempt `number`.

    `kind` is an `events.Event`, the state it ended in, BEGAN, or an outcome; `resend_left` tells of an attempt with
    an unknown outcome whether the step's budget allowed another.
    """

    at: datetime
    kind: str
    reason: str | None = None
    due_before: datetime | None = None
    due_after: datetime | None = None
    number: int | None = None
    detail: str | None = None
    resend_left: bool = False


@dataclasses.dataclass(frozen=True)
class Story:
    """A reminder, its chain in order of time, and what it waits for (empty once it is over)."""

    subject: stories.Subject
    chain: tuple[Line, ...]
    waits: tuple[Wait, ...]


async def tell(work: works.Work, who: access.Operator, id: str, *, now: datetime) -> Story:
    """Return the story of the reminder whose id begins with `id`. NotFound as `found` raises it.

    Events carry the product's instants and attempts the machine's: where the product clock was wound, the two do
    not mix in one order.
    """
    return await tell_whole(work, await found(work, who, id), now=now)


async def tell_whole(work: works.Work, id: str, *, now: datetime) -> Story:
    """Return the story of the reminder under a whole id that the caller has reached."""
    subject = await stories.subject(work, id)
    told = [_event(each) for each in await events.of(work, subject.id)]
    ledger = await attempts.of(work, attempts.Subject(subject.organisation_id, reminder_id=subject.id))
    chain = sorted([*told, *_tries(ledger, subject.budget)], key=lambda line: line.at)
    return Story(subject, tuple(chain), tuple(_waits(subject, now)))


async def found(work: works.Work, _who: access.Operator, id: str) -> str:
    """Return the one whole id that begins with `id`; NotFound `refusal.unknown_reminder`, `refusal.which_reminder`."""
    typed = id.strip().lower()
    ids = await stories.beginning_with(work, typed, limit=2) if _PREFIX.fullmatch(typed) else []
    if not ids:
        raise errors.NotFound("refusal.unknown_reminder", text=id[:_SHOWN])
    if len(ids) > 1:
        raise errors.NotFound("refusal.which_reminder", text=id[:_SHOWN])
    return ids[0]


def _event(told: events.Told) -> Line:
    return Line(told.at, told.kind, told.reason, told.due_before, told.due_after)


def _tries(ledger: Sequence[attempts.Attempt], budget: int) -> Iterator[Line]:
    unknown = 0
    for attempt in ledger:
        yield Line(attempt.began_at, BEGAN, number=attempt.number)
        if attempt.ended_at is None or attempt.outcome is None:
            continue
        unknown += attempt.outcome == "unknown"
        yield Line(
            attempt.ended_at,
            attempt.outcome,
            number=attempt.number,
            detail=attempt.detail,
            resend_left=unknown <= budget,
        )


def _waits(of: stories.Subject, now: datetime) -> Iterator[Wait]:
    if of.state is life.State.CLAIMED:
        yield Wait(Waits.INTENT, of.lease_until)
    elif of.state is life.State.SENDING:
        yield Wait(Waits.ANSWER, of.lease_until)
    elif of.state is life.State.PLANNED:
        holds = list(_holds(of, now))
        yield from holds or [Wait(Waits.SENDER)]


def _holds(of: stories.Subject, now: datetime) -> Iterator[Wait]:
    """What keeps a planned reminder from being sent this second, in the order in which one would ask."""
    if of.due_at > now:
        yield Wait(Waits.DUE, of.due_at)
    elif (end := hours.quiet_end_after(now, of.quiet, of.zone)) is not None:
        yield Wait(Waits.QUIET, end)
    if of.retry_at is not None and of.retry_at > of.instant:
        yield Wait(Waits.RETRY, of.retry_at)
    if of.bot_paused_until is not None and of.bot_paused_until > of.instant:
        yield Wait(Waits.BOT_PAUSED, of.bot_paused_until)
    if of.paused_until is not None and of.paused_until > now:
        yield Wait(Waits.PAUSED, of.paused_until)
    for what, holds in (
        (Waits.BROKEN, of.broken_at is not None),
        (Waits.NO_CHAT, of.chat_id is None),
        (Waits.NO_CONSENT, of.chat_id is not None and of.consented_at is None),
        (Waits.BLOCKED, of.blocked_at is not None),
        (Waits.STOPPED, of.stopped_at is not None),
    ):
        if holds:
            yield Wait(what)
