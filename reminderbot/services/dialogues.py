"""The state of a dialogue, kept sealed between updates, so that a restart in the middle loses nothing."""

import dataclasses
from datetime import datetime
from typing import Any

from reminderbot.services import access, people
from reminderbot.store import dialogues
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Dialogue:
    """Where a chat is in which dialogue; `data` is JSON-able."""

    name: str
    data: dict[str, Any] = dataclasses.field(repr=False)
    updated_at: datetime


async def load(work: works.Work, who: access.Person) -> Dialogue | None:
    """Return the chat's dialogue; None when it is in none."""
    found = await dialogues.load(work, who.chat_id)
    return Dialogue(*found) if found else None


async def save(work: works.Work, who: access.Person, name: str, data: dict[str, Any], *, now: datetime) -> None:
    """Put the chat into a dialogue, or on in it; there is one at a time."""
    chat = await people.chat(work, who)
    await dialogues.save(work, chat.id, chat.key_id, name=name, data=data, now=now)


async def end(work: works.Work, who: access.Person) -> None:
    """End the chat's dialogue, if there is one."""
    await dialogues.end(work, who.chat_id)
