"""A clinic erases one of its patients: what goes and what stays is shown first, and the chat is told at the end."""

import dataclasses
import unicodedata
from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, life
from reminderbot.services import access, audit, in_force, names, owing, people, privacy, treatments
from reminderbot.store import chats, clinics, outbox, patients
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Ahead:
    """What an erasure would do; `coming` counts messages, `chat_goes` tells whether the chat speaks for nobody else."""

    patient: patients.PatientRow
    stored: privacy.StoredPatient
    coming: int
    has_chat: bool
    chat_goes: bool
    is_told: bool

    @property
    def confirmed_by(self) -> str:
        """Return what is to be typed to confirm."""
        return _confirmed_by(self.patient)


async def ahead(work: works.Work, who: access.Staff, patient_id: str) -> Ahead:
    """Return what an erasure would do; NotAllowed unless the role may erase, NotFound for anybody else's patient."""
    access.require(who, access.Right.ERASE)
    patient = await people.patient(work, who, patient_id)
    chat_id = await patients.chat_of(work, patient_id)
    sessions = await treatments.timeline_of_patient(work, who, patient_id)
    return Ahead(
        patient=patient,
        stored=await privacy.of_patient(work, who, patient_id),
        coming=sum(row.state in life.OPEN for each in sessions for row in each.rows),
        has_chat=chat_id is not None,
        chat_goes=chat_id is not None and await privacy.is_theirs_alone(work, patient_id, chat_id),
        is_told=await _told(work, chat_id) is not None,
    )


async def erase(
    work: works.Work, who: access.Staff, patient_id: str, *, named: str, catalog: catalogs.Catalog, now: datetime
) -> bool:
    """Erase a patient for good, and owe their chat one last word; return whether it is told.

    `named` is what was typed to confirm. Raises NotAllowed unless the role may erase, NotFound for anybody else's
    patient or one who was erased already, Invalid `console.erasing.refused-name` for another name.
    """
    access.require(who, access.Right.ERASE)
    await people.held(work, who, patient_id)
    await patients.lock(work, patient_id)
    patient = await people.patient(work, who, patient_id)  # again: whoever held them may have erased them
    if _plain(named) != _plain(_confirmed_by(patient)):
        raise errors.Invalid("console.erasing.refused-name")
    is_told = await _tell(work, who, patient, catalog, now)
    await privacy.erase_patient(work, patient_id, now=now)
    await audit.note(work, who, "patient.erased", patient_id=patient_id)
    return is_told


async def _tell(
    work: works.Work, who: access.Staff, patient: patients.PatientRow, catalog: catalogs.Catalog, now: datetime
) -> bool:
    """Owe the last word before the chat's own key is gone; who stopped or never agreed is told all the same."""
    chat = await _told(work, await patients.chat_of(work, patient.id))
    if chat is None:
        return False
    clinic = await clinics.get(work, who.clinic_id)
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    await owing.say(
        work,
        chat,
        "told.erased",
        organisation_id=who.organisation_id,
        catalog=await in_force.said(work, catalog, **whose),
        buttons={},
        kind=outbox.Kind.FAREWELL,
        is_quiet=hours.is_quiet(now, patient.quiet, patient.zone),
        clinic_name=clinic.name if clinic else "",
        clinic_phone=clinic.phone if clinic else "",
        patient_name=patient.name if await people.in_chat(work, chat.id) > 1 else "",
    )
    return True


async def _told(work: works.Work, chat_id: str | None) -> chats.ChatRow | None:
    """Return the chat that hears of it; None if there is none, or it blocks us."""
    chat = await chats.get(work, chat_id) if chat_id else None
    return chat if chat is not None and chat.blocked_at is None else None


def _confirmed_by(patient: patients.PatientRow) -> str:
    """Return the name; the beginning of the id for whoever has none that can be typed."""
    return patient.name if _plain(patient.name) else patient.id[:6]


def _plain(name: str) -> str:
    """Return a name without case, accents and spaces: what must be the same to mean the same person."""
    parts = unicodedata.normalize("NFKD", names.clean(name).casefold())
    return "".join(part for part in parts if not unicodedata.combining(part) and not part.isspace())
