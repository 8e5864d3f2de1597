"""What goes along when a patient changes branch: the sessions ahead, what may still be sent, what is open."""

import dataclasses
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Work

MAY_COME = (*life.MAY_COME, life.State.PARKED, life.State.REVIEW)
"""States in which a reminder goes along. One that is being sent is not waited for, and stays where it was sent."""


@dataclasses.dataclass(frozen=True)
class Along:
    """How much goes along with a patient, and how much stays where it was."""

    sessions: int
    reminders: int  # those that wait for their time
    cases: int
    letters: int
    stays: int  # sessions that are over, or were called off
    is_elsewhere: bool  # a session ahead is in another zone than the new clinic


async def count(work: Work, patient_id: str, *, zone: str, now: datetime) -> Along:
    """Return what would go along with a patient to a clinic in `zone`."""
    t = tables.treatments.c
    ahead, planned = _ahead(patient_id, now), _may_come(patient_id, now)
    every = await _count(work, t.id, t.patient_id == patient_id)
    sessions = await _count(work, t.id, ahead)
    return Along(
        sessions=sessions,
        reminders=await _count(work, tables.reminders.c.id, planned & tables.reminders.c.state.in_(life.OPEN)),
        cases=await _count(work, tables.cases.c.id, _open_cases(patient_id)),
        letters=await _count(work, tables.letters.c.id, _open_letters(patient_id)),
        stays=every - sessions,
        is_elsewhere=await _count(work, t.id, ahead & (t.zone != zone)) > 0,
    )


async def move(work: Work, patient_id: str, *, clinic_id: str, now: datetime) -> None:
    """Hand a patient over to another clinic of the same organisation, with all that is open.

    The caller holds the chat and the patient. What was sent, said and done stays where it was.
    """
    p, t, r = tables.patients, tables.treatments, tables.reminders
    await work.run(update(p).where(p.c.id == patient_id).values(clinic_id=clinic_id))
    ahead = select(t.c.id).where(_ahead(patient_id, now))
    await work.run(delete(tables.listed).where(tables.listed.c.treatment_id.in_(ahead)))
    await work.run(update(t).where(_ahead(patient_id, now)).values(clinic_id=clinic_id))
    await work.run(update(r).where(_may_come(patient_id, now)).values(clinic_id=clinic_id))
    await _move_what_waits(work, patient_id, clinic_id)


async def _move_what_waits(work: Work, patient_id: str, clinic_id: str) -> None:
    w, m, i, k = tables.worries, tables.letters, tables.invites, tables.cases
    await work.run(update(m).where(_open_letters(patient_id)).values(clinic_id=clinic_id))
    await work.run(
        update(w).where(w.c.patient_id == patient_id, w.c.state == "open").values(clinic_id=clinic_id),
    )
    live = (i.c.patient_id == patient_id) & i.c.redeemed_at.is_(None) & i.c.revoked_at.is_(None)
    await work.run(update(i).where(live).values(clinic_id=clinic_id))
    works_there = select(tables.staff_roles.c.staff_id).where(tables.staff_roles.c.clinic_id == clinic_id)
    gone = k.c.owner_id.is_not(None) & k.c.owner_id.not_in(works_there)
    await work.run(update(k).where(_open_cases(patient_id), gone).values(owner_id=None))
    moved = update(k).where(_open_cases(patient_id))
    await work.run(moved.values(clinic_id=clinic_id, version=k.c.version + 1))


def _ahead(patient_id: str, now: datetime) -> ColumnElement[bool]:
    t = tables.treatments.c
    return and_(t.patient_id == patient_id, t.state == "booked", t.starts_at > now)


def _may_come(patient_id: str, now: datetime) -> ColumnElement[bool]:
    r = tables.reminders.c
    return and_(r.patient_id == patient_id, r.state.in_(MAY_COME), r.useful_until > now)


def _open_cases(patient_id: str) -> ColumnElement[bool]:
    k = tables.cases.c
    return and_(k.patient_id == patient_id, k.closed_at.is_(None))


def _open_letters(patient_id: str) -> ColumnElement[bool]:
    """Choose the letters that nobody has read, and those whose case is open."""
    m, k = tables.letters.c, tables.cases.c
    asked = select(k.subject).where(_open_cases(patient_id), k.kind == "letter")
    return and_(m.patient_id == patient_id, m.direction == "in", or_(m.read_at.is_(None), m.id.in_(asked)))


async def _count(work: Work, column: ColumnElement[str], which: ColumnElement[bool]) -> int:
    return int((await work.run(select(func.count(column)).where(which))).scalar_one())
