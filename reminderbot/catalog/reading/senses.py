"""What a word may mean in a date: its sorts, and the normal form in which words are compared."""

import dataclasses
import unicodedata
from enum import StrEnum
from typing import Any

_STRETCH = "\u0640"  # widens an Arabic word and says nothing


class Sort(StrEnum):
    """The sorts of words that the grammar knows; a word may have several."""

    NUMBER = "number"  # digits or a number word
    ORDINAL = "ordinal"  # 24th, first
    MONTH = "month"
    WEEKDAY = "weekday"
    DAY = "day"  # today, yesterday
    TIME = "time"  # noon, midnight
    PART = "part"  # am, in the morning, de la tarde
    UNIT = "unit"  # days, weeks
    SPAN = "span"  # half an hour
    COUNTED = "counted"  # two days in one word: `value` of the unit in `data`
    SHIFT = "shift"  # and a half, in one word: minutes on the hour
    TURN = "turn"  # last, next, que viene
    NUMERIC = "numeric"  # 24/11/2026: a whole date in digits
    STAMP = "stamp"  # 2026-11-24T15:30+01:00: an instant with its offset
    CLOCK = "clock"  # 15:30
    AT = "at"
    THE = "the"
    OF = "of"  # between a day and the number of its month: el 3 del 12
    IN = "in"
    LATER = "later"
    AGO = "ago"
    HALF = "half"
    QUARTER = "quarter"
    PAST = "past"
    TO = "to"
    TOWARD = "toward"  # so many minutes into the hour before the one named: German "halb vier" is 3:30
    PLUS = "plus"
    MINUS = "minus"
    OCLOCK = "oclock"
    OR = "or"
    ONE = "one"
    WAS = "was"  # speaks of the past
    WILL = "will"  # speaks of what comes
    FILL = "fill"  # adds nothing to the date
    BLOCK = "block"  # turns the meaning: not, before, until
    UNKNOWN = "unknown"


class Turn(StrEnum):
    """Which of several weekdays or weeks is meant."""

    LAST = "last"  # the most recent; if that is in this week, some mean the week before
    NEXT = "next"  # the coming; if that is in this week, some mean the week after
    PAST = "past"  # the most recent, beyond doubt
    COMING = "coming"  # the coming, beyond doubt
    THIS = "this"


@dataclasses.dataclass(frozen=True)
class Sense:
    """One meaning of one word. `value` counts what its sort counts; `data` carries what a number cannot."""

    sort: Sort
    value: int = 0
    data: Any = None
    digits: str = ""


def folded(text: str) -> str:
    """Return `text` as it is compared: NFKC, no case, no accents, no stretching, no invisible marks, digits 0–9."""
    out = []
    for char in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold()):
        category = unicodedata.category(char)
        if category in {"Mn", "Cf"} or char == _STRETCH:
            continue
        digit = unicodedata.decimal(char, None)
        out.append(str(digit) if digit is not None else " " if char.isspace() else char)
    return "".join(out)
