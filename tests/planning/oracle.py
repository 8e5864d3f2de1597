"""What clocks show, worked out without the code's own helpers: a zone as a list of offsets, wall times as numbers.

The changes of a zone are found by looking at its offset every three days and halving; no two lie so close that both
would be missed. All times are whole seconds: instants since 1970 in UTC, wall times since 1970 on the wall's calendar.
"""

import bisect
import dataclasses
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from reminderbot.planning import plans, timeline

DAY = 86_400
LEAD = 15 * 60
FROM, TO = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2038, 1, 1, tzinfo=UTC).timestamp())
STRIDE = 3 * DAY


class Clocks:
    """The clocks of one zone: `offsets[k]` seconds ahead of UTC from the instant `begins[k]` on."""

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        self.begins = [FROM - 400 * DAY]
        self.offsets = [_offset(zone, FROM)]
        ahead = self.offsets[0]
        for instant in range(FROM, TO, STRIDE):
            before, ahead = ahead, _offset(zone, instant + STRIDE)
            for begin in _changes(zone, (instant, before), (instant + STRIDE, ahead)):
                self.begins.append(begin)
                self.offsets.append(_offset(zone, begin))

    def shown(self, instant: int) -> int:
        """Return what the clocks show."""
        return instant + self.offsets[bisect.bisect_right(self.begins, instant) - 1]

    def readings(self, wall: int) -> list[int]:
        """Return the instants at which the clocks show a wall time: none, one or two, in order."""
        near = bisect.bisect_right(self.begins, wall)
        found = []
        for k in range(max(near - 2, 0), min(near + 2, len(self.begins))):
            instant = wall - self.offsets[k]
            if self.begins[k] <= instant and (k + 1 == len(self.begins) or instant < self.begins[k + 1]):
                found.append(instant)
        return found

    def instant(self, wall: int) -> int:
        """Return the first instant of a wall time; a skipped one is later by the length of the gap."""
        found = self.readings(wall)
        if found:
            return found[0]
        for k in range(1, len(self.begins)):
            if wall - self.offsets[k - 1] >= self.begins[k] and wall - self.offsets[k] < self.begins[k]:
                return wall - self.offsets[k - 1]
        raise AssertionError("a wall time that is neither shown nor skipped")


@dataclasses.dataclass(frozen=True)
class Placed:
    """Where a step belongs: `due` is None where there is no moment for it; `went_early` before its quiet hours."""

    meant: int
    until: int
    due: int | None
    went_early: bool = False


@dataclasses.dataclass(frozen=True)
class Patient:
    """A patient's clocks, morning hour and quiet hours, in seconds of the day."""

    clocks: Clocks
    morning: time
    quiet: tuple[int, int]

    def is_quiet(self, instant: int) -> bool:
        """Tell whether the patient's clock shows a quiet time."""
        start, end = self.quiet
        at = self.clocks.shown(instant) % DAY
        return start <= at < end if start <= end else at >= start or at < end

    def quiet_end(self, instant: int) -> int:
        """Return the first end of quiet hours after an instant that lies in none."""
        today = self.clocks.shown(instant) // DAY
        for day in range(today - 1, today + 5):
            wall = day * DAY + self.quiet[1]
            for end in self.clocks.readings(wall) or [self.clocks.instant(wall)]:
                if end > instant and not self.is_quiet(end):
                    return end
        raise AssertionError("quiet hours without an end")

    def before_quiet(self, instant: int) -> int:
        """Return the moment a `LEAD` before the quiet hours around an instant begin, by their start on the wall.

        A start that comes twice counts the first time; one that is skipped by as much sooner as the gap is long.
        """
        shown = self.clocks.shown(instant)
        walls = [day * DAY + self.quiet[0] for day in range(shown // DAY - 3, shown // DAY + 1)]
        return max(self._begin(wall) for wall in walls if wall <= shown) - LEAD

    def _begin(self, wall: int) -> int:
        found = self.clocks.readings(wall)
        if found:
            return found[0]
        moved = self.clocks.instant(wall)
        return moved - (self.clocks.shown(moved) - wall)


def seconds(instant: datetime) -> int:
    """Return an aware instant as seconds."""
    return int(instant.timestamp())


def wall_of(day: date, at: time) -> int:
    """Return a wall time as seconds."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY + at.hour * 3600 + at.minute * 60


def start(anchor: timeline.Anchor, place: Clocks) -> int:
    """Return when a treatment starts."""
    return place.instant(wall_of(anchor.day, anchor.at))


def placed(plan: plans.Plan, anchor: timeline.Anchor, place: Clocks, patient: Patient) -> dict[str, Placed]:
    """Return where each step belongs, by its key."""
    begins = start(anchor, place)
    zero = _day_zero(plan, anchor, begins, patient)
    return {step.key: _placed(step, anchor, begins, zero, patient) for step in plan.steps}


def _placed(step: plans.Step, anchor: timeline.Anchor, begins: int, zero: date, patient: Patient) -> Placed:
    meant, until = (_moment(each, anchor, begins, zero, patient) for each in (step.when, step.until))
    if is_before(step):
        until = min(until, begins)
    if meant >= until:
        return Placed(meant, until, None)
    if not patient.is_quiet(meant):
        return Placed(meant, until, meant)
    end = patient.quiet_end(meant)
    if end < until:
        return Placed(meant, until, end)
    early = patient.before_quiet(meant)
    if meant >= begins:
        early = max(early, begins)
    return Placed(meant, until, None if patient.is_quiet(early) else early, went_early=True)


def is_before(step: plans.Step) -> bool:
    """Tell whether a step is for before the session."""
    ahead = isinstance(step.when, plans.OnDay) and step.when.days < 0
    sooner = isinstance(step.when, plans.After) and step.when.delay < timedelta(0)
    return ahead or sooner or isinstance(step.until, plans.AtStart)


def _moment(when: plans.When | plans.Until, anchor: timeline.Anchor, begins: int, zero: date, patient: Patient) -> int:
    if isinstance(when, plans.AtStart):
        return begins
    if isinstance(when, plans.After):
        return begins + int(when.delay.total_seconds())
    day = (zero if when.days > 0 else anchor.day) + timedelta(days=when.days)
    return patient.clocks.instant(wall_of(day, when.at or patient.morning))


def _day_zero(plan: plans.Plan, anchor: timeline.Anchor, begins: int, patient: Patient) -> date:
    """Return the first date, from the session's on, whose morrow comes after the session for the patient."""
    days = [step.when for step in plan.steps if isinstance(step.when, plans.OnDay) and step.when.days > 0]
    earliest = min((when.at or patient.morning for when in days), default=patient.morning)
    zero = anchor.day
    while patient.clocks.instant(wall_of(zero + timedelta(days=1), earliest)) <= begins:
        zero += timedelta(days=1)
    return zero


def _offset(zone: zoneinfo.ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds())


def _changes(zone: zoneinfo.ZoneInfo, low: tuple[int, int], high: tuple[int, int]) -> Iterator[int]:
    """Yield the instants in (low, high] from which another offset holds; both are given with their offsets."""
    if high[0] - low[0] == 1:
        yield high[0]
        return
    at = (low[0] + high[0]) // 2
    middle = (at, _offset(zone, at))
    if low[1] != middle[1]:
        yield from _changes(zone, low, middle)
    if middle[1] != high[1]:
        yield from _changes(zone, middle, high)
