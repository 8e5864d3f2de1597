"""A pause until a date: nothing is sent before it; what is still of use then comes, the rest is left out."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from reminderbot import errors
from reminderbot.planning import hours, life, overdue
from reminderbot.services import access, people, standings, stopping
from reminderbot.store import bells, patients, planned, treatments
from reminderbot.store import work as works

LONGEST = timedelta(days=366)


@dataclasses.dataclass(frozen=True)
class Held:
    """What a pause holds: reminders that come after it, and those that are of no use any more by then."""

    later: int
    lost: int


@dataclasses.dataclass(frozen=True)
class Lifted:
    """Whether a pause was ended; `is_new` is False when there was none."""

    is_new: bool


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


async def pause(work: works.Work, who: access.Person, until: date, *, now: datetime) -> Held:
    """Hold everything of a chat until a date, and return what that holds. A stop is undone, an earlier pause replaced.

    Raises NotAllowed `refusal.no_consent`; Invalid `refusal.no_session` where there is nobody to remind,
    `refusal.pause_past` for a day that has begun, `refusal.pause_far` above a year.
    """
    await people.consenting(work, who)
    everyone = await patients.of_chat(work, who.chat_id)
    if not everyone:
        raise errors.Invalid("refusal.no_session")
    ends = {each.id: _own_end(until, zone=each.zone, now=now) for each in everyone}
    await stopping.resume(work, who, now=now)
    found = [await _begun(work, who, id, until=at) for id, at in ends.items()]
    await standings.settle(work, list(ends), now=now)
    return Held(later=sum(each.later for each in found), lost=sum(each.lost for each in found))


async def lift(work: works.Work, who: access.Person, *, now: datetime) -> Lifted:
    """End every pause of a chat, whoever began it: a person may always ask to be written to."""
    await people.chat(work, who, lock=True)
    paused = [each.id for each in _paused(await patients.of_chat(work, who.chat_id), now)]
    for id in paused:
        await end(work, id)
    await standings.settle(work, paused, now=now)
    return Lifted(is_new=bool(paused))


async def until(work: works.Work, who: access.Person, *, now: datetime) -> dict[str, date]:
    """Return the day on which each paused patient of a chat is written to again, by the patient's id."""
    paused = _paused(await patients.of_chat(work, who.chat_id), now)
    return {each.id: hours.to_local(ends, each.zone).date() for each in paused if (ends := each.paused_until)}


async def held_back(work: works.Work, who: access.Person, *, now: datetime) -> dict[str, datetime | None]:
    """Return what a pause holds of a chat's reminders, by id: the instant at which each comes; None if it will not."""
    paused = _paused(await patients.of_chat(work, who.chat_id), now)
    return await holds(work, paused, await treatments.of_chat(work, who.chat_id), now=now) if paused else {}


async def holds(
    work: works.Work,
    everyone: Iterable[patients.PatientRow],
    found: Iterable[treatments.TreatmentRow],
    *,
    now: datetime,
) -> dict[str, datetime | None]:
    """Return likewise what the pauses of some patients hold of the reminders of their treatments."""
    paused = _paused(everyone, now)
    of = [row.id for row in found if row.state is treatments.State.BOOKED] if paused else []
    rows = [row for row in await planned.of_treatments(work, of) if row.state in life.OPEN]
    told: dict[str, datetime | None] = {}
    for patient in paused:
        if until := patient.paused_until:
            comes = hours.quiet_end_after(until, patient.quiet, patient.zone) or until
            caught = [_due(row) for row in rows if row.patient_id == patient.id and row.due < until]
            lost = overdue.overdue_choice(caught, until, {patient.id: comes}).expire
            told |= {row.id: None if row.id in lost else comes for row in caught}
    return told


def _own_end(until: date, *, zone: str, now: datetime) -> datetime:
    ends = hours.local_to_instant(until, time(0), zone).instant
    if ends <= now:
        raise errors.Invalid("refusal.pause_past")
    if ends - now > LONGEST:
        raise errors.Invalid("refusal.pause_far")
    return ends


async def _begun(work: works.Work, who: access.Person, patient_id: str, *, until: datetime) -> Held:
    rows = await treatments.of_chat(work, who.chat_id)
    found = await held(work, [row for row in rows if row.patient_id == patient_id], until=until)
    await begin(work, patient_id, until=until)
    return found


def _paused(everyone: Iterable[patients.PatientRow], now: datetime) -> list[patients.PatientRow]:
    return [each for each in everyone if each.paused_until is not None and each.paused_until > now]


def _due(row: planned.ReminderRow) -> overdue.Due:
    return overdue.Due(row.id, row.patient_id, row.treatment_id, row.due, row.useful_until, round=row.round)
