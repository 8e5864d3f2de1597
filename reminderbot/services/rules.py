"""Follows a change of the zones' rules: what older rules have planned is planned anew, a few treatments a visit."""

import dataclasses
from datetime import datetime

from reminderbot.planning import hours, life, replan, timeline
from reminderbot.services import overlaps, planner
from reminderbot.store import planned, rules
from reminderbot.store import work as works

BATCH = 50  # treatments of one visit: some hundred milliseconds, during which their chats wait


@dataclasses.dataclass(frozen=True)
class Followed:
    """What one visit did: treatments planned anew, and reminders that differ now.

    `next_due` is where the next visit goes on; `is_done` tells that nothing was behind.
    """

    treatments: int
    moved: int
    next_due: datetime | None
    is_done: bool


async def follow(work: works.Work, *, now: datetime, since: datetime | None = None, limit: int = BATCH) -> Followed:
    """Plan anew up to `limit` treatments that older rules have planned, those with the soonest reminders first.

    What was sent, or is due already, stays as it is; nothing of what is past comes in a burst. A treatment that
    somebody else works on is left for a later visit. Killed at any point, the next visit goes on.
    """
    version = hours.rules()
    found = await rules.behind(work, version, since=since, limit=limit)
    taken = await rules.take(work, found.ids, version)
    rows = await planned.of_treatments(work, [each.id for each in taken if each.waits], lock=True)
    moved = 0
    for each in taken:
        own = [row for row in rows if row.treatment_id == each.id]
        moved += await _plan(work, each, own, now) if own else 0
    await rules.settle(work, {each.id: timeline.start(each.anchor) for each in taken}, version)
    await overlaps.settle(work, sorted({each.owner.patient_id for each in taken}), now=now)
    return Followed(len(taken), moved, found.next_due, is_done=not found.ids)


async def _plan(work: works.Work, of: rules.Behind, own: list[planned.ReminderRow], now: datetime) -> int:
    existing = [row.existing for row in own]
    changed = replan.replan(existing, of.plan, of.anchor, of.habits, now=now, wants_reads=of.wants_reads, why=None)
    why = life.Reason.ZONE_RULES
    return await planner.write(work, of.owner, own, changed, zone=of.habits.zone, now=now, why=why)
