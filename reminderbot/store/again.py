"""Reminders of a clinic that failed and are still of use, and the way back of one: planned again by a person."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select, text, update

from reminderbot.planning import life
from reminderbot.store import bells, events, names, patients, planned, tables
from reminderbot.store.work import Work

MOST: Final = 100
"""Reminders shown at once."""

FAILED: Final = frozenset({life.State.UNCONFIRMED, life.State.BLOCKED, life.State.REJECTED, life.State.PARKED})
"""States that a person may send again; what waits for a look after a restore is the operator's."""

_r, _t, _p, _b, _c, _k, _a = (
    tables.reminders.c,
    tables.treatments.c,
    tables.patients.c,
    tables.bindings.c,
    tables.chats.c,
    tables.data_keys.c,
    tables.attempts.c,
)


@dataclasses.dataclass(frozen=True)
class Failed:
    """A reminder, and what decides whether it may be sent again; `copies` of it may have arrived."""

    id: str
    organisation_id: str
    patient_id: str
    name: str = dataclasses.field(repr=False)
    treatment_id: str
    day: date
    at: time
    zone: str
    step_key: str
    state: life.State
    reason: str | None
    due_at: datetime
    useful_until: datetime
    treatment_state: str
    stopped_at: datetime | None
    chat_id: str | None
    blocked_at: datetime | None
    budget: int
    copies: int


async def failed(work: Work, *, organisation_id: str, clinic_id: str, now: datetime, most: int = MOST) -> list[Failed]:
    """Return what failed of the patients whom a clinic looks after and is still of use, what was due last first."""
    clinics = select(tables.clinics.c.id).where(tables.clinics.c.organisation_id == organisation_id)
    waits = (text(f"reminders.{tables.TO_LOOK_AT}"), _r.clinic_id.in_(clinics), _r.useful_until > now)
    query = _query(clinic_id).where(*waits, _t.state == "booked").order_by(_r.due_at.desc(), _r.id).limit(most)
    return await _rows(work, query)


async def chats_of(work: Work, clinic_id: str, reminder_ids: Sequence[str]) -> list[str]:
    """Return the chats that a clinic's reminders go to, in the order in which they are to be locked."""
    query = select(_c.id).join(tables.bindings, (_b.chat_id == _c.id) & patients.OPEN)
    query = query.join(tables.patients, _p.id == _b.patient_id).join(tables.reminders, _r.patient_id == _p.id)
    query = query.where(_r.id.in_(list(reminder_ids)), _p.clinic_id == clinic_id).distinct()
    return list((await work.run(query.order_by(_c.id))).scalars())


async def locked(work: Work, clinic_id: str, reminder_ids: Sequence[str]) -> list[Failed]:
    """Return reminders of a clinic's patients, those that failed locked; the caller holds their chats already.

    One that is being sent is not waited for: whoever records its outcome may in turn wait for the chat.
    """
    theirs = _r.patient_id.in_(select(_p.id).where(_p.clinic_id == clinic_id))
    ids = select(_r.id).where(_r.id.in_(list(reminder_ids)), theirs, _r.state.in_(FAILED)).order_by(_r.id)
    await work.run(ids.with_for_update())
    return await _rows(work, _query(clinic_id).where(_r.id.in_(list(reminder_ids))))


async def plan(work: Work, row: Failed, *, now: datetime) -> bool:
    """Plan a locked reminder again; False if it no longer stands as `row` does.

    Where a copy may have arrived, the person has chosen one more and no other: the budget grows to allow of that one,
    and none is left for a resend of its own.
    """
    allowed = {"budget": row.copies, "resends": row.copies} if row.copies else {"resends": 0}
    back = {"state": life.State.PLANNED, "reason": None, "faults": 0, "retry_at": None, **allowed}
    done = await work.run(update(tables.reminders).where(_r.id == row.id, _r.state == row.state).values(**back))
    if done.rowcount != 1:
        return False
    entry = events.Entry(
        row.id, row.organisation_id, row.due_at, row.due_at, at=now, kind=events.Event.RETRIED, reason=None
    )
    await events.log(work, [entry])
    work.ring(bells.Bell.REMINDERS)
    return True


def _query(clinic_id: str) -> Select[Any]:
    arrived = or_(_a.outcome.is_(None), _a.outcome.in_(planned.MAY_HAVE_ARRIVED))
    copies = select(func.count()).select_from(tables.attempts).where(_a.reminder_id == _r.id, arrived)
    plain = ("id", "organisation_id", "patient_id", "treatment_id", "step_key", "state", "reason", "due_at")
    counted = copies.correlate(tables.reminders).scalar_subquery().label("copies")
    return (
        select(
            *(_r[name] for name in (*plain, "useful_until", "budget")),
            *(_t.day, _t.at, _t.zone, _t.state.label("treatment_state")),
            *(_p.stopped_at, _c.id.label("chat_id"), _c.blocked_at, counted),
            *(_p.name, _p.key_id, _k.master, _k.wrapped),
        )
        .select_from(tables.reminders)
        .join(tables.treatments, _t.id == _r.treatment_id)
        .join(tables.patients, _p.id == _r.patient_id)
        .outerjoin(tables.bindings, and_(_b.patient_id == _p.id, patients.OPEN))
        .outerjoin(tables.chats, _c.id == _b.chat_id)
        .outerjoin(tables.data_keys, _k.id == _p.key_id)
        .where(_p.clinic_id == clinic_id, _p.erased_at.is_(None))
    )


async def _rows(work: Work, query: Select[Any]) -> list[Failed]:
    return [_row(work, row) for row in (await work.run(query)).all()]


def _row(work: Work, row: Any) -> Failed:
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(Failed)}
    name = names.opened(work, row, id=row.patient_id)
    state = life.State(row.state)
    copies = max(row.copies, 1) if state is life.State.UNCONFIRMED else row.copies
    return Failed(**values | {"name": name, "state": state, "copies": copies})
