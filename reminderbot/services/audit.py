"""What is written into the audit: who of the staff did, saw or exported what (S18)."""

from reminderbot import clocks
from reminderbot.services import access
from reminderbot.store import audit, tables
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


async def note_operator(
    work: works.Work,
    action: str,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str | None = None,
    **detail: str | int | None,
) -> None:
    """Write what the operator did for a clinic from the command line; it stands in the clinic's own chain."""
    await audit.add(
        work,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        at=clocks.machine(),
        actor="operator",
        patient_id=patient_id,
        action=action,
        detail=detail,
    )


async def note_installation(work: works.Work, action: str, **detail: str | int | None) -> None:
    """Write what the operator did that is no one clinic's; it stands in the built-in clinic's chain."""
    built_in = tables.BUILT_IN
    await note_operator(work, action, organisation_id=built_in, clinic_id=built_in, patient_id=None, **detail)
