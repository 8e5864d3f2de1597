"""What a chat has asked last: the topic, and what nobody could answer since; sealed with the chat's key."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work


async def load(work: Work, chat_id: str, *, since: datetime) -> dict[str, Any] | None:
    """Return what a chat has asked after an instant; None where there is nothing."""
    query = select(tables.asked, tables.chats.c.key_id).join(tables.chats)
    row = (await work.run(query.where(tables.asked.c.chat_id == chat_id, tables.asked.c.at > since))).first()
    key = await work.key(row.key_id) if row else None
    if row is None or key is None or row.data is None:
        return None
    found: dict[str, Any] = json.loads(key.open(row.data, **_place(chat_id)))
    return found


async def save(work: Work, chat_id: str, key_id: str, data: dict[str, Any], *, now: datetime) -> None:
    """Write what a chat has asked last."""
    key = await work.key(key_id)
    if key is None:
        return
    values = {"data": key.seal(json.dumps(data), **_place(chat_id)), "at": now}
    if not await inserting.is_inserted(work, tables.asked, chat_id=chat_id, **values):
        await work.run(update(tables.asked).where(tables.asked.c.chat_id == chat_id).values(**values))


def _place(chat_id: str) -> dict[str, str]:
    return {"table": "asked", "row": chat_id, "column": "data"}
