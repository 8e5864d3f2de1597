"""Typed dates and times as the chat reads them: one place that knows where the words for it are kept."""

import functools
from datetime import date, datetime, time, timedelta

from reminderbot.catalog import files, reading
from reminderbot.chat import buttons, reply
from reminderbot.chat.visit import NOWHERE, Visit


@functools.cache
def _words() -> reading.Words:
    return reading.load(files.default_folder())


def read(
    visit: Visit, text: str, *, zone: str | None, known_day: date | None = None, now: datetime | None = None
) -> reading.Read:
    """Return what a text means in `zone` (UTC while it is not known) at `now` (the visit's by default)."""
    return reading.read(
        text,
        language=visit.language,
        zone=zone or NOWHERE,
        now=now or visit.now,
        words=_words(),
        known_day=known_day,
    )


def clock(visit: Visit, text: str) -> time | None:
    """Return a wall time alone, like the hour at which messages should come; None if the text is none."""
    someday = visit.local(NOWHERE).date() + timedelta(days=1)  # any day will do: only its hour is asked for
    found = read(visit, text, zone=NOWHERE, known_day=someday).value
    return found.time() if isinstance(found, datetime) else None


def sentence(visit: Visit, found: reading.Read) -> str:
    """Return the sentence that answers a reading."""
    return visit.text(found.says.key, **found.says.values)


def choices(visit: Visit, found: reading.Read) -> list[reply.Row]:
    """Return a button for each reading that may be meant."""
    return [reply.Button(_label(visit, choice), buttons.data(buttons.Tapped.READ, choice)) for choice in found.choices]


def _label(visit: Visit, choice: str) -> str:
    if "T" not in choice:
        return visit.day(date.fromisoformat(choice))
    at = datetime.fromisoformat(choice)
    label = f"{visit.day(at.date())}, {visit.clock(at)}"
    return f"{label} ({at:%Z})" if at.tzinfo else label
