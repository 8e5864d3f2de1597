"""What is held about patients, counted: for the answer to "what do you store about me"."""

import dataclasses
from collections.abc import Sequence

from sqlalchemy import func, select

from reminderbot.store import tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class Holding:
    """How much is held about one patient."""

    treatments: int = 0
    reminders_sent: int = 0
    answers: int = 0
    worries: int = 0


async def of_patients(work: Work, ids: Sequence[str]) -> dict[str, Holding]:
    """Return what is held about each patient."""
    patient, reminder = tables.patients.c, tables.reminders
    sent = select(func.count()).where(reminder.c.patient_id == patient.id, reminder.c.sent_at.is_not(None))
    answered = select(func.count(tables.check_ins.c.id)).select_from(tables.check_ins.join(reminder))
    query = select(
        patient.id,
        select(func.count()).where(tables.treatments.c.patient_id == patient.id).scalar_subquery(),
        sent.scalar_subquery(),
        answered.where(reminder.c.patient_id == patient.id).correlate(tables.patients).scalar_subquery(),
        select(func.count()).where(tables.worries.c.patient_id == patient.id).scalar_subquery(),
    ).where(patient.id.in_(ids))
    return {row[0]: Holding(*row[1:]) for row in (await work.run(query)).all()}
