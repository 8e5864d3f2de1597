"""The grammar of typed dates: short rules over sorts of words, the same in every language."""

from collections.abc import Callable, Sequence

from reminderbot.catalog.reading import makers
from reminderbot.catalog.reading.pieces import Moment, Month, Piece

Build = Callable[..., Sequence[Piece] | None]

RULES: tuple[tuple[str, Build], ...] = (
    # the day
    ("DAY", makers.named),
    ("NUMERIC", lambda numeric: (numeric.data,)),
    ("STAMP", lambda stamp: (stamp.data,)),
    ("NUMBER MONTH NUMBER?", makers.dated),
    ("ORDINAL MONTH NUMBER?", makers.dated),
    ("MONTH NUMBER NUMBER?", lambda month, number, year=None: makers.dated(number, month, year)),
    ("MONTH ORDINAL NUMBER?", lambda month, number, year=None: makers.dated(number, month, year)),
    (
        "NUMBER MONTH NUMBER",
        makers.year_first,
    ),
    ("NUMBER OR NUMBER MONTH", makers.dated_either),
    ("ORDINAL OR ORDINAL MONTH", makers.dated_either),
    ("MONTH NUMBER OR NUMBER", lambda month, number, other: makers.dated_either(number, other, month)),
    ("NUMBER NUMBER NUMBER", makers.spaced),
    ("NUMBER NUMBER NUMBER", makers.spaced_swapped),
    ("ORDINAL", makers.numbered),
    ("THE NUMBER", makers.numbered),
    ("THE NUMBER OR NUMBER", makers.numbered_either),
    ("NUMBER OF NUMBER", makers.numbered_month),
    ("THE NUMBER OF NUMBER", makers.numbered_month),
    ("DAY NUMBER!", makers.named_numbered),
    ("MONTH", lambda month: (Month(month.value),)),
    ("MONTH NUMBER", lambda month, year: (Month(month.value),) if len(year.digits) == 4 else None),
    ("WEEKDAY", makers.weekday),
    ("WEEKDAY NUMBER", makers.weekday_numbered),
    ("TURN WEEKDAY", lambda turn, day: makers.weekday(day, turn)),
    ("WEEKDAY TURN", makers.weekday),
    ("TURN UNIT", makers.period),
    ("UNIT TURN", lambda unit, turn: makers.period(turn, unit)),
    ("IN COUNT UNIT", makers.ahead),
    ("COUNT UNIT LATER", makers.ahead),
    ("AGO COUNT UNIT", makers.back),
    ("COUNT UNIT AGO", makers.back),
    ("IN COUNTED", lambda counted: makers.counted(counted, 1)),
    ("COUNTED LATER", lambda counted: makers.counted(counted, 1)),
    ("AGO COUNTED", lambda counted: makers.counted(counted, -1)),
    ("COUNTED AGO", lambda counted: makers.counted(counted, -1)),
    ("IN SPAN", lambda span: (Moment(span.value),)),
    ("SPAN LATER", lambda span: (Moment(span.value),)),
    ("SPAN AGO", lambda span: (Moment(-span.value),)),
    ("AGO SPAN", lambda span: (Moment(-span.value),)),
    ("SPAN", lambda span: (Moment(0),) if span.value == 0 else None),
    # the hour
    ("TIME", makers.named_time),
    ("NUMBER TIME", lambda number, named: makers.named_time(named) if number.value == 12 else None),
    ("CLOCK OCLOCK?", lambda clock, *_: (clock.data,)),
    ("NUMBER", lambda number: makers.hour(number, bare=True)),
    ("AT NUMBER OCLOCK?", lambda number, *_: makers.oclock(number)),
    ("NUMBER OCLOCK", lambda number, *_: makers.oclock(number)),
    ("AT? NUMBER NUMBER! OCLOCK?", lambda hour, minute, *_: makers.minutes(hour, minute)),
    ("HALF PAST NUMBER OCLOCK?", lambda hour: makers.shifted(hour, 30)),
    ("HALF NUMBER OCLOCK?", lambda hour: makers.shifted(hour, 30)),
    ("QUARTER PAST NUMBER OCLOCK?", lambda hour: makers.shifted(hour, 15)),
    ("QUARTER TO NUMBER OCLOCK?", lambda hour: makers.shifted(hour, -15)),
    ("TOWARD NUMBER OCLOCK?", makers.toward),
    ("NUMBER TO TOWARD NUMBER OCLOCK?", lambda minutes, into, hour: makers.toward(into, hour, -minutes.value)),
    ("NUMBER PAST TOWARD NUMBER OCLOCK?", lambda minutes, into, hour: makers.toward(into, hour, minutes.value)),
    ("NUMBER PAST NUMBER OCLOCK?", lambda minutes, hour: makers.shifted(hour, minutes.value)),
    (
        "NUMBER UNIT PAST NUMBER",
        makers.minutes_past,
    ),
    ("NUMBER TO NUMBER OCLOCK?", lambda minutes, hour: makers.shifted(hour, -minutes.value)),
    (
        "NUMBER UNIT TO NUMBER",
        makers.minutes_to,
    ),
    ("NUMBER TO NUMBER", makers.from_to),
    ("NUMBER PLUS HALF", lambda hour: makers.shifted(hour, 30)),
    ("NUMBER PLUS QUARTER", lambda hour: makers.shifted(hour, 15)),
    ("NUMBER PLUS NUMBER", lambda hour, minute: makers.shifted(hour, minute.value)),
    ("NUMBER SHIFT", lambda hour, shift: makers.shifted(hour, shift.value)),
    ("NUMBER MINUS QUARTER", lambda hour: makers.shifted(hour, -15)),
    ("NUMBER MINUS NUMBER", lambda hour, minute: makers.shifted(hour, -minute.value)),
    ("PART", lambda part: (part.data,)),
)
"""A rule: the sorts in order ("?" may be missing, "!" follows at once), and what they make.

A maker answers None where the words are of the right sort and still do not fit.
"""
