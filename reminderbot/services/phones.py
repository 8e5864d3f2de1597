"""A patient changes phone: the old chat is let go, and the same patient gets a fresh link to the same session."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit, invites, notices, people, standings, telling, treatments
from reminderbot.store import patients
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Preview:
    """What a change of phone would do: the session of the fresh link, and whether a chat is let go."""

    patient_name: str = dataclasses.field(repr=False)
    session: treatments.TreatmentView
    has_chat: bool
    is_told: bool


async def preview(work: works.Work, who: access.Staff, patient_id: str, *, now: datetime) -> Preview:
    """Return what `change` would do; writes nothing and refuses the same."""
    access.require(who, access.Right.INVITE)
    patient = await people.patient(work, who, patient_id)
    session = await _session(work, who, patient_id, now)
    chat = await telling.reached(work, patient)
    has_chat = await patients.chat_of(work, patient_id) is not None
    return Preview(patient.name, treatments.view(session), has_chat=has_chat, is_told=chat is not None)


async def change(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    machine_now: datetime,
) -> invites.Created:
    """Let the old chat go, telling it nothing about health, and make a fresh link; earlier links are dead.

    Raises NotFound for a patient who is not theirs; Conflict `console.branch.refused-session` without any session.
    """
    clinic = await invites.adopted(work, who)
    patient = await people.held(work, who, patient_id)
    session = await _session(work, who, patient_id, now)
    await notices.owe(work, patient, "notice.phone", catalog=catalog, machine_now=machine_now)
    await patients.unbind(work, patient_id, now=now)
    made = await invites.made(
        work, who, clinic, patient_id=patient_id, treatment_id=session.id, starts_at=session.starts_at, now=now
    )
    await standings.settle(work, [patient_id], now=now)
    await audit.note(work, who, "patient.phone-changed", patient_id=patient_id, invite=made.invite_id)
    return made


async def _session(work: works.Work, who: access.Staff, patient_id: str, now: datetime) -> rows.TreatmentRow:
    """Return the next session, else the latest."""
    found = await rows.of_clinic(work, who.clinic_id, patient_id=patient_id)
    booked = [row for row in found if row.state is rows.State.BOOKED]
    if not booked:
        raise errors.Conflict("console.branch.refused-session")
    ahead = [row for row in booked if row.starts_at > now]
    return min(ahead, key=lambda row: row.starts_at) if ahead else booked[0]
