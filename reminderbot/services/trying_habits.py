"""What other habits would do, seen before they are kept: they are kept, looked at and undone."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime

from reminderbot.planning import life
from reminderbot.services import access, preferences, treatments
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Tried:
    """The habits as they would be, and a message ahead with its time: one that would move, else the next; or none."""

    preferences: preferences.Preferences
    example: treatments.Next | None


async def tried(
    work: works.Work,
    who: access.Person,
    keep: Callable[[], Awaitable[preferences.Preferences]],
    *,
    now: datetime,
) -> Tried:
    """Return what `keep` would do; nothing of it stays. Raises what `keep` does."""
    before = {each.reminder.id: each.reminder.local for each in await _ahead(work, who, now=now)}
    undone = await work.connection.begin_nested()
    try:
        kept = await keep()
        ahead = await _ahead(work, who, now=now)
    finally:
        await undone.rollback()
    moved = (each for each in ahead if each.reminder.local != before.get(each.reminder.id))
    return Tried(kept, next(moved, None) or next(iter(ahead), None))


async def _ahead(work: works.Work, who: access.Person, *, now: datetime) -> list[treatments.Next]:
    """Return the messages that will come, the next one first."""
    coming = [
        treatments.Next(each.treatment, row)
        for each in await treatments.timeline(work, who, now=now)
        for row in each.rows
        if row.state is life.State.PLANNED and row.useful_until > now
    ]
    return sorted(coming, key=lambda each: (each.reminder.due, each.reminder.id))
