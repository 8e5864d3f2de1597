"""A clinic's day: its sessions, and how much was sent, fails and comes; each query rests on an index."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Integer, column, exists, func, select, text, update, values

from reminderbot.store import patients, tables
from reminderbot.store.work import Work

_t, _p, _r = tables.treatments.c, tables.patients.c, tables.reminders.c


@dataclasses.dataclass(frozen=True)
class SessionRow:
    """A session of the day; `at` is wall time in `zone`."""

    treatment_id: str
    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    day: date
    at: time
    zone: str
    state: str
    held_at: datetime | None
    is_joined: bool


@dataclasses.dataclass(frozen=True)
class Span:
    """One day of the chart: from an instant to another."""

    number: int
    start: datetime
    end: datetime


async def sessions(work: Work, clinic_id: str, *, start: datetime, end: datetime, limit: int) -> list[SessionRow]:
    """Return the sessions that begin in a span of time, but those that were cancelled; the earliest first."""
    keys = tables.data_keys.c
    joined = tables.treatments.join(tables.patients, _p.id == _t.patient_id).outerjoin(
        tables.data_keys, keys.id == _p.key_id
    )
    bound = exists().where(tables.bindings.c.patient_id == _p.id, patients.OPEN)
    query = (
        select(_t.id, _t.patient_id, _t.day, _t.at, _t.zone, _t.state, _t.held_at)
        .add_columns(_p.name, _p.key_id, keys.master, keys.wrapped, bound.label("is_joined"))
        .select_from(joined)
        .where(_t.clinic_id == clinic_id, _p.clinic_id == clinic_id, _p.erased_at.is_(None))
        .where(_t.starts_at >= start, _t.starts_at < end, _t.state != "cancelled")
        .order_by(_t.starts_at, _t.id)
        .limit(limit)
    )
    return [_session(work, row) for row in (await work.run(query)).all()]


async def count_sessions(work: Work, clinic_id: str, *, start: datetime, end: datetime) -> int:
    """Return how many sessions are booked in a span of time."""
    query = select(func.count()).select_from(tables.treatments).where(_t.clinic_id == clinic_id, _t.state == "booked")
    return int((await work.run(query.where(_t.starts_at >= start, _t.starts_at < end))).scalar_one())


async def to_confirm(work: Work, clinic_id: str) -> int:
    """Return how many sessions patients have told and nobody of the clinic has confirmed."""
    told = text("treatments." + tables.TO_CONFIRM.replace(" AND ", " AND treatments."))
    query = select(func.count()).select_from(tables.treatments).where(_t.clinic_id == clinic_id, told)
    return int((await work.run(query)).scalar_one())


async def is_held(work: Work, treatment_id: str, at: datetime | None) -> bool:
    """Note that the patient came, or take that back; False for a session that is not booked."""
    booked = (_t.id == treatment_id) & (_t.state == "booked")
    return (await work.run(update(tables.treatments).where(booked).values(held_at=at))).rowcount == 1


async def sent(work: Work, clinic_id: str, spans: Sequence[Span]) -> dict[int, int]:
    """Return how many messages were sent in each span, by its number."""
    return await _counted(work, spans, _r.sent_at, _r.clinic_id == clinic_id, _r.sent_at.is_not(None))


async def failed(work: Work, clinic_id: str, spans: Sequence[Span]) -> dict[int, int]:
    """Return how many messages that were due in each span have failed, by its number."""
    return await _counted(work, spans, _r.due_at, _r.clinic_id == clinic_id, text("reminders." + tables.TO_LOOK_AT))


async def coming(work: Work, clinic_id: str, *, start: datetime, end: datetime) -> int:
    """Return how many messages are planned for a span of time."""
    planned = text("reminders.state = 'planned'")
    query = select(func.count()).select_from(tables.reminders).where(_r.clinic_id == clinic_id, planned)
    return int((await work.run(query.where(_r.due_at >= start, _r.due_at < end))).scalar_one())


async def _counted(work: Work, spans: Sequence[Span], at: Any, *conditions: Any) -> dict[int, int]:
    typed = (column("number", Integer), column("start", tables.Instant), column("until", tables.Instant))
    rows = values(*typed, name="spans").data([(span.number, span.start, span.end) for span in spans]).cte()
    inside = (at >= rows.c.start, at < rows.c.until)
    counted = select(func.count()).select_from(tables.reminders).where(*conditions, *inside).correlate(rows)
    query = select(rows.c.number, counted.scalar_subquery().label("rows"))
    return {row.number: row.rows for row in (await work.run(query)).all()}


def _session(work: Work, row: Any) -> SessionRow:
    key = work.unwrapped(row.key_id, row.master, row.wrapped) if row.master and row.name else None
    name = key.open(row.name, table="patients", row=row.patient_id, column="name") if key else ""
    own = {each: getattr(row, each) for each in ("patient_id", "day", "at", "zone", "state", "held_at")}
    return SessionRow(treatment_id=row.id, patient_name=name, is_joined=bool(row.is_joined), **own)
