"""Patients whose time with a clinic is over: found by index, and held before they are erased."""

import dataclasses
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Work

_p = tables.patients.c


@dataclasses.dataclass(frozen=True)
class Over:
    """A patient whose time is over; `days` is how long their clinic keeps data after the last session."""

    patient_id: str
    organisation_id: str
    clinic_id: str
    days: int


async def due(work: Work, *, now: datetime, limit: int) -> list[Over]:
    """Return at most `limit` patients whose time is over, of whatever clinic."""
    k = tables.clinics.c
    query = select(k.id, k.organisation_id, k.retention_days).where(k.retention_days.is_not(None)).order_by(k.id)
    found: list[Over] = []
    for clinic in (await work.run(query)).all():
        over = select(_p.id).where(_is_over(clinic.id, clinic.retention_days, now)).order_by(_p.id)
        ids = (await work.run(over.limit(limit - len(found)))).scalars().all()
        found += [Over(id, clinic.organisation_id, clinic.id, clinic.retention_days) for id in ids]
        if len(found) >= limit:
            break
    return found


async def count(work: Work, clinic_id: str, *, days: int, now: datetime) -> int:
    """Return how many patients of a clinic would be erased if it kept data for so many days."""
    query = select(func.count()).select_from(tables.patients).where(_is_over(clinic_id, days, now))
    return int((await work.run(query)).scalar_one())


async def is_held(work: Work, over: Over, *, now: datetime) -> bool:
    """Lock a patient and their chat, and look again; False if somebody is busy with them, or something has come.

    Nobody is waited for: whoever is busy may in turn wait for what this visit holds. On SQLite a visit that writes is
    alone anyway.
    """
    b, c = tables.bindings.c, tables.chats.c
    bound = select(b.chat_id).where(b.patient_id == over.patient_id, b.ended_at.is_(None))
    chat_id = (await work.run(bound)).scalar_one_or_none()
    if chat_id is not None:
        free = select(c.id).where(c.id == chat_id).with_for_update(skip_locked=True)
        if (await work.run(free)).first() is None:
            return False
    free = select(_p.id).where(_p.id == over.patient_id).with_for_update(skip_locked=True)
    if (await work.run(free)).first() is None or (await work.run(bound)).scalar_one_or_none() != chat_id:
        return False
    still = select(_p.id).where(_p.id == over.patient_id, _is_over(over.clinic_id, over.days, now))
    return (await work.run(still)).first() is not None


def _is_over(clinic_id: str, days: int, now: datetime) -> ColumnElement[bool]:
    """Choose the patients of a clinic whose latest session and letter are longer ago, and of whom nothing waits.

    The column kept for lists narrows it down by its index; what is asked is asked of the rows themselves.
    """
    t, m, r, k = tables.treatments.c, tables.letters.c, tables.reminders.c, tables.cases.c
    cutoff = now - timedelta(days=days)
    waits = r.state.in_((*life.OPEN, life.State.SENDING))
    return and_(
        _p.clinic_id == clinic_id,
        _p.erased_at.is_(None),
        _p.created_at < cutoff,
        or_(_p.latest_at.is_(None), _p.latest_at < cutoff),
        ~exists().where(t.patient_id == _p.id, t.state == "booked", t.starts_at >= cutoff),
        ~exists().where(m.patient_id == _p.id, m.at >= cutoff),
        ~exists().where(r.patient_id == _p.id, waits, r.useful_until >= now),
        ~exists().where(k.patient_id == _p.id, k.closed_at.is_(None)),
    )
