"""What needs a person in one clinic, derived from what it is about, with the case that the staff has made of it."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select, text, tuple_

from reminderbot.planning import life
from reminderbot.store import patients, tables
from reminderbot.store.cases import Kind
from reminderbot.store.work import Work

BACK = timedelta(days=30)
"""How long what failed, and whoever has not joined, stays on the list."""

INVITED = timedelta(days=90)
"""Before this an invite is looked at no more, however far its session."""

AFTER_INVITE = timedelta(days=2)
AFTER_SESSION = timedelta(days=1)

_c, _p = tables.cases.c, tables.patients.c


@dataclasses.dataclass(frozen=True)
class Need:
    """Something that needs a person. `case_id` is None while nobody has touched it; then it is at version 0.

    `about` is the step of a worry, the state of a reminder, "opened" or "made" of an invite. `step_key` is the
    reminder's, where there is one.
    """

    kind: Kind
    subject: str
    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    about: str | None
    step_key: str | None
    since: datetime
    case_id: str | None
    owner_id: str | None
    due_at: datetime | None
    acknowledged_at: datetime | None
    contacted_at: datetime | None
    told_at: datetime | None
    version: int


async def of_clinic(
    work: Work, clinic_id: str, kind: Kind, *, now: datetime, limit: int, subject: str | None = None
) -> list[Need]:
    """Return what needs a person, of one kind: what nobody has acknowledged first, then the oldest."""
    query, since, about, step, key = _parts(clinic_id, kind, now)
    query = query.add_columns(
        literal(kind).label("kind"),
        key.label("subject"),
        about.label("about"),
        step.label("step_key"),
        since.label("since"),
        *(_p.id.label("patient_id"), _p.name, tables.data_keys.c.id.label("key_id")),
        *(tables.data_keys.c.master, tables.data_keys.c.wrapped),
        *(_c.id.label("case_id"), _c.owner_id, _c.due_at, _c.acknowledged_at, _c.contacted_at, _c.told_at),
        func.coalesce(_c.version, 0).label("version"),
    )
    if subject is not None:
        query = query.where(key == subject)
    ordered = query.order_by(_c.acknowledged_at.is_not(None), since, key).limit(limit)
    return [_opened(work, row) for row in (await work.run(ordered)).all()]


async def count(work: Work, clinic_id: str, kind: Kind, *, now: datetime) -> int:
    """Return how much of one kind needs a person."""
    query, _, _, _, key = _parts(clinic_id, kind, now)
    counted = select(func.count()).select_from(query.add_columns(key).subquery())
    return int((await work.run(counted)).scalar_one())


_Parts = tuple[Select[Any], ColumnElement[Any], ColumnElement[Any], ColumnElement[Any], ColumnElement[Any]]


def _parts(clinic_id: str, kind: Kind, now: datetime) -> _Parts:
    """Return the rows of a kind, joined to patient, key and case: query, since when, what about, step and subject."""
    match kind:
        case Kind.WORRY:
            return _worries(clinic_id)
        case Kind.LETTER:
            return _letters(clinic_id)
        case Kind.REMINDER:
            return _reminders(clinic_id, now)
        case Kind.INVITE:
            return _invites(clinic_id, now)


def _worries(clinic_id: str) -> _Parts:
    worry, reminder = tables.worries, tables.reminders
    joined = worry.outerjoin(reminder, reminder.c.id == worry.c.reminder_id)
    query = _query(joined, Kind.WORRY, worry.c.id, worry.c.patient_id)
    step = reminder.c.step_key
    whose = query.where(worry.c.clinic_id == clinic_id, worry.c.state == "open")
    return whose, worry.c.raised_at, step, step, worry.c.id


def _letters(clinic_id: str) -> _Parts:
    """Return a patient's first unread letter: what they write after it belongs to it."""
    letter, earlier = tables.letters, tables.letters.alias()
    is_unread = text("letters.direction = 'in' AND letters.read_at IS NULL")
    before = exists().where(
        *(earlier.c.patient_id == letter.c.patient_id, earlier.c.clinic_id == clinic_id),
        *(earlier.c.direction == "in", earlier.c.read_at.is_(None)),
        tuple_(earlier.c.at, earlier.c.id) < tuple_(letter.c.at, letter.c.id),
    )
    query = _query(letter, Kind.LETTER, letter.c.id, letter.c.patient_id)
    none = literal(None)
    whose = query.where(letter.c.clinic_id == clinic_id, is_unread, ~before)
    return whose, letter.c.at, none, none, letter.c.id


def _reminders(clinic_id: str, now: datetime) -> _Parts:
    """Return what failed; of what one block held back of a session, the first only."""
    reminder, earlier = tables.reminders, tables.reminders.alias()
    before = exists().where(
        *(earlier.c.treatment_id == reminder.c.treatment_id, earlier.c.state == life.State.BLOCKED),
        tuple_(earlier.c.due_at, earlier.c.id) < tuple_(reminder.c.due_at, reminder.c.id),
    )
    lately = (reminder.c.due_at > now - BACK) & (reminder.c.due_at <= now)
    query = _query(reminder, Kind.REMINDER, reminder.c.id, reminder.c.patient_id)
    # The words of the index: a planner proves no partial index from a parameter.
    failed = text("reminders." + tables.TO_LOOK_AT)
    one = or_(reminder.c.state != life.State.BLOCKED, ~before)
    whose = query.where(reminder.c.clinic_id == clinic_id, failed, lately, one)
    return whose, reminder.c.due_at, reminder.c.state, reminder.c.step_key, reminder.c.id


def _invites(clinic_id: str, now: datetime) -> _Parts:
    """Return whom nobody has seen: not joined two days after the invite, or the day after the session."""
    invite, treatment, newer = tables.invites, tables.treatments, tables.invites.alias()
    bound = exists().where(tables.bindings.c.patient_id == invite.c.patient_id, patients.OPEN)
    later = exists().where(
        *(newer.c.patient_id == invite.c.patient_id, newer.c.revoked_at.is_(None)),
        tuple_(newer.c.created_at, newer.c.id) > tuple_(invite.c.created_at, invite.c.id),
    )
    joined = invite.join(treatment, treatment.c.id == invite.c.treatment_id)
    query = _query(joined, Kind.INVITE, invite.c.id, invite.c.patient_id)
    is_unjoined = text(" AND ".join(f"invites.{part}" for part in tables.UNJOINED.split(" AND ")))
    start = treatment.c.starts_at
    due = or_(
        and_(invite.c.created_at <= now - AFTER_INVITE, invite.c.created_at > now - AFTER_INVITE - BACK),
        and_(start <= now - AFTER_SESSION, start > now - AFTER_SESSION - BACK),
    )
    whose = query.where(
        *(invite.c.clinic_id == clinic_id, is_unjoined, invite.c.created_at > now - INVITED, due),
        *(treatment.c.state == "booked", ~bound, ~later),
    )
    stands = case((invite.c.opened_at.is_not(None), "opened"), else_="made")
    return whose, invite.c.created_at, stands, literal(None), invite.c.id


def _query(of: Any, kind: Kind, subject: ColumnElement[Any], patient_id: ColumnElement[Any]) -> Select[Any]:
    made = and_(_c.kind == kind, _c.subject == subject)
    joined = (
        of.join(tables.patients, _p.id == patient_id)
        .outerjoin(tables.data_keys, tables.data_keys.c.id == _p.key_id)
        .outerjoin(tables.cases, made)
    )
    return select().select_from(joined).where(_p.erased_at.is_(None), _c.closed_at.is_(None))


def _opened(work: Work, row: Any) -> Need:
    key = work.unwrapped(row.key_id, row.master, row.wrapped) if row.key_id and row.name else None
    name = key.open(row.name, table="patients", row=row.patient_id, column="name") if key else ""
    values = {
        field.name: getattr(row, field.name) for field in dataclasses.fields(Need) if field.name != "patient_name"
    }
    return Need(**{**values, "kind": Kind(row.kind), "patient_name": name})
