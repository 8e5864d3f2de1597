"""How often an hour a clinic may change what all its patients are told: a stolen sign-in does not flood them (S20)."""

from datetime import timedelta
from typing import Final

from reminderbot import clocks, errors
from reminderbot.services import access
from reminderbot.store import audit
from reminderbot.store import work as works

MOST: Final = 20
"""More than a clinic that publishes each of its books anew, with a slip or two, ever needs."""

DEEDS: Final = ("wording.published", "wording.restored", "plan.published")
"""What is counted, by its name in the audit. To withdraw is none of it: what harms can be taken back at once. A
correction goes out once to each patient, and only of an edition that was published and withdrawn before."""


async def require_calm(work: works.Work, who: access.Staff) -> None:
    """Raise Conflict `console.editions.refused-hourly` (`most`) when a clinic has published so often within an hour.

    The audit is what is counted: it cannot be taken back. The caller holds the clinic's editions.
    """
    since = clocks.machine() - timedelta(hours=1)
    if await audit.count(work, who.clinic_id, DEEDS, since=since) >= MOST:
        raise errors.Conflict("console.editions.refused-hourly", most=str(MOST))
