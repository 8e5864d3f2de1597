"""What the rules of the grammar make of words: pieces of a date, or None where the words do not fit."""

from collections.abc import Sequence

from reminderbot.catalog.reading.lexicon import Part
from reminderbot.catalog.reading.pieces import Calendar, Clock, Moment, Offset, Period, Piece, Weekday
from reminderbot.catalog.reading.senses import Sense, Sort, Turn


def day_of(number: Sense) -> int | None:
    """Return the day of a month that a number may be; None if it cannot."""
    return number.value if len(number.digits) <= 2 else None


def year_of(number: Sense) -> int | None:
    """Return the year that a number may be, two digits in this century; None if it cannot."""
    if len(number.digits) == 4:
        return number.value if number.value >= 1900 else None  # 1530 is an hour
    return 2000 + number.value if len(number.digits) == 2 else None


def dated(number: Sense, month: Sense, year: Sense | None = None) -> Sequence[Piece] | None:
    day, in_year = day_of(number), year_of(year) if year else None
    if day is None or (year and in_year is None):
        return None
    return (Calendar(day, month.value, in_year),)


def dated_either(number: Sense, other: Sense, month: Sense) -> Sequence[Piece] | None:
    one, two = dated(number, month), dated(other, month)
    return (*one, *two) if one and two else None


def spaced(first: Sense, second: Sense, year: Sense) -> Sequence[Piece] | None:
    if len(year.digits) != 4 or not 1 <= len(first.digits) <= 2 or not 1 <= len(second.digits) <= 2:
        return None
    return (Calendar(first.value, second.value, year.value, swapped=True),)


def spaced_swapped(first: Sense, second: Sense, year: Sense) -> Sequence[Piece] | None:
    return spaced(second, first, year)


def numbered(number: Sense) -> Sequence[Piece] | None:
    return (Calendar(number.value),) if day_of(number) else None


def numbered_month(number: Sense, month: Sense) -> Sequence[Piece] | None:
    return dated(number, month) if 1 <= month.value <= 12 else None


def named(day: Sense) -> Sequence[Piece]:
    part = (day.data,) if isinstance(day.data, Part) else ()
    return (Offset(days=day.value), *part)


def weekday(day: Sense, turn: Sense | None = None) -> Sequence[Piece]:
    part = (day.data,) if isinstance(day.data, Part) else ()
    return (Weekday(day.value, Turn(turn.data) if turn else None), *part)


def weekday_numbered(day: Sense, number: Sense) -> Sequence[Piece] | None:
    on = numbered(number)
    return (*weekday(day), *on) if on else None


def named_numbered(day: Sense, number: Sense) -> Sequence[Piece] | None:
    on = numbered(number)
    return (*named(day), *on) if on else None


def numbered_either(number: Sense, other: Sense) -> Sequence[Piece] | None:
    one, two = numbered(number), numbered(other)
    return (*one, *two) if one and two else None


def away(count: int, unit: Sense) -> Sequence[Piece] | None:
    if abs(count) > 9999:
        return None
    if unit.value < 0:
        return (Offset(months=-unit.value * count),)
    if unit.value < 1440:
        return (Moment(unit.value * count),)
    return (Offset(days=unit.value // 1440 * count),)


def ahead(count: Sense, unit: Sense) -> Sequence[Piece] | None:
    return away(count.value if count.sort is Sort.NUMBER else 1, unit)


def back(count: Sense, unit: Sense) -> Sequence[Piece] | None:
    return away(-count.value if count.sort is Sort.NUMBER else -1, unit)


def counted(span: Sense, sign: int) -> Sequence[Piece] | None:
    return away(sign * span.value, Sense(Sort.UNIT, int(span.data)))


def period(turn: Sense, unit: Sense) -> Sequence[Piece] | None:
    lengths = {10080: False, -1: True}
    steps = {Turn.THIS: 0, Turn.NEXT: 1, Turn.COMING: 1, Turn.LAST: -1, Turn.PAST: -1}
    if unit.value not in lengths:
        return None
    return (Period(month=lengths[unit.value], turn=steps[Turn(turn.data)]),)


def named_time(named: Sense) -> Sequence[Piece]:
    hour, minute = divmod(named.value, 60)
    return (Clock(hour or 24, minute, padded=True),)  # 24:00: midnight, of which it is not said which


def hour(number: Sense, *, bare: bool) -> Sequence[Piece] | None:
    if len(number.digits) >= 3:
        hour, minute = divmod(number.value, 100)
        likely_year = len(number.digits) == 4 and hour in {19, 20}
        return None if bare and likely_year else (Clock(hour, minute, padded=number.digits[0] == "0", bare=bare),)
    if bare and number.value > 23:
        return None
    return (Clock(number.value, padded=number.digits.startswith("0"), bare=bare),)


def shifted(hour: Sense, minutes: int) -> Sequence[Piece] | None:
    if not 1 <= hour.value <= 24 or len(hour.digits) > 2 or abs(minutes) > 59:
        return None
    if minutes >= 0:
        return (Clock(hour.value, minutes),)
    return (Clock(hour.value - 1 if hour.value > 1 else 12, 60 + minutes),)


def toward(into: Sense, hour: Sense, minutes: int = 0) -> Sequence[Piece] | None:
    return shifted(hour, into.value - 60 + minutes)


def minutes(hour: Sense, minute: Sense) -> Sequence[Piece] | None:
    two_digits = len(minute.digits) == 2 or (not minute.digits and minute.value >= 10)
    if not two_digits or len(hour.digits) > 2 or minute.value > 59 or hour.value > 23:
        return None
    return (Clock(hour.value, minute.value, padded=hour.digits.startswith("0"), bare=True),)


def oclock(number: Sense) -> Sequence[Piece] | None:
    return hour(number, bare=False)


def from_to(first: Sense, second: Sense) -> Sequence[Piece] | None:
    if not first.digits or first.value > 23 or not 1 <= second.value <= 24:
        return None
    return (Clock(first.value),)


def minutes_past(count: Sense, unit: Sense, hour: Sense) -> Sequence[Piece] | None:
    return shifted(hour, count.value) if unit.value == 1 else None


def minutes_to(count: Sense, unit: Sense, hour: Sense) -> Sequence[Piece] | None:
    return shifted(hour, -count.value) if unit.value == 1 else None


def year_first(year: Sense, month: Sense, number: Sense) -> Sequence[Piece] | None:
    return dated(number, month, year) if len(year.digits) == 4 else None
