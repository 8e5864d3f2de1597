"""Typed dates and times as the chat reads them: one place that knows where the words for it are kept."""

from datetime import date, datetime, time, timedelta

from reminderbot.catalog import reading
from reminderbot.chat import buttons, reply
from reminderbot.chat.visit import NOWHERE, Visit


def read(
    visit: Visit, text: str, *, zone: str | None, known_day: date | None = None, now: datetime | None = None
) -> reading.Read:
    """Return what a text means in `zone` (UTC while it is not known) at `now` (the visit's by default)."""
    return reading.read(
        text,
        language=visit.language,
        zone=zone or NOWHERE,
        now=now or visit.now,
        words=visit.catalog.date_words,
        known_day=known_day,
    )


def clocks(visit: Visit, text: str) -> tuple[time, ...]:
    """Return the wall times that a text without a day may mean, the likeliest first; none if it is no time."""
    someday = visit.local(NOWHERE).date() + timedelta(days=1)  # any day will do: only its hour is asked for
    found = read(visit, text, zone=NOWHERE, known_day=someday)
    if isinstance(found.value, datetime):
        return (found.value.time(),)
    return tuple(datetime.fromisoformat(choice).time() for choice in found.choices if "T" in choice)


def clock(visit: Visit, text: str) -> time | None:
    """Return the earliest of them: "7" is a morning hour. None if the text is no time."""
    return min(clocks(visit, text), default=None)


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
    label = visit.day_and_clock(at)
    return f"{label} ({at:%Z})" if at.tzinfo else label
