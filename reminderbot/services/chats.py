"""Chats that arrive, block us and come back."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, people, reopening, standings
from reminderbot.store import chats, patients, planned
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Chat:
    """A chat as it stands; its Telegram id is opened."""

    id: str
    bot_id: int
    telegram_id: int = dataclasses.field(repr=False)
    language: str
    consented_at: datetime | None
    blocked_at: datetime | None
    is_new: bool = False

    @property
    def person(self) -> access.Person:
        """Return the actor this chat is."""
        return access.Person(self.id)


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
    found = await chats.find(work, bot_id=bot_id, telegram_id=telegram_id)
    if found is not None:
        return _view(found)
    language = catalog.match_language(language_code)
    is_new = await chats.add(work, bot_id=bot_id, telegram_id=telegram_id, language=language, now=now)
    found = await chats.find(work, bot_id=bot_id, telegram_id=telegram_id)
    if found is None:
        raise errors.NotFound("refusal.not_found")
    return _view(found, is_new=is_new)


async def get(work: works.Work, who: access.Person) -> Chat:
    """Return the asker's chat; NotFound if it was erased."""
    return _view(await people.chat(work, who))


async def left(work: works.Work, who: access.Person, *, now: datetime) -> int:
    """Note that the person blocked the bot; return how many waiting reminders that holds (BLOCKED)."""
    await people.chat(work, who, lock=True)
    await chats.set_blocked(work, who.chat_id, now)
    ids = [each.id for each in await patients.of_chat(work, who.chat_id)]
    which, reason = planned.of_patients(ids), life.Reason.BLOCKED
    ended = await planned.end(work, which, state=life.State.BLOCKED, reason=reason, now=now)
    await standings.settle(work, ids, now=now)
    return ended


async def back(work: works.Work, who: access.Person, *, now: datetime) -> reopening.Reopened:
    """Note that the person unblocked the bot: what is still useful is planned again, never in a burst."""
    await people.chat(work, who, lock=True)
    await chats.set_blocked(work, who.chat_id, None)
    everyone = await patients.of_chat(work, who.chat_id)
    listening = [each for each in everyone if each.stopped_at is None]
    back = await reopening.reopen(work, listening, state=life.State.BLOCKED, now=now)
    await standings.settle(work, [each.id for each in everyone], now=now)
    return back


def _view(row: chats.ChatRow, *, is_new: bool = False) -> Chat:
    return Chat(
        id=row.id,
        bot_id=row.bot_id,
        telegram_id=row.telegram_id,
        language=row.language,
        consented_at=row.consented_at,
        blocked_at=row.blocked_at,
        is_new=is_new,
    )
