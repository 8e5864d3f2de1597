"""How long what was of use once is kept after it is over; the rounds ask for it once an hour."""

from datetime import datetime, timedelta
from typing import Final

from reminderbot.services import asked, submitting, throttling
from reminderbot.store import over, submissions
from reminderbot.store import work as works

SIGN_INS: Final = timedelta(days=90)
"""Sign-ins and links of the staff: so long after a break-in one can still see who was in."""


async def forget(work: works.Work, *, now: datetime, machine_now: datetime) -> None:
    """Forget what is over: unused codes at once, the rest after its time."""
    await over.forget_codes(work, before=now)
    await over.forget_asked(work, before=now - asked.FORGOTTEN)
    await over.forget_sign_ins(work, before=machine_now - SIGN_INS)
    await over.forget_counts(work, before=machine_now - throttling.FORGOTTEN)
    await submissions.forget(work, before=machine_now - submitting.KEPT)
