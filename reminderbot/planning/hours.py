"""Wall clocks and time zones: the only place where local time becomes an instant, and an instant local time.

The rules of the zones are the pinned `tzdata` package's once `use_pinned_rules` was called, as `app` does before
anything else; a machine's own, perhaps older, rules would plan other hours than the one beside it.
"""

import dataclasses
import functools
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

import tzdata

from reminderbot import errors

LEAD = timedelta(minutes=15)
"""How long before quiet hours a step goes that cannot wait for their end."""

_NO_PLACE = frozenset({"localtime", "Factory"})
_SHOWN = 64  # characters of an unknown name that the refusal repeats; the longest real one has 32


class Kind(StrEnum):
    """What the clocks of a place make of a wall time."""

    EXACT = "exact"  # it happens once
    SKIPPED = "skipped"  # the clock jumps over it; the instant is later by the length of the gap
    TWICE = "twice"  # the clock is set back over it; the instant is the first of the two


@dataclasses.dataclass(frozen=True)
class Wall:
    """The `instant` (UTC) of a wall time, and whether the clocks show that time once, never or twice."""

    instant: datetime
    kind: Kind


@dataclasses.dataclass(frozen=True)
class Quiet:
    """Wall times between which a patient gets nothing: `start` included, `end` not.

    The window may pass midnight. The same time twice means no quiet hours. An instant is inside when the
    patient's clock shows a time inside, also on the days on which that clock is changed.
    """

    start: time
    end: time

    def covers(self, at: time) -> bool:
        """Tell whether a clock that shows `at` is inside."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def use_pinned_rules() -> None:
    """Take every zone's rules from the `tzdata` package instead of the machine. For `app`, once, at the start."""
    zoneinfo.reset_tzpath(to=())
    forget()
    _names.cache_clear()


def forget() -> None:
    """Forget the rules that were read, so that each zone's are read anew."""
    zoneinfo.ZoneInfo.clear_cache()
    _loaded.cache_clear()


def rules() -> str:
    """Return the version of the pinned rules as IANA names it: 2026f. A later version is the greater text."""
    return str(tzdata.IANA_VERSION)


def zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the zone under the exact IANA `name`; Invalid `refusal.unknown_zone` (`text`) for anything else.

    The name is looked up in the list of zones and never tried as a path, so that `../`, NUL and folders are
    names like any other that do not exist.
    """
    return _find(name)


def is_zone(name: str) -> bool:
    """Tell whether `zone` would accept `name`."""
    return name in _names()


def local_to_instant(day: date, at: time, zone: str) -> Wall:
    """Return the instant at which clocks in `zone` show `at` on `day`, and whether they do so once.

    A skipped time moves forward by the length of the gap, as in `java.time` (02:30 becomes 03:30); of two, the
    first. Raises Invalid for an unknown zone, OverflowError at the very ends of the calendar.
    """
    first, second = _readings(day, at, zone)
    if first == second:
        return Wall(first, Kind.EXACT)
    return Wall(first, Kind.TWICE if first < second else Kind.SKIPPED)


def to_local(instant: datetime, zone: str) -> datetime:
    """Return the aware `instant` as clocks in `zone` show it. Raises ValueError if it is naive."""
    if instant.tzinfo is None:
        raise ValueError("an instant is aware")
    return instant.astimezone(_find(zone))


def is_quiet(instant: datetime, quiet: Quiet, zone: str) -> bool:
    """Tell whether `instant` lies inside the quiet hours of a patient in `zone`."""
    return quiet.covers(to_local(instant, zone).time())


def quiet_end_after(instant: datetime, quiet: Quiet, zone: str) -> datetime | None:
    """Return the instant (UTC) at which the quiet hours around `instant` end; None when it is not inside."""
    local = to_local(instant, zone)
    if not quiet.covers(local.time()):
        return None
    days = (local.date(), local.date() + timedelta(days=1))
    readings = (_readings(day, quiet.end, zone) for day in days)
    ends = (end for first, second in readings for end in (first, max(first, second)))
    end = min(end for end in ends if end > instant)  # in a repeated hour it may be over, or come once more today
    return quiet_end_after(end, quiet, zone) or end  # an end that a gap moved may lie in the next window


def before_quiet(instant: datetime, quiet: Quiet, zone: str) -> datetime | None:
    """Return the instant (UTC) a `LEAD` before the quiet hours around `instant` begin; None when not inside.

    Where the window leaves less than a `LEAD` of the day free, the answer lies inside it again: look before use.
    """
    local = to_local(instant, zone)
    if not quiet.covers(local.time()):
        return None
    day = local.date() if local.time() >= quiet.start else local.date() - timedelta(days=1)
    return min(_readings(day, quiet.start, zone)) - LEAD


def _readings(day: date, at: time, zone: str) -> tuple[datetime, datetime]:
    """Return both instants a wall time can mean, by the offset before and after a change of the clock (PEP 495)."""
    local = datetime.combine(day, at, tzinfo=_find(zone))
    return local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)


def _find(name: str) -> zoneinfo.ZoneInfo:
    if name not in _names():
        raise errors.Invalid("refusal.unknown_zone", text=name[:_SHOWN])
    return _loaded(name, zoneinfo.TZPATH)


@functools.lru_cache(maxsize=1024)  # zoneinfo itself keeps eight, and reads the file of any other anew
def _loaded(name: str, _rules: tuple[str, ...]) -> zoneinfo.ZoneInfo:
    return zoneinfo.ZoneInfo(name)


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones()) - _NO_PLACE
