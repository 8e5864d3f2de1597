"""A form that is sent twice does its work once; the second time leads where the first one did."""

from datetime import datetime, timedelta

from reminderbot.services import access
from reminderbot.store import submissions
from reminderbot.store import work as works

KEPT = timedelta(days=1)
"""How long a form that was sent is remembered."""


class Repeated(Exception):
    """The form was sent before; `location` is where it led."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


async def refuse_repeated(work: works.Work, who: access.Staff, once: str) -> None:
    """Raise Repeated if `who` has sent this form before; of two at once the second waits for the first."""
    location = await submissions.location(work, once[:32], staff_id=who.staff_id)
    if location is not None:
        raise Repeated(location)


async def keep(work: works.Work, who: access.Staff, once: str, *, location: str, machine_now: datetime) -> None:
    """Remember that a form was sent; raises Repeated, and so undoes it, if another visit was first."""
    await submissions.forget(work, before=machine_now - KEPT)
    is_first = await submissions.is_added(
        work,
        once[:32],
        organisation_id=who.organisation_id,
        staff_id=who.staff_id,
        location=location[:300],
        now=machine_now,
    )
    if not is_first:
        raise Repeated(location)
