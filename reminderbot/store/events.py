"""The events of reminders: what happened to each outside delivery, when and why; appended, never changed."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Work


class Event(StrEnum):
    """What happened to a reminder."""

    PLANNED = "planned"
    NOT_PLANNED = "not_planned"  # it was never to come, for its reason
    MOVED = "moved"
    FOLLOWED = "followed"  # not to come, and its time moved along
    RETURNED = "returned"
    ENDED = "ended"  # it was to come and no longer is, for its reason
    FREED = "freed"  # its sender was gone before anything of it was sent


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


async def log(work: Work, entries: Sequence[Entry]) -> None:
    """Append events, in one statement."""
    if entries:
        await work.run(insert(tables.events), [dataclasses.asdict(entry) for entry in entries])
