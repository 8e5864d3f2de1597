"""Cases: what needs a person, and what the staff did about it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import update

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


async def hand_over(work: Work, *, clinic_id: str, owner_id: str, to: str | None) -> int:
    """Let the open cases that a person owns in a clinic be another's, or nobody's; return how many."""
    c = tables.cases.c
    theirs = (c.clinic_id == clinic_id) & (c.owner_id == owner_id) & c.closed_at.is_(None)
    moved = await work.run(update(tables.cases).where(theirs).values(owner_id=to, version=c.version + 1))
    return int(moved.rowcount)
