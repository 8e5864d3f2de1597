"""The events of reminders: what happened to each besides its attempts, when and why; appended, never changed."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Work


class Event(StrEnum):
    """What happened to a reminder. Where delivery ended it, the kind is the state it ended in."""

    PLANNED = "planned"
    NOT_PLANNED = "not_planned"  # it was never to come, for its reason
    MOVED = "moved"
    SNOOZED = "snoozed"  # the patient chose a later time
    FOLLOWED = "followed"  # not to come, and its time moved along
    RETURNED = "returned"
    ENDED = "ended"  # it was to come and no longer is, for its reason
    HELD = "held"  # it was due and something held it: quiet hours, to a known end, or what its reason says
    FREED = "freed"  # its sender was gone before anything of it was sent
    RETRIED = "retried"  # a person put it back


@dataclasses.dataclass(frozen=True)
class Entry:
    """One event: the reminder's due time before and after (product clock), `at` by the product clock."""

    reminder_id: str
    organisation_id: str
    due_before: datetime | None
    due_after: datetime | None = None
    _: dataclasses.KW_ONLY
    at: datetime
    kind: Event
    reason: life.Reason | None


@dataclasses.dataclass(frozen=True)
class Told:
    """An event as it stands; `kind` is an Event, or the state in which delivery ended the reminder."""

    at: datetime
    kind: str
    reason: str | None
    due_before: datetime | None
    due_after: datetime | None


async def log(work: Work, entries: Sequence[Entry]) -> None:
    """Append events, in one statement."""
    if entries:
        await work.run(insert(tables.events), [{**vars(entry)} for entry in entries])


async def before_snooze(work: Work, reminder_id: str, due: datetime) -> datetime | None:
    """Return when a reminder was due before the patient chose `due` for it; None if they did not."""
    event = tables.events.c
    snoozed = (event.reminder_id == reminder_id, event.kind == Event.SNOOZED, event.due_after == due)
    query = select(event.due_before).where(*snoozed).order_by(event.id.desc()).limit(1)
    found: datetime | None = (await work.run(query)).scalar_one_or_none()
    return found


async def of(work: Work, reminder_id: str) -> list[Told]:
    """Return the events of one reminder, in the order in which they were written."""
    event = tables.events.c
    query = select(event.at, event.kind, event.reason, event.due_before, event.due_after)
    found = await work.run(query.where(event.reminder_id == reminder_id).order_by(event.id))
    return [Told(**row) for row in found.mappings()]
