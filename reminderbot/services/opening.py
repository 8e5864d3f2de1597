"""Opening hours: read from "Mon-Fri 9:00-18:00, Sat 10-14", and asked whether it is open."""

from datetime import datetime, time
from typing import Any

Week = dict[int, list[tuple[time, time]]]
"""By weekday (0 is Monday) the times between which it is open, in order."""


def read(text: str) -> Week:
    """Return the week a text describes; empty text is an empty week. Invalid `refusal.hours` (`text`) otherwise."""
    raise NotImplementedError


def is_open(week: Week, local: datetime) -> bool:
    """Tell whether it is open at a wall time of the clinic."""
    raise NotImplementedError


def next_open(week: Week, local: datetime) -> datetime | None:
    """Return the next wall time at which it opens, within a week; None if it never does. Naive, the clinic's own."""
    raise NotImplementedError


def as_json(week: Week, *, text: str) -> dict[str, Any]:
    """Return the week and the words it was read from, as the clinic's row keeps them."""
    raise NotImplementedError
