"""Which hours a written time may mean: halves of the day, parts of the day, midnight."""

import dataclasses
from datetime import time
from enum import StrEnum

from reminderbot.catalog.reading.lexicon import Part
from reminderbot.catalog.reading.pieces import Clock

LIKELY = range(8, 13)
"""Hours of a bare "at 9" that are taken as they stand; a session at 3 at night is not, so 1–7 is asked about."""


class Trouble(StrEnum):
    """Why no hour, or no single one, was found."""

    NO_SUCH_TIME = "no-such-time"
    HALF = "morning-or-afternoon"
    MIDNIGHT = "midnight"
    PART = "part-of-day"  # "10 in the morning" and "22:00" at once
    TWO_TIMES = "two-times"


@dataclasses.dataclass(frozen=True)
class Hour:
    """A wall time; `late` says it may belong to the day named or to the night that follows it."""

    at: time
    late: bool = False


@dataclasses.dataclass(frozen=True)
class Hours:
    """The times that may be meant, the likeliest first, and the trouble if it is not exactly one."""

    hours: tuple[Hour, ...]
    trouble: Trouble | None = None


def choose(clocks: tuple[Clock, ...], parts: tuple[Part, ...]) -> Hours:
    """Return the times that `clocks` may mean, given the `parts` of the day named with them."""
    each = [_one(clock, parts) for clock in clocks]
    if any(found.trouble is Trouble.NO_SUCH_TIME for found in each):
        return Hours((), Trouble.NO_SUCH_TIME)
    shared = [hour for hour in each[0].hours if all(hour in found.hours for found in each)]
    if shared:
        trouble = each[0].trouble if len(each) == 1 else (Trouble.HALF if len(shared) > 1 else None)
        return Hours(tuple(shared), trouble)
    return Hours(tuple(dict.fromkeys(hour for found in each for hour in found.hours)), Trouble.TWO_TIMES)


def _one(clock: Clock, parts: tuple[Part, ...]) -> Hours:
    halved = any(part.name in {"am", "pm"} for part in parts)
    if not _exists(clock) or (halved and not 1 <= clock.hour <= 12):
        return Hours((), Trouble.NO_SUCH_TIME)
    if parts:
        return _in_parts(clock, parts)
    return _plain(clock)


def _exists(clock: Clock) -> bool:
    return (clock.hour < 24 and clock.minute < 60) or (clock.hour, clock.minute) == (24, 0)


def _plain(clock: Clock) -> Hours:
    if 1 <= clock.hour < LIKELY.start and not clock.padded:
        return Hours((Hour(_at(clock, clock.hour + 12)), Hour(_at(clock, clock.hour))), Trouble.HALF)
    if clock.hour == 24:
        return Hours((Hour(time(0), late=True),), Trouble.MIDNIGHT)
    return Hours((Hour(_at(clock, clock.hour)),))


def _in_parts(clock: Clock, parts: tuple[Part, ...]) -> Hours:
    twice = 1 <= clock.hour <= 12
    options = [clock.hour % 12 + 12, clock.hour % 12] if twice else [clock.hour % 24]
    fitting = [hour for hour in options if all(part.holds(hour) for part in parts)]
    overnight = any(part.overnight for part in parts)
    hours = tuple(Hour(_at(clock, hour), late=overnight and hour < 12) for hour in fitting or options)
    if not fitting:
        return Hours(hours, Trouble.PART)
    if any(hour.late for hour in hours):
        return Hours(hours, Trouble.MIDNIGHT)
    return Hours(hours, Trouble.HALF if len(hours) > 1 else None)


def _at(clock: Clock, hour: int) -> time:
    return time(hour % 24, clock.minute)
