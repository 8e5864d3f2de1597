"""One reminder on its way: the intent, the record behind its fence, and the ways in which it does not go."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, insert, update

from reminderbot.planning import life
from reminderbot.store import attempts as ledger
from reminderbot.store import events, intents, leases, overtaken, standings, tables
from reminderbot.store import ready as readies
from reminderbot.store.ready import Ready
from reminderbot.store.work import Work

_r, _c = tables.reminders.c, tables.chats.c


@dataclasses.dataclass(frozen=True)
class Wording:
    """What is said in a reminder: the copy of its text, the language, the body as it is sent, and the clinic's edition.

    Without an edition the text is the shipped one.
    """

    text_id: str | None
    language: str
    body: str
    edition_id: str | None = None


@dataclasses.dataclass(frozen=True)
class Result:
    """What becomes of a reminder after an attempt; `retry_in` is of the machine's time."""

    state: life.State
    reason: life.Reason | None
    resends: int
    retry_in: timedelta | None
    block_chat: bool
    outcome: str
    detail: str
    message_id: int | None


async def intend(work: Work, ready: Ready, wording: Wording, *, owner: str, lease: timedelta) -> int | None:
    """Write that a reminder, read again in this transaction, is about to be sent; return the attempt's number.

    None if it is no longer ours.
    """
    number = ready.attempts + 1
    on_its_way = {"state": life.State.SENDING, "attempts": number, "retry_at": None, "faults": 0}
    change = (
        update(tables.reminders)
        .where(_r.id == ready.id, *readies.held(work, owner))
        .values(lease_until=leases.after(work, lease), **on_its_way, **_worded(work, ready, wording))
    )
    begun = await ledger.begin_with(work, change, ready.subject, number=number, owner=owner)
    return number if begun else None


async def intend_unchanged(work: Work, ready: Ready, wording: Wording, *, owner: str, lease: timedelta) -> int | None:
    """Write that a reminder is about to be sent if all stands as it did when it was claimed.

    Return the attempt's number; None if it is no longer ours, or anything has changed that it was decided or worded
    by, or the bot is paused: all of it is read again in this statement, and locked as `ready.again` locks it.
    """
    is_begun = await intents.begin(work, ready, _worded(work, ready, wording), owner=owner, lease=lease)
    return ready.attempts + 1 if is_begun else None


async def merge_unchanged(work: Work, ready: Ready, wording: Wording, *, into: str, owner: str, now: datetime) -> bool:
    """Have a claimed reminder said by another, in the transaction of that one's intent; False if anything changed."""
    if not await intents.merge(work, ready, _worded(work, ready, wording), into=into, owner=owner):
        return False
    await _note(work, ready, now, life.State.MERGED, life.Reason.SAID_TOGETHER)
    return True


async def record(
    work: Work, subject: ledger.Subject, *, number: int, result: Result, now: datetime, chat_id: str | None = None
) -> bool:
    """Write what became of attempt `number`; False if the reminder has moved on, and then only the ledger is told.

    `chat_id` is where it was sent, None when a lapsed lease is all we know. `now` is the product's.
    """
    if result.block_chat and chat_id is not None:
        await block(work, chat_id, now)  # the chat before the reminder, as an erasure locks them
        await standings.settle_chat(work, chat_id, now=now)
    sent = result.state is life.State.SENT
    return await intents.record(
        work,
        subject,
        number=number,
        row={
            "new_state": result.state.value,
            "new_reason": result.reason.value if result.reason is not None else None,
            "new_resends": result.resends,
            "sent_message": result.message_id if sent else None,
            "sent_to_chat": chat_id if sent else None,
            "sent_when": now if sent else None,
        },
        line={
            "told": str(result.outcome),
            "detailed": result.detail[: ledger.DETAIL] or None,
            "message": result.message_id,
        },
        retry_in=result.retry_in,
    )


async def part(work: Work, into: str, *, now: datetime, again_in: timedelta | None = None) -> int:
    """Plan again what was to be said by a reminder of which nothing can have arrived; return how many.

    `again_in`, of the machine's time: the message may have arrived. Then each that its own budget allows goes by
    itself, as its resend: that of the reminder which said it will not say it again.
    """
    values: dict[str, Any] = {"state": life.State.PLANNED, "merged_into": None}
    which = [_r.merged_into == into, _r.state == life.State.MERGED]
    if again_in is not None:
        which.append(_r.resends < _r.budget)
        values |= {"resends": _r.resends + 1, "retry_at": leases.after(work, again_in)}
    change = update(tables.reminders).where(*which).values(values).returning(_r.id, _r.organisation_id)
    rows = (await work.run(change)).all()
    for row in rows:
        subject = ledger.Subject(row.organisation_id, reminder_id=row.id)
        await _note(work, subject, now, events.Event.RETURNED, life.Reason.SAID_TOGETHER)
    return len(rows)


async def block(work: Work, chat_id: str, now: datetime) -> None:
    """Note that a person has blocked the bot: what is planned for the chat is held until they are back."""
    await work.run(update(tables.chats).where(_c.id == chat_id, _c.blocked_at.is_(None)).values(blocked_at=now))


async def hold(work: Work, ready: Ready, *, owner: str, until: datetime, now: datetime) -> None:
    """Move a claimed reminder to the end of the quiet hours; both instants are the product's."""
    if await _leave(work, ready.id, owner, state=life.State.PLANNED, due_at=until):
        await _note(work, ready, now, "held", life.Reason.QUIET_HOURS, due_before=ready.due_at, due_after=until)


async def end(work: Work, ready: Ready, *, owner: str, state: life.State, reason: life.Reason, now: datetime) -> None:
    """End a claimed reminder that may not go any more; what it had overtaken gets its turn back if it expired."""
    if await _leave(work, ready.id, owner, state=state, reason=reason):
        await _note(work, ready, now, state, reason)
        if state is life.State.EXPIRED:
            await overtaken.reopen(work, [ready.id], now=now)


async def let_go(work: Work, id: str, *, owner: str) -> None:
    """Give a claimed reminder back: something holds it."""
    await _leave(work, id, owner, state=life.State.PLANNED)


async def put_off(work: Work, id: str, *, owner: str, retry_in: timedelta) -> None:
    """Give a claimed reminder back, to be looked at again after some of the machine's time; no failure is counted."""
    await _leave(work, id, owner, state=life.State.PLANNED, retry_at=leases.after(work, retry_in))


async def fault(
    work: Work, subject: ledger.Subject, *, owner: str, tries: int, retry_in: timedelta, now: datetime
) -> bool:
    """Count a failure to render or to load; True if this was the last of `tries` and the reminder is parked."""
    id = subject.reminder_id or ""
    mine = and_(_r.id == id, _r.state == life.State.CLAIMED, _r.lease_owner == owner)
    counted = update(tables.reminders).where(mine).values(faults=_r.faults + 1).returning(_r.faults)
    faults = (await work.run(counted)).scalar_one_or_none()
    if faults is None:
        return False
    if faults < tries:
        await _leave(work, id, owner, state=life.State.PLANNED, retry_at=leases.after(work, retry_in))
        return False
    await _leave(work, id, owner, state=life.State.PARKED, reason=life.Reason.BROKEN)
    await _note(work, subject, now, life.State.PARKED, life.Reason.BROKEN)
    return True


async def _leave(work: Work, id: str, owner: str, **values: Any) -> bool:
    mine = (_r.id == id, _r.state == life.State.CLAIMED, _r.lease_owner == owner)
    left = update(tables.reminders).where(*mine).values(lease_owner=None, lease_until=None, **values)
    return (await work.run(left)).rowcount == 1


async def _note(
    work: Work, about: Ready | ledger.Subject, now: datetime, kind: str, reason: life.Reason | None, **due: datetime
) -> None:
    subject = about.subject if isinstance(about, Ready) else about
    await work.run(
        insert(tables.events).values(
            reminder_id=subject.reminder_id,
            organisation_id=subject.organisation_id,
            at=now,
            kind=kind,
            reason=reason,
            **due,
        )
    )


def _worded(work: Work, ready: Ready, wording: Wording) -> dict[str, Any]:
    """Return the columns in which a reminder keeps what it says: version, language, and the body, sealed."""
    key = readies.patient_key(work, ready)
    body = key.seal(wording.body, table="reminders", row=ready.id, column="body") if key else None
    return {
        "text_id": wording.text_id,
        "edition_id": wording.edition_id,
        "language": wording.language,
        "body": body,
    }
