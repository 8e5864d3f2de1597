"""Which of several overdue steps is still sent, and how: one message a patient, never a burst."""

import dataclasses
from collections.abc import Iterable
from datetime import datetime

from reminderbot.planning import life


@dataclasses.dataclass(frozen=True)
class Due:
    """A planned reminder as its row stands: product instants `due` and `useful_until`, its patient and treatment.

    `sent_once` tells that a copy of it may have arrived.
    """

    id: str
    patient: str
    treatment: str
    due: datetime
    useful_until: datetime
    budget: int = 1
    sent_once: bool = False


@dataclasses.dataclass(frozen=True)
class Choice:
    """The ids to `send`, in order of due; those that expire, each with its reason; and what is said `together`.

    `together` leads from the id of one that is sent to those that its message says too.
    """

    send: tuple[str, ...]
    expire: dict[str, life.Reason]
    together: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


def overdue_choice(rows: Iterable[Due], now: datetime) -> Choice:
    """Decide what happens to the overdue steps of patients; rows that are not due yet are left alone.

    Of each treatment the latest that is still useful is said and those before it are OVERTAKEN; what is no longer
    useful is TOO_LATE. Treatments of one patient do not overtake each other, since they say different things: one
    message says them all. Of steps due at the same instant the last one given counts as the latest, so hand them in
    the plan's order.
    """
    overdue = sorted((row for row in rows if row.due <= now), key=lambda row: row.due)
    useful = [row for row in overdue if row.useful_until > now]
    latest = {row.treatment: row for row in useful}  # a later one takes the place of an earlier
    expire = {row.id: life.Reason.TOO_LATE for row in overdue if row.useful_until <= now}
    expire |= {row.id: life.Reason.OVERTAKEN for row in useful if latest[row.treatment] is not row}
    said = [row for row in useful if row.id not in expire]
    together = _together(said)
    joined = {id for others in together.values() for id in others}
    return Choice(tuple(row.id for row in said if row.id not in joined), expire, together)


def _together(said: list[Due]) -> dict[str, tuple[str, ...]]:
    """Have each patient's latest step say the others too, but for those that another's copies would exceed.

    A message may be repeated as often as its own step allows; what allows less, or may have arrived, goes alone.
    """
    speakers = {row.patient: row for row in said if not row.sent_once}
    together: dict[str, tuple[str, ...]] = {}
    for row in said:
        speaker = speakers.get(row.patient)
        if speaker is not None and speaker is not row and not row.sent_once and row.budget >= speaker.budget:
            together[speaker.id] = (*together.get(speaker.id, ()), row.id)
    return together
