"""The state of each chat's dialogue, sealed with the chat's key."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work


async def load(work: Work, chat_id: str) -> tuple[str, dict[str, Any], datetime] | None:
    """Return the name, the data and the last change of a chat's dialogue."""
    query = select(tables.dialogues, tables.chats.c.key_id).join(tables.chats)
    row = (await work.run(query.where(tables.dialogues.c.chat_id == chat_id))).first()
    key = await work.key(row.key_id) if row else None
    if row is None or key is None or row.data is None:
        return None
    return row.name, json.loads(key.open(row.data, **_place(chat_id))), row.updated_at


async def save(work: Work, chat_id: str, key_id: str, *, name: str, data: dict[str, Any], now: datetime) -> None:
    """Write a chat's one dialogue, sealed with the chat's key."""
    key = await work.key(key_id)
    if key is None:
        return
    values = {"name": name, "data": key.seal(json.dumps(data), **_place(chat_id)), "updated_at": now}
    if not await inserting.is_inserted(work, tables.dialogues, chat_id=chat_id, **values):
        await work.run(update(tables.dialogues).where(tables.dialogues.c.chat_id == chat_id).values(**values))


async def end(work: Work, chat_id: str) -> None:
    """Remove a chat's dialogue."""
    await work.run(delete(tables.dialogues).where(tables.dialogues.c.chat_id == chat_id))


def _place(chat_id: str) -> dict[str, str]:
    return {"table": "dialogues", "row": chat_id, "column": "data"}
