"""Who can be reached: the clinic, else whoever treated the person, else the local emergency number."""

import dataclasses
from datetime import datetime

from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Contact:
    """The way to a person. Without a clinic `clinic_name` is empty; without any phone `phone` is empty.

    `emergency` is the clinic's own line (empty: say the local number, `contact.emergency`). `hours` is the opening
    time as the clinic wrote it (empty: not known; then `is_open` is None). `next_open` is wall time in `zone`.
    """

    clinic_name: str
    phone: str
    emergency: str
    hours: str
    zone: str
    is_open: bool | None
    next_open: datetime | None


async def of(work: works.Work, who: access.Person, *, now: datetime, treatment_id: str | None = None) -> Contact:
    """Return whom the chat can reach: of `treatment_id`, else of the treatment nearest to `now`."""
    raise NotImplementedError
