"""The way back for reminders that a stop or a block had shut: what is still useful returns, never in a burst."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from reminderbot.planning import hours, life, overdue
from reminderbot.services import overlaps
from reminderbot.store import patients, planned
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Missed:
    """A reminder that did not come while it was of use; `local` is when it was due, on the patient's clock."""

    treatment_id: str
    step_key: str
    local: datetime


@dataclasses.dataclass(frozen=True)
class Reopened:
    """How many reminders will come again, and how many are too late by now: `missed`, in order of due."""

    planned: int
    expired: int
    missed: tuple[Missed, ...] = ()


async def reopen(
    work: works.Work,
    people: Sequence[patients.PatientRow],
    *,
    state: life.State,
    now: datetime,
    reason: life.Reason | None = None,
) -> Reopened:
    """Plan again what stands in `state` (for `reason`) and is useful; of what is overdue one reminder a treatment."""
    rows = await planned.shut(work, [each.id for each in people], state=state, reason=reason)
    late = overdue.overdue_choice([_due(row) for row in _in_order(rows)], now).expire
    await planned.rewrite(
        work, [_rewrite(row, late.get(row.id)) for row in rows], now=now, why=reason or life.Reason.BLOCKED
    )
    await overlaps.settle(work, [each.id for each in people], now=now)
    gone = sorted((row for row in rows if row.id in late), key=lambda row: row.due)
    return Reopened(len(rows) - len(late), len(late), tuple(missed(row) for row in gone))


def missed(row: planned.ReminderRow) -> Missed:
    """Return a reminder as the person is told that it did not come."""
    return Missed(row.treatment_id, row.step_key, hours.to_local(row.due, row.zone))


def _in_order(rows: Sequence[planned.ReminderRow]) -> list[planned.ReminderRow]:
    return sorted(rows, key=lambda row: (row.due, row.useful_until))


def _due(row: planned.ReminderRow) -> overdue.Due:
    return overdue.Due(
        id=row.id, patient=row.patient_id, treatment=row.treatment_id, due=row.due, useful_until=row.useful_until
    )


def _rewrite(row: planned.ReminderRow, late: life.Reason | None) -> planned.Rewrite:
    return planned.Rewrite(
        row=row,
        state=life.State.EXPIRED if late else life.State.PLANNED,
        reason=late,
        due=row.due,
        useful_until=row.useful_until,
        zone=row.zone,
        event=planned.Event.ENDED if late else planned.Event.RETURNED,
    )
