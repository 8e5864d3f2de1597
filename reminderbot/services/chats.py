"""Chats that arrive, block us and come back."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, people, reopening, standings
from reminderbot.store import chats, patients, planned, treatments
from reminderbot.store import work as works

_MISSED = frozenset({life.Reason.TOO_LATE, life.Reason.OVERTAKEN})


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
    since = (await people.chat(work, who, lock=True)).blocked_at or now  # a refusal may have told us before
    await chats.set_blocked(work, who.chat_id, since)
    ids = [each.id for each in await patients.of_chat(work, who.chat_id)]
    which, reason = planned.of_patients(ids), life.Reason.BLOCKED
    ended = await planned.end(work, which, state=life.State.BLOCKED, reason=reason, now=now)
    await standings.settle(work, ids, now=now)
    return ended


async def back(work: works.Work, who: access.Person, *, now: datetime) -> reopening.Reopened:
    """Note that the person unblocked the bot: what is still useful is planned again, never in a burst.

    What is told as missed is also what ended by itself meanwhile, where we had learned of the block by a refusal.
    """
    since = (await people.chat(work, who, lock=True)).blocked_at
    await chats.set_blocked(work, who.chat_id, None)
    everyone = await patients.of_chat(work, who.chat_id)
    listening = [each for each in everyone if each.stopped_at is None]
    back = await reopening.reopen(work, listening, state=life.State.BLOCKED, now=now)
    await standings.settle(work, [each.id for each in everyone], now=now)
    return dataclasses.replace(back, missed=await _missed(work, who, back, since)) if since else back


async def _missed(
    work: works.Work, who: access.Person, back: reopening.Reopened, since: datetime
) -> tuple[reopening.Missed, ...]:
    booked = [row.id for row in await treatments.of_chat(work, who.chat_id) if row.state is treatments.State.BOOKED]
    rows = await planned.of_treatments(work, booked)
    ended = {reopening.missed(row) for row in rows if row.reason in _MISSED and row.due >= since}
    return tuple(sorted(ended | set(back.missed), key=lambda each: each.local))


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
