"""The cases that letters have raised: one for each time a patient has begun to write, until somebody has read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from reminderbot.store import cases, tables
from reminderbot.store.work import Work

_LETTER = (tables.cases.c.kind == cases.Kind.LETTER) & tables.cases.c.closed_at.is_(None)


async def is_waiting(work: Work, patient_id: str) -> bool:
    """Tell whether a case about a letter of this patient waits that nobody has acknowledged."""
    case = tables.cases.c
    query = select(case.id).where(_LETTER, case.patient_id == patient_id, case.acknowledged_at.is_(None)).limit(1)
    return (await work.run(query)).first() is not None


async def acknowledge(work: Work, patient_id: str, *, staff_id: str, now: datetime) -> int:
    """Note that somebody has read what a patient wrote; return how many cases that concerns."""
    waits = tables.cases.c.acknowledged_at.is_(None)
    return await _set(work, patient_id, waits, acknowledged_at=now, acknowledged_by=staff_id)


async def close(work: Work, patient_id: str, *, staff_id: str, now: datetime) -> int:
    """Note that somebody has answered: the patient is contacted, the cases are closed; return how many there were."""
    done = {"contacted_at": now, "contacted_by": staff_id, "closed_at": now, "closed_by": staff_id}
    await acknowledge(work, patient_id, staff_id=staff_id, now=now)
    return await _set(work, patient_id, tables.cases.c.closed_at.is_(None), **done)


async def reached(work: Work, patient_id: str, *, clinic_id: str, staff_id: str, now: datetime) -> int:
    """Note that a patient who is worried was written to: somebody has taken it on; return how many cases there were."""
    case = tables.cases.c
    worried = (case.kind == cases.Kind.WORRY) & (case.patient_id == patient_id) & (case.clinic_id == clinic_id)
    waits = worried & case.closed_at.is_(None) & case.contacted_at.is_(None)
    done = {
        "contacted_at": now,
        "contacted_by": staff_id,
        "acknowledged_at": func.coalesce(case.acknowledged_at, now),
        "acknowledged_by": func.coalesce(case.acknowledged_by, staff_id),
        "owner_id": func.coalesce(case.owner_id, staff_id),
    }
    change = update(tables.cases).where(waits).values(version=case.version + 1, **done)
    return (await work.run(change)).rowcount


async def _set(work: Work, patient_id: str, which: Any, **values: Any) -> int:
    chosen = _LETTER & (tables.cases.c.patient_id == patient_id) & which
    change = update(tables.cases).where(chosen).values(version=tables.cases.c.version + 1, **values)
    return (await work.run(change)).rowcount
