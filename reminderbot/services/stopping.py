"""Stop, at once and for everything, and the way back."""

import dataclasses
from datetime import datetime

from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Stopped:
    """What a stop ended, and how many reminders may be on their way this second; `is_new` is False the second time."""

    cancelled: int
    on_the_way: int
    is_new: bool


@dataclasses.dataclass(frozen=True)
class Resumed:
    """What came back, and what is too late by now; `is_new` is False when nothing was stopped."""

    planned: int
    expired: int
    is_new: bool


async def stop(work: works.Work, who: access.Person, *, now: datetime) -> Stopped:
    """Stop every reminder of every patient of the chat. Once this has committed no new one can be sent."""
    raise NotImplementedError


async def resume(work: works.Work, who: access.Person, *, now: datetime) -> Resumed:
    """Undo a stop: what is still useful is planned again, at most one overdue reminder a treatment."""
    raise NotImplementedError


async def is_stopped(work: works.Work, who: access.Person) -> bool:
    """Tell whether the chat's patients are stopped."""
    raise NotImplementedError
