"""What the list of patients shows of each: settled anew wherever something that it is made of changes."""

from collections.abc import Sequence
from datetime import datetime

from reminderbot import clocks
from reminderbot.planning import standing
from reminderbot.store import standings
from reminderbot.store import work as works

Standing = standing.Standing


async def settle(work: works.Work, patient_ids: Sequence[str], *, now: datetime | None = None) -> None:
    """Set the standing and the sessions of patients, after something changed that these are made of.

    Call it late in a visit that has locked the chat first: it locks the patients' rows. `now` is the product's;
    without it the machine's is taken, and where that clock was wound the next sweep puts it right.
    """
    await standings.settle(work, patient_ids, now=now or clocks.machine())
