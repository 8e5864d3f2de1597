"""To whom the words of a chat go: the patient it speaks for, and the clinic that looks after them."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.services import access, contact, nearest
from reminderbot.store import clinics, looked_after, treatments
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Addressee:
    """A patient and their clinic. `patient_name` is empty unless the chat speaks for several patients."""

    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    organisation_id: str
    clinic_id: str
    contact: contact.Contact
    phone_only: bool


async def of(work: works.Work, who: access.Person, *, now: datetime, patient_id: str | None = None) -> Addressee | None:
    """Return whom a chat's words go to; None where no clinic looks after its patients.

    Of several patients it is `patient_id`, else the one whose session is nearest to `now`. NotFound
    `refusal.not_found` for a patient who is not the chat's, or whom no clinic looks after.
    """
    theirs = await looked_after.of_chat(work, who.chat_id)
    if patient_id is not None and all(each.patient_id != patient_id for each in theirs):
        raise errors.NotFound("refusal.not_found")
    if not theirs:
        return None
    wanted = patient_id or (await _nearest(work, who, theirs, now) if len(theirs) > 1 else theirs[0].patient_id)
    chosen = next((each for each in theirs if each.patient_id == wanted), theirs[0])
    clinic = await clinics.get(work, chosen.clinic_id)
    return Addressee(
        patient_id=chosen.patient_id,
        patient_name=chosen.patient_name if len(theirs) > 1 else "",
        organisation_id=chosen.organisation_id,
        clinic_id=chosen.clinic_id,
        contact=contact.of_clinic(clinic, now) if clinic else contact.Contact(),
        phone_only=chosen.phone_only,
    )


async def _nearest(
    work: works.Work, who: access.Person, theirs: list[looked_after.LookedAfter], now: datetime
) -> str | None:
    ids = {each.patient_id for each in theirs}
    rows = [row for row in await treatments.of_chat(work, who.chat_id) if row.patient_id in ids]
    found = nearest.booked(rows, now)
    return found.patient_id if found else None
