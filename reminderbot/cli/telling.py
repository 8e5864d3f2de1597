"""The operator's words for a reminder's story: states, reasons, events, outcomes, and what it waits for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reminderbot import app
from reminderbot.planning import life

if TYPE_CHECKING:  # it brings the database's libraries with it
    from reminderbot.services import stories

REASONS = {
    life.Reason.LATE_START: "its time was past when the patient began",
    life.Reason.NO_TIME_BEFORE: "it is for before the session, and there was no time left",
    life.Reason.QUIET_HOURS: "the patient's quiet hours",
    life.Reason.TOO_LATE: "its useful time passed first",
    life.Reason.OVERTAKEN: "a later message took its place",
    life.Reason.SAID_TOGETHER: "several sessions had something to say at once",
    life.Reason.NEWER_SESSION: "a newer session of the series has its own message",
    life.Reason.ONE_MESSAGE: "one message for both sessions",
    life.Reason.MOVED: "the session moved",
    life.Reason.SESSION_CANCELLED: "the session was cancelled",
    life.Reason.NOT_HELD: "the session did not take place",
    life.Reason.STOPPED: "the patient stopped the messages",
    life.Reason.LEFT_OUT: "the patient left this one out",
    life.Reason.ANSWERED: "the patient has answered, or said that they are worried",
    life.Reason.TODAY_ONLY: "the patient wanted that day's messages only",
    life.Reason.NO_READS: "the patient wants no short reads",
    life.Reason.ERASED: "the patient's data was erased",
    life.Reason.BLOCKED: "the patient blocked the bot",
    life.Reason.REFUSED: "Telegram refused it",
    life.Reason.NO_ANSWER: "Telegram's answer never came",
    life.Reason.BROKEN: "the message could not be made",
    life.Reason.NO_CHAT: "no chat is joined to the patient",
    life.Reason.HABITS: "the patient's zone, hours or wishes changed",
    life.Reason.PLAN: "the clinic changed the plan",
    life.Reason.ZONE_RULES: "the clocks' rules of the place have changed",
}

STATES = {
    life.State.PLANNED: "planned",
    life.State.CLAIMED: "taken by a sender; nothing of it was sent",
    life.State.SENDING: "on its way",
    life.State.SENT: "sent: Telegram took it",
    life.State.REJECTED: "rejected: Telegram refused it for good",
    life.State.BLOCKED: "blocked: the patient has blocked the bot",
    life.State.UNCONFIRMED: "unconfirmed: it may have arrived; Telegram's answer never came, and no resend is left",
    life.State.CANCELLED: "cancelled",
    life.State.SKIPPED: "skipped: not to be sent",
    life.State.SUPERSEDED: "superseded: a newer session or plan says it better",
    life.State.MERGED: "merged: another reminder said it",
    life.State.EXPIRED: "expired",
    life.State.PARKED: "parked: the message could not be made",
    life.State.REVIEW: "under review: restored from a backup after its time",
}

OUTCOMES = {
    "accepted": "Telegram took it",
    "not_sent": "it never left this machine, so no copy can exist; it will be tried again",
    "unknown": "nobody knows whether it arrived: Telegram's answer never came",
    "wait": "Telegram asked for patience and did not take it; it will be tried again",
    "rejected": "Telegram refused it for good",
    "blocked": "the patient has blocked the bot; it did not arrive",
    "halt": "Telegram does not accept the bot's token; it did not arrive and will be tried again",
    "conflict": "another program uses the bot's token; it did not arrive and will be tried again",
}

WAITS = {
    "due": "it waits for its time, {until}",
    "retry": "it is tried again from {until} on",
    "quiet": "it waits for the end of the patient's quiet hours, {until}",
    "paused": "the patient has paused the messages until {until}",
    "broken": "calls to Telegram fail at the moment; it waits until they go through again",
    "bot_paused": "Telegram has asked the bot for patience until {until}",
    "stopped": "the patient has stopped the messages; it waits until they are back, while it is of use",
    "blocked": "the patient has blocked the bot; it waits until they are back, while it is of use",
    "no_consent": "the patient has not agreed to messages yet; it waits while it is of use",
    "no_chat": "no chat is joined to the patient; it waits for one, while it is of use",
    "sender": "nothing holds it; a sender takes it as soon as it can",
    "answer": "Telegram's answer is awaited; without one by {until} nobody knows whether it arrived",
    "intent": "it is about to be sent; if its sender died, it is free again from {until} on",
}

_EVENTS = {
    "planned": "planned for {after}",
    "not_planned": "not planned; it would have been for {after}",
    "moved": "moved from {before} to {after}",
    "snoozed": "put off by the patient from {before} to {after}",
    "followed": "still not to be sent; its time moved along, from {before} to {after}",
    "returned": "to be sent again, for {after}",
    "ended": "not to be sent any more",
    "held": "held back",
    "freed": "given back: its sender was gone, and nothing of it had been sent",
    "retried": "put back by a person, to be tried again",
}

_NEXT = {
    life.State.REJECTED: "Final. Somebody should look why, and tell the patient.",
    life.State.UNCONFIRMED: "Final. Somebody may ask the patient whether it arrived.",
    life.State.BLOCKED: "It returns if the patient comes back while it is of use.",
    life.State.PARKED: "It waits for a person: mend the cause, then `reminderbot retry {id}`.",
    life.State.REVIEW: "It waits for a person: `reminderbot retry {id}` sends it.",
    life.State.CANCELLED: "Nothing more is sent, unless the patient comes back while it is of use.",
    life.State.SKIPPED: "Nothing more is sent, unless the session moves or the patient asks for it.",
    life.State.EXPIRED: "Nothing more is sent, unless the session moves.",
}
_FINAL = "Final."
_OF_PATIENT = "in the patient's own list of messages"
_NEEDS_LOOK = (life.State.UNCONFIRMED, life.State.BLOCKED, life.State.REJECTED, life.State.PARKED, life.State.REVIEW)


def line(of: stories.Line, zone: str) -> str:
    """Return one link of the chain in words, without its time."""
    if of.number is not None:
        return _attempt(of)
    words = _EVENTS.get(of.kind) or _state(of.kind)
    if of.kind == "held" and of.due_after is not None:
        words += f" until {moment(of.due_after, zone)}"
    words = words.format(before=_moment(of.due_before, zone), after=_moment(of.due_after, zone))
    return f"{words}: {_reason(of.reason)}" if of.reason and of.kind not in _SELF_SAID else words


def stands(of: stories.Story) -> str:
    """Return the present state in words, with its reason."""
    subject = of.subject
    words = _state(subject.state)
    said = subject.reason is None or str(subject.state) in _SELF_SAID
    return words if said else f"{words}: {_reason(subject.reason)}"


def comes_next(of: stories.Story) -> str:
    """Return what comes next, in one or more sentences."""
    zone = of.subject.zone
    if of.waits:
        told = [WAITS[each.what].format(until=_moment(each.until, zone)) for each in of.waits]
        return _sentences(*told, f"of use until {moment(of.subject.useful_until, zone)}")
    subject = of.subject
    if subject.merged_into is not None:
        return f"Final. The message of reminder {subject.merged_into} says it."
    return _NEXT.get(subject.state, _FINAL).format(id=subject.id)


def shown(of: stories.Story) -> str:
    """Return where people see it."""
    if of.subject.state in _NEEDS_LOOK:
        return f"In `reminderbot attention`, and {_OF_PATIENT}."
    return f"{_OF_PATIENT.capitalize()}."


def moment(instant: datetime, zone: str) -> str:
    """Return an instant on the patient's clock and in UTC."""
    local, utc = app.local(instant, zone), instant.astimezone(UTC)
    if local.date() == utc.date():
        return f"{local:%a %Y-%m-%d %H:%M} ({utc:%H:%M} UTC)"
    return f"{local:%a %Y-%m-%d %H:%M} ({utc:%m-%d %H:%M} UTC)"


_SELF_SAID = frozenset({"rejected", "blocked", "unconfirmed", "parked"})
"""States whose words say the one reason they can have."""


def _attempt(of: stories.Line) -> str:
    if of.kind == "began":
        return f"attempt {of.number} began"
    words = OUTCOMES.get(of.kind, of.kind)
    if of.kind == "unknown":
        words += "; a resend is left" if of.resend_left else "; no resend is left"
    return f"attempt {of.number} ended: {words}" + (f" [{of.detail}]" if of.detail else "")


def _state(kind: str) -> str:
    return STATES[life.State(kind)] if kind in set(life.State) else kind.replace("_", " ")


def _reason(reason: str | None) -> str:
    return REASONS[life.Reason(reason)] if reason in set(life.Reason) else str(reason).replace("_", " ")


def _moment(instant: datetime | None, zone: str) -> str:
    return "a time that is not known" if instant is None else moment(instant, zone)


def _sentences(*parts: str) -> str:
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts)
