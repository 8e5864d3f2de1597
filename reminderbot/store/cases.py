"""Cases: what needs a person, and what the staff did about it."""

from datetime import datetime
from enum import StrEnum

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work


class Kind(StrEnum):
    """What a case is about; its subject is the id of that row."""

    WORRY = "worry"
    LETTER = "letter"
    REMINDER = "reminder"  # blocked, rejected, unconfirmed or parked
    INVITE = "invite"  # never opened or never joined


async def is_added(
    work: Work,
    *,
    kind: Kind,
    subject: str,
    organisation_id: str,
    clinic_id: str,
    patient_id: str | None,
    raised_at: datetime,
    due_at: datetime | None,
) -> bool:
    """Add a case; False if there is one about the same subject."""
    return await inserting.is_inserted(
        work,
        tables.cases,
        id=tables.new_id(),
        kind=kind,
        subject=subject,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        raised_at=raised_at,
        due_at=due_at,
    )
