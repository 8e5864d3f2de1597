"""What we owe a person besides reminders: rows written in the transaction of their cause, sent right after it."""

import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update

from reminderbot.planning import life
from reminderbot.store import bells, leases, tables, vault
from reminderbot.store.work import Work

USEFUL = timedelta(hours=24)
"""How long a reply is still worth sending when nothing else is said."""


class Kind(StrEnum):
    """What a row of the outbox is."""

    REPLY = "reply"  # the answer to what a person wrote or tapped
    ALERT = "alert"  # a word to staff or to the operator
    FAREWELL = "farewell"  # the last word to a chat whose key is destroyed in the same transaction
    TEST = "test"  # a text that staff sends to itself


async def owe(
    work: Work,
    *,
    bot_id: int,
    organisation_id: str,
    chat_id: str,
    kind: Kind,
    method: str,
    params: dict[str, Any],
    now: datetime,
    inbox_id: int | None = None,
    budget: int = 1,
    useful_for: timedelta = USEFUL,
    delay: timedelta | None = None,
    telegram_id: int | None = None,
) -> int:
    """Owe `chat_id` one call of the Bot API, to be made once this transaction has committed; return the row's id.

    `params` are those of `method` without `chat_id`, as JSON; `now` is the machine's. It goes after `delay`. A FAREWELL
    takes the Telegram id along: owe it before the chat is erased, or hand the id in. KeyError if the chat does not
    exist or is erased.
    """
    payload: dict[str, Any] = {"params": params}
    if kind is Kind.FAREWELL:
        key = work.system
        payload["to"] = telegram_id or (await address(work, chat_id))[1]
    else:
        key = (await address(work, chat_id))[0]
    row = (
        insert(tables.outbox)
        .returning(tables.outbox.c.id)
        .values(
            bot_id=bot_id,
            organisation_id=organisation_id,
            chat_id=chat_id,
            inbox_id=inbox_id,
            kind=kind,
            method=method,
            key_id=key.id,
            state=life.State.PLANNED,
            budget=budget,
            resends=0,
            attempts=0,
            faults=0,
            retry_at=None if delay is None else leases.after(work, delay),
            useful_until=now + useful_for,
            created_at=now,
        )
    )
    id: int = (await work.run(row)).scalar_one()
    sealed = key.seal(json.dumps(payload), table="outbox", row=id, column="payload")
    await work.run(update(tables.outbox).where(tables.outbox.c.id == id).values(payload=sealed))
    work.ring(bells.Bell.OUTBOX)
    return id


async def count(work: Work, chat_id: str, kind: Kind, *, since: datetime) -> int:
    """Return how many calls of a kind a chat was owed since an instant of the machine."""
    o = tables.outbox.c
    query = select(func.count()).where(o.chat_id == chat_id, o.kind == kind, o.created_at > since)
    return int((await work.run(query)).scalar_one())


async def address(work: Work, chat_id: str) -> tuple[vault.DataKey, int]:
    """Return a chat's key and its Telegram id; KeyError if it does not exist or is erased."""
    chat = (await work.run(select(tables.chats).where(tables.chats.c.id == chat_id))).first()
    key = await work.key(chat.key_id) if chat else None
    if chat is None or key is None or chat.telegram_id is None:
        raise KeyError(chat_id)
    return key, int(key.open(chat.telegram_id, table="chats", row=chat.id, column="telegram_id"))
