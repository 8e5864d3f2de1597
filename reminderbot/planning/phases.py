"""How far a patient is from the session, for "what to expect now"."""

from datetime import datetime, timedelta
from enum import StrEnum

from reminderbot.planning import hours, timeline

EVE = timedelta(hours=36)
"""From how long before the start it is "the day before": an evening and the morning ahead of it."""

SESSION = timedelta(hours=1, minutes=30)
"""How long a session is taken to last, with consultation, cream (30 minutes) and needling (20 to 30; facts D1–D3)."""


class Phase(StrEnum):
    """Where on the way one stands; `expect.<phase>` is the text of it."""

    BEFORE = "before"  # more than 36 hours ahead
    EVE = "eve"
    DURING = "during"
    TODAY = "today"
    DAY_1 = "day-1"
    DAY_2 = "day-2"
    DAY_3 = "day-3"
    DAYS = "days"  # days 4 to 6
    WEEKS = "weeks"  # days 7 to 27
    MONTHS = "months"  # day 28 and later
    NONE = "none"  # no treatment


_UP_TO_DAY = (
    (0, Phase.TODAY),
    (1, Phase.DAY_1),
    (2, Phase.DAY_2),
    (3, Phase.DAY_3),
    (6, Phase.DAYS),
    (27, Phase.WEEKS),
)


def expected_phase(anchor: timeline.Anchor | None, now: datetime, *, zone: str | None = None) -> Phase:
    """Return the phase at `now` for someone whose clock is in `zone` (None: that of the place)."""
    if anchor is None:
        return Phase.NONE
    since = now - timeline.start(anchor)
    if since < timedelta(0):
        return Phase.EVE if -since <= EVE else Phase.BEFORE
    if since < SESSION:
        return Phase.DURING
    day = days_since(anchor, now, zone=zone)
    return next((phase for last, phase in _UP_TO_DAY if day <= last), Phase.MONTHS)


def days_since(anchor: timeline.Anchor, now: datetime, *, zone: str | None = None) -> int:
    """Return the calendar days from the session's date, as its place writes it, to the date in `zone` at `now`.

    Negative before the session. A session at 23:30 is one day ago half an hour later.
    """
    return (hours.to_local(now, zone or anchor.zone).date() - anchor.day).days
