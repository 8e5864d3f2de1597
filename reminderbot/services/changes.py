"""What a clinic's staff changes for one patient: seen before it is saved, told to the patient, kept in the audit."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life, replan
from reminderbot.services import (
    access,
    audit,
    names,
    overlaps,
    pausing,
    people,
    planner,
    preferences,
    registration,
    shipping,
    standings,
    telling,
    treatments,
)
from reminderbot.store import patients, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

RIGHT = access.Right.CHANGE_SESSIONS


@dataclasses.dataclass(frozen=True)
class Moment:
    """When a change is made, on both clocks, and in which words and by which bot the patient hears of it."""

    catalog: catalogs.Catalog
    bot_id: int
    now: datetime
    machine_now: datetime


@dataclasses.dataclass(frozen=True)
class Ends:
    """What a cancellation would end, and what was sent of the session and stays."""

    ends: int
    sent: int


async def session(work: works.Work, who: access.Staff, patient_id: str, treatment_id: str) -> treatments.TreatmentView:
    """Return a session of a patient; NotFound when either is not the clinic's, or the session another patient's."""
    return treatments.view(await _row(work, who, patient_id, treatment_id))


async def preview_move(
    work: works.Work, who: access.Staff, patient_id: str, treatment_id: str, *, day: date, at: time, now: datetime
) -> list[replan.Change]:
    """Return what would become of each reminder; refuses what `move` does."""
    await _row(work, who, patient_id, treatment_id)
    return await treatments.preview_move(work, who, treatment_id, day=day, at=at, now=now)


async def move(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    treatment_id: str,
    *,
    day: date,
    at: time,
    version: int,
    moment: Moment,
) -> treatments.Moved:
    """Move a session and tell the patient; Conflict `console.refusal.old` if it has changed since `version`."""
    await _row(work, who, patient_id, treatment_id)
    access.require(who, RIGHT)
    moved = await treatments.move(work, who, treatment_id, day=day, at=at, now=moment.now, version=version)
    if moved.is_new:
        await telling.moved(work, who, moved, **vars(moment))
        await standings.settle(work, [patient_id], now=moment.now)
        kept = dataclasses.asdict(replan.summary(moved.changes))
        await audit.note(work, who, "session.moved", patient_id=patient_id, session=treatment_id, **kept)
    return moved


async def preview_cancel(work: works.Work, who: access.Staff, patient_id: str, treatment_id: str) -> Ends:
    """Return what a cancellation would end."""
    row = await _row(work, who, patient_id, treatment_id)
    found = await planned.of_treatments(work, [row.id])
    ends = sum(each.state in life.OPEN for each in found)
    return Ends(ends=ends, sent=sum(each.accepted and each.state not in life.OPEN for each in found))


async def cancel(
    work: works.Work, who: access.Staff, patient_id: str, treatment_id: str, *, version: int, moment: Moment
) -> treatments.Cancelled:
    """Call a session off and tell the patient; called off before, it is the same."""
    access.require(who, RIGHT)
    await people.held(work, who, patient_id)
    row = await _row(work, who, patient_id, treatment_id)
    if row.state is rows.State.BOOKED:
        _refuse_old(row.version, version)
    ended = await treatments.cancel(work, who, treatment_id, now=moment.now)
    if ended.is_new:
        await telling.cancelled(work, who, ended, **vars(moment))
        await standings.settle(work, [patient_id], now=moment.now)
        count = ended.cancelled
        await audit.note(work, who, "session.cancelled", patient_id=patient_id, session=treatment_id, ended=count)
    return ended


async def add(
    work: works.Work, who: access.Staff, draft: registration.Draft, *, moment: Moment
) -> registration.Registered:
    """Add a session of the patient whom `draft` names, and tell them; the same twice is one session."""
    access.require(who, RIGHT)
    saved = await registration.register(work, who, draft, catalog=moment.catalog, now=moment.now)
    if saved.is_new:
        added = await treatments.get(work, who, saved.treatment_id)
        await telling.added(work, who, added, **vars(moment))
        await standings.settle(work, [saved.patient_id], now=moment.now)
        await audit.note(work, who, "session.added", patient_id=saved.patient_id, session=saved.treatment_id)
    return saved


async def preview_plan(
    work: works.Work, who: access.Staff, patient_id: str, treatment_id: str, plan_key: str, *, moment: Moment
) -> list[replan.Change]:
    """Return what would become of each reminder by another plan; Invalid `refusal.unknown_plan`."""
    row = await _row(work, who, patient_id, treatment_id)
    plan = await shipping.in_force(work, moment.catalog, plan_key, clinic_id=who.clinic_id)
    other = dataclasses.replace(row, plan=plan)
    patient = await people.patient(work, who, patient_id)
    found = await planned.of_treatments(work, [row.id])
    return planner.changes(found, other, patient, anchor=row.anchor, now=moment.now, why=None)


async def set_plan(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    treatment_id: str,
    plan_key: str,
    *,
    version: int,
    moment: Moment,
) -> int:
    """Have a session follow another plan from now on; return how many reminders differ. What is past stays."""
    access.require(who, RIGHT)
    patient = await people.held(work, who, patient_id)
    row = await _row(work, who, patient_id, treatment_id)
    _refuse_old(row.version, version)
    if row.state is not rows.State.BOOKED:
        raise errors.Conflict("console.patient.refused-off")
    plan = await shipping.in_force(work, moment.catalog, plan_key, clinic_id=who.clinic_id)
    plan_id = await shipping.version_of(work, moment.catalog, plan, organisation_id=row.organisation_id, now=moment.now)
    if plan_id == row.plan_version_id:
        return 0
    if not await rows.is_repointed(work, row, plan_id):
        raise errors.Conflict("console.refusal.old")
    await planned.reword(work, row.id, plan)
    found = await planned.of_treatments(work, [row.id], lock=True)
    other = dataclasses.replace(row, plan=plan)
    changed = planner.changes(found, other, patient, anchor=row.anchor, now=moment.now, why=None)
    differ = await planner.write(
        work, planner.owner(row), found, changed, zone=patient.zone, now=moment.now, why=life.Reason.HABITS
    )
    await overlaps.settle(work, [patient_id], now=moment.now)
    await audit.note(work, who, "session.plan", patient_id=patient_id, session=treatment_id, plan=plan_key)
    return differ


async def preview_habits(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    habits: preferences.Habits,
    *,
    name: str,
    version: int,
    moment: Moment,
) -> list[replan.Change]:
    """Return what would become of each reminder with other habits; refuses what `set_habits` does."""
    preferences.checked(habits, catalog=moment.catalog)
    names.name(name)
    patient = await people.patient(work, who, patient_id)
    _refuse_old(patient.version, version)
    other = dataclasses.replace(patient, zone=habits.zone, morning=habits.morning, quiet=habits.quiet)
    booked = [each for each in await _rows(work, who, patient_id) if each.state is rows.State.BOOKED]
    found = await planned.of_treatments(work, [each.id for each in booked])
    changes: list[replan.Change] = []
    for each in booked:
        own = [row for row in found if row.treatment_id == each.id]
        changes += planner.changes(own, each, other, anchor=each.anchor, now=moment.now, why=None)
    return changes


async def set_habits(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    habits: preferences.Habits,
    *,
    name: str,
    version: int,
    moment: Moment,
) -> int:
    """Set a patient's name and habits; return how many reminders differ. The patient sees them in /settings.

    Raises as `preferences.checked` does; Invalid `refusal.name`; Conflict `console.refusal.old`.
    """
    access.require(who, RIGHT)
    preferences.checked(habits, catalog=moment.catalog)
    cleaned = names.name(name)
    patient = await people.held(work, who, patient_id)
    _refuse_old(patient.version, version)
    if cleaned != patient.name:
        await patients.rename(work, patient_id, cleaned)
    differ = await preferences.set_of(work, who, patient_id, habits, now=moment.now)
    changed = ",".join(_changed(patient, cleaned, habits))
    await audit.note(work, who, "patient.changed", patient_id=patient_id, what=changed, reminders=differ)
    return differ


async def preview_pause(
    work: works.Work, who: access.Staff, patient_id: str, until: date, *, now: datetime
) -> pausing.Held:
    """Return what a pause until a date would hold; refuses what `pause` does."""
    patient = await people.patient(work, who, patient_id)
    ends = pausing.end_of(until, zone=patient.zone, now=now)
    return await pausing.held(work, await _rows(work, who, patient_id), until=ends)


async def pause(
    work: works.Work, who: access.Staff, patient_id: str, until: date, *, version: int, moment: Moment
) -> None:
    """Send a patient nothing before a date, and tell them so."""
    access.require(who, RIGHT)
    patient = await people.held(work, who, patient_id)
    _refuse_old(patient.version, version)
    ends = pausing.end_of(until, zone=patient.zone, now=moment.now)
    await pausing.begin(work, patient_id, until=ends)
    await telling.paused(work, who, patient_id, until=until, **vars(moment))
    await standings.settle(work, [patient_id], now=moment.now)
    await audit.note(work, who, "patient.paused", patient_id=patient_id, until=until.isoformat())


async def resume(work: works.Work, who: access.Staff, patient_id: str, *, moment: Moment) -> bool:
    """End a pause and tell the patient; False if there was none."""
    access.require(who, RIGHT)
    patient = await people.held(work, who, patient_id)
    if patient.paused_until is None or patient.paused_until <= moment.now:
        return False
    await pausing.end(work, patient_id)
    await telling.paused(work, who, patient_id, until=None, **vars(moment))
    await standings.settle(work, [patient_id], now=moment.now)
    await audit.note(work, who, "patient.resumed", patient_id=patient_id)
    return True


async def _rows(work: works.Work, who: access.Staff, patient_id: str) -> Sequence[rows.TreatmentRow]:
    return await rows.of_clinic(work, who.clinic_id, patient_id=patient_id)


async def _row(work: works.Work, who: access.Staff, patient_id: str, treatment_id: str) -> rows.TreatmentRow:
    row = await treatments.reached(work, who, treatment_id)
    if row.patient_id != patient_id:
        raise errors.NotFound("console.sorry.not-found")
    return row


def _refuse_old(stands: int, shown: int) -> None:
    if stands != shown:
        raise errors.Conflict("console.refusal.old")


def _changed(patient: patients.PatientRow, name: str, habits: preferences.Habits) -> list[str]:
    pairs = {
        "name": (patient.name, name),
        "language": (patient.language, habits.language),
        "zone": (patient.zone, habits.zone),
        "morning": (patient.morning, habits.morning),
        "quiet": (patient.quiet, habits.quiet),
    }
    return [what for what, (before, after) in pairs.items() if before != after]
