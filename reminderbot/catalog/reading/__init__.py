"""Typed session dates: from "24 Nov 15:30" or "mañana a las 10" to one certain reading, or a question."""

from collections.abc import Iterator
from datetime import date, datetime

from reminderbot.catalog.reading import answer, interpret, parse
from reminderbot.catalog.reading.lexicon import Lexicon, Words
from reminderbot.catalog.reading.outcome import Kind, Read, Says, as_json
from reminderbot.catalog.reading.words import load
from reminderbot.planning import hours

__all__ = ["Kind", "Read", "Says", "Words", "as_json", "load", "read"]

_LONGEST = 200
_SHOWN = 40


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


def _attempts(words: Words, language: str) -> Iterator[tuple[Lexicon, bool, bool]]:
    """Yield how to try, the surest first: exact words before slips, the chat's language before others."""
    for mistyped in (False, True):
        yield from ((lexicon, mistyped, False) for lexicon in words.order(language))
    yield words.merged, True, True


def _better(old: Read | None, new: Read) -> Read:
    return new if old is None or old.says.key.endswith(interpret.UNREADABLE) else old
