"""A chat that has claimed a patient who is somebody else: untied by the clinic, at once (S2)."""

from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit, desk_invites, in_force, invites, owing, people, standings
from reminderbot.store import chats, patients
from reminderbot.store import treatments as treatment_rows
from reminderbot.store import work as works


async def unbind(
    work: works.Work, who: access.Staff, patient_id: str, *, catalog: catalogs.Catalog, now: datetime
) -> invites.Created | None:
    """End what ties a chat to a patient, tell the chat, and make a new invite for the latest session that is booked.

    What waits is not sent to that chat any more: an intent reads the binding again. None where no session is booked.
    Raises NotFound for another clinic's patient, Conflict `console.invites.refused-unbound` if no chat is bound.
    """
    access.require(who, access.Right.INVITE)
    await people.held(work, who, patient_id)
    chat_id = await patients.chat_of(work, patient_id)
    if chat_id is None:
        raise errors.Conflict("console.invites.refused-unbound")
    await patients.unbind(work, patient_id, now=now)
    await _tell(work, who, chat_id, catalog)
    await standings.settle(work, [patient_id], now=now)
    await audit.note(work, who, "patient.unbound", patient_id=patient_id)
    booked = treatment_rows.State.BOOKED
    theirs = await treatment_rows.of_clinic(work, who.clinic_id, patient_id=patient_id)
    latest = next((row.id for row in theirs if row.state is booked), None)
    return await desk_invites.for_treatment(work, who, latest, now=now) if latest else None


async def _tell(work: works.Work, who: access.Staff, chat_id: str, catalog: catalogs.Catalog) -> None:
    chat, clinic = await chats.get(work, chat_id), await desk_invites.clinic(work, who)
    if chat is not None and chat.blocked_at is None:
        await owing.say(
            work,
            chat,
            "invite.unbound",
            organisation_id=who.organisation_id,
            catalog=await in_force.said(work, catalog, organisation_id=who.organisation_id, clinic_id=who.clinic_id),
            buttons={},
            clinic_name=clinic.name,
            clinic_phone=clinic.phone,
        )
