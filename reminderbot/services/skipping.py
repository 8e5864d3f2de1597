"""Messages that a person leaves out: one, or all that are not of today; and the way back."""

import dataclasses
from datetime import datetime, time, timedelta

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access, coming, pausing, people, planner, reopening, standings, stopping
from reminderbot.store import patients, planned
from reminderbot.store import treatments as rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Skipped:
    """A reminder after it was left out, or taken back in; `is_new` is False the second time."""

    found: coming.Coming
    is_new: bool


@dataclasses.dataclass(frozen=True)
class Today:
    """How many messages still come today, and how many of later days are left out."""

    coming: int
    left_out: int


async def skip(work: works.Work, who: access.Person, reminder_id: str, *, now: datetime) -> Skipped:
    """Leave one reminder out. Raises NotFound; Conflict as `coming.require_open`."""
    found = await coming.held(work, who, reminder_id)
    if found.is_left_out:
        return Skipped(found, is_new=False)
    coming.require_open(found)
    await planned.rewrite(work, [_left_out(found.row, life.Reason.LEFT_OUT)], now=now)
    await standings.settle(work, [found.patient.id], now=now)
    return Skipped(await coming.reached(work, who, reminder_id), is_new=True)


async def unskip(work: works.Work, who: access.Person, reminder_id: str, *, now: datetime) -> Skipped:
    """Have a reminder that was left out come after all; one that is due goes at once.

    Raises NotFound; NotAllowed `refusal.stopped`; Conflict `refusal.message_late` once it is of no use any more, and
    `refusal.session_off` if its session does not take place.
    """
    found = await coming.held(work, who, reminder_id)
    if not found.is_left_out:
        return Skipped(found, is_new=False)
    _refuse_return(found, now)
    state, event = life.State.PLANNED, planned.Event.RETURNED
    await planned.rewrite(work, [coming.rewrite(found, state=state, event=event, due=found.row.due)], now=now)
    settled = await coming.settled(work, who, found, now=now)
    await standings.settle(work, [found.patient.id], now=now)
    return Skipped(settled, is_new=True)


async def today_only(work: works.Work, who: access.Person, *, now: datetime) -> Today:
    """Leave out all that is planned for after today; what comes today comes. A stop and a pause are undone.

    Today is the patient's. Sessions that are told later bring their own messages. Raises NotAllowed
    `refusal.no_consent`; Invalid `refusal.no_session` where there is nobody to remind.
    """
    await people.consenting(work, who)
    everyone = await patients.of_chat(work, who.chat_id)
    if not everyone:
        raise errors.Invalid("refusal.no_session")
    await stopping.resume(work, who, now=now)
    await pausing.lift(work, who, now=now)
    waiting = await _waiting(work, who)
    ends = {each.id: _end_of_today(each, now) for each in everyone}
    later = [row for row in waiting if row.due >= ends[row.patient_id] and not row.accepted]
    await planned.rewrite(work, [_left_out(row, life.Reason.TODAY_ONLY) for row in later], now=now)
    await standings.settle(work, list(ends), now=now)
    return Today(coming=len(waiting) - len(later), left_out=len(later))


async def all_again(work: works.Work, who: access.Person, *, now: datetime) -> stopping.Resumed:
    """Undo `today_only`: what is still of use is planned again. Raises NotAllowed `refusal.stopped`."""
    await people.chat(work, who, lock=True)
    everyone = await patients.of_chat(work, who.chat_id)
    if any(each.stopped_at is not None for each in everyone):
        raise errors.NotAllowed("refusal.stopped")
    reason = life.Reason.TODAY_ONLY
    back = await reopening.reopen(work, everyone, state=life.State.SKIPPED, reason=reason, now=now)
    if back.planned:
        await planner.settle(work, who, now=now)
    await standings.settle(work, [each.id for each in everyone], now=now)
    is_new = bool(back.planned or back.expired)
    return stopping.Resumed(planned=back.planned, expired=back.expired, is_new=is_new, missed=back.missed)


async def _waiting(work: works.Work, who: access.Person) -> list[planned.ReminderRow]:
    booked = [row.id for row in await rows.of_chat(work, who.chat_id) if row.state is rows.State.BOOKED]
    return [row for row in await planned.of_treatments(work, booked, lock=True) if row.state in life.OPEN]


def _end_of_today(patient: patients.PatientRow, now: datetime) -> datetime:
    tomorrow = hours.to_local(now, patient.zone).date() + timedelta(days=1)
    return hours.local_to_instant(tomorrow, time(0), patient.zone).instant


def _refuse_return(found: coming.Coming, now: datetime) -> None:
    if found.treatment.state is not rows.State.BOOKED:
        raise errors.Conflict("refusal.session_off")
    if found.patient.stopped_at is not None:
        raise errors.NotAllowed("refusal.stopped")
    if found.row.useful_until <= now:
        raise errors.Conflict("refusal.message_late")


def _left_out(row: planned.ReminderRow, reason: life.Reason) -> planned.Rewrite:
    return planned.unmoved(row, life.State.SKIPPED, reason, planned.Event.ENDED)
