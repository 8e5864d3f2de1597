"""Plans the reminders of one treatment anew and writes what changes: for moves, habits and returns."""

from collections.abc import Sequence
from datetime import datetime

from reminderbot.planning import hours, life, replan, timeline
from reminderbot.services import access, overlaps
from reminderbot.store import patients, planned, rules, treatments
from reminderbot.store import work as works

_EVENTS = {
    replan.ChangeKind.MOVES: planned.Event.MOVED,
    replan.ChangeKind.STAYS: planned.Event.FOLLOWED,
    replan.ChangeKind.KEPT_SENT: planned.Event.ENDED,
    replan.ChangeKind.DROPPED: planned.Event.ENDED,
    replan.ChangeKind.RETURNS: planned.Event.RETURNED,
}


def changes(
    rows: Sequence[planned.ReminderRow],
    treatment: treatments.TreatmentRow,
    patient: patients.PatientRow,
    *,
    anchor: timeline.Anchor,
    now: datetime,
    why: life.Reason | None,
) -> list[replan.Change]:
    """Return what becomes of each reminder if the treatment happens at `anchor` and the patient is as given."""
    return replan.replan(
        [row.existing for row in rows],
        treatment.plan,
        anchor,
        patient.habits,
        now=now,
        wants_reads=patient.wants_reads,
        why=why,
    )


async def write(
    work: works.Work,
    whose: planned.Owner,
    rows: Sequence[planned.ReminderRow],
    changed: Sequence[replan.Change],
    *,
    zone: str,
    now: datetime,
    why: life.Reason | None,
) -> int:
    """Write the changes, made for `why`, to rows that were read under a lock; return how many rows differ now."""
    by_id = {row.id: row for row in rows}
    kept = [_rewrite(by_id[each.id], each, zone) for each in changed if each.id is not None and each.writes]
    added = [each.slot for each in changed if each.id is None]
    await planned.add(work, whose, added, zone=zone, now=now)
    return await planned.rewrite(work, kept, now=now, why=why) + len(added)


async def settle(work: works.Work, who: access.Person, *, now: datetime) -> int:
    """Plan anew what is ahead of every booked treatment of the chat, for other habits; return how many rows differ."""
    everyone, found = await patients.of_chat(work, who.chat_id), await treatments.of_chat(work, who.chat_id)
    return await settle_these(work, everyone, found, now=now)


async def settle_these(
    work: works.Work,
    everyone: Sequence[patients.PatientRow],
    found: Sequence[treatments.TreatmentRow],
    *,
    now: datetime,
) -> int:
    """Plan anew what is ahead of those treatments that are booked, each of one of the patients."""
    people = {each.id: each for each in everyone}
    booked = [each for each in found if each.state is treatments.State.BOOKED]
    rows = await planned.of_treatments(work, [each.id for each in booked], lock=True)
    differ = 0
    for treatment in booked:
        own, patient = [row for row in rows if row.treatment_id == treatment.id], people[treatment.patient_id]
        changed = changes(own, treatment, patient, anchor=treatment.anchor, now=now, why=None)
        whose, why = owner(treatment), life.Reason.HABITS
        differ += await write(work, whose, own, changed, zone=patient.zone, now=now, why=why)
    await rules.mark(work, [each.id for each in booked], hours.rules())
    await overlaps.settle(work, sorted(people), now=now)
    return differ


def owner(treatment: treatments.TreatmentRow) -> planned.Owner:
    """Return whose the reminders of a treatment are."""
    return planned.Owner(
        organisation_id=treatment.organisation_id,
        clinic_id=treatment.clinic_id,
        patient_id=treatment.patient_id,
        treatment_id=treatment.id,
    )


def _rewrite(row: planned.ReminderRow, change: replan.Change, zone: str) -> planned.Rewrite:
    slot = change.slot
    return planned.Rewrite(
        row=row,
        state=slot.state,
        reason=slot.reason,
        due=slot.due,
        useful_until=slot.useful_until,
        zone=zone,
        event=_EVENTS[change.kind],
    )
