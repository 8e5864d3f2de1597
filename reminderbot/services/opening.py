"""Opening hours: read from "Mon-Fri 9:00-18:00, Sat 10-14", and asked whether it is open."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Any

from reminderbot import errors
from reminderbot.planning import hours as clock_hours

Week = dict[int, list[tuple[time, time]]]
"""By weekday (0 is Monday) the times between which it is open, in order; an end of 0:00 is midnight."""

LONGEST = 200  # characters of a text that is tried
AHEAD = 60  # days that are looked at for a span of opening hours
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPANISH = ("lun", "mar", "mie", "jue", "vie", "sab", "dom")
_DAYS = {name: day for names in (_ENGLISH, _SPANISH) for day, name in enumerate(names)}
_DAY = rf"(?:{'|'.join(_DAYS)})[a-z]*"
_RUN = re.compile(rf"({_DAY})(?:-({_DAY}))?")
_HOURS = re.compile(r"(\d{1,2})(?:[:.](\d\d))?-(\d{1,2})(?:[:.](\d\d))?")
_MIDNIGHT = time(0)
_ACCENTS = "\u0301"  # of "mié" and "sáb", once taken apart


def read(text: str) -> Week:
    """Return the week a text describes; empty text is an empty week. Invalid `refusal.hours` otherwise.

    Days come before their hours, parted by commas: "Mon-Wed, Fri 9-13, 15-18; Sat 10-14", in English or Spanish.
    """
    week: Week = {}
    days: set[int] = set()
    may_add = True  # days listed before any hour belong together
    for word in _words(text):
        if run := _RUN.fullmatch(word):
            days = _run(run) | (days if may_add else set())
            may_add = True
        elif (found := _HOURS.fullmatch(word)) and days:
            may_add = False
            _open(week, days, _span(found))
        else:
            raise errors.Invalid("refusal.hours")
    if not may_add or not days:
        return {day: sorted(week[day]) for day in sorted(week)}
    raise errors.Invalid("refusal.hours")


def is_open(week: Week, local: datetime) -> bool:
    """Tell whether it is open at a wall time of the clinic."""
    at = local.time()
    return any(start <= at and (at < end or end == _MIDNIGHT) for start, end in week.get(local.weekday(), []))


def next_open(week: Week, local: datetime) -> datetime | None:
    """Return the next wall time at which it opens, within a week; None if it never does. Naive, the clinic's own."""
    now = local.replace(tzinfo=None)
    for ahead in range(8):
        day = now.date() + timedelta(days=ahead)
        for start, _ in week.get(day.weekday(), []):
            if (opens := datetime.combine(day, start)) > now:
                return opens
    return None


def first_open(week: Week, local: datetime) -> time | None:
    """Return when it opens first on a day; None on a day on which it stays closed."""
    return next((start for start, _ in week.get(local.weekday(), [])), None)


def after(week: Week, zone: str, since: datetime, span: timedelta) -> datetime:
    """Return the instant by which `span` of opening hours has gone by; of any hours, where the week is not known."""
    today, left = clock_hours.to_local(since, zone).date(), span
    for ahead in range(AHEAD if week else 0):
        day = today + timedelta(days=ahead)
        for start, end in week.get(day.weekday(), []):
            opens, closes = _instants(day, start, end, zone)
            opens = max(opens, since)
            if closes - opens >= left:
                return opens + left
            left -= max(closes - opens, timedelta(0))
    return since + span


def as_json(text: str) -> dict[str, Any]:
    """Return the words and the week they describe, as a clinic's row keeps them. Invalid `refusal.hours`."""
    spans = {
        str(day): [[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in spans] for day, spans in read(text).items()
    }
    return {"text": " ".join(text.split()), "week": spans}


def from_json(kept: dict[str, Any]) -> tuple[str, Week]:
    """Return the words and the week of a clinic's row."""
    week = {
        int(day): [(time.fromisoformat(start), time.fromisoformat(end)) for start, end in spans]
        for day, spans in kept.get("week", {}).items()
    }
    return kept.get("text", ""), week


def _instants(day: date, start: time, end: time, zone: str) -> tuple[datetime, datetime]:
    last = day + timedelta(days=1) if end == _MIDNIGHT else day
    opens, closes = clock_hours.local_to_instant(day, start, zone), clock_hours.local_to_instant(last, end, zone)
    return opens.instant, closes.instant


def _words(text: str) -> list[str]:
    if len(text) > LONGEST:
        raise errors.Invalid("refusal.hours")
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if letter not in _ACCENTS)
    joined = re.sub(r"\s*[-–—]\s*", "-", plain)
    return [word.rstrip(":.") for word in re.split(r"[\s,;]+", joined) if word not in ("", "and", "y")]


def _run(found: re.Match[str]) -> set[int]:
    first = _DAYS[found[1][:3]]
    last = _DAYS[found[2][:3]] if found[2] else first
    return {(first + step) % 7 for step in range((last - first) % 7 + 1)}


def _span(found: re.Match[str]) -> tuple[time, time]:
    start, end = _time(found[1], found[2]), _time(found[3], found[4])
    if end != _MIDNIGHT and end <= start:
        raise errors.Invalid("refusal.hours")
    return start, end


def _time(hour: str, minute: str | None) -> time:
    if (int(hour), int(minute or 0)) == (24, 0):
        return _MIDNIGHT
    try:
        return time(int(hour), int(minute or 0))
    except ValueError:
        raise errors.Invalid("refusal.hours") from None


def _open(week: Week, days: set[int], span: tuple[time, time]) -> None:
    for day in days:
        if any(_overlap(span, other) for other in week.get(day, [])):
            raise errors.Invalid("refusal.hours")
        week.setdefault(day, []).append(span)


def _overlap(one: tuple[time, time], other: tuple[time, time]) -> bool:
    first, second = sorted((one, other))
    return first[1] == _MIDNIGHT or second[0] < first[1]
