"""Cases: what needs a person of the staff, by when, and who has taken it on."""

from datetime import datetime

from reminderbot.store import cases
from reminderbot.store import work as works

Kind = cases.Kind


async def raise_(
    work: works.Work,
    *,
    kind: Kind,
    subject: str,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    now: datetime,
) -> None:
    """Open a case about what a patient has just done, in the same transaction. The same subject twice is one case."""
    await cases.is_added(
        work,
        kind=kind,
        subject=subject,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        raised_at=now,
        due_at=None,
    )
