"""Which treatments were planned by older rules of the zones than are in force, and what planning them anew needs."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, select, update

from reminderbot.planning import hours, life, plan_form, plans, timeline
from reminderbot.store import planned, tables
from reminderbot.store.work import Work

_t, _r, _p, _b = tables.treatments.c, tables.reminders.c, tables.patients.c, tables.bindings.c
_WAITS = life.MAY_COME


@dataclasses.dataclass(frozen=True)
class Behind:
    """A booked treatment that older rules have planned, under a lock; `waits` if any reminder may still come of it."""

    id: str
    owner: planned.Owner
    plan: plans.Plan = dataclasses.field(repr=False)
    anchor: timeline.Anchor
    habits: timeline.Habits
    wants_reads: bool
    starts_at: datetime
    waits: bool


@dataclasses.dataclass(frozen=True)
class Found:
    """The ids of treatments that are behind, those whose reminders are due first ahead; `next_due` to go on from.

    No ids means that none is behind.
    """

    ids: tuple[str, ...]
    next_due: datetime | None


async def behind(work: Work, version: str, *, since: datetime | None, limit: int) -> Found:
    """Return treatments that rules older than `version` have planned: by what is due from `since` on, then the rest.

    Nothing is locked. Rules that are newer than ours, of a newer program beside this one, are left.
    """
    rest = select(_t.id).where(*_older(version)).limit(limit)
    if (await work.run(rest.limit(1))).first() is None:  # nearly always: the walk over what is due is spared
        return Found((), None)
    soon = (
        select(_r.treatment_id, _r.due_at)
        .join_from(tables.reminders, tables.treatments, _t.id == _r.treatment_id)
        .where(_r.state == life.State.PLANNED, *_older(version))
        .order_by(_r.due_at)
        .limit(limit)
    )
    if since is not None:
        soon = soon.where(_r.due_at >= since)
    rows = (await work.run(soon)).all()
    if rows:
        return Found(tuple(dict.fromkeys(row.treatment_id for row in rows)), rows[-1].due_at)
    return Found(tuple((await work.run(rest)).scalars()), since)


async def take(work: Work, ids: Sequence[str], version: str) -> list[Behind]:
    """Lock those of these treatments that nobody works on, the chats first as services do, and read them."""
    free = set(ids) - await _busy(work, ids)
    lock = select(_t.id).where(_t.id.in_(free), *_older(version)).with_for_update(key_share=True, skip_locked=True)
    taken = list((await work.run(lock)).scalars())
    waits = exists(select(_r.id).where(_r.treatment_id == _t.id, _r.state.in_(_WAITS)))
    habits = [_p[name] for name in ("morning", "quiet_from", "quiet_to", "wants_reads")]
    query = (
        select(tables.treatments, *habits, _p.zone.label("patient_zone"), waits.label("waits"))
        .join_from(tables.treatments, tables.patients, _p.id == _t.patient_id)
        .where(_t.id.in_(taken))
        .order_by(_t.id)
    )
    rows = (await work.run(query)).all()
    plans_of = await _plans(work, {row.plan_version_id for row in rows})
    return [_behind(row, plans_of) for row in rows]


async def settle(work: Work, starts: Mapping[str, datetime], version: str) -> None:
    """Note that these treatments follow the rules of `version`, and when each of them starts by them."""
    change = update(tables.treatments).where(_t.id == bindparam("row")).values(starts_at=bindparam("start"))
    if starts:
        await work.run(change.values(rules=version), [{"row": id, "start": start} for id, start in starts.items()])


async def mark(work: Work, ids: Sequence[str], version: str) -> None:
    """Note that the reminders of these treatments were planned by the rules of `version`."""
    await work.run(update(tables.treatments).where(_t.id.in_(ids), _t.rules != version).values(rules=version))


def _older(version: str) -> tuple[ColumnElement[bool], ...]:
    return _t.state == "booked", _t.rules < version


async def _busy(work: Work, ids: Sequence[str]) -> set[str]:
    """Return the treatments of chats that another visit holds; those of the others are ours until this visit ends."""
    bound = and_(_b.patient_id == _t.patient_id, _b.ended_at.is_(None))
    query = select(_t.id, _b.chat_id).join_from(tables.treatments, tables.bindings, bound).where(_t.id.in_(ids))
    chats = {row.id: row.chat_id for row in await work.run(query)}
    chat = tables.chats.c
    lock = select(chat.id).where(chat.id.in_(set(chats.values()))).order_by(chat.id)
    held = set((await work.run(lock.with_for_update(skip_locked=True))).scalars())
    return {id for id, chat_id in chats.items() if chat_id not in held}


async def _plans(work: Work, versions: set[str]) -> dict[str, plans.Plan]:
    version = tables.plan_versions.c
    found = await work.run(select(version.id, version.body).where(version.id.in_(versions)))
    return {row.id: plan_form.plan_from(row.body) for row in found}


def _behind(row: Any, plans_of: Mapping[str, plans.Plan]) -> Behind:
    return Behind(
        id=row.id,
        owner=planned.Owner(row.organisation_id, row.clinic_id, row.patient_id, row.id),
        plan=plans_of[row.plan_version_id],
        anchor=timeline.Anchor(day=row.day, at=row.at, zone=row.zone),
        habits=timeline.Habits(row.patient_zone, row.morning, hours.Quiet(row.quiet_from, row.quiet_to)),
        wants_reads=row.wants_reads,
        starts_at=row.starts_at,
        waits=row.waits,
    )
