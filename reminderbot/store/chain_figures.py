"""Clinics beside each other, counted by index: who has joined, what was sent, what failed, which worries wait."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select, text

from reminderbot.store import tables
from reminderbot.store.work import Work

_p, _r, _k = tables.patients.c, tables.reminders.c, tables.cases.c


@dataclasses.dataclass(frozen=True)
class Counts:
    """One clinic in figures; `standings` counts its patients by what lists say of them."""

    standings: dict[str, int]
    sent_week: int
    sent_month: int
    failed_month: int
    overdue: int


async def of(
    work: Work, clinic_ids: Sequence[str], *, week: datetime, month: datetime, now: datetime
) -> dict[str, Counts]:
    """Return the figures of clinics; `week` and `month` are the instants since when it is counted."""
    standings = await _by_two(work, _standings(clinic_ids))
    rows: list[Any] = list((await work.run(_sent(clinic_ids, week, month))).all())
    sent = {row[0]: (row[1], row[2]) for row in rows}
    failed = await _by_one(work, _failed(clinic_ids, month, now))
    overdue = await _by_one(work, _overdue(clinic_ids, now))
    return {
        id: Counts(
            standings=standings.get(id, {}),
            sent_month=sent.get(id, (0, 0))[0],
            sent_week=sent.get(id, (0, 0))[1],
            failed_month=failed.get(id, 0),
            overdue=overdue.get(id, 0),
        )
        for id in clinic_ids
    }


def _standings(clinic_ids: Sequence[str]) -> Select[Any]:
    """The index of lists holds all that is asked; who was erased has no standing there."""
    chosen = _p.clinic_id.in_(clinic_ids) & _p.standing.is_not(None)
    return select(_p.clinic_id, _p.standing, func.count()).where(chosen).group_by(_p.clinic_id, _p.standing)


def _sent(clinic_ids: Sequence[str], week: datetime, month: datetime) -> Select[Any]:
    lately = func.sum(case((_r.sent_at >= week, 1), else_=0))
    chosen = _r.clinic_id.in_(clinic_ids) & (_r.sent_at >= month)
    return select(_r.clinic_id, func.count(), lately).where(chosen).group_by(_r.clinic_id)


def _failed(clinic_ids: Sequence[str], month: datetime, now: datetime) -> Select[Any]:
    chosen = _r.clinic_id.in_(clinic_ids) & text(tables.TO_LOOK_AT) & _r.due_at.between(month, now)
    return select(_r.clinic_id, func.count()).where(chosen).group_by(_r.clinic_id)


def _overdue(clinic_ids: Sequence[str], now: datetime) -> Select[Any]:
    waits = _k.closed_at.is_(None) & _k.acknowledged_at.is_(None) & (_k.due_at < now)
    chosen = _k.clinic_id.in_(clinic_ids) & waits & (_k.kind == "worry")
    return select(_k.clinic_id, func.count()).where(chosen).group_by(_k.clinic_id)


async def _by_one(work: Work, query: Select[Any]) -> dict[str, int]:
    rows: list[Any] = list((await work.run(query)).all())
    return {row[0]: row[1] for row in rows}


async def _by_two(work: Work, query: Select[Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    rows: list[Any] = list((await work.run(query)).all())
    for clinic_id, standing, count in rows:
        found.setdefault(clinic_id, {})[standing] = count
    return found
