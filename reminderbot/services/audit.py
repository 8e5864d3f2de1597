"""What is written into the audit: who of the staff did, saw or exported what (S18)."""

from reminderbot import clocks
from reminderbot.services import access
from reminderbot.store import audit
from reminderbot.store import work as works


async def note(
    work: works.Work, who: access.Staff, action: str, *, patient_id: str | None = None, **detail: str | int | None
) -> None:
    """Write that `who` did `action` ("session.moved"), in the transaction of the deed. `detail` is nothing personal:

    ids, counts, dates, names of settings. Call it last: it holds up others of the clinic until the commit.
    """
    await audit.add(
        work,
        organisation_id=who.organisation_id,
        clinic_id=who.clinic_id,
        at=clocks.machine(),
        actor="staff",
        staff_id=who.staff_id,
        patient_id=patient_id,
        action=action,
        detail=detail,
    )
