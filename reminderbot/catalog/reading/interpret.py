"""From the pieces of one text to the local days and wall times that they may mean."""

import dataclasses
from datetime import UTC, date, datetime, timedelta

from reminderbot.catalog.reading import clock, days
from reminderbot.catalog.reading.pieces import Calendar, Found, Moment, Stamp
from reminderbot.planning import hours

Local = datetime | date

UNREADABLE = "unreadable"
NO_DATE = "no-date"
NO_HOUR = "no-hour"
OFFSET = "offset"
_DOUBTED = {days.Trouble.TENSE, days.Trouble.WEEKDAY, clock.Trouble.PART}


@dataclasses.dataclass(frozen=True)
class Context:
    """Where and when the text was typed. `local` is now on the patient's clock, aware."""

    local: datetime
    zone: str
    known_day: date | None

    @property
    def today(self) -> date:
        """The date on the patient's clock."""
        return self.local.date()

    def allows(self, value: Local) -> bool:
        """Return whether `value` lies at most a year from today."""
        first, last = days.window(self.today)
        return first <= (value.date() if isinstance(value, datetime) else value) <= last


@dataclasses.dataclass(frozen=True)
class Meaning:
    """What one way of understanding a text means: values, the trouble if not exactly one, and how forced it is.

    `doubtful` asks even about a single value; `sure` holds values whose fold is known.
    """

    values: tuple[Local, ...] = ()
    trouble: str | None = None
    rank: tuple[int, ...] = ()
    doubtful: bool = False
    sure: bool = False
    bare: bool = False
    swapped: bool = False


def meaning(found: Found, context: Context) -> Meaning:
    """Return what `found` means in its `context`."""
    if found.moments:
        return _moment(found, context)
    if found.days:
        return _dated(found, context)
    if not found.clocks:
        return Meaning(trouble=NO_HOUR if found.parts else UNREADABLE)
    return _undated(found, context)


def _moment(found: Found, context: Context) -> Meaning:
    if found.days or found.clocks or found.parts:
        return Meaning(trouble=UNREADABLE)
    only = found.moments[0]
    if isinstance(only, Stamp):
        return _stamped(only, context, found)
    instant = context.local.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=only.minutes)
    value = hours.to_local(instant, context.zone).replace(tzinfo=None)
    return _within((value,), context, Meaning(rank=_rank(found, context), sure=True, doubtful=found.unknown > 0))


def _stamped(stamp: Stamp, context: Context, found: Found) -> Meaning:
    try:
        written = datetime.fromisoformat(stamp.iso)
        value = hours.to_local(written, context.zone)
    except (ValueError, OverflowError):
        day = stamp.iso.partition("T")[0]
        return Meaning(trouble=days.Trouble.NO_SUCH_DATE if _is_date(day) is None else clock.Trouble.NO_SUCH_TIME)
    same = value.replace(tzinfo=None, fold=0) == written.replace(tzinfo=None)
    values = tuple(
        each.replace(tzinfo=None, second=0, microsecond=0) for each in ((value,) if same else (value, written))
    )
    kept = Meaning(rank=_rank(found, context), sure=same, trouble=None if same else OFFSET, doubtful=not same)
    return _within(values, context, kept)


def _is_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _dated(found: Found, context: Context) -> Meaning:
    chosen = days.choose(found.days, today=context.today, either=found.either, tense=found.tense)
    base = Meaning(
        trouble=chosen.trouble,
        rank=_rank(found, context, forced=chosen.trouble in {days.Trouble.TWO_DAYS, days.Trouble.WEEKDAY}),
        doubtful=chosen.trouble in _DOUBTED or found.unknown > 0,
        bare=any(each.bare for each in found.clocks),
        swapped=any(isinstance(piece, Calendar) and piece.swapped for piece in found.days),
    )
    if not chosen.days:
        return base
    if not found.clocks:
        return _within(chosen.days, context, base)
    return _timed(chosen.days, found, context, base)


def _undated(found: Found, context: Context) -> Meaning:
    # 112 and 24 are hours only beside a day, or as the answer to "at what time?".
    loose = all(each.bare and (each.minute == 0 or each.hour < 10) for each in found.clocks) and not found.parts
    if context.known_day is None and loose:
        return Meaning(trouble=UNREADABLE)
    base = Meaning(rank=_rank(found, context), doubtful=found.unknown > 0)
    if context.known_day is not None:
        return _timed((context.known_day,), found, context, base)
    near = (context.today, context.today - timedelta(days=1))
    return _timed(near, found, context, dataclasses.replace(base, trouble=NO_DATE, doubtful=True))


def _timed(chosen: tuple[date, ...], found: Found, context: Context, base: Meaning) -> Meaning:
    times = clock.choose(found.clocks, found.parts)
    if not times.hours:
        return dataclasses.replace(base, trouble=times.trouble)
    values = tuple(
        datetime.combine(day + timedelta(days=late), hour.at)
        for day in chosen
        for hour in times.hours
        for late in ((0, 1) if hour.late else (0,))
    )
    trouble = base.trouble or times.trouble
    doubtful = base.doubtful or times.trouble in _DOUBTED
    return _within(tuple(dict.fromkeys(values)), context, dataclasses.replace(base, trouble=trouble, doubtful=doubtful))


def _within(values: tuple[Local, ...], context: Context, base: Meaning) -> Meaning:
    kept = tuple(value for value in values if context.allows(value))
    if kept:
        return dataclasses.replace(base, values=kept)
    first = values[0].date() if isinstance(values[0], datetime) else values[0]
    far = days.Trouble.TOO_FAR_AHEAD if first > context.today else days.Trouble.TOO_FAR_PAST
    return dataclasses.replace(base, trouble=far)


def _rank(found: Found, context: Context, *, forced: bool = False) -> tuple[int, ...]:
    """Return how forced a way is, least first: what was skipped, what contradicts, what hangs loose."""
    times = clock.choose(found.clocks, found.parts) if found.clocks else None
    loose = not found.clocks and any(part.name in {"am", "pm"} for part in found.parts)
    split = times is not None and times.trouble in {clock.Trouble.TWO_TIMES, clock.Trouble.PART}
    dated = bool(found.days or any(isinstance(each, Moment | Stamp) for each in found.moments))
    unlikely = dated if context.known_day is not None and not found.clocks else not dated and context.known_day is None
    return (found.unknown, int(forced) + int(split) + int(loose), int(unlikely))
