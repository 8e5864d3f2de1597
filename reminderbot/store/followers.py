"""The treatments that follow a plan, with all that planning them anew needs; their patients' names are opened late."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from reminderbot.planning import hours, timeline
from reminderbot.store import patients, planned, tables
from reminderbot.store.work import Work

_t, _p = tables.treatments.c, tables.patients.c


@dataclasses.dataclass(frozen=True)
class Follower:
    """A booked treatment, its place in time, and what its patient wishes."""

    id: str
    owner: planned.Owner
    anchor: timeline.Anchor
    starts_at: datetime
    habits: timeline.Habits
    wants_reads: bool
    is_stopped: bool
    key_id: str | None = dataclasses.field(repr=False)
    sealed_name: bytes | None = dataclasses.field(repr=False)


async def of(work: Work, treatment_ids: Sequence[str], *, lock: bool = False) -> list[Follower]:
    """Return treatments that are booked still, by patient; with `lock` none is changed before this visit ends."""
    query = (
        select(tables.treatments, _p.key_id, _p.name, _p.wants_reads, _p.stopped_at)
        .add_columns(_p.zone.label("habits_zone"), _p.morning, _p.quiet_from, _p.quiet_to)
        .join(tables.patients, _p.id == _t.patient_id)
        .where(_t.id.in_(treatment_ids), _t.state == "booked", _p.erased_at.is_(None))
        .order_by(_t.patient_id, _t.id)
    )
    if lock:
        query = query.with_for_update(of=tables.treatments)
    return [_follower(row) for row in (await work.run(query)).all()]


async def name(work: Work, follower: Follower) -> str:
    """Return the name of the patient; empty if they never said one."""
    id, key_id = follower.owner.patient_id, follower.key_id
    return await patients.opened_name(work, patient_id=id, key_id=key_id, name=follower.sealed_name)


def _follower(row: Any) -> Follower:
    return Follower(
        id=row.id,
        owner=planned.Owner(row.organisation_id, row.clinic_id, row.patient_id, row.id),
        anchor=timeline.Anchor(day=row.day, at=row.at, zone=row.zone),
        starts_at=row.starts_at,
        habits=timeline.Habits(row.habits_zone, row.morning, hours.Quiet(row.quiet_from, row.quiet_to)),
        wants_reads=row.wants_reads,
        is_stopped=row.stopped_at is not None,
        key_id=row.key_id,
        sealed_name=row.name,
    )
