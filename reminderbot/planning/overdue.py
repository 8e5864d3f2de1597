"""Which of several overdue steps is still sent after an outage: one a treatment, never a burst."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from reminderbot.planning import life


@dataclasses.dataclass(frozen=True)
class Due:
    """A planned reminder as its row stands: product instants `due` and `useful_until`, and its treatment."""

    id: str
    treatment: str
    due: datetime
    useful_until: datetime


@dataclasses.dataclass(frozen=True)
class Choice:
    """The ids to `send`, in order of due, and those that expire, each with its reason."""

    send: tuple[str, ...]
    expire: dict[str, life.Reason]


def overdue_choice(rows: Iterable[Due], now: datetime) -> Choice:
    """Decide what happens to the overdue steps of one patient; rows that are not due yet are left alone.

    Of each treatment the latest that is still useful is sent and those before it are OVERTAKEN; what is no longer
    useful is TOO_LATE. Two treatments do not overtake each other: they say different things. Of steps due at the
    same instant the last one given counts as the latest, so hand them in the plan's order.
    """
    overdue = sorted((row for row in rows if row.due <= now), key=lambda row: row.due)
    useful = [row for row in overdue if row.useful_until > now]
    latest = {row.treatment: row.id for row in useful}  # a later one takes the place of an earlier
    expire = {row.id: life.Reason.TOO_LATE for row in overdue if row.useful_until <= now}
    expire |= {row.id: life.Reason.OVERTAKEN for row in useful if row.id not in latest.values()}
    return Choice(tuple(row.id for row in useful if row.id not in expire), expire)
