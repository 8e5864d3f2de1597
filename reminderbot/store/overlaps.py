"""The sessions of patients who have several, as the rule of overlaps sees them; and who says what another leaves."""

import collections
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update

from reminderbot.planning import life, overlaps, plan_form, plans, timeline
from reminderbot.store import bells, events, planned, tables
from reminderbot.store.work import Work

_t, _p, _r, _v = tables.treatments.c, tables.patients.c, tables.reminders.c, tables.plan_versions.c


async def several(work: Work, patient_ids: Sequence[str]) -> dict[str, str]:
    """Return those of the patients who have several booked treatments, or had, each with their zone.

    Whoever has stopped is left out.
    """
    booked = select(func.count()).where(_t.patient_id == _p.id, _t.state == "booked").scalar_subquery()
    stood_back = (_r.state == life.State.SUPERSEDED) & _r.reason.in_(overlaps.RETIRED)
    has_retired = exists(select(_r.id).where(_r.patient_id == _p.id, stood_back))
    theirs = (_p.id.in_(list(patient_ids)), _p.stopped_at.is_(None))
    query = select(_p.id, _p.zone).where(*theirs, or_(booked > 1, has_retired))
    return {row.id: row.zone for row in (await work.run(query)).all()}


async def sessions(
    work: Work, patient_ids: Sequence[str]
) -> tuple[dict[str, list[overlaps.Session]], Mapping[str, planned.ReminderRow]]:
    """Return the booked sessions of each patient, and their rows by id, locked."""
    query = (
        select(_t.id, _t.patient_id, _t.starts_at, _v.plan_key, _v.body)
        .join(tables.plan_versions, _v.id == _t.plan_version_id)
        .where(_t.patient_id.in_(list(patient_ids)), _t.state == "booked")
        .order_by(_t.starts_at, _t.id)
    )
    booked = (await work.run(query)).all()
    rows = await planned.of_treatments(work, [each.id for each in booked], lock=True)
    found: dict[str, list[overlaps.Session]] = collections.defaultdict(list)
    for each in booked:
        own, plan = [row for row in rows if row.treatment_id == each.id], plan_form.plan_from(each.body)
        found[each.patient_id].append(overlaps.Session(each.id, each.plan_key, each.starts_at, _said(own, plan)))
    return found, {row.id: row for row in rows}


async def said_by(work: Work, by: Mapping[str, str | None]) -> None:
    """Keep which row says what another leaves to it; None: none does."""
    change = update(tables.reminders).where(_r.id == bindparam("row")).values(merged_into=bindparam("into"))
    if by:
        await work.run(change, [{"row": row, "into": into} for row, into in by.items()])


async def reopen(work: Work, ended: Iterable[str], *, now: datetime) -> int:
    """Plan again what had been left to these before they ended unsaid, as far as it is useful; return how many."""
    change = (
        update(tables.reminders)
        .where(_r.merged_into.in_(list(ended)), _r.state == life.State.SUPERSEDED, _r.useful_until > now)
        .values(state=life.State.PLANNED, reason=None, merged_into=None)
        .returning(_r.id, _r.organisation_id, _r.due_at)
    )
    rows = (await work.run(change)).all()
    await events.log(work, [_returned(row, now) for row in rows])
    if rows:
        work.ring(bells.Bell.REMINDERS)
    return len(rows)


def _said(rows: Sequence[planned.ReminderRow], plan: plans.Plan) -> tuple[overlaps.Said, ...]:
    """Return what is said by steps that the plan still has."""
    steps = {step.key: step for step in plan.steps}
    return tuple(
        overlaps.Said(
            id=row.id,
            step_key=row.step_key,
            round=row.round,
            due=row.due,
            useful_until=row.useful_until,
            state=row.state,
            reason=row.reason,
            accepted=row.accepted,
            is_care=steps[row.step_key].part is plans.Part.CARE,
            is_before=timeline.is_before(steps[row.step_key]),
        )
        for row in rows
        if row.step_key in steps
    )


def _returned(row: Any, now: datetime) -> events.Entry:
    why = life.Reason.TOO_LATE  # what it had been left to came too late
    return events.Entry(row.id, row.organisation_id, row.due_at, at=now, kind=events.Event.RETURNED, reason=why)
