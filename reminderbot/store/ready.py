"""A claimed reminder with all that it is decided and worded by: read in one query, compared in the intent."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, or_, select

from reminderbot.planning import hours, life, timeline
from reminderbot.store import attempts as ledger
from reminderbot.store import leases, tables, vault
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
    round: int
    message_key: str
    due_at: datetime
    useful_until: datetime
    budget: int
    resends: int
    attempts: int
    silent: bool
    note: bytes | None = dataclasses.field(repr=False)
    note_until: datetime | None
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
    booked_at: datetime
    wording: int
    is_answered: bool
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


def _answered() -> ColumnElement[bool]:
    """Tell of a second ask whether the first was answered, or the patient has said since that they are worried."""
    first, answer, worry = tables.reminders.alias("first"), tables.check_ins.c, tables.worries.c
    is_first = and_(first.c.treatment_id == _r.treatment_id, first.c.step_key == _r.step_key, first.c.round == 1)
    said = exists().where(answer.reminder_id == first.c.id)
    worried = exists().where(worry.patient_id == first.c.patient_id, worry.raised_at >= first.c.sent_at)
    found = exists(select(first.c.id).where(is_first, or_(said, worried)).correlate(tables.reminders))
    return case((_r.round > 1, found), else_=false())


FACTS: dict[str, ColumnElement[Any]] = {
    **{
        name: _r[name]
        for name in (
            "id",
            "organisation_id",
            "clinic_id",
            "treatment_id",
            "patient_id",
            "step_key",
            "round",
            "message_key",
            "due_at",
            "useful_until",
            "budget",
            "resends",
            "attempts",
            "silent",
            "note",
            "note_until",
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
    "booked_at": _t.created_at,
    "wording": _k.wording,
    "is_answered": _answered(),
}
"""What a reminder is decided and worded by, where it stands: an intent commits only while all of it is unchanged."""

FIXED = frozenset({"id", "organisation_id", "treatment_id", "patient_id", "step_key", "round", "booked_at"})
"""Those among them that never change while the row lives."""

_BESIDE: dict[str, ColumnElement[Any]] = {"patient_master": _patient_key.c.master, "chat_master": _chat_key.c.master}


async def again(work: Work, id: str, *, owner: str) -> Ready | None:
    """Read a claimed reminder and its holds; None if it is no longer ours or no chat is bound.

    On PostgreSQL patient, chat, binding and treatment are locked against change until this transaction ends: a stop
    or a cancellation commits either before we read or after the intent, never between the two.
    """
    mine = (_r.id == id, *held(work, owner))
    query = _query(work).where(*mine).with_for_update(read=True, of=list(LOCKED))
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


def note(work: Work, ready: Ready, now: datetime) -> str:
    """Return what the clinic has written to this step of this patient, if it is said at `now`; empty otherwise."""
    if ready.note is None or (ready.note_until is not None and ready.note_until <= now):
        return ""
    key = patient_key(work, ready)
    return key.open(ready.note, table="reminders", row=ready.id, column="note") if key else ""


def joined(query: Select[Any]) -> Select[Any]:
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


def held(work: Work, owner: str) -> tuple[ColumnElement[bool], ...]:
    """Choose what `owner` holds under a lease that runs."""
    return (_r.state == life.State.CLAIMED, _r.lease_owner == owner, _r.lease_until > leases.now(work))


def _query(work: Work) -> Select[Any]:
    paused = tables.bots.c.paused_until > leases.now(work)
    columns = [column.label(name) for name, column in (FACTS | _BESIDE).items()]
    is_paused = (tables.bots.c.paused_until.is_not(None) & paused).label("bot_paused")
    return joined(select(*columns, is_paused))


def patient_key(work: Work, ready: Ready) -> vault.DataKey | None:
    """Return the key of the patient; None once it was destroyed."""
    return _key(work, ready.patient_key, ready.patient_master, ready.patient_wrapped)


def _key(work: Work, id: str | None, master: str | None, wrapped: bytes | None) -> vault.DataKey | None:
    return work.unwrapped(id, master, wrapped) if id and master and wrapped else None


def _personal(work: Work, ready: Ready, column: str, cell: bytes | None) -> str:
    key = patient_key(work, ready) if cell else None
    return key.open(cell, table="patients", row=ready.patient_id, column=column) if key and cell else ""


LOCKED = (tables.chats, tables.bindings, tables.patients, tables.treatments)
"""In the order in which services lock them, the chat first, so that a stop and an intent cannot lock each other."""
