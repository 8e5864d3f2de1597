"""The state of a dialogue, kept sealed between updates, so that a restart in the middle loses nothing."""

import dataclasses
from datetime import datetime
from typing import Any

from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Dialogue:
    """Where a chat is in which dialogue; `data` is JSON-able."""

    name: str
    data: dict[str, Any]
    updated_at: datetime


async def load(work: works.Work, who: access.Person) -> Dialogue | None:
    """Return the chat's dialogue; None when it is in none."""
    raise NotImplementedError


async def save(work: works.Work, who: access.Person, name: str, data: dict[str, Any], *, now: datetime) -> None:
    """Put the chat into a dialogue, or on in it; there is one at a time."""
    raise NotImplementedError


async def end(work: works.Work, who: access.Person) -> None:
    """End the chat's dialogue, if there is one."""
    raise NotImplementedError
