"""The gentle second ask of a check-in: planned when the first has arrived, ended by any answer or worry."""

from datetime import datetime, timedelta

from reminderbot.planning import second_ask
from reminderbot.services import overlaps, standings
from reminderbot.store import ready as readies
from reminderbot.store import second_asks
from reminderbot.store import work as works


async def plan(work: works.Work, first: readies.Ready, after: timedelta, *, now: datetime) -> bool:
    """Plan to ask again what `first`, sent at `now`, has asked; False where that is not wanted, or of no use then.

    Call it in the transaction of its record, whose chat is locked (`second_asks.lock`) before the reminder.
    """
    due = second_ask.due(after, now, first.useful_until, quiet=first.quiet, zone=first.zone)
    if due is None or not await second_asks.is_wanted(work, first):
        return False
    await second_asks.add(work, first, due=due, now=now)
    await overlaps.settle(work, [first.patient_id], now=now)
    await standings.settle(work, [first.patient_id], now=now)
    return True
