"""Typed session dates: from "24 Nov 15:30" or "mañana a las 10" to one certain reading, or a question.

The answer is right, or it asks. A text is understood whole or not at all: every word must belong to the date or
be known to add nothing; every way to understand it is followed, and ways that differ are asked about. With
up to three unknown words left over, what was understood is offered for a yes, never taken.

Decided here, and why:

- Languages: exact words of the chat's language first, then of the other shipped ones, then all words together; only
  then misspellings (one slip, five letters or more, months, weekdays and the like). Within one pass all senses compete.
- `03/04`, `3-4`: asked in every language, unless the calendar or the year's window leaves one reading. Dots are
  day.month everywhere. `20261124` and `2026-11-24` are ISO.
- Window: from today a year back to a year ahead, whole days, both ends included.
- No year: the nearest date, if it is nearer by 60 days; no month: by 10 days; else both are asked about. A weekday in
  the text must agree with the date.
- A weekday alone: the last and the coming are asked about, unless "last", "que viene", "was", "será" decide. English
  "next Friday" and "last Monday" mean two days to different people where the nearer lies in this week: asked.
- A bare hour of 1 to 7 ("at 3", "3:30") is asked about, the afternoon first; 8 to 12 and 13 to 23 stand as written,
  12 is noon, and a leading zero (03:30) is meant. "13 pm" does not exist.
- Midnight, and small hours "at night", lie between two days: asked.
- An offset (`15:30Z`) is taken if it is the zone's own; else the time here and the time as written are asked about.
- A wall time that the clock skips is offered later by the gap; one that it has twice, as two choices with offsets.
- A time without a date, if none is known yet: today or yesterday; these are what a patient types without a day.
- A part of the day ("tomorrow morning") is not an hour: the date is kept and the hour asked.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime

from reminderbot.catalog.reading import answer, interpret, parse, senses
from reminderbot.catalog.reading.lexicon import Lexicon, Words
from reminderbot.catalog.reading.outcome import Kind, Read, Says, as_json
from reminderbot.catalog.reading.words import load
from reminderbot.planning import hours

__all__ = ["Kind", "Read", "Says", "Words", "as_json", "load", "read", "says_when_alone"]

_LONGEST = 200
_SHOWN = 40
_FEVER = re.compile(r"\b(?:3[5-9]|4[0-2])[.,]\d\b")


def read(text: str, *, language: str, zone: str, now: datetime, words: Words, known_day: date | None = None) -> Read:
    """Return what `text` means at the aware instant `now` in the IANA `zone`, read in `language` first.

    `known_day` is the day a dialogue already holds while it asks for the hour. Invalid if the zone is unknown.
    """
    context = interpret.Context(local=hours.to_local(now, zone), zone=zone, known_day=known_day)
    typed = " ".join(text.split())[:_SHOWN]
    if not typed:
        return answer.refuse("empty", typed)
    if len(text) > _LONGEST:
        return answer.refuse("too-long", typed)
    refused = None
    for lexicon, mistyped, unknown in _attempts(words, language):
        found = parse.ways(text, lexicon, mistyped=mistyped, unknown=unknown)
        meanings = [interpret.meaning(way, context) for way in found]
        got = answer.answer(meanings, context, typed=typed, language=language)
        if not answer.is_weak(got):
            return got
        refused = _better(refused, got)
    return refused or answer.refuse(interpret.UNREADABLE, typed)


def says_when_alone(text: str, words: Words) -> bool:
    """Tell whether `text` names a day or a part of one, and holds no word that is not of dates in some language."""
    said = re.findall(r"[^\W\d_]+", senses.folded(text))
    if _FEVER.search(text):  # "38,9 this morning"
        return False
    return words.single.issuperset(said) and not words.naming.isdisjoint(said)


def _attempts(words: Words, language: str) -> Iterator[tuple[Lexicon, bool, bool]]:
    """Yield how to try, the surest first: exact words before slips, the chat's language before others."""
    for mistyped in (False, True):
        yield from ((lexicon, mistyped, False) for lexicon in words.order(language))
    yield words.merged, True, True


def _better(old: Read | None, new: Read) -> Read:
    return new if old is None or old.says.key.endswith(interpret.UNREADABLE) else old
