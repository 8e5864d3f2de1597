"""Which days a text may mean: what its pieces share, and when the nearest is certain enough."""

import calendar
import dataclasses
from datetime import date, timedelta
from enum import StrEnum

from reminderbot.catalog.reading import candidates
from reminderbot.catalog.reading.pieces import Calendar, DayPiece, Month, Period, Weekday

YEAR_MARGIN = 60
"""Days: without a year the nearest date wins only if it is nearer by this much; else both are asked about."""

MONTH_MARGIN = 10
"""Days: the same for a day of the month without its month."""


class Trouble(StrEnum):
    """Why no day, or no single one, was found."""

    NO_SUCH_DATE = "no-such-date"
    TOO_FAR_AHEAD = "too-far-ahead"
    TOO_FAR_PAST = "too-far-past"
    NO_DAY = "no-day"  # a month or a week without the day
    WEEKDAY = "weekday"  # the weekday and the date contradict one another
    SWAPPED = "day-or-month"
    SEVERAL = "which-day"  # recurs: a weekday, a date without its year
    TWO_DAYS = "two-days"
    TENSE = "tense"  # "was" with a day to come


@dataclasses.dataclass(frozen=True)
class Days:
    """The days that may be meant, and the trouble if it is not exactly one."""

    days: tuple[date, ...]
    trouble: Trouble | None = None


def choose(pieces: tuple[DayPiece, ...], *, today: date, either: bool, tense: int) -> Days:
    """Return the days that `pieces` may mean together, seen from `today`; `either` says "or" stood between."""
    if any(isinstance(piece, Month) for piece in pieces) or all(isinstance(piece, Period) for piece in pieces):
        return Days((), Trouble.NO_DAY)
    weekdays = {piece.number for piece in pieces if isinstance(piece, Weekday) and piece.turn is None}
    plain = tuple(piece for piece in pieces if not (isinstance(piece, Weekday) and piece.turn is None))
    if either and len(pieces) > 1:
        return _union(pieces, today=today, tense=tense)
    if not plain:
        return _only_weekdays(weekdays, today=today, tense=tense)
    chosen = _together(plain, today=today, tense=tense)
    return chosen if not weekdays or not chosen.days else _on_weekday(chosen, weekdays, plain, today=today)


def window(today: date) -> tuple[date, date]:
    """Return the first and the last day that may be taken: a year past, a year ahead."""
    return _years(today, -1), _years(today, 1)


def _years(day: date, count: int) -> date:
    year = min(max(day.year + count, date.min.year), date.max.year)
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _union(pieces: tuple[DayPiece, ...], *, today: date, tense: int) -> Days:
    each = [choose((piece,), today=today, either=False, tense=tense) for piece in pieces]
    days = tuple(dict.fromkeys(day for found in each for day in found.days))
    return Days(days, Trouble.TWO_DAYS if days else each[0].trouble)


def _only_weekdays(weekdays: set[int], *, today: date, tense: int) -> Days:
    if len(weekdays) > 1:
        return _union(tuple(Weekday(number) for number in sorted(weekdays)), today=today, tense=tense)
    around = [today + timedelta(days=step) for step in range(-7, 8)]
    days = [day for day in around if day.isoweekday() in weekdays]
    return _in_tense(days, today=today, tense=tense)


def _together(pieces: tuple[DayPiece, ...], *, today: date, tense: int) -> Days:
    each = [set(candidates.of(piece, today)) for piece in pieces]
    both = set.intersection(*each)
    if not both:
        return _union(pieces, today=today, tense=tense) if all(each) else Days((), Trouble.NO_SUCH_DATE)
    first, last = window(today)
    inside = sorted(day for day in both if first <= day <= last)
    if not inside:
        return Days((), Trouble.TOO_FAR_AHEAD if min(both) > today else Trouble.TOO_FAR_PAST)
    return _nearest(inside, _margin(pieces), today=today, tense=tense)


def _margin(pieces: tuple[DayPiece, ...]) -> int | None:
    recurring = [piece for piece in pieces if isinstance(piece, Calendar) and piece.year is None]
    if len(recurring) < len(pieces) or not recurring:
        return None
    return MONTH_MARGIN if any(piece.month is None for piece in recurring) else YEAR_MARGIN


def _nearest(days: list[date], margin: int | None, *, today: date, tense: int) -> Days:
    found = _in_tense(days, today=today, tense=tense)
    if margin is None or found.trouble is Trouble.TENSE:
        return found
    near = min(abs((day - today).days) for day in found.days)
    if near == 0:
        return Days((today,))
    kept = tuple(day for day in found.days if abs((day - today).days) - near < margin)
    return Days(kept, Trouble.SEVERAL if len(kept) > 1 else None)


def _in_tense(days: list[date], *, today: date, tense: int) -> Days:
    fitting = tuple(day for day in days if (day - today).days * tense >= 0)
    if not fitting:
        return Days(tuple(days), Trouble.TENSE)
    return Days(fitting, Trouble.SEVERAL if len(fitting) > 1 else None)


def _on_weekday(chosen: Days, weekdays: set[int], plain: tuple[DayPiece, ...], *, today: date) -> Days:
    fitting = tuple(day for day in chosen.days if {day.isoweekday()} == weekdays)
    if fitting:
        trouble = chosen.trouble if chosen.trouble in {Trouble.TWO_DAYS, Trouble.TENSE} else Trouble.SEVERAL
        return Days(fitting, trouble if len(fitting) > 1 or trouble is not Trouble.SEVERAL else None)
    days = {*chosen.days, *(_beside(day, weekdays) for day in chosen.days), *_elsewhere(plain, weekdays, today)}
    first, last = window(today)
    near = sorted((day for day in days if first <= day <= last), key=lambda day: abs((day - today).days))
    return Days(tuple(near), Trouble.WEEKDAY)


def _beside(day: date, weekdays: set[int]) -> date:
    steps = sorted(range(-3, 4), key=abs)
    return next(
        (day + timedelta(days=step) for step in steps if {(day + timedelta(days=step)).isoweekday()} == weekdays), day
    )


def _elsewhere(pieces: tuple[DayPiece, ...], weekdays: set[int], today: date) -> list[date]:
    """Return the nearest other year (or month) in which date and weekday do agree."""
    both = set.intersection(*(set(candidates.of(piece, today)) for piece in pieces))
    agreeing = [day for day in both if {day.isoweekday()} == weekdays]
    return sorted(agreeing, key=lambda day: abs((day - today).days))[:1]
