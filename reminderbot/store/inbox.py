"""The updates that Telegram handed us: stored before they are confirmed, worked off in the order of their chat."""

import dataclasses
import functools
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot import clocks
from reminderbot.store import bells, chats, leases, tables
from reminderbot.store.work import Work

_i = tables.inbox.c


@dataclasses.dataclass(frozen=True)
class Update:
    """An update as it came: its number, the Telegram id of its chat if it has one, and the whole of it."""

    id: int
    chat: int | None
    raw: dict[str, Any] = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Waiting:
    """A stored update whose turn it is, and the seconds of the machine until it may be tried."""

    id: int
    wait: float


@dataclasses.dataclass(frozen=True)
class Figures:
    """How many updates wait to be served, and how many were parked."""

    waiting: int
    parked: int


async def keep(work: Work, bot_id: int, updates: Sequence[Update]) -> int:
    """Store updates, each once; return how many were new. Only when this has committed may they be confirmed."""
    if not updates:
        return 0
    make = postgresql.insert if work.dialect == "postgresql" else sqlite.insert
    rows = [_row(work, bot_id, update) for update in updates]
    stored = make(tables.inbox).values(rows).on_conflict_do_nothing(index_elements=["bot_id", "update_id"])
    added = len((await work.run(stored.returning(_i.id))).all())
    if added:
        work.ring(bells.Bell.INBOX)
    return added


async def heads(work: Work, bot_id: int, *, limit: int) -> list[Waiting]:
    """Return of every chat the first update that is neither processed nor parked."""
    instant = leases.now(work)
    firsts = select(func.min(_i.id)).where(_i.bot_id == bot_id, *_open()).group_by(_i.chat_index)
    found = await work.run(
        select(_i.id, _i.retry_at, instant.label("instant"))
        .where(_i.bot_id == bot_id, or_(_i.chat_index.is_(None), _i.id.in_(firsts)), *_open())
        .order_by(_i.id)
        .limit(limit)
    )
    return [Waiting(row.id, _seconds(row)) for row in found]


async def take(work: Work, id: int) -> dict[str, Any] | None:
    """Lock an update whose turn it is and open it; None if another process has it, or has served it."""
    query = select(_i.bot_id, _i.update_id, _i.payload).where(_i.id == id, *_open(), _is_first())
    row = (await work.run(query.with_for_update(skip_locked=True, of=tables.inbox))).first()
    if row is None:
        return None
    return _opened(work, row)


async def further(work: Work, id: int, *, places: int) -> dict[str, Any] | None:
    """Return, opened, what waits so many places behind an update in the line of its chat; None if fewer wait."""
    this = select(_i.bot_id, _i.chat_index).where(_i.id == id).subquery()
    same = (_i.bot_id == this.c.bot_id, _i.chat_index == this.c.chat_index, _i.id > id)
    query = select(_i.bot_id, _i.update_id, _i.payload).where(*same, *_open()).order_by(_i.id)
    row = (await work.run(query.offset(places - 1).limit(1))).first()
    return _opened(work, row) if row else None


async def done(work: Work, id: int) -> None:
    """Note that an update has had its effects, in the transaction that holds them; its payload is wiped."""
    await work.run(update(tables.inbox).where(_i.id == id).values(processed_at=leases.now(work), payload=None))


async def failed(work: Work, id: int, *, fault: str, waits: Sequence[timedelta]) -> bool:
    """Count a try that failed; True if all `waits` are used up and the update is parked, its payload kept sealed."""
    counted = update(tables.inbox).where(_i.id == id, *_open())
    tries = (
        await work.run(counted.values(tries=_i.tries + 1, fault=fault[:200]).returning(_i.tries))
    ).scalar_one_or_none()
    if tries is None:
        return False
    parked: bool = tries > len(waits)
    values = {"parked_at": leases.now(work)} if parked else {"retry_at": leases.after(work, waits[tries - 1])}
    await work.run(update(tables.inbox).where(_i.id == id).values(**values))
    return parked


async def put_off(work: Work, id: int, *, retry_in: timedelta) -> None:
    """Have an update tried again after some of the machine's time; no try is counted."""
    await work.run(update(tables.inbox).where(_i.id == id, *_open()).values(retry_at=leases.after(work, retry_in)))


async def figures(work: Work) -> Figures:
    """Return what waits and what was parked."""
    waiting = select(func.count()).select_from(tables.inbox).where(*_open()).scalar_subquery()
    parked = select(func.count()).select_from(tables.inbox).where(_i.parked_at.is_not(None)).scalar_subquery()
    row = (await work.run(select(waiting.label("waiting"), parked.label("parked")))).one()
    return Figures(row.waiting, row.parked)


def _row(work: Work, bot_id: int, update: Update) -> dict[str, Any]:
    place = f"{bot_id}:{update.id}"  # the row's own number is not known before it is stored
    known = update.chat is not None
    return {
        "bot_id": bot_id,
        "update_id": update.id,
        "chat_index": chats.index(work, bot_id=bot_id, telegram_id=update.chat or 0) if known else None,
        "payload": work.system.seal(json.dumps(update.raw), table="inbox", row=place, column="payload"),
        "tries": 0,
        "received_at": clocks.machine(),
    }


def _opened(work: Work, row: Any) -> dict[str, Any]:
    place = f"{row.bot_id}:{row.update_id}"
    opened: dict[str, Any] = json.loads(work.system.open(row.payload, table="inbox", row=place, column="payload"))
    return opened


def _open() -> tuple[ColumnElement[bool], ...]:
    return (_i.processed_at.is_(None), _i.parked_at.is_(None))


@functools.cache  # made once: every look asks for it
def _is_first() -> ColumnElement[bool]:
    """Tell that no earlier update of the same chat waits; one without a chat waits for nobody."""
    before = tables.inbox.alias("before")
    unfinished = (before.c.processed_at.is_(None), before.c.parked_at.is_(None))
    same = (before.c.bot_id == _i.bot_id, before.c.chat_index == _i.chat_index, before.c.id < _i.id)
    return or_(_i.chat_index.is_(None), ~exists(select(before.c.id).where(*same, *unfinished)))


def _seconds(row: Any) -> float:
    return max(0.0, (row.retry_at - row.instant).total_seconds()) if row.retry_at else 0.0
