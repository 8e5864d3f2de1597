"""Worries: raised by a patient in one tap, listed for whoever looks after them."""

import dataclasses
from datetime import date, datetime

from reminderbot.services import access, contact
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Raised:
    """A worry that is kept and who can be reached. `worry_id` is None for a chat without any patient yet."""

    worry_id: str | None
    contact: contact.Contact
    is_new: bool


@dataclasses.dataclass(frozen=True)
class WorryView:
    """An open worry as the operator reads it; `session_day` and `step_key` say what it is about, where known."""

    id: str
    clinic_name: str
    patient_name: str
    session_day: date | None
    step_key: str | None
    words: str
    raised_at: datetime


async def raise_(
    work: works.Work,
    who: access.Person,
    *,
    now: datetime,
    reminder_id: str | None = None,
    words: str | None = None,
) -> Raised:
    """Keep that the person is worried. The same button twice is one worry; later `words` are added to it.

    Raises NotFound for a foreign reminder.
    """
    raise NotImplementedError


async def open_list(work: works.Work, who: access.Operator) -> list[WorryView]:
    """Return every open worry, the latest first."""
    raise NotImplementedError
