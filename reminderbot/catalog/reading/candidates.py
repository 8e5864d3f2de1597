"""The days that one piece of a text may mean, seen from today."""

import calendar
from collections.abc import Iterable
from datetime import date, timedelta
from typing import assert_never

from reminderbot.catalog.reading.pieces import Calendar, DayPiece, Month, Offset, Period, Weekday
from reminderbot.catalog.reading.senses import Turn


def of(piece: DayPiece, today: date) -> Iterable[date]:
    """Return every day that `piece` alone may mean; none if the calendar has no such day."""
    match piece:
        case Calendar():
            return _calendar(piece, today)
        case Offset():
            return _offset(piece, today)
        case Weekday():
            return _turned(piece, today)
        case Period():
            return _period(piece, today)
        case Month():
            return ()
        case _:
            assert_never(piece)


def _calendar(piece: Calendar, today: date) -> list[date]:
    years = [piece.year] if piece.year is not None else [today.year + step for step in (-1, 0, 1)]
    months = [piece.month] if piece.month is not None else list(range(1, 13))
    found = (_exact(year, month, piece.day) for year in years for month in months)
    return [day for day in found if day is not None]


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _offset(piece: Offset, today: date) -> list[date]:
    month = today.year * 12 + today.month - 1 + piece.months
    year = month // 12
    try:
        day = min(today.day, calendar.monthrange(year, month % 12 + 1)[1])
        return [date(year, month % 12 + 1, day) + timedelta(days=piece.days)]
    except (ValueError, OverflowError, IndexError):
        return [date.max if piece.months + piece.days > 0 else date.min]


def _turned(piece: Weekday, today: date) -> list[date]:
    ahead = today + timedelta(days=(piece.number - today.isoweekday() - 1) % 7 + 1)
    back = today - timedelta(days=(today.isoweekday() - piece.number - 1) % 7 + 1)
    this = today + timedelta(days=piece.number - today.isoweekday())
    match piece.turn:
        case Turn.PAST:
            return [back]
        case Turn.COMING:
            return [ahead]
        case Turn.LAST:
            return [back, back - timedelta(days=7)] if back == this else [back]
        case Turn.NEXT:
            return [ahead, ahead + timedelta(days=7)] if ahead == this else [ahead]
        case Turn.THIS:
            return [this] if this >= today else [this, ahead]
        case None:
            return [today + timedelta(days=step) for step in range(-380, 381) if _is(today, step, piece.number)]
        case _:
            assert_never(piece.turn)


def _is(today: date, step: int, weekday: int) -> bool:
    return (today.isoweekday() + step - 1) % 7 + 1 == weekday


def _period(piece: Period, today: date) -> list[date]:
    if not piece.month:
        monday = today + timedelta(days=7 * piece.turn + 1 - today.isoweekday())
        return [monday + timedelta(days=step) for step in range(7)]
    first = _offset(Offset(months=piece.turn), today.replace(day=1))[0]
    return [first.replace(day=day) for day in range(1, calendar.monthrange(first.year, first.month)[1] + 1)]
