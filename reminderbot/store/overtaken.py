"""Gives a step its turn back when what had overtaken it ends unsaid: one of the two is to reach the patient."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from reminderbot.planning import life
from reminderbot.store import events, overlaps, tables
from reminderbot.store.work import Work

Columns = ReadOnlyColumnCollection[str, Any]

_r = tables.reminders.c
_SPEAKS = (
    life.State.PLANNED,
    life.State.CLAIMED,
    life.State.SENDING,
    life.State.SENT,
    life.State.MERGED,
    life.State.UNCONFIRMED,
)
"""States of a later step that has overtaken rightly: it was said, may have been, or is about to be."""


async def reopen(work: Work, ended: Sequence[str], *, now: datetime) -> int:
    """Plan again the latest step that these had overtaken before they ended unsaid; return how many.

    While Telegram asks to wait, or a breaker tries, the step that was chosen may outlast its use. `now` is the
    product's. Nothing happens to a step that is not useful any more itself, or while a later one may still speak.
    What another session had left to them is planned again too.
    """
    same = select(_r.treatment_id).where(_r.id.in_(ended))
    change = (
        update(tables.reminders)
        .where(*_overtaken(_r, now), _r.treatment_id.in_(same), ~_later_speaks(now))
        .values(state=life.State.PLANNED, reason=None)
        .returning(_r.id, _r.organisation_id, _r.due_at)
    )
    rows = (await work.run(change)).all()
    kind, reason = events.Event.RETURNED, life.Reason.OVERTAKEN
    await events.log(
        work, [events.Entry(row.id, row.organisation_id, row.due_at, at=now, kind=kind, reason=reason) for row in rows]
    )
    return len(rows) + await overlaps.reopen(work, ended, now=now)


def _overtaken(at: Columns, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (at.state == life.State.EXPIRED, at.reason == life.Reason.OVERTAKEN, at.useful_until > now)


def _later_speaks(now: datetime) -> ColumnElement[bool]:
    """Tell that a later step of the treatment speaks, or is the one to be planned again, itself overtaken."""
    later = tables.reminders.alias("later")
    at = later.c
    is_later = or_(at.due_at > _r.due_at, and_(at.due_at == _r.due_at, at.useful_until > _r.useful_until))
    speaks = or_(at.state.in_(_SPEAKS), and_(*_overtaken(at, now)))
    return exists(
        select(at.id)
        .where(at.treatment_id == _r.treatment_id, is_later, at.due_at <= now, speaks)
        .correlate(tables.reminders)
    )
