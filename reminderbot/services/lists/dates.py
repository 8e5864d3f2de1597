"""Dates and times as booking systems write them, read in the clinic's order; what is not certain is a fault."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from reminderbot.catalog import asking, places

MONTH_FIRST: Final = frozenset({"US", "PH", "PR", "GU", "VI", "AS", "MP", "FM", "MH", "PW"})
"""Countries in which 3/4 is the fourth of March (CLDR's short dates)."""


class Order(StrEnum):
    """Which number comes first where both the day and the month are numbers."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


class Unread(Exception):
    """A date or time that cannot be taken; `why` names the sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan", "enero", "ene"),
            ("february", "feb", "febrero"),
            ("march", "mar", "marzo"),
            ("april", "apr", "abril", "abr"),
            ("may", "mayo"),
            ("june", "jun", "junio"),
            ("july", "jul", "julio"),
            ("august", "aug", "agosto", "ago"),
            ("september", "sep", "sept", "septiembre", "setiembre", "set"),
            ("october", "oct", "octubre"),
            ("november", "nov", "noviembre"),
            ("december", "dec", "diciembre", "dic"),
        ),
        start=1,
    )
    for name in names
}
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("monday", "mon", "lunes", "lun"),
            ("tuesday", "tue", "tues", "martes"),
            ("wednesday", "wed", "miercoles", "mie", "mier"),
            ("thursday", "thu", "thur", "thurs", "jueves", "jue"),
            ("friday", "fri", "viernes", "vie"),
            ("saturday", "sat", "sabado", "sab"),
            ("sunday", "sun", "domingo", "dom"),
        )
    )
    for name in names
}
_FILLING: Final = frozenset({"de", "del", "of", "the"})
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})")
_NO_YEAR = re.compile(r"\d{1,2}\s*[-/.]\s*\d{1,2}\.?")
_SERIAL = re.compile(r"(\d{5})(\.\d+)?")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?)?\s*(?:h|hs|hrs)?\.?\s*([ap])?\.?\s*m?\.?", re.IGNORECASE
)
_COMPACT_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_FRACTION = re.compile(r"0?\.\d+")
_TAIL = re.compile(
    r"(?:T|,?\s+(?:at\s+|a\s+las\s+)?|\s*-\s+)(\d{1,2}[:.h]\d{2}.*|\d{1,2}\s*[ap]\.?\s*m\.?)$", re.IGNORECASE
)
_ZONE = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of Excel's count, from March 1900 on."""
_SERIALS: Final = range(36_526, 73_051)
"""Excel's numbers of the days from 2000 to 2099."""


def order_of(zone: str) -> Order:
    """Return the order that is usual where a clinic is."""
    return Order.MONTH_FIRST if places.country(zone) in MONTH_FIRST else Order.DAY_FIRST


def sniffed(texts: Iterable[str]) -> Order | None:
    """Return the only order in which the dates of a column make sense; None if both do, or neither."""
    pairs = [(int(found[1]), int(found[3])) for text in texts if (found := _NUMBERS.search(text))]
    day_first, month_first = any(one > 12 for one, _ in pairs), any(two > 12 for _, two in pairs)
    if day_first == month_first:
        return None
    return Order.DAY_FIRST if day_first else Order.MONTH_FIRST


def read_day(text: str, order: Order) -> tuple[date, time | None]:
    """Return a date, and the time behind it if there is one.

    Raises Unread: date-none, date-impossible, date-order, date-year, date-weekday, date-unread, time-unread.
    """
    given = text.strip()
    if not given:
        raise Unread("date-none")
    if serial := _SERIAL.fullmatch(given):
        return _of_serial(int(serial[1]), float(serial[2] or 0))
    tail = _TAIL.search(given)
    at = read_time(_ZONE.sub("", tail[1])) if tail else None
    return _day(given[: tail.start()].strip(" ,") if tail else given, order), at


def read_time(text: str) -> time | None:
    """Return a time of day, None for an empty text. Raises Unread time-unread, time-bare."""
    given = text.strip()
    if not given:
        return None
    if _FRACTION.fullmatch(given):
        return (datetime(2000, 1, 1) + timedelta(minutes=round(float(given) * 1440) % 1440)).time()  # noqa: DTZ001
    if compact := _COMPACT_CLOCK.fullmatch(given):
        return time(int(compact[1]), int(compact[2]))
    found = _CLOCK.fullmatch(given)
    if found is None:
        return _time_behind_a_date(given)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[4] or "").casefold()
    if not found[2] and not half:
        raise Unread("time-bare")
    if half:
        if not 1 <= hour <= 12:
            raise Unread("time-unread")
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise Unread("time-unread")
    return time(hour, minute)


def _time_behind_a_date(given: str) -> time | None:
    """Return the time of a cell that holds a date as well."""
    tail = _TAIL.search(given)
    if tail is None or tail.start() == 0:
        raise Unread("time-unread")
    return read_time(_ZONE.sub("", tail[1]))


def _of_serial(days: int, part: float) -> tuple[date, time | None]:
    if days not in _SERIALS:
        raise Unread("date-unread")
    return _EPOCH + timedelta(days=days), read_time(format(part, ".6f")) if part else None


def _day(given: str, order: Order) -> date:
    bare, weekday = _without_weekday(given)
    found = _numeric(bare, order) or _in_words(bare)
    if found is None:
        raise Unread("date-year" if _NO_YEAR.fullmatch(bare) or _is_month_without_year(bare) else "date-unread")
    if weekday is not None and found.weekday() != weekday:
        raise Unread("date-weekday")
    return found


def _without_weekday(given: str) -> tuple[str, int | None]:
    """Return the text without the weekday that it begins or ends with, and which that was."""
    for piece in re.findall(r"[^\W\d_]+", given):
        number = _WEEKDAYS.get(asking.fold(piece))
        if number is not None:
            return given.replace(piece, " ", 1).strip(" .,"), number
    return given, None


def _numeric(given: str, order: Order) -> date | None:
    if found := (_ISO.fullmatch(given) or _COMPACT.fullmatch(given)):
        return _real(int(found[1]), int(found[2]), int(found[3]))
    if not (found := _NUMBERS.fullmatch(given)):
        return None
    one, two, year = int(found[1]), int(found[3]), _year(found[4])
    day, month = (one, two) if order is Order.DAY_FIRST else (two, one)
    if month > 12 and day <= 12:
        raise Unread("date-order")
    return _real(year, month, day)


def _in_words(given: str) -> date | None:
    """Return "24 de noviembre de 2026" or "Nov 24, 2026"; None for anything else."""
    pieces = [piece for piece in asking.fold(given).split() if piece not in _FILLING]
    if len(pieces) != 3 or not pieces[2].isdecimal() or len(pieces[2]) not in (2, 4):
        return None
    one, two = pieces[0], pieces[1]
    if one in _MONTHS:
        one, two = two, one
    day = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", one)
    if day is None or two not in _MONTHS:
        return None
    return _real(_year(pieces[2]), _MONTHS[two], int(day[1]))


def _is_month_without_year(given: str) -> bool:
    pieces = [piece for piece in asking.fold(given).split() if piece not in _FILLING]
    return len(pieces) == 2 and any(piece in _MONTHS for piece in pieces)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _real(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unread("date-impossible") from None
