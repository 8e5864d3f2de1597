"""What a confirmed invite does: the chat is bound, and the reminders are planned from this moment on."""

import dataclasses
from datetime import datetime

from reminderbot.planning import hours, life, timeline
from reminderbot.services import overlaps, standings
from reminderbot.store import chats, invites, patients, planned, rules, treatments
from reminderbot.store import work as works

_WAITS = life.OPEN | life.REOPENABLE


async def bind(work: works.Work, chat: chats.ChatRow, invite: invites.InviteRow, *, now: datetime) -> None:
    """Bind the chat to the invite's patient, who now speaks the chat's language, and plan from `now`."""
    await patients.set_habits(work, [invite.patient_id], {"language": chat.language})
    await patients.bind(
        work,
        organisation_id=invite.organisation_id,
        chat_id=chat.id,
        patient_id=invite.patient_id,
        via="invite",
        now=now,
    )
    for treatment in await treatments.of_chat(work, chat.id):
        if treatment.patient_id == invite.patient_id and treatment.state is treatments.State.BOOKED:
            await _plan(work, chat, treatment, now)
    await overlaps.settle(work, [invite.patient_id], now=now)
    await standings.settle(work, [invite.patient_id], now=now)


async def _plan(work: works.Work, chat: chats.ChatRow, treatment: treatments.TreatmentRow, now: datetime) -> None:
    """What fell before the binding is SKIPPED, as if registered now; what is ahead waits for its time."""
    patient = next(each for each in await patients.of_chat(work, chat.id) if each.id == treatment.patient_id)
    slots = timeline.slots(treatment.plan, treatment.anchor, patient.habits, now=now, wants_reads=patient.wants_reads)
    by_step = {slot.step.key: slot for slot in slots}
    rows = [row for row in await planned.of_treatments(work, [treatment.id], lock=True) if _may_come(row)]
    await planned.rewrite(work, [_rewrite(row, by_step[row.step_key], patient.zone) for row in rows], now=now)
    await rules.mark(work, [treatment.id], hours.rules())


def _may_come(row: planned.ReminderRow) -> bool:
    return row.state in _WAITS and not row.accepted and row.round == 1


def _rewrite(row: planned.ReminderRow, slot: timeline.Slot, zone: str) -> planned.Rewrite:
    was = planned.Rewrite(
        row=row,
        state=slot.state,
        reason=slot.reason,
        due=slot.due,
        useful_until=slot.useful_until,
        zone=zone,
        event=planned.Event.RETURNED,
    )
    if slot.state is life.State.PLANNED:
        return was
    return dataclasses.replace(was, event=planned.Event.ENDED)
