"""All about one patient for the clinic that looks after them; who may not see words gets dates and states."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from reminderbot import errors
from reminderbot.catalog import telegram_html
from reminderbot.services import access, people, stories, telling, treatments
from reminderbot.store import audit, clinics, dossiers, patients
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

DEEDS = 200
"""Lines of the audit that a patient's page shows."""

_Row = TypeVar("_Row", dossiers.Attempt, dossiers.Answer)
Patient = patients.PatientRow
Reminder = dossiers.Reminder


@dataclasses.dataclass(frozen=True)
class Deed:
    """Something that was done about the patient; `by` is a name of the staff, empty for anybody else."""

    at: datetime
    actor: str
    by: str
    action: str
    detail: Mapping[str, object]


@dataclasses.dataclass(frozen=True)
class Session:
    """A session and its reminders, in order of due."""

    treatment: treatments.TreatmentView
    reminders: tuple[Reminder, ...]


@dataclasses.dataclass(frozen=True)
class Dossier:
    """All about one patient; the sessions with the latest start first, `chat` the one that is bound now."""

    patient: Patient
    clinic_name: str
    chat: dossiers.Bound | None
    chats: Sequence[dossiers.Bound]
    consents: Sequence[dossiers.Consent]
    invites: Sequence[dossiers.Invite]
    sessions: tuple[Session, ...]
    attempts: Mapping[str, Sequence[dossiers.Attempt]]
    answers: Mapping[str, Sequence[dossiers.Answer]]
    worries: Sequence[dossiers.Worry]
    deeds: Sequence[Deed]

    @property
    def reminders(self) -> dict[str, Reminder]:
        """The reminders of every session, by id."""
        return {each.id: each for session in self.sessions for each in session.reminders}


@dataclasses.dataclass(frozen=True)
class Story:
    """One reminder: what is kept of it, and what happened to it."""

    dossier: Dossier
    reminder: Reminder
    told: stories.Story


@dataclasses.dataclass(frozen=True)
class Head:
    """A patient, and whether a word from us would reach them now."""

    patient: Patient
    is_told: bool


async def head(work: works.Work, who: access.Staff, patient_id: str) -> Head:
    """Return a patient of the clinic, for a form about them; NotFound for anybody else's."""
    patient = await people.patient(work, who, patient_id)
    return Head(patient, await telling.reached(work, patient) is not None)


async def read(work: works.Work, who: access.Staff, patient_id: str) -> Dossier:
    """Return all about a patient of the clinic; NotFound for anybody else's. The caller notes the look."""
    patient = await people.patient(work, who, patient_id)
    opener = await dossiers.key(work, patient_id) if who.may(access.Right.SEE_WORDS) else None
    found = await dossiers.reminders(work, patient_id, opener=opener)
    bound, clinic = await dossiers.bindings(work, patient_id), await clinics.get(work, who.clinic_id)
    may_read = opener is not None
    return Dossier(
        patient=patient,
        clinic_name=clinic.name if clinic else "",
        chat=next((each for each in bound if each.ended_at is None), None),
        chats=bound,
        consents=await dossiers.consents(work, patient_id),
        invites=await dossiers.invites(work, patient_id),
        sessions=await _sessions(work, who, patient_id, found),
        attempts=_by_reminder(await dossiers.attempts(work, patient_id)),
        answers=_by_reminder(await dossiers.answers(work, patient_id) if may_read else []),
        worries=await dossiers.worries(work, patient_id, opener=opener),
        deeds=await _deeds(work, who, patient_id),
    )


async def story(work: works.Work, who: access.Staff, patient_id: str, reminder_id: str, *, now: datetime) -> Story:
    """Return one reminder of a patient with its whole story; NotFound for anybody else's."""
    dossier = await read(work, who, patient_id)
    reminder = dossier.reminders.get(reminder_id)
    if reminder is None:
        raise errors.NotFound("console.sorry.not-found")
    return Story(dossier, reminder, await stories.tell_whole(work, reminder.id, now=now))


def plain(body: str) -> str:
    """Return what a reader saw of a text as it was sent."""
    return telegram_html.plain(body)


async def _sessions(
    work: works.Work, who: access.Staff, patient_id: str, found: Sequence[Reminder]
) -> tuple[Session, ...]:
    known = await rows.of_clinic(work, who.clinic_id, patient_id=patient_id)
    return tuple(
        Session(treatments.view(row), tuple(each for each in found if each.treatment_id == row.id)) for row in known
    )


async def _deeds(work: works.Work, who: access.Staff, patient_id: str) -> list[Deed]:
    found = await audit.of_patient(work, who.clinic_id, patient_id, limit=DEEDS)
    ids = [each.staff_id for each in found if each.staff_id is not None]
    names = await dossiers.colleagues(work, who.organisation_id, ids)
    return [Deed(each.at, each.actor, names.get(each.staff_id or "", ""), each.action, each.detail) for each in found]


def _by_reminder(found: Sequence[_Row]) -> dict[str, list[_Row]]:
    kept: dict[str, list[_Row]] = {}
    for each in found:
        kept.setdefault(each.reminder_id, []).append(each)
    return kept
