"""What needs a person: reminders that ended badly or wait for somebody, parked updates and messages; putting back."""

import dataclasses
from datetime import date, datetime

from sqlalchemy import func, select, update

from reminderbot.planning import life
from reminderbot.store import bells, events, leases, tables
from reminderbot.store.work import Work

_r, _i, _o, _w = tables.reminders.c, tables.inbox.c, tables.outbox.c, tables.worries.c

WAITING = frozenset({life.State.PARKED, life.State.REVIEW})
"""States of a reminder that a person may end by putting it back."""

TOLD = (life.State.UNCONFIRMED, life.State.BLOCKED, life.State.REJECTED, life.State.PARKED, life.State.REVIEW)
"""States of a reminder that a person must know of."""


@dataclasses.dataclass(frozen=True)
class Troubled:
    """A reminder that somebody should look at; `since` is the later of its last event and its last attempt."""

    id: str
    clinic_id: str
    clinic_name: str
    treatment_id: str
    day: date
    step_key: str
    state: life.State
    reason: str | None
    due_at: datetime
    since: datetime


@dataclasses.dataclass(frozen=True)
class ParkedUpdate:
    """An update that could not be served; `fault` is the name of what was raised."""

    id: int
    received_at: datetime
    parked_at: datetime
    tries: int
    fault: str | None


@dataclasses.dataclass(frozen=True)
class ParkedMessage:
    """A row of the outbox that could not be loaded; `useful_until` is the machine's."""

    id: int
    kind: str
    created_at: datetime
    useful_until: datetime | None


@dataclasses.dataclass(frozen=True)
class Standing:
    """What decides whether a reminder may be put back; its row is locked."""

    id: str
    organisation_id: str
    clinic_id: str
    patient_id: str
    state: life.State
    due_at: datetime
    useful_until: datetime
    treatment_state: str


async def reminders(work: Work, *, clinic_id: str | None, due_after: datetime) -> list[Troubled]:
    """Return what was due after an instant of the product and needs a look, the latest trouble first."""
    event, attempt, treatment = tables.events.c, tables.attempts.c, tables.treatments.c
    happened = select(func.max(event.at)).where(event.reminder_id == _r.id).scalar_subquery()
    tried = select(func.max(attempt.ended_at)).where(attempt.reminder_id == _r.id).scalar_subquery()
    query = (
        select(
            *(_r[name] for name in ("id", "clinic_id", "treatment_id", "step_key", "state", "reason", "due_at")),
            *(tables.clinics.c.name.label("clinic_name"), treatment.day),
            *(happened.label("happened"), tried.label("tried")),
        )
        .join_from(tables.reminders, tables.clinics, tables.clinics.c.id == _r.clinic_id)
        .join(tables.treatments, treatment.id == _r.treatment_id)
        .where(_r.state.in_(TOLD), _r.due_at > due_after)
    )
    if clinic_id is not None:
        query = query.where(_r.clinic_id == clinic_id)
    found = [_troubled(dict(row)) for row in (await work.run(query)).mappings()]
    return sorted(found, key=lambda row: (row.since, row.id), reverse=True)


async def updates(work: Work) -> list[ParkedUpdate]:
    """Return the parked updates, the oldest first."""
    query = select(*(_i[field.name] for field in dataclasses.fields(ParkedUpdate))).where(_i.parked_at.is_not(None))
    return [ParkedUpdate(**row) for row in (await work.run(query.order_by(_i.id))).mappings()]


async def messages(work: Work) -> list[ParkedMessage]:
    """Return the parked rows of the outbox, the oldest first."""
    query = select(*(_o[field.name] for field in dataclasses.fields(ParkedMessage)))
    parked = query.where(_o.state == life.State.PARKED).order_by(_o.id)
    return [ParkedMessage(**row) for row in (await work.run(parked)).mappings()]


async def open_worries(work: Work, *, clinic_id: str | None) -> int:
    """Return how many worries nobody has closed."""
    query = select(func.count()).select_from(tables.worries).where(_w.state == "open")
    if clinic_id is not None:
        query = query.where(_w.clinic_id == clinic_id)
    return int((await work.run(query)).scalar_one())


_STANDING = ("id", "organisation_id", "clinic_id", "patient_id", "state", "due_at", "useful_until")


async def standing(work: Work, id: str) -> Standing:
    """Return, locked, a reminder that exists."""
    columns = (_r[name] for name in _STANDING)
    query = (
        select(*columns, tables.treatments.c.state.label("treatment_state"))
        .join_from(tables.reminders, tables.treatments, tables.treatments.c.id == _r.treatment_id)
        .where(_r.id == id)
        .with_for_update(of=tables.reminders)
    )
    row = dict((await work.run(query)).mappings().one())
    return Standing(**row | {"state": life.State(row["state"])})


async def put_back(work: Work, row: Standing, *, now: datetime) -> None:
    """Plan a locked reminder again, with all its tries; an event says that a person did it."""
    back = {"state": life.State.PLANNED, "reason": None, "faults": 0, "retry_at": None}
    await work.run(update(tables.reminders).where(_r.id == row.id).values(**back))
    due = row.due_at
    kind = events.Event.RETRIED
    entry = events.Entry(row.id, row.organisation_id, due, due, at=now, kind=kind, reason=None)
    await events.log(work, [entry])
    work.ring(bells.Bell.REMINDERS)


async def update_is_put_back(work: Work, id: int) -> bool:
    """Let a parked update be served again; False if there is none under this number."""
    back = {"parked_at": None, "retry_at": None, "fault": None, "tries": 0}
    done = await work.run(update(tables.inbox).where(_i.id == id, _i.parked_at.is_not(None)).values(**back))
    work.ring(bells.Bell.INBOX)
    return done.rowcount == 1


async def message_is_put_back(work: Work, id: int) -> bool:
    """Let a parked row of the outbox be sent again; False if there is none, or it is stale."""
    fresh = (_o.useful_until.is_(None)) | (_o.useful_until > leases.now(work))
    back = {"state": life.State.PLANNED, "reason": None, "retry_at": None, "faults": 0}
    parked = (_o.id == id, _o.state == life.State.PARKED, fresh)
    done = await work.run(update(tables.outbox).where(*parked).values(**back))
    work.ring(bells.Bell.OUTBOX)
    return done.rowcount == 1


def _troubled(row: dict[str, object]) -> Troubled:
    known = [each for each in (row.pop("happened"), row.pop("tried")) if isinstance(each, datetime)]
    since = max(known, default=row["due_at"])
    return Troubled(**row | {"state": life.State(str(row["state"])), "since": since})  # type: ignore[arg-type]
