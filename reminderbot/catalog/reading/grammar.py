"""The grammar of typed dates: short rules over sorts of words, the same in every language."""

from collections.abc import Callable, Sequence

from reminderbot.catalog.reading.lexicon import Part
from reminderbot.catalog.reading.pieces import (
    Calendar,
    Clock,
    Moment,
    Month,
    Offset,
    Period,
    Piece,
    Weekday,
)
from reminderbot.catalog.reading.senses import Sense, Sort, Turn

Build = Callable[..., Sequence[Piece] | None]


def _day(number: Sense) -> int | None:
    return number.value if len(number.digits) <= 2 else None


def _year(number: Sense) -> int | None:
    if len(number.digits) == 4:
        return number.value if number.value >= 1900 else None  # 1530 is an hour
    return 2000 + number.value if len(number.digits) == 2 else None


def _dated(number: Sense, month: Sense, year: Sense | None = None) -> Sequence[Piece] | None:
    day, in_year = _day(number), _year(year) if year else None
    if day is None or (year and in_year is None):
        return None
    return (Calendar(day, month.value, in_year),)


def _dated_either(number: Sense, other: Sense, month: Sense) -> Sequence[Piece] | None:
    one, two = _dated(number, month), _dated(other, month)
    return (*one, *two) if one and two else None


def _spaced(first: Sense, second: Sense, year: Sense) -> Sequence[Piece] | None:
    if len(year.digits) != 4 or not 1 <= len(first.digits) <= 2 or not 1 <= len(second.digits) <= 2:
        return None
    return (Calendar(first.value, second.value, year.value, swapped=True),)


def _spaced_swapped(first: Sense, second: Sense, year: Sense) -> Sequence[Piece] | None:
    return _spaced(second, first, year)


def _numbered(number: Sense) -> Sequence[Piece] | None:
    return (Calendar(number.value),) if _day(number) else None


def _named(day: Sense) -> Sequence[Piece]:
    part = (day.data,) if isinstance(day.data, Part) else ()
    return (Offset(days=day.value), *part)


def _weekday(day: Sense, turn: Sense | None = None) -> Sequence[Piece]:
    return (Weekday(day.value, Turn(turn.data) if turn else None),)


def _weekday_numbered(day: Sense, number: Sense) -> Sequence[Piece] | None:
    numbered = _numbered(number)
    return (Weekday(day.value), *numbered) if numbered else None


def _away(count: int, unit: Sense) -> Sequence[Piece] | None:
    if abs(count) > 9999:
        return None
    if unit.value < 0:
        return (Offset(months=-unit.value * count),)
    if unit.value < 1440:
        return (Moment(unit.value * count),)
    return (Offset(days=unit.value // 1440 * count),)


def _ahead(count: Sense, unit: Sense) -> Sequence[Piece] | None:
    return _away(count.value if count.sort is Sort.NUMBER else 1, unit)


def _back(count: Sense, unit: Sense) -> Sequence[Piece] | None:
    return _away(-count.value if count.sort is Sort.NUMBER else -1, unit)


def _period(turn: Sense, unit: Sense) -> Sequence[Piece] | None:
    lengths = {10080: False, -1: True}
    steps = {Turn.THIS: 0, Turn.NEXT: 1, Turn.COMING: 1, Turn.LAST: -1, Turn.PAST: -1}
    if unit.value not in lengths:
        return None
    return (Period(month=lengths[unit.value], turn=steps[Turn(turn.data)]),)


def _named_time(named: Sense) -> Sequence[Piece]:
    hour, minute = divmod(named.value, 60)
    return (Clock(hour or 24, minute, padded=True),)  # 24:00: midnight, of which it is not said which


def _hour(number: Sense, *, bare: bool) -> Sequence[Piece] | None:
    if len(number.digits) >= 3:
        hour, minute = divmod(number.value, 100)
        likely_year = len(number.digits) == 4 and hour in {19, 20}
        return None if bare and likely_year else (Clock(hour, minute, padded=number.digits[0] == "0", bare=bare),)
    if bare and number.value > 23:
        return None
    return (Clock(number.value, padded=number.digits.startswith("0"), bare=bare),)


def _shifted(hour: Sense, minutes: int) -> Sequence[Piece] | None:
    if not 1 <= hour.value <= 24 or len(hour.digits) > 2 or abs(minutes) > 59:
        return None
    if minutes >= 0:
        return (Clock(hour.value, minutes),)
    return (Clock(hour.value - 1 if hour.value > 1 else 12, 60 + minutes),)


def _minutes(hour: Sense, minute: Sense) -> Sequence[Piece] | None:
    two_digits = len(minute.digits) == 2 or (not minute.digits and minute.value >= 10)
    if not two_digits or len(hour.digits) > 2 or minute.value > 59 or hour.value > 23:
        return None
    return (Clock(hour.value, minute.value, padded=hour.digits.startswith("0"), bare=True),)


def _oclock(number: Sense) -> Sequence[Piece] | None:
    return _hour(number, bare=False)


def _range(first: Sense, second: Sense) -> Sequence[Piece] | None:
    if not first.digits or first.value > 23 or not 1 <= second.value <= 24:
        return None
    return (Clock(first.value),)


RULES: tuple[tuple[str, Build], ...] = (
    # the day
    ("DAY", _named),
    ("NUMERIC", lambda numeric: (numeric.data,)),
    ("STAMP", lambda stamp: (stamp.data,)),
    ("NUMBER MONTH NUMBER?", _dated),
    ("ORDINAL MONTH NUMBER?", _dated),
    ("MONTH NUMBER NUMBER?", lambda month, number, year=None: _dated(number, month, year)),
    ("MONTH ORDINAL NUMBER?", lambda month, number, year=None: _dated(number, month, year)),
    ("NUMBER MONTH NUMBER", lambda year, month, number: _dated(number, month, year) if len(year.digits) == 4 else None),
    ("NUMBER OR NUMBER MONTH", _dated_either),
    ("ORDINAL OR ORDINAL MONTH", _dated_either),
    ("MONTH NUMBER OR NUMBER", lambda month, number, other: _dated_either(number, other, month)),
    ("NUMBER NUMBER NUMBER", _spaced),
    ("NUMBER NUMBER NUMBER", _spaced_swapped),
    ("ORDINAL", _numbered),
    ("THE NUMBER", _numbered),
    ("MONTH", lambda month: (Month(month.value),)),
    ("MONTH NUMBER", lambda month, year: (Month(month.value),) if len(year.digits) == 4 else None),
    ("WEEKDAY", _weekday),
    ("WEEKDAY NUMBER", _weekday_numbered),
    ("TURN WEEKDAY", lambda turn, day: _weekday(day, turn)),
    ("WEEKDAY TURN", _weekday),
    ("TURN UNIT", _period),
    ("UNIT TURN", lambda unit, turn: _period(turn, unit)),
    ("IN COUNT UNIT", _ahead),
    ("COUNT UNIT LATER", _ahead),
    ("AGO COUNT UNIT", _back),
    ("COUNT UNIT AGO", _back),
    ("IN SPAN", lambda span: (Moment(span.value),)),
    ("SPAN LATER", lambda span: (Moment(span.value),)),
    ("SPAN AGO", lambda span: (Moment(-span.value),)),
    ("AGO SPAN", lambda span: (Moment(-span.value),)),
    ("SPAN", lambda span: (Moment(0),) if span.value == 0 else None),
    # the hour
    ("TIME", _named_time),
    ("NUMBER TIME", lambda number, named: _named_time(named) if number.value == 12 else None),
    ("CLOCK OCLOCK?", lambda clock, *_: (clock.data,)),
    ("NUMBER", lambda number: _hour(number, bare=True)),
    ("AT NUMBER OCLOCK?", lambda number, *_: _oclock(number)),
    ("NUMBER OCLOCK", lambda number, *_: _oclock(number)),
    ("AT? NUMBER NUMBER OCLOCK?", lambda hour, minute, *_: _minutes(hour, minute)),
    ("HALF PAST NUMBER", lambda hour: _shifted(hour, 30)),
    ("HALF NUMBER", lambda hour: _shifted(hour, 30)),
    ("QUARTER PAST NUMBER", lambda hour: _shifted(hour, 15)),
    ("QUARTER TO NUMBER", lambda hour: _shifted(hour, -15)),
    ("NUMBER PAST NUMBER", lambda minutes, hour: _shifted(hour, minutes.value)),
    ("NUMBER UNIT PAST NUMBER", lambda count, unit, hour: _shifted(hour, count.value) if unit.value == 1 else None),
    ("NUMBER TO NUMBER", lambda minutes, hour: _shifted(hour, -minutes.value)),
    ("NUMBER UNIT TO NUMBER", lambda count, unit, hour: _shifted(hour, -count.value) if unit.value == 1 else None),
    ("NUMBER TO NUMBER", _range),
    ("NUMBER PLUS HALF", lambda hour: _shifted(hour, 30)),
    ("NUMBER PLUS QUARTER", lambda hour: _shifted(hour, 15)),
    ("NUMBER PLUS NUMBER", lambda hour, minute: _shifted(hour, minute.value)),
    ("NUMBER MINUS QUARTER", lambda hour: _shifted(hour, -15)),
    ("NUMBER MINUS NUMBER", lambda hour, minute: _shifted(hour, -minute.value)),
    ("PART", lambda part: (part.data,)),
)
"""A rule: the sorts in order ("?" may be missing), and what they make; None says these words do not fit."""
