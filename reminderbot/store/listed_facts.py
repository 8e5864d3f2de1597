"""What the list says of each patient that it shows: sessions, the last reminder sent, what needs a look."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select, text

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Work

_t, _r, _q = tables.treatments.c, tables.reminders.c, tables.cases.c


@dataclasses.dataclass(frozen=True)
class Session:
    """One session as the list shows it: wall time of its own zone."""

    patient_id: str
    day: date
    at: time
    zone: str
    starts_at: datetime
    is_booked: bool


async def sessions(work: Work, patient_ids: Sequence[str]) -> dict[str, list[Session]]:
    """Return the sessions of patients, the earliest first."""
    query = select(_t.patient_id, _t.day, _t.at, _t.zone, _t.starts_at, _t.state)
    rows = await work.run(query.where(_t.patient_id.in_(patient_ids)).order_by(_t.starts_at, _t.id))
    found: dict[str, list[Session]] = {}
    for row in rows:
        one = Session(row.patient_id, row.day, row.at, row.zone, row.starts_at, row.state == "booked")
        found.setdefault(row.patient_id, []).append(one)
    return found


async def sent(work: Work, patient_ids: Sequence[str]) -> dict[str, datetime]:
    """Return when each patient was last sent a reminder."""
    query = select(_r.patient_id, func.max(_r.sent_at).label("at")).where(
        _r.patient_id.in_(patient_ids), _r.state == life.State.SENT
    )
    rows = (await work.run(query.group_by(_r.patient_id))).all()
    return {row.patient_id: row.at for row in rows if row.at is not None}


async def looks(work: Work, patient_ids: Sequence[str]) -> dict[str, int]:
    """Return how much of each patient needs a look: open cases, and reminders that failed without becoming one."""
    cases = select(_q.patient_id, func.count().label("times")).where(
        _q.patient_id.in_(patient_ids), _q.closed_at.is_(None)
    )
    failed = select(_r.patient_id, func.count().label("times")).where(
        _r.patient_id.in_(patient_ids),
        text(f"reminders.{tables.TO_LOOK_AT}"),
        _r.id.not_in(select(_q.subject).where(_q.patient_id.in_(patient_ids), _q.kind == "reminder")),
    )
    found: dict[str, int] = {}
    for query in (cases.group_by(_q.patient_id), failed.group_by(_r.patient_id)):
        for row in (await work.run(query)).all():
            found[row.patient_id] = found.get(row.patient_id, 0) + row.times
    return found
