"""One reminder on its way: what is read again for the intent, the intent itself, and the record behind its fence."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, select, update

from reminderbot.planning import hours, life, timeline
from reminderbot.store import attempts as ledger
from reminderbot.store import events, leases, overtaken, tables, vault
from reminderbot.store.work import Work

_r, _t, _p, _b, _c, _k = (
    tables.reminders.c,
    tables.treatments.c,
    tables.patients.c,
    tables.bindings.c,
    tables.chats.c,
    tables.clinics.c,
)
_chat_key, _patient_key = tables.data_keys.alias("chat_key"), tables.data_keys.alias("patient_key")


@dataclasses.dataclass(frozen=True)
class Ready:
    """A claimed reminder with all that decides whether it may go now, and all that its text is made of."""

    id: str
    organisation_id: str
    clinic_id: str
    treatment_id: str
    patient_id: str
    step_key: str
    message_key: str
    due_at: datetime
    useful_until: datetime
    budget: int
    resends: int
    attempts: int
    silent: bool
    plan_version_id: str
    treatment_state: str
    treatment_version: int
    day: date
    at: time
    treatment_zone: str
    language: str
    zone: str
    quiet_from: time
    quiet_to: time
    stopped_at: datetime | None
    paused_until: datetime | None
    name: bytes | None = dataclasses.field(repr=False)
    treated_by: bytes | None = dataclasses.field(repr=False)
    patient_key: str | None
    patient_wrapped: bytes | None = dataclasses.field(repr=False)
    binding_id: str
    chat_id: str
    consented_at: datetime | None
    blocked_at: datetime | None
    telegram_id: bytes | None = dataclasses.field(repr=False)
    chat_key: str | None
    chat_wrapped: bytes | None = dataclasses.field(repr=False)
    clinic_name: str
    clinic_phone: str
    emergency: str
    patient_master: str | None
    chat_master: str | None
    bot_paused: bool

    @property
    def quiet(self) -> hours.Quiet:
        """The patient's quiet hours."""
        return hours.Quiet(self.quiet_from, self.quiet_to)

    @property
    def anchor(self) -> timeline.Anchor:
        """Where and when the treatment happens."""
        return timeline.Anchor(day=self.day, at=self.at, zone=self.treatment_zone)

    @property
    def subject(self) -> ledger.Subject:
        """The reminder as the ledger names it."""
        return ledger.Subject(self.organisation_id, reminder_id=self.id)


@dataclasses.dataclass(frozen=True)
class Opened:
    """What is sealed about whom a reminder goes to, opened."""

    to: int = dataclasses.field(repr=False)  # the Telegram id of the chat
    name: str = dataclasses.field(repr=False)
    treated_by: str = dataclasses.field(repr=False)  # the phone of whoever treated a self-registered patient


_FACTS: dict[str, ColumnElement[Any]] = {
    **{
        name: _r[name]
        for name in (
            "id",
            "organisation_id",
            "clinic_id",
            "treatment_id",
            "patient_id",
            "step_key",
            "message_key",
            "due_at",
            "useful_until",
            "budget",
            "resends",
            "attempts",
            "silent",
        )
    },
    "plan_version_id": _t.plan_version_id,
    "treatment_state": _t.state,
    "treatment_version": _t.version,
    "day": _t.day,
    "at": _t.at,
    "treatment_zone": _t.zone,
    "language": _p.language,
    "zone": _p.zone,
    "quiet_from": _p.quiet_from,
    "quiet_to": _p.quiet_to,
    "stopped_at": _p.stopped_at,
    "paused_until": _p.paused_until,
    "name": _p.name,
    "treated_by": _p.treated_by,
    "patient_key": _p.key_id,
    "patient_wrapped": _patient_key.c.wrapped,
    "binding_id": _b.id,
    "chat_id": _c.id,
    "consented_at": _c.consented_at,
    "blocked_at": _c.blocked_at,
    "telegram_id": _c.telegram_id,
    "chat_key": _c.key_id,
    "chat_wrapped": _chat_key.c.wrapped,
    "clinic_name": _k.name,
    "clinic_phone": _k.phone,
    "emergency": _k.emergency,
}
"""What a reminder is decided and worded by, where it stands: an intent commits only while all of it is unchanged."""

_BESIDE: dict[str, ColumnElement[Any]] = {"patient_master": _patient_key.c.master, "chat_master": _chat_key.c.master}


@dataclasses.dataclass(frozen=True)
class Wording:
    """What is said in a reminder: the version of its text, the language, and the body as it is sent."""

    text_id: str | None
    language: str
    body: str


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


async def ready(work: Work, id: str, *, owner: str) -> Ready | None:
    """Read a claimed reminder and its holds; None if it is no longer ours or no chat is bound.

    On PostgreSQL patient, chat, binding and treatment are locked against change until this transaction ends: a stop
    or a cancellation commits either before we read or after the intent, never between the two.
    """
    mine = (_r.id == id, *_held(work, owner))
    query = _query(work).where(*mine).with_for_update(read=True, of=list(_LOCKED))
    row = (await work.run(query)).mappings().first()
    return Ready(**row) if row else None


async def claimed(work: Work, ids: Sequence[str], *, owner: str) -> list[Ready]:
    """Return what was just claimed, in order of due, as it stands now; nothing is locked."""
    ours = (_r.id.in_(ids), _r.state == life.State.CLAIMED, _r.lease_owner == owner)
    query = _query(work).where(*ours).order_by(_r.due_at, _r.id)
    return [Ready(**row) for row in (await work.run(query)).mappings()]


def opened(work: Work, ready: Ready) -> Opened | None:
    """Open what is sealed about whom a reminder goes to; None once the chat or the patient is erased."""
    chat = _key(work, ready.chat_key, ready.chat_master, ready.chat_wrapped)
    if chat is None or ready.telegram_id is None:
        return None
    to = chat.open(ready.telegram_id, table="chats", row=ready.chat_id, column="telegram_id")
    return Opened(
        to=int(to),
        name=_personal(work, ready, "name", ready.name),
        treated_by=_personal(work, ready, "treated_by", ready.treated_by),
    )


async def intend(
    work: Work, ready: Ready, wording: Wording, *, owner: str, lease: timedelta, unchanged: bool = False
) -> int | None:
    """Write that the reminder is about to be sent; return the attempt's number, or None if it is no longer ours.

    With `unchanged` also None if anything has changed that it was decided or worded by, or the bot is paused: all of
    it is read again in this statement, and locked as `ready` locks it.
    """
    number = ready.attempts + 1
    which = [_r.id == ready.id, *_held(work, owner)]
    if unchanged:
        which.append(_r.id.in_(_still(work, ready)))
    change = (
        update(tables.reminders)
        .where(*which)
        .values(
            state=life.State.SENDING,
            attempts=number,
            lease_until=leases.after(work, lease),
            retry_at=None,
            faults=0,
            **worded(work, ready, wording),
        )
    )
    begun = await ledger.begin_with(work, change, ready.subject, number=number, owner=owner)
    return number if begun else None


def worded(work: Work, ready: Ready, wording: Wording) -> dict[str, Any]:
    """Return the columns in which a reminder keeps what it says: version, language, and the body, sealed."""
    key = _key(work, ready.patient_key, ready.patient_master, ready.patient_wrapped)
    body = key.seal(wording.body, table="reminders", row=ready.id, column="body") if key else None
    return {"text_id": wording.text_id, "language": wording.language, "body": body}


async def record(
    work: Work, subject: ledger.Subject, *, number: int, result: Result, now: datetime, chat_id: str | None = None
) -> bool:
    """Write what became of attempt `number`; False if the reminder has moved on, and then only the ledger is told.

    `chat_id` is where it was sent, None when a lapsed lease is all we know. `now` is the product's.
    """
    if result.block_chat and chat_id is not None:
        await block(work, chat_id, now)  # the chat before the reminder, as an erasure locks them
    sent = result.state is life.State.SENT
    values: dict[str, Any] = {"message_id": result.message_id, "sent_to": chat_id, "sent_at": now} if sent else {}
    change = (
        update(tables.reminders)
        .where(_r.id == subject.reminder_id, _r.state == life.State.SENDING, _r.attempts == number)
        .values(
            state=result.state,
            reason=result.reason,
            resends=result.resends,
            retry_at=leases.after(work, result.retry_in) if result.retry_in is not None else None,
            lease_owner=None,
            lease_until=None,
            **values,
        )
    )
    return await ledger.end_with(
        work,
        change,
        subject,
        number=number,
        outcome=result.outcome,
        detail=result.detail,
        message_id=result.message_id,
    )


async def merge(work: Work, ready: Ready, wording: Wording, *, into: str, owner: str, now: datetime) -> bool:
    """Have a claimed reminder said by another, in the transaction of that one's intent; False if anything changed."""
    which = (_r.id == ready.id, *_held(work, owner), _r.id.in_(_still(work, ready)))
    said = {"state": life.State.MERGED, "merged_into": into, "lease_owner": None, "lease_until": None}
    change = update(tables.reminders).where(*which).values(**said, **worded(work, ready, wording))
    if (await work.run(change)).rowcount != 1:
        return False
    await _note(work, ready, now, life.State.MERGED, life.Reason.SAID_TOGETHER)
    return True


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


def _query(work: Work) -> Select[Any]:
    paused = tables.bots.c.paused_until > leases.now(work)
    columns = [column.label(name) for name, column in (_FACTS | _BESIDE).items()]
    is_paused = (tables.bots.c.paused_until.is_not(None) & paused).label("bot_paused")
    return _joined(select(*columns, is_paused))


def _joined(query: Select[Any]) -> Select[Any]:
    """Join a reminder to all that it is decided and worded by."""
    bound = and_(_b.patient_id == _r.patient_id, _b.ended_at.is_(None))
    return (
        query.select_from(tables.reminders)
        .join(tables.treatments, _t.id == _r.treatment_id)
        .join(tables.patients, _p.id == _r.patient_id)
        .join(tables.bindings, bound)
        .join(tables.chats, _c.id == _b.chat_id)
        .join(tables.bots, tables.bots.c.id == _c.bot_id)
        .join(tables.clinics, _k.id == _r.clinic_id)
        .outerjoin(_chat_key, _chat_key.c.id == _c.key_id)
        .outerjoin(_patient_key, _patient_key.c.id == _p.key_id)
    )


def _still(work: Work, ready: Ready) -> Select[Any]:
    """Select the reminder if all stands as `ready` says, locked as `ready` locks it."""
    same = (column.is_not_distinct_from(getattr(ready, name)) for name, column in _FACTS.items() if name != "id")
    paused = tables.bots.c.paused_until
    running = paused.is_(None) | (paused <= leases.now(work))
    query = _joined(select(_r.id)).where(_r.id == ready.id, *same, running)
    return query.with_for_update(read=True, of=list(_LOCKED))


def _key(work: Work, id: str | None, master: str | None, wrapped: bytes | None) -> vault.DataKey | None:
    return work.unwrapped(id, master, wrapped) if id and master and wrapped else None


def _personal(work: Work, ready: Ready, column: str, cell: bytes | None) -> str:
    key = _key(work, ready.patient_key, ready.patient_master, ready.patient_wrapped) if cell else None
    return key.open(cell, table="patients", row=ready.patient_id, column=column) if key and cell else ""


def _held(work: Work, owner: str) -> tuple[ColumnElement[bool], ...]:
    return (_r.state == life.State.CLAIMED, _r.lease_owner == owner, _r.lease_until > leases.now(work))


_LOCKED = (tables.chats, tables.bindings, tables.patients, tables.treatments)
"""In the order in which services lock them, the chat first, so that a stop and an intent cannot lock each other."""
