"""The asker's own rows, as every other service needs them: the chat under a lock, its patients, its consent."""

from datetime import datetime, time

from reminderbot import errors
from reminderbot.planning import hours, timeline
from reminderbot.services import access
from reminderbot.store import chats, clinics, patients
from reminderbot.store import work as works

MORNING = time(8, 30)
"""When day steps arrive where nobody chose another hour: make-up and sun are decided before nine."""

QUIET = hours.Quiet(time(21), time(8))
"""Quiet hours where nobody chose others."""


async def chat(work: works.Work, who: access.Person, *, lock: bool = False) -> chats.ChatRow:
    """Return the asker's chat; NotFound `refusal.not_found` if it was erased.

    Whatever writes takes the lock first: two visits of one chat then follow each other.
    """
    found = await chats.get(work, who.chat_id, lock=lock)
    if found is None:
        raise errors.NotFound("refusal.not_found")
    return found


async def consenting(work: works.Work, who: access.Person) -> chats.ChatRow:
    """Return the asker's chat under a lock; NotAllowed `refusal.no_consent` unless it has agreed."""
    found = await chat(work, who, lock=True)
    if found.consented_at is None:
        raise errors.NotAllowed("refusal.no_consent")
    return found


async def held(work: works.Work, who: access.Person | access.Staff, patient_id: str) -> patients.PatientRow:
    """Return one patient for a visit that changes something of theirs: their chat, if there is one, is locked first."""
    if isinstance(who, access.Person):
        await chat(work, who, lock=True)
        return await patient(work, who, patient_id)
    await patient(work, who, patient_id)
    chat_id = await patients.chat_of(work, patient_id)
    if chat_id is not None:
        await chats.get(work, chat_id, lock=True)
    return await patient(work, who, patient_id)


async def in_chat(work: works.Work, chat_id: str) -> int:
    """Return how many patients talk through a chat; another organisation's count, and nothing else of them is told."""
    async with work.across():
        return len(await patients.of_chat(work, chat_id))


async def patient(work: works.Work, who: access.Person | access.Staff, patient_id: str) -> patients.PatientRow:
    """Return one patient of the chat, or of the clinic; NotFound `refusal.not_found` for anybody else's."""
    if isinstance(who, access.Staff):
        found = await patients.of_clinic(work, who.clinic_id, patient_id)
        if found is None:
            raise errors.NotFound("console.sorry.not-found")
        return found
    for each in await patients.of_chat(work, who.chat_id):
        if each.id == patient_id:
            return each
    raise errors.NotFound("refusal.not_found")


async def main(work: works.Work, who: access.Person) -> patients.PatientRow | None:
    """Return the patient whom the chat speaks of when it names none: who registered here, else who was bound first."""
    bound = await patients.of_chat(work, who.chat_id)
    return next((each for each in bound if each.via == "self"), bound[0] if bound else None)


async def made(work: works.Work, who: access.Person, *, language: str, zone: str, now: datetime) -> patients.PatientRow:
    """Return the chat's main patient, made in the built-in organisation if there is none."""
    found = await main(work, who)
    if found is not None:
        return found
    organisation, habits = clinics.BUILT_IN, timeline.Habits(zone=zone, morning=MORNING, quiet=QUIET)
    id = await patients.add(work, organisation_id=organisation, name="", language=language, habits=habits, now=now)
    await patients.bind(work, organisation_id=organisation, chat_id=who.chat_id, patient_id=id, via="self", now=now)
    return await patient(work, who, id)
