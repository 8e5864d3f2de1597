"""Chats: found by a blind index of bot and Telegram id, the id itself sealed."""

import dataclasses
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class ChatRow:
    """A chat that was not erased, its Telegram id opened."""

    id: str
    bot_id: int
    telegram_id: int = dataclasses.field(repr=False)
    key_id: str
    language: str
    consented_at: datetime | None
    blocked_at: datetime | None
    created_at: datetime


def index(work: Work, *, bot_id: int, telegram_id: int) -> bytes:
    """Return the blind index under which a chat is found."""
    return work.index.of("chat", f"{bot_id}:{telegram_id}")


async def find(work: Work, *, bot_id: int, telegram_id: int) -> ChatRow | None:
    """Return the chat behind a Telegram id."""
    wanted = index(work, bot_id=bot_id, telegram_id=telegram_id)
    return await _one(work, (tables.chats.c.bot_id == bot_id) & (tables.chats.c.telegram_index == wanted))


async def get(work: Work, chat_id: str, *, lock: bool = False) -> ChatRow | None:
    """Return a chat; with `lock` no other visit serves it, and no intent for it commits, until this visit ends.

    Whoever locks several rows takes the chat's first, then binding, patient, treatment, reminder: as intents do.
    """
    return await _one(work, tables.chats.c.id == chat_id, lock=lock)


async def add(work: Work, *, bot_id: int, telegram_id: int, language: str, now: datetime) -> bool:
    """Add a chat with a key of its own; False if another visit added it first."""
    id, key = tables.new_id(), await work.new_key("chat")
    is_added = await inserting.is_inserted(
        work,
        tables.chats,
        id=id,
        bot_id=bot_id,
        telegram_index=index(work, bot_id=bot_id, telegram_id=telegram_id),
        telegram_id=key.seal(str(telegram_id), table="chats", row=id, column="telegram_id"),
        key_id=key.id,
        language=language,
        created_at=now,
    )
    if not is_added:
        await work.destroy_key(key.id)
    return is_added


async def languages(work: Work) -> frozenset[str]:
    """Return the languages that are spoken in chats of any bot."""
    return frozenset(row.language for row in await work.run(select(tables.chats.c.language).distinct()))


async def set_language(work: Work, chat_id: str, language: str) -> None:
    """Set the language of a chat and of the patients bound to it."""
    bound = select(tables.bindings.c.patient_id).where(
        tables.bindings.c.chat_id == chat_id, tables.bindings.c.ended_at.is_(None)
    )
    at = tables.patients.c
    await work.run(update(tables.patients).where(at.id.in_(bound)).values(language=language, version=at.version + 1))
    await _set(work, chat_id, language=language)


async def set_blocked(work: Work, chat_id: str, at: datetime | None) -> None:
    """Note since when a chat blocks us; None when it no longer does."""
    await _set(work, chat_id, blocked_at=at)


async def _set(work: Work, chat_id: str, **values: Any) -> None:
    await work.run(update(tables.chats).where(tables.chats.c.id == chat_id).values(**values))


async def _one(work: Work, condition: ColumnElement[bool], *, lock: bool = False) -> ChatRow | None:
    query = select(tables.chats).where(condition, tables.chats.c.erased_at.is_(None))
    row = (await work.run(query.with_for_update(key_share=True) if lock else query)).first()
    key = await work.key(row.key_id) if row else None
    if row is None or key is None:
        return None
    opened = int(key.open(row.telegram_id, table="chats", row=row.id, column="telegram_id"))
    return ChatRow(
        id=row.id,
        bot_id=row.bot_id,
        telegram_id=opened,
        key_id=row.key_id,
        language=row.language,
        consented_at=row.consented_at,
        blocked_at=row.blocked_at,
        created_at=row.created_at,
    )
