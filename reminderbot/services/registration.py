"""Registration: what a session would bring, and a session kept together with all of its reminders."""

import dataclasses
from datetime import date, datetime, time

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, plans, timeline
from reminderbot.services import access, overlaps, people, sessions, shipping, standings, treatments
from reminderbot.store import clinics, patients, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

MOST = 30
"""Booked treatments of one patient; a course has 3 to 6 sessions, so whoever has more is no patient."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """A session as a person gives it. Without `patient_id` it is the chat's main patient's."""

    day: date
    at: time
    zone: str
    patient_id: str | None = None
    plan_key: str = "microneedling"


@dataclasses.dataclass(frozen=True)
class Preview:
    """What would be saved: the slots in order, the patient's zone they are told in, what the clocks make of the hour.

    `beside` are the booked treatments of the same patient; `saved_as` is the treatment that is this one already. By
    `plan` it would be treated, of the organisation and the clinic `whose` words are said.
    """

    slots: tuple[timeline.Slot, ...]
    zone: str
    starts_at: datetime
    wall: hours.Kind
    beside: tuple[treatments.TreatmentView, ...]
    saved_as: str | None
    plan: plans.Plan
    whose: tuple[str, str]


@dataclasses.dataclass(frozen=True)
class Registered:
    """What was saved; `is_new` is False when a second tap found it saved already."""

    treatment_id: str
    patient_id: str
    slots: tuple[timeline.Slot, ...]
    is_new: bool


async def preview(
    work: works.Work, who: access.Person | access.Staff, draft: Draft, *, catalog: catalogs.Catalog, now: datetime
) -> Preview:
    """Return what `register` would save; nothing is written. Refuses what `register` does, consent and stop aside."""
    anchor = sessions.anchor(day=draft.day, at=draft.at, zone=draft.zone, now=now)
    patient = await _whose(work, who, draft)
    beside = await _beside(work, who, patient)
    habits = patient.habits if patient else _defaults(draft.zone)
    clinic_id = await _at(work, who, patient, beside)
    plan = await shipping.in_force(work, catalog, draft.plan_key, clinic_id=clinic_id)
    wall = hours.local_to_instant(anchor.day, anchor.at, anchor.zone)
    return Preview(
        slots=_slots(plan, anchor, habits, wants_reads=patient is None or patient.wants_reads, now=now),
        zone=habits.zone,
        starts_at=wall.instant,
        wall=wall.kind,
        beside=tuple(treatments.view(each) for each in beside),
        saved_as=_same(beside, anchor),
        plan=plan,
        whose=(patient.organisation_id if patient else clinics.BUILT_IN, clinic_id),
    )


async def register(
    work: works.Work,
    who: access.Person | access.Staff,
    draft: Draft,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    poster_of: str | None = None,
) -> Registered:
    """Save the session and its reminders. The same draft twice is one session. A clinic's staff names the patient.

    With `poster_of` it is one that the patient tells by the poster of that clinic, which is to confirm it.

    Raises NotAllowed `refusal.no_consent`, `refusal.stopped`; NotFound for a foreign patient; Invalid
    `refusal.unknown_plan` and as `sessions.anchor` does; Conflict `refusal.too_many_sessions`. What staff is told of
    these is in words of the console.
    """
    language = await _held(work, who, draft)
    anchor = sessions.anchor(day=draft.day, at=draft.at, zone=draft.zone, now=now)
    patient = await _whose(work, who, draft)
    if patient is None:
        patient = await _made(work, who, language=language, zone=draft.zone, now=now)
    _refuse_stopped(who, patient)
    beside = await _beside(work, who, patient)
    clinic_id = poster_of or await _at(work, who, patient, beside)
    plan = await shipping.in_force(work, catalog, draft.plan_key, clinic_id=clinic_id)
    slots = _slots(plan, anchor, patient.habits, wants_reads=patient.wants_reads, now=now)
    if (saved := _same(beside, anchor)) is not None:
        return Registered(saved, patient.id, slots, is_new=False)
    is_staff = isinstance(who, access.Staff)
    if len(beside) >= MOST:
        raise errors.Conflict("console.change.refused-many" if is_staff else "refusal.too_many_sessions")
    treatment_id = await booked(
        work,
        patient=(patient.organisation_id, clinic_id, patient.id),
        anchor=anchor,
        slots=slots,
        zone=patient.zone,
        plan=plan,
        entered_by="poster" if poster_of else "clinic" if is_staff else "patient",
        catalog=catalog,
        now=now,
    )
    await standings.settle(work, [patient.id], now=now)
    return Registered(treatment_id, patient.id, slots, is_new=True)


async def booked(
    work: works.Work,
    *,
    patient: tuple[str, str, str],
    anchor: timeline.Anchor,
    slots: tuple[timeline.Slot, ...],
    zone: str,
    plan: plans.Plan,
    entered_by: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str:
    """Add a treatment of a patient (organisation, clinic, patient) by `plan` with its reminders; return its id."""
    organisation_id, clinic_id, patient_id = patient
    version = await shipping.version_of(work, catalog, plan, organisation_id=organisation_id, now=now)
    treatment_id = await rows.add(
        work,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        plan_version_id=version,
        anchor=anchor,
        entered_by=entered_by,
        now=now,
    )
    await planned.add(work, planned.Owner(*patient, treatment_id), slots, zone=zone, now=now)
    await overlaps.settle(work, [patient_id], now=now)
    return treatment_id


async def _held(work: works.Work, who: access.Person | access.Staff, draft: Draft) -> str:
    """Lock what a registration is held by, the chat; return the language that whoever is made for it speaks."""
    if isinstance(who, access.Person):
        return (await people.consenting(work, who)).language
    return (await people.held(work, who, draft.patient_id or "")).language


async def _whose(work: works.Work, who: access.Person | access.Staff, draft: Draft) -> patients.PatientRow | None:
    if draft.patient_id is not None or isinstance(who, access.Staff):
        return await people.patient(work, who, draft.patient_id or "")
    return await people.main(work, who)


async def _made(
    work: works.Work, who: access.Person | access.Staff, *, language: str, zone: str, now: datetime
) -> patients.PatientRow:
    if isinstance(who, access.Staff):
        raise errors.NotFound("console.sorry.not-found")
    return await people.made(work, who, language=language, zone=zone, now=now)


async def _of(work: works.Work, who: access.Person | access.Staff, patient_id: str) -> list[rows.TreatmentRow]:
    if isinstance(who, access.Staff):
        return await rows.of_clinic(work, who.clinic_id, patient_id=patient_id)
    return [row for row in await rows.of_chat(work, who.chat_id) if row.patient_id == patient_id]


async def _beside(
    work: works.Work, who: access.Person | access.Staff, patient: patients.PatientRow | None
) -> list[rows.TreatmentRow]:
    found = await _of(work, who, patient.id) if patient else []
    return [row for row in found if row.state is rows.State.BOOKED]


async def _at(
    work: works.Work,
    who: access.Person | access.Staff,
    patient: patients.PatientRow | None,
    beside: list[rows.TreatmentRow],
) -> str:
    """Return the clinic that looks after the patient; else that of their latest treatment, else the built-in one."""
    if patient is None:
        return clinics.BUILT_IN
    if home := await patients.home(work, patient.id):
        return home
    if isinstance(who, access.Staff):
        return who.clinic_id
    known = beside or await _of(work, who, patient.id)
    return known[0].clinic_id if known else clinics.BUILT_IN


def _same(beside: list[rows.TreatmentRow], anchor: timeline.Anchor) -> str | None:
    return next((row.id for row in beside if row.anchor == anchor), None)


def _refuse_stopped(who: access.Person | access.Staff, patient: patients.PatientRow) -> None:
    if patient.stopped_at is not None:
        if isinstance(who, access.Staff):
            raise errors.Conflict("console.change.refused-stopped")
        raise errors.NotAllowed("refusal.stopped")


def _defaults(zone: str) -> timeline.Habits:
    return timeline.Habits(zone=zone, morning=people.MORNING, quiet=people.QUIET)


def _slots(
    plan: plans.Plan,
    anchor: timeline.Anchor,
    habits: timeline.Habits,
    *,
    wants_reads: bool,
    now: datetime,
) -> tuple[timeline.Slot, ...]:
    return tuple(timeline.slots(plan, anchor, habits, now=now, wants_reads=wants_reads))
