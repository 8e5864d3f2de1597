"""A pause until a date: nothing is sent before it; what is still of use then comes, the rest is left out."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from reminderbot import errors
from reminderbot.planning import hours, life, overdue
from reminderbot.store import bells, patients, planned, treatments
from reminderbot.store import work as works

LONGEST = timedelta(days=366)


@dataclasses.dataclass(frozen=True)
class Held:
    """What a pause holds: reminders that come after it, and those that are of no use any more by then."""

    later: int
    lost: int


def end_of(until: date, *, zone: str, now: datetime) -> datetime:
    """Return the instant at which a pause until a date ends: as that day begins for the patient.

    Raises Invalid `console.pause.refused-past`, and `console.pause.refused-far` above a year.
    """
    ends = hours.local_to_instant(until, time(0), zone).instant
    if ends <= now:
        raise errors.Invalid("console.pause.refused-past")
    if ends - now > LONGEST:
        raise errors.Invalid("console.pause.refused-far")
    return ends


async def held(work: works.Work, of: Sequence[treatments.TreatmentRow], *, until: datetime) -> Held:
    """Return what a pause until an instant would hold of treatments; of one treatment one reminder comes late."""
    booked = [each.id for each in of if each.state is treatments.State.BOOKED]
    rows = await planned.of_treatments(work, booked)
    caught = [_due(row) for row in rows if row.state in life.OPEN and row.due < until]
    lost = overdue.overdue_choice(caught, until).expire
    return Held(later=len(caught) - len(lost), lost=len(lost))


async def begin(work: works.Work, patient_id: str, *, until: datetime) -> None:
    """Hold everything for a patient whom the caller holds, until an instant; an earlier pause is replaced."""
    await patients.set_habits(work, [patient_id], {"paused_until": until})
    work.ring(bells.Bell.REMINDERS)


async def end(work: works.Work, patient_id: str) -> None:
    """Let everything go on for a patient whom the caller holds."""
    await patients.set_habits(work, [patient_id], {"paused_until": None})
    work.ring(bells.Bell.REMINDERS)


def _due(row: planned.ReminderRow) -> overdue.Due:
    return overdue.Due(row.id, row.patient_id, row.treatment_id, row.due, row.useful_until)
