"""What the list of patients shows of each: settled anew wherever something that it is made of changes."""

from collections.abc import Sequence

from reminderbot.store import standings
from reminderbot.store import work as works


async def settle(work: works.Work, patient_ids: Sequence[str]) -> None:
    """Set the standing and the latest session of patients, after something changed that these are made of."""
    await standings.settle(work, patient_ids)
