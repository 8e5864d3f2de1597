"""A person's treatments: listed, their timelines, moved and cancelled."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType

from reminderbot import errors
from reminderbot.planning import hours, life, replan, second_ask
from reminderbot.planning import timeline as timelines
from reminderbot.services import access, overlaps, pausing, people, planner, sessions, standings
from reminderbot.store import clinics, notes, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class TreatmentView:
    """One treatment. `day` and `at` are wall time in `zone`; `state` is booked, cancelled or not_held.

    `clinic_name` is empty for a self-registered one; `patient_zone` is the zone its reminders are told in.
    """

    id: str
    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    patient_zone: str
    clinic_id: str
    clinic_name: str
    plan_key: str
    day: date
    at: time
    zone: str
    starts_at: datetime
    state: rows.State
    entered_by: str
    version: int


@dataclasses.dataclass(frozen=True)
class ReminderView:
    """One reminder; `local` is `due` (UTC) on the patient's clock, `sent_local` likewise when it was sent.

    `note` is the clinic's own line to it, while it stands.
    """

    id: str
    step_key: str
    round: int
    message_key: str
    state: life.State
    reason: life.Reason | None
    due: datetime
    local: datetime
    useful_until: datetime
    sent_local: datetime | None
    note: str = dataclasses.field(default="", repr=False)

    @property
    def title_key(self) -> str:
        """Return the key of what it is called in a list: a second ask is no repeat of its step."""
        return second_ask.title_key(self.step_key, self.round)


@dataclasses.dataclass(frozen=True)
class TreatmentTimeline:
    """A treatment and its reminders, in order of due."""

    treatment: TreatmentView
    rows: tuple[ReminderView, ...]


@dataclasses.dataclass(frozen=True)
class Next:
    """The next reminder that will come, and the treatment it belongs to."""

    treatment: TreatmentView
    reminder: ReminderView


@dataclasses.dataclass(frozen=True)
class Moved:
    """What a move did; `is_new` is False when a second tap found it moved already (then `changes` is empty)."""

    treatment: TreatmentView
    changes: tuple[replan.Change, ...]
    is_new: bool


@dataclasses.dataclass(frozen=True)
class Cancelled:
    """What a cancellation ended: reminders that will not come, and those that may be on their way this second."""

    treatment: TreatmentView
    cancelled: int
    on_the_way: int
    is_new: bool


async def of_chat(work: works.Work, who: access.Person, *, booked_only: bool = False) -> list[TreatmentView]:
    """Return the treatments of the chat's patients, the latest start first."""
    found = await rows.of_chat(work, who.chat_id)
    return [view(row) for row in found if row.state is rows.State.BOOKED or not booked_only]


async def get(work: works.Work, who: access.Person | access.Staff, treatment_id: str) -> TreatmentView:
    """Return one treatment; NotFound `refusal.not_found` when it is not the asker's."""
    return view(await reached(work, who, treatment_id))


async def timeline(work: works.Work, who: access.Person, *, now: datetime) -> list[TreatmentTimeline]:
    """Return the treatments and their reminders, the latest start first.

    One that was called off is left out once its day is over, unless something of it was sent.
    """
    found = await rows.of_chat(work, who.chat_id)
    ids = [row.id for row in found]
    reminders, noted = await planned.of_treatments(work, ids), await notes.of_treatments(work, ids, now=now)
    shown = [_timeline(row, reminders, noted) for row in found]
    return [each for each in shown if each.treatment.state is rows.State.BOOKED or _still_told(each, now)]


async def whole_timeline(work: works.Work, who: access.Person) -> list[TreatmentTimeline]:
    """Return every treatment of the chat with its reminders, those called off long ago included."""
    return await _whole(work, await rows.of_chat(work, who.chat_id))


async def timeline_of_patient(work: works.Work, who: access.Staff, patient_id: str) -> list[TreatmentTimeline]:
    """Return every treatment of a patient of the clinic likewise; none of anybody else's."""
    return await _whole(work, await rows.of_clinic(work, who.clinic_id, patient_id=patient_id))


async def _whole(work: works.Work, found: list[rows.TreatmentRow]) -> list[TreatmentTimeline]:
    reminders = await planned.of_treatments(work, [row.id for row in found])
    return [_timeline(row, reminders) for row in found]


async def timeline_of(work: works.Work, who: access.Person | access.Staff, treatment_id: str) -> TreatmentTimeline:
    """Return one treatment with its reminders; NotFound `refusal.not_found`."""
    row = await reached(work, who, treatment_id)
    return _timeline(row, await planned.of_treatments(work, [row.id]))


async def next_up(work: works.Work, who: access.Person, *, now: datetime) -> Next | None:
    """Return the reminder that comes next over all treatments, overdue ones included; None when none will.

    One that waits for the end of a pause is due and local then.
    """
    held = await pausing.held_back(work, who, now=now)
    coming = [
        Next(each.treatment, after)
        for each in await timeline(work, who, now=now)
        for row in each.rows
        if row.state in life.OPEN and row.useful_until > now
        if (after := after_pause(row, each.treatment.patient_zone, held))
    ]
    return min(coming, key=lambda each: each.reminder.due, default=None)


def after_pause(row: ReminderView, zone: str, held: Mapping[str, datetime | None]) -> ReminderView | None:
    """Return a reminder as it comes where `pausing.held_back` holds it; None where it then comes no more."""
    if row.id not in held:
        return row
    at = held[row.id]
    return dataclasses.replace(row, due=at, local=hours.to_local(at, zone)) if at else None


async def preview_move(
    work: works.Work, who: access.Person | access.Staff, treatment_id: str, *, day: date, at: time, now: datetime
) -> list[replan.Change]:
    """Return what would become of each reminder (see `replan.summary`), refusing what `move` does. Writes nothing."""
    row = await reached(work, who, treatment_id)
    anchor = _anchor(row, day, at, now)
    _refuse_unless_booked(who, row)
    return await _changes(work, who, row, await planned.of_treatments(work, [row.id]), anchor=anchor, now=now)


async def move(
    work: works.Work,
    who: access.Person | access.Staff,
    treatment_id: str,
    *,
    day: date,
    at: time,
    now: datetime,
    version: int | None = None,
) -> Moved:
    """Move a treatment and its reminders. `version` is that of the view the preview was made from.

    Raises NotFound; Conflict `refusal.changed_meanwhile` when the treatment changed since, `refusal.session_cancelled`
    when it was cancelled (staff is told both in words of the console); Invalid as `sessions.anchor` does.
    """
    if isinstance(who, access.Person):
        await people.consenting(work, who)
    else:
        await people.held(work, who, (await reached(work, who, treatment_id)).patient_id)
    row = await reached(work, who, treatment_id)
    anchor = _anchor(row, day, at, now)
    _refuse_unless_booked(who, row)
    if row.anchor == anchor:  # the second of two taps, or nothing to move
        return Moved(view(row), (), is_new=False)
    if version not in (None, row.version) or not await rows.is_moved(work, row, anchor):
        raise errors.Conflict("console.refusal.old" if isinstance(who, access.Staff) else "refusal.changed_meanwhile")
    reminders = await planned.of_treatments(work, [row.id], lock=True)
    changes = await _changes(work, who, row, reminders, anchor=anchor, now=now)
    whose, why = planner.owner(row), life.Reason.MOVED
    await planner.write(work, whose, reminders, changes, zone=row.patient_zone, now=now, why=why)
    await overlaps.settle(work, [row.patient_id], now=now)
    await standings.settle(work, [row.patient_id], now=now)
    return Moved(await get(work, who, treatment_id), tuple(changes), is_new=True)


async def cancel(work: works.Work, who: access.Person | access.Staff, treatment_id: str, *, now: datetime) -> Cancelled:
    """End a treatment that will not take place; its waiting reminders are CANCELLED. Twice is the same as once."""
    await people.held(work, who, (await reached(work, who, treatment_id)).patient_id)
    row = await reached(work, who, treatment_id)
    is_new = await rows.is_ended(work, row, rows.State.CANCELLED, now=now)
    which, reason = planned.of_treatment(row.id), life.Reason.SESSION_CANCELLED
    ended = await planned.end(work, which, state=life.State.CANCELLED, reason=reason, now=now)
    on_the_way = await planned.on_the_way(work, which)
    await overlaps.settle(work, [row.patient_id], now=now)
    await standings.settle(work, [row.patient_id], now=now)
    return Cancelled(await get(work, who, row.id), cancelled=ended, on_the_way=on_the_way, is_new=is_new)


async def reached(work: works.Work, who: access.Person | access.Staff, treatment_id: str) -> rows.TreatmentRow:
    """Return the row of one treatment of the chat, or of the clinic's patients; NotFound for anybody else's."""
    if isinstance(who, access.Staff):
        found = await rows.of_clinic(work, who.clinic_id, treatment_id=treatment_id)
    else:
        found = await rows.of_chat(work, who.chat_id, treatment_id=treatment_id)
    if not found:
        is_staff = isinstance(who, access.Staff)
        raise errors.NotFound("console.sorry.not-found" if is_staff else "refusal.not_found")
    return found[0]


def view(row: rows.TreatmentRow) -> TreatmentView:
    """Return a treatment as people are shown it."""
    return TreatmentView(
        id=row.id,
        patient_id=row.patient_id,
        patient_name=row.patient_name,
        patient_zone=row.patient_zone,
        clinic_id=row.clinic_id,
        clinic_name="" if row.clinic_id == clinics.BUILT_IN else row.clinic_name,
        plan_key=row.plan.key,
        day=row.day,
        at=row.at,
        zone=row.zone,
        starts_at=row.starts_at,
        state=row.state,
        entered_by=row.entered_by,
        version=row.version,
    )


def _anchor(row: rows.TreatmentRow, day: date, at: time, now: datetime) -> timelines.Anchor:
    return sessions.anchor(day=day, at=at, zone=row.zone, now=now)


def _refuse_unless_booked(who: access.Person | access.Staff, row: rows.TreatmentRow) -> None:
    if row.state is not rows.State.BOOKED:
        is_staff = isinstance(who, access.Staff)
        raise errors.Conflict("console.patient.refused-off" if is_staff else "refusal.session_cancelled")


async def _changes(
    work: works.Work,
    who: access.Person | access.Staff,
    row: rows.TreatmentRow,
    reminders: list[planned.ReminderRow],
    *,
    anchor: timelines.Anchor,
    now: datetime,
) -> list[replan.Change]:
    patient = await people.patient(work, who, row.patient_id)
    return planner.changes(reminders, row, patient, anchor=anchor, now=now, why=life.Reason.MOVED)


def _timeline(
    row: rows.TreatmentRow, reminders: list[planned.ReminderRow], noted: Mapping[str, str] = MappingProxyType({})
) -> TreatmentTimeline:
    own = (each for each in reminders if each.treatment_id == row.id)
    shown = (_reminder(each, row.patient_zone, noted.get(each.id, "")) for each in own)
    return TreatmentTimeline(view(row), tuple(shown))


def _still_told(timeline: TreatmentTimeline, now: datetime) -> bool:
    is_over = now - timeline.treatment.starts_at > timedelta(days=1)
    return not is_over or any(row.sent_local is not None for row in timeline.rows)


def _reminder(row: planned.ReminderRow, zone: str, note: str) -> ReminderView:
    return ReminderView(
        id=row.id,
        step_key=row.step_key,
        round=row.round,
        message_key=row.message_key,
        state=row.state,
        reason=row.reason,
        due=row.due,
        local=hours.to_local(row.due, zone),
        useful_until=row.useful_until,
        sent_local=hours.to_local(row.sent_at, zone) if row.sent_at else None,
        note=note,
    )
