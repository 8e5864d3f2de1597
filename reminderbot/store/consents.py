"""Consents: which wording a chat agreed to, and when."""

from datetime import datetime

from sqlalchemy import insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work


async def is_given(work: Work, chat_id: str, *, wording: str) -> bool:
    """Tell whether a chat has agreed to this wording."""
    consents = tables.consents.c
    query = select(consents.id).where(
        consents.chat_id == chat_id, consents.wording == wording, consents.withdrawn_at.is_(None)
    )
    return (await work.run(query.limit(1))).first() is not None


async def add(work: Work, chat_id: str, *, wording: str, language: str, now: datetime) -> None:
    """Keep that a chat agrees; the chat remembers since when."""
    await work.run(insert(tables.consents).values(chat_id=chat_id, wording=wording, language=language, given_at=now))
    first = update(tables.chats).where(tables.chats.c.id == chat_id, tables.chats.c.consented_at.is_(None))
    await work.run(first.values(consented_at=now))
