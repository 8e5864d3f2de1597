"""Typed session dates: from "24 Nov 15:30" or "mañana a las 10" to one certain reading, or a question."""

from datetime import date, datetime

from reminderbot.catalog.reading.outcome import Kind, Read, Says, as_json
from reminderbot.catalog.reading.words import Words, load

__all__ = ["Kind", "Read", "Says", "Words", "as_json", "load", "read"]


def read(
    text: str, *, language: str, zone: str, now: datetime, words: Words, known_day: date | None = None
) -> Read:
    """Return what `text` means at the aware instant `now` in the IANA `zone`, read in `language` first.

    `known_day` is the day a dialogue already holds while it asks for the hour.
    """
    raise ValueError((text, language, zone, now, words, known_day))
