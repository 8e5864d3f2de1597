"""One reminder put off to a later time by the person it is for, while it is of use; and the way back."""

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access, coming
from reminderbot.store import events, planned
from reminderbot.store import work as works

EVENING: Final = time(19)
HOURS: Final = (time(9), time(12), time(15), time(18), time(20))
"""The hours that are offered for a chosen day, beside the patient's own morning hour."""
APART: Final = timedelta(minutes=30)
"""How far from another message of the session: of two that are due at once only the later one would be said."""
MOST_DAYS: Final = 7


class Fit(StrEnum):
    """Whether a reminder may come at another time."""

    FITS = "fits"
    PAST = "past"  # that time is over
    EARLIER = "earlier"  # it comes then or later anyway: a text speaks of its own day
    LATE = "late"  # it is of no use any more by then
    QUIET = "quiet"  # it would wait for the end of the quiet hours
    PAUSED = "paused"  # everything waits for the end of a pause
    TAKEN = "taken"  # another message of the session comes then


REFUSED: Final = {
    Fit.PAST: "refusal.snooze_past",
    Fit.EARLIER: "refusal.snooze_earlier",
    Fit.LATE: "refusal.snooze_late",
    Fit.QUIET: "refusal.snooze_quiet",
    Fit.PAUSED: "refusal.snooze_paused",
    Fit.TAKEN: "refusal.snooze_taken",
}


@dataclasses.dataclass(frozen=True)
class Asked:
    """A time that was asked for: whether it fits, and when the quiet hours around it end (patient's clock)."""

    fit: Fit
    quiet_end: datetime | None = None


@dataclasses.dataclass(frozen=True)
class Snoozed:
    """A reminder after it was put off, or put back; `before` is when it would have come (patient's clock)."""

    found: coming.Coming
    before: datetime
    is_new: bool


async def ask(work: works.Work, who: access.Person, reminder_id: str, local: datetime, *, now: datetime) -> Asked:
    """Return whether a reminder may come at `local`, a naive time on the patient's clock. Raises as `snooze`."""
    found = await coming.reached(work, who, reminder_id)
    coming.require_open(found)
    at = _instant(local, found)
    fit = _fit(found, await _others(work, found), at, now)
    end = hours.quiet_end_after(at, found.patient.quiet, found.patient.zone) if fit is Fit.QUIET else None
    return Asked(fit, hours.to_local(end, found.patient.zone) if end else None)


async def offered(work: works.Work, found: coming.Coming, *, now: datetime) -> list[datetime]:
    """Return the times to offer first: the evening of its day, and the morning after (naive, patient's clock)."""
    day = max(found.local.date(), hours.to_local(now, found.patient.zone).date())
    morning = datetime.combine(day + timedelta(days=1), found.patient.morning)
    wanted = [datetime.combine(day, EVENING), morning]
    return _fitting(wanted, found, await _others(work, found), now)


async def days(work: works.Work, found: coming.Coming, *, now: datetime) -> list[date]:
    """Return the days on which some hour fits, the first of them."""
    others = await _others(work, found)
    first = max(found.local.date(), hours.to_local(now, found.patient.zone).date())
    ahead = range((found.until.date() - first).days + 1)
    every = [first + timedelta(days=each) for each in ahead]
    return [day for day in every if _fitting(_hours(day, found), found, others, now)][:MOST_DAYS]


async def times(work: works.Work, found: coming.Coming, day: date, *, now: datetime) -> list[datetime]:
    """Return the hours of a day that fit (naive, patient's clock)."""
    return _fitting(_hours(day, found), found, await _others(work, found), now)


async def snooze(work: works.Work, who: access.Person, reminder_id: str, local: datetime, *, now: datetime) -> Snoozed:
    """Have a reminder come at `local`, a naive time on the patient's clock. The same time twice is once.

    Raises NotFound; Conflict as `coming.require_open`; Invalid, a key of `REFUSED`, where that time does not fit.
    """
    found = await coming.held(work, who, reminder_id)
    coming.require_open(found)
    at = _instant(local, found)
    if at == found.row.due:
        before = await events.before_snooze(work, reminder_id, at)
        return Snoozed(found, hours.to_local(before or at, found.patient.zone), is_new=False)
    if (fit := _fit(found, await _others(work, found), at, now)) is not Fit.FITS:
        raise errors.Invalid(REFUSED[fit])
    change = coming.rewrite(found, state=life.State.PLANNED, event=events.Event.SNOOZED, due=at)
    await planned.rewrite(work, [change], now=now)
    return Snoozed(await coming.reached(work, who, reminder_id), found.local, is_new=True)


async def undo(work: works.Work, who: access.Person, reminder_id: str, *, now: datetime) -> Snoozed:
    """Have a reminder come when it would have; `is_new` is False where it was not put off. Raises as `snooze`."""
    found = await coming.held(work, who, reminder_id)
    coming.require_open(found)
    before = await events.before_snooze(work, reminder_id, found.row.due)
    if before is None:
        return Snoozed(found, found.local, is_new=False)
    change = coming.rewrite(found, state=life.State.PLANNED, event=events.Event.MOVED, due=before)
    await planned.rewrite(work, [change], now=now)
    return Snoozed(await coming.settled(work, who, found, now=now), found.local, is_new=True)


async def _others(work: works.Work, found: coming.Coming) -> list[datetime]:
    rows = await planned.of_treatments(work, [found.row.treatment_id])
    return [row.due for row in rows if row.state in life.OPEN and row.id != found.row.id]


def _instant(local: datetime, found: coming.Coming) -> datetime:
    try:
        return hours.local_to_instant(local.date(), local.time(), found.patient.zone).instant
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


def _fit(found: coming.Coming, others: Iterable[datetime], at: datetime, now: datetime) -> Fit:
    row, patient = found.row, found.patient
    is_paused = patient.paused_until is not None and at < patient.paused_until
    reasons = {
        Fit.PAST: at <= now,
        Fit.EARLIER: at <= row.due,
        Fit.LATE: at >= row.useful_until,
        Fit.PAUSED: is_paused,
        Fit.QUIET: at < row.useful_until and hours.is_quiet(at, patient.quiet, patient.zone),
        Fit.TAKEN: any(abs(each - at) < APART for each in others),
    }
    return next((fit for fit, is_so in reasons.items() if is_so), Fit.FITS)


def _fitting(
    wanted: Sequence[datetime], found: coming.Coming, others: Sequence[datetime], now: datetime
) -> list[datetime]:
    return [each for each in wanted if _fit(found, others, _instant(each, found), now) is Fit.FITS]


def _hours(day: date, found: coming.Coming) -> list[datetime]:
    return [datetime.combine(day, at) for at in sorted({found.patient.morning, *HOURS})]
