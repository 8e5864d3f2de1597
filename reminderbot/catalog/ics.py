"""Calendar files as RFC 5545 writes them: entries at an instant, with nothing in them but a few words."""

import dataclasses
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

LINE: Final = 75
"""Octets of a line without its end (RFC 5545, 3.1); what is longer goes on in the next one, after a space."""

LASTS: Final = timedelta(minutes=10)
"""How long an entry lasts: calendars hide what lasts no time."""

_END: Final = "\r\n"
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry: `id` is the same whenever it is written, so that a newer file takes the place of an older one."""

    id: str
    at: datetime
    summary: str


def text(entries: Iterable[Entry], *, made_at: datetime) -> str:
    """Return a calendar file of `entries`, made at an aware instant; lines end as the standard asks."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reminderbot//reminders//EN", "CALSCALE:GREGORIAN")
    lines = [*head, "METHOD:PUBLISH", *(line for each in entries for line in _event(each, made_at)), "END:VCALENDAR"]
    return "".join(folded + _END for line in lines for folded in _folded(line))


def _event(of: Entry, made_at: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escape(of.id)}"
    yield f"DTSTAMP:{_instant(made_at)}"
    yield f"DTSTART:{_instant(of.at)}"
    yield f"DTEND:{_instant(of.at + LASTS)}"
    yield f"SUMMARY:{escape(of.summary)}"
    yield "TRANSP:TRANSPARENT"  # nobody is busy because of a message
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def escape(words: str) -> str:
    """Return words as a TEXT value holds them; control characters, which it may not hold, are left out."""
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    allowed = (sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")
    return "".join(allowed).translate(_ESCAPES)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, each of at most 75 octets; no character is cut in two."""
    part, length = "", 0
    for sign in line:
        octets = len(sign.encode())
        if length + octets > LINE:
            yield part
            part, length = " ", 1
        part, length = part + sign, length + octets
    yield part
