"""The row of a check-in's second ask: written when the first was sent, ended by whatever answers it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, insert, select

from reminderbot.planning import life, second_ask
from reminderbot.store import bells, events, planned, tables
from reminderbot.store.ready import Ready
from reminderbot.store.work import Work

_r, _t, _p, _b, _w = (
    tables.reminders.c,
    tables.treatments.c,
    tables.patients.c,
    tables.bindings.c,
    tables.worries.c,
)


async def lock(work: Work, chat_id: str) -> None:
    """Lock the chat that a first ask went to, before its record: answers, stops and moves are in line behind us."""
    await work.run(select(tables.chats.c.id).where(tables.chats.c.id == chat_id).with_for_update())


async def is_wanted(work: Work, ready: Ready) -> bool:
    """Tell whether a reminder that was just sent may be asked again: all stands as when it went, nobody answered.

    The chat is locked.
    """
    row = tables.reminders.alias()
    known = select(row.c.id).where(
        row.c.treatment_id == ready.treatment_id, row.c.step_key == ready.step_key, row.c.round == second_ask.ROUND
    )
    answered = select(tables.check_ins.c.id).where(tables.check_ins.c.reminder_id == ready.id)
    worried = select(_w.id).where(_w.reminder_id == ready.id)
    query = (
        select(_t.id)
        .join_from(tables.treatments, tables.patients, _p.id == _t.patient_id)
        .join(tables.bindings, _b.patient_id == _p.id)
        .where(_t.id == ready.treatment_id, _t.state == ready.treatment_state, _t.version == ready.treatment_version)
        .where(_t.plan_version_id == ready.plan_version_id, _p.stopped_at.is_(None))
        .where(_b.id == ready.binding_id, _b.ended_at.is_(None))
        .where(~exists(known), ~exists(answered), ~exists(worried))
    )
    return (await work.run(query)).first() is not None


async def add(work: Work, first: Ready, *, due: datetime, now: datetime) -> None:
    """Write that the question of a reminder will be asked once more."""
    id = tables.new_id()
    copied = (
        "organisation_id",
        "clinic_id",
        "patient_id",
        "treatment_id",
        "step_key",
        "useful_until",
        "zone",
        "silent",
    )
    row = {name: getattr(first, name) for name in copied} | {
        "id": id,
        "round": second_ask.ROUND,
        "message_key": second_ask.MESSAGE,
        "state": life.State.PLANNED,
        "due_at": due,
        "budget": second_ask.BUDGET,
        **dict.fromkeys(("resends", "attempts", "faults"), 0),
    }
    await work.run(insert(tables.reminders).values(row))
    kind = events.Event.PLANNED
    await events.log(work, [events.Entry(id, first.organisation_id, None, due, at=now, kind=kind, reason=None)])
    work.ring(bells.Bell.REMINDERS)


async def first_of(work: Work, row: planned.ReminderRow) -> str:
    """Return the id of the reminder under which the answers to a step are kept: that of its first round."""
    same = (_r.treatment_id == row.treatment_id, _r.step_key == row.step_key, _r.round == 1)
    return (await work.run(select(_r.id).where(*same))).scalar_one_or_none() or row.id


async def end_of_step(work: Work, row: planned.ReminderRow, *, now: datetime) -> None:
    """End the second ask of a step that was answered, unless it is on its way."""
    which = (_r.treatment_id == row.treatment_id) & (_r.step_key == row.step_key) & (_r.round == second_ask.ROUND)
    await planned.end(work, which, state=life.State.SKIPPED, reason=life.Reason.ANSWERED, now=now)


async def end_of_patients(work: Work, patient_ids: Sequence[str], *, now: datetime) -> None:
    """End the second asks to patients who have said that they are worried."""
    which = _r.patient_id.in_(patient_ids) & (_r.round == second_ask.ROUND)
    await planned.end(work, which, state=life.State.SKIPPED, reason=life.Reason.ANSWERED, now=now)
