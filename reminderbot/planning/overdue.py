"""Which of several overdue steps is still sent, and how: one message a patient, never a burst."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime

from reminderbot.planning import life


@dataclasses.dataclass(frozen=True)
class Due:
    """A planned reminder as its row stands: product instants `due` and `useful_until`, its patient and treatment.

    `sent_once` tells that a copy of it may have arrived; `round` is past 1 where it asks again what a step has asked.
    """

    id: str
    patient: str
    treatment: str
    due: datetime
    useful_until: datetime
    budget: int = 1
    sent_once: bool = False
    round: int = 1


@dataclasses.dataclass(frozen=True)
class Choice:
    """The ids to `send`, in order of due; those that expire, each with its reason; and what is said `together`.

    `together` leads from the id of one that is sent to those that its message says too.
    """

    send: tuple[str, ...]
    expire: dict[str, life.Reason]
    together: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


_NO_QUIET: Mapping[str, datetime] = {}


def overdue_choice(rows: Iterable[Due], now: datetime, quiet_ends: Mapping[str, datetime] = _NO_QUIET) -> Choice:
    """Decide what happens to the overdue steps of patients; rows that are not due yet are left alone.

    Of each treatment the latest that is still useful is said and those before it are OVERTAKEN; a second ask overtakes
    no step. What is no longer useful is TOO_LATE. A patient in `quiet_ends` hears nothing before that instant: what is
    not useful then overtakes nothing, and ends with QUIET_HOURS.

    Treatments of one patient do not overtake each other, since they say different things: one message says them all.
    Of steps due at the same instant the last one given counts as the latest, so hand them in the plan's order.
    """
    overdue = sorted((row for row in rows if row.due <= now), key=lambda row: row.due)
    useful = [row for row in overdue if row.useful_until > quiet_ends.get(row.patient, now)]
    ranked = sorted(useful, key=lambda row: row.round == 1)  # stable: a later one takes the place of an earlier
    latest = {row.treatment: row for row in ranked}
    expire = {row.id: life.Reason.OVERTAKEN for row in useful if latest[row.treatment] is not row}
    expire |= {row.id: _why_useless(row, now) for row in overdue if row not in useful}
    said = [row for row in useful if row.id not in expire]
    together = _together(said)
    joined = {id for others in together.values() for id in others}
    return Choice(tuple(row.id for row in said if row.id not in joined), expire, together)


def _why_useless(row: Due, now: datetime) -> life.Reason:
    return life.Reason.QUIET_HOURS if row.useful_until > now else life.Reason.TOO_LATE


def _together(said: list[Due]) -> dict[str, tuple[str, ...]]:
    """Have one step of each patient say the others too, but for those that may have arrived: they go alone.

    A message may be repeated as often as its own step allows. So whoever allows least says it, of these the latest.
    """
    speakers: dict[str, Due] = {}
    for row in said:
        known = speakers.get(row.patient)
        if not row.sent_once and (known is None or row.budget <= known.budget):
            speakers[row.patient] = row
    together: dict[str, tuple[str, ...]] = {}
    for row in said:
        speaker = speakers.get(row.patient)
        if speaker is not None and speaker is not row and not row.sent_once:
            together[speaker.id] = (*together.get(speaker.id, ()), row.id)
    return together
