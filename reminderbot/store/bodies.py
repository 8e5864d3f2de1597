"""What a reminder said, as it was sent: sealed with its patient's key, kept until the patient is erased."""

from sqlalchemy import select

from reminderbot.store import tables
from reminderbot.store.work import Work


async def read(work: Work, reminder_id: str) -> str:
    """Return the text of a reminder that the caller has reached, as HTML; empty where none is kept."""
    of, patient = tables.reminders.c, tables.patients.c
    query = select(of.body, patient.key_id).join(tables.patients, patient.id == of.patient_id)
    row = (await work.run(query.where(of.id == reminder_id))).one()
    key = await work.key(row.key_id) if row.body else None
    return key.open(row.body, table="reminders", row=reminder_id, column="body") if key else ""
