"""Chats that arrive, block us and come back."""

import dataclasses
from datetime import datetime

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Chat:
    """A chat as it stands. `telegram_id` is opened; `is_stopped` when every patient of the chat is."""

    id: str
    bot_id: int
    telegram_id: int
    language: str
    consented_at: datetime | None
    blocked_at: datetime | None
    is_new: bool = False

    @property
    def person(self) -> access.Person:
        """Return the actor this chat is."""
        return access.Person(self.id)


@dataclasses.dataclass(frozen=True)
class Returned:
    """What came back when a chat did: reminders planned again, and those whose useful time has passed."""

    planned: int
    expired: int


async def arrive(
    work: works.Work,
    *,
    bot_id: int,
    telegram_id: int,
    language_code: str | None,
    catalog: catalogs.Catalog,
    now: datetime,
) -> Chat:
    """Return the chat behind a Telegram id, made at its first update in the language its app speaks, if we do too."""
    raise NotImplementedError


async def get(work: works.Work, who: access.Person) -> Chat:
    """Return the asker's chat; NotFound if it was erased."""
    raise NotImplementedError


async def left(work: works.Work, who: access.Person, *, now: datetime) -> int:
    """Note that the person blocked the bot; return how many waiting reminders that holds (BLOCKED)."""
    raise NotImplementedError


async def back(work: works.Work, who: access.Person, *, now: datetime) -> Returned:
    """Note that the person unblocked the bot: what is still useful is planned again, never in a burst."""
    raise NotImplementedError
