"""Privacy: what is stored about a person, and its erasure."""

import dataclasses
from datetime import datetime, time

from reminderbot.planning import hours
from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class StoredPatient:
    """What is kept about one patient of the chat."""

    name: str
    treated_by: str
    clinic_names: tuple[str, ...]
    language: str
    zone: str
    morning: time
    quiet: hours.Quiet
    treatments: int
    reminders_sent: int
    answers: int
    worries: int


@dataclasses.dataclass(frozen=True)
class Stored:
    """What is kept about a chat and its patients, for /privacy."""

    telegram_id: int
    language: str
    arrived_at: datetime
    consented_at: datetime | None
    patients: tuple[StoredPatient, ...]


@dataclasses.dataclass(frozen=True)
class Erased:
    """What the farewell needs, since the chat's own copy is gone; and what may be on its way this second."""

    bot_id: int
    telegram_id: int = dataclasses.field(repr=False)
    language: str
    cancelled: int
    on_the_way: int


async def stored(work: works.Work, who: access.Person) -> Stored:
    """Return what is stored about the chat."""
    raise NotImplementedError


async def erase(work: works.Work, who: access.Person, *, now: datetime) -> Erased:
    """Erase the chat and its patients: keys and indexes destroyed, sealed columns wiped, reminders CANCELLED.

    Rows without a name stay (the ledger of attempts is append-only). A second erasure: NotFound.
    """
    raise NotImplementedError
