"""A patient's standing and latest session, kept beside them so that lists need not look it up."""

from collections.abc import Sequence

from sqlalchemy import func, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work


async def settle(work: Work, patient_ids: Sequence[str]) -> None:
    """Set `latest_at` of patients from their treatments."""
    of = tables.treatments.c
    latest = select(func.max(of.starts_at)).where(of.patient_id == tables.patients.c.id, of.state == "booked")
    chosen = tables.patients.c.id.in_(list(patient_ids))
    await work.run(update(tables.patients).where(chosen).values(latest_at=latest.scalar_subquery()))
