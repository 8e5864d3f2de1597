"""The timeline of a treatment: when each step of its plan falls, or why it does not.

`slots` is a function of what is stored (the treatment's date, wall time and zone, the patient's habits) and of
the rules of the zones. So when those rules change, deriving again is `replan.replan(…, why=None)`: nothing else.
"""

import dataclasses
from datetime import date, datetime, time, timedelta
from typing import assert_never

from reminderbot.planning import hours, life, plans


@dataclasses.dataclass(frozen=True)
class Anchor:
    """Where and when a treatment happens: date, wall time and IANA zone of the place."""

    day: date
    at: time
    zone: str


@dataclasses.dataclass(frozen=True)
class Habits:
    """A patient's own zone, the morning hour at which day steps arrive, and quiet hours."""

    zone: str
    morning: time
    quiet: hours.Quiet


@dataclasses.dataclass(frozen=True)
class Slot:
    """One step on the timeline: `local` is `due` on the patient's clock; `reason` is None when planned.

    `local` is for showing. Compare `due`: Python calls a local time in a repeated hour unequal to its own instant.
    `state` is PLANNED, SKIPPED or EXPIRED. For a step that is not planned, `due` is when it was meant to fall.
    """

    step: plans.Step
    local: datetime
    due: datetime
    useful_until: datetime
    state: life.State
    reason: life.Reason | None


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a step belongs, whatever the time is now: `meant` by the plan, `due` outside quiet hours.

    `due` is None when there is no such moment while the step is useful; `reason` then says why.
    """

    step: plans.Step
    meant: datetime
    due: datetime | None
    useful_until: datetime
    reason: life.Reason | None = None


def start(anchor: Anchor) -> datetime:
    """Return the instant (UTC) at which the treatment starts."""
    return hours.local_to_instant(anchor.day, anchor.at, anchor.zone).instant


def slots(plan: plans.Plan, anchor: Anchor, habits: Habits, *, now: datetime, wants_reads: bool = True) -> list[Slot]:
    """Return the slot of every step of `plan`, in order of due (steps of the same instant in the plan's order).

    A PLANNED slot is due after `now`, outside quiet hours, before its useful-until. Raises Invalid for an
    unknown zone.
    """
    found = [judge(place, habits, now=now, wants_reads=wants_reads) for place in places(plan, anchor, habits)]
    return sorted(found, key=lambda slot: slot.due)


def places(plan: plans.Plan, anchor: Anchor, habits: Habits) -> list[Place]:
    """Return where each step of `plan` belongs, in the plan's order, as if planned long before."""
    frame = _Frame(anchor, habits, start(anchor), _day_zero(plan, anchor, habits))
    return [_place(step, frame) for step in plan.steps]


def judge(place: Place, habits: Habits, *, now: datetime, wants_reads: bool) -> Slot:
    """Return the slot of a step at the moment `now`: planned where it belongs, or why not."""
    state, reason = _verdict(place, now=now, wants_reads=wants_reads)
    due = place.due if place.due is not None and state is life.State.PLANNED else place.meant
    local = hours.to_local(due, habits.zone)
    return Slot(place.step, local, due, place.useful_until, state, reason)


def is_before(step: plans.Step) -> bool:
    """Tell whether a step is meant for before the session."""
    match step.when:
        case plans.OnDay(days=days) if days < 0:
            return True
        case plans.After(delay=delay) if delay < timedelta(0):
            return True
    return isinstance(step.until, plans.AtStart)


@dataclasses.dataclass(frozen=True)
class _Frame:
    anchor: Anchor
    habits: Habits
    start: datetime
    day_zero: date  # the date from which days after the session count


def _verdict(place: Place, *, now: datetime, wants_reads: bool) -> tuple[life.State, life.Reason | None]:
    if place.step.part is plans.Part.READS and not wants_reads:
        return life.State.SKIPPED, life.Reason.NO_READS
    if place.due is not None and place.due > now:
        return life.State.PLANNED, None
    if place.reason is life.Reason.NO_TIME_BEFORE:
        return life.State.SKIPPED, life.Reason.NO_TIME_BEFORE
    if place.meant <= now:  # a burst of the past helps nobody; the chat says at once what matters now
        return life.State.SKIPPED, _past(place.step)
    return life.State.EXPIRED, place.reason or life.Reason.QUIET_HOURS


def _past(step: plans.Step) -> life.Reason:
    return life.Reason.NO_TIME_BEFORE if is_before(step) else life.Reason.LATE_START


def _place(step: plans.Step, frame: _Frame) -> Place:
    meant = _instant(step.when, frame)
    useful_until = _instant(step.until, frame)
    if is_before(step):
        useful_until = min(useful_until, frame.start)
    if meant >= useful_until:
        reason = life.Reason.NO_TIME_BEFORE if is_before(step) else life.Reason.TOO_LATE
        return Place(step, meant, None, useful_until, reason)
    due = _outside_quiet(frame, meant=meant, useful_until=useful_until)
    return Place(step, meant, due, useful_until, None if due else life.Reason.QUIET_HOURS)


def _instant(when: plans.When | plans.Until, frame: _Frame) -> datetime:
    match when:
        case plans.AtStart():
            return frame.start
        case plans.After(delay=delay):
            return frame.start + delay
        case plans.OnDay(days=days, at=at):
            zero = frame.day_zero if days > 0 else frame.anchor.day
            day = zero + timedelta(days=days)
            return hours.local_to_instant(day, at or frame.habits.morning, frame.habits.zone).instant
        case _:
            assert_never(when)


def _outside_quiet(frame: _Frame, *, meant: datetime, useful_until: datetime) -> datetime | None:
    """Return `meant`, or the end of the quiet hours around it, or a moment before them; None if there is none."""
    quiet, zone = frame.habits.quiet, frame.habits.zone
    end = hours.quiet_end_after(meant, quiet, zone)
    if end is None:
        return meant
    if end < useful_until:
        return end
    early = hours.before_quiet(meant, quiet, zone)
    if early is None:
        return None
    if meant >= frame.start:  # what follows the session is not said before it
        early = max(early, frame.start)
    return None if hours.is_quiet(early, quiet, zone) else early


def _day_zero(plan: plans.Plan, anchor: Anchor, habits: Habits) -> date:
    """Return the date from which days after the session count: the treatment's own, as the place writes it.

    A patient whose zone is so far ahead that "the day after" would fall before the session counts from the next.
    """
    walls = [
        step.when.at or habits.morning
        for step in plan.steps
        if isinstance(step.when, plans.OnDay) and step.when.days > 0
    ]
    earliest, zero = min(walls, default=habits.morning), anchor.day
    while hours.local_to_instant(zero + timedelta(days=1), earliest, habits.zone).instant <= start(anchor):
        zero += timedelta(days=1)
    return zero
