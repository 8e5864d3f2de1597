"""Who can be reached: the clinic, else whoever treated the person, else the local emergency number."""

import dataclasses
from datetime import datetime

from reminderbot.planning import hours as clock_hours
from reminderbot.services import access, nearest, opening, people, treatments
from reminderbot.store import clinics, patients
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Contact:
    """The way to a person. Without a clinic `clinic_name` is empty; without any phone `phone` is empty.

    `emergency` is the clinic's own line (empty: say the local number, `contact.emergency`). `hours` is the opening
    time as the clinic wrote it (empty: not known; then `is_open` is None). `next_open` is naive wall time in `zone`,
    the clinic's; None while it is open.
    """

    clinic_name: str = ""
    phone: str = dataclasses.field(default="", repr=False)
    emergency: str = ""
    hours: str = ""
    zone: str = ""
    is_open: bool | None = None
    next_open: datetime | None = None


async def of(work: works.Work, who: access.Person, *, now: datetime, treatment_id: str | None = None) -> Contact:
    """Return whom the chat can reach: of `treatment_id`, else of the treatment nearest to `now`, else of any.

    NotFound `refusal.not_found` for a foreign treatment.
    """
    found = await clinic(work, who, now=now, treatment_id=treatment_id)
    if found is not None:
        return of_clinic(found, now)
    patient = await people.main(work, who)
    return Contact(phone=patient.treated_by if patient else "")


async def clinic(
    work: works.Work, who: access.Person, *, now: datetime, treatment_id: str | None = None
) -> clinics.ClinicRow | None:
    """Return the clinic that the chat can reach, as `of` finds it; None for who is with none."""
    clinic_id = await _clinic_id(work, who, treatment_id, now)
    return await clinics.get(work, clinic_id) if clinic_id else None


def of_clinic(clinic: clinics.ClinicRow, now: datetime) -> Contact:
    """Return the way to a clinic, and whether somebody answers there at `now`."""
    text, week = opening.from_json(clinic.hours)
    local = clock_hours.to_local(now, clinic.zone)
    is_open = opening.is_open(week, local) if week else None
    return Contact(
        clinic_name=clinic.name,
        phone=clinic.phone,
        emergency=clinic.emergency,
        hours=text,
        zone=clinic.zone,
        is_open=is_open,
        next_open=None if is_open else opening.next_open(week, local),
    )


async def _clinic_id(work: works.Work, who: access.Person, treatment_id: str | None, now: datetime) -> str | None:
    if treatment_id is not None:
        row: rows.TreatmentRow | None = await treatments.reached(work, who, treatment_id)
        return await _looks_after(work, row) if row and row.clinic_id != clinics.BUILT_IN else None
    theirs = [row for row in await rows.of_chat(work, who.chat_id) if row.clinic_id != clinics.BUILT_IN]
    row = nearest.booked(theirs, now) or next(iter(theirs), None)
    return await _looks_after(work, row) if row else None


async def _looks_after(work: works.Work, row: rows.TreatmentRow) -> str:
    """Return the clinic that looks after a patient now: they may have changed branch since a treatment."""
    return await patients.home(work, row.patient_id) or row.clinic_id
