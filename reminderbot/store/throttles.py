"""Throttles: how often something was tried or has come, by the blind id of an account, an address or a chat (S6)."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work

_t = tables.throttles.c


@dataclasses.dataclass(frozen=True)
class ThrottleRow:
    """How often one thing was tried in vain, when last, and until when nothing more is tried."""

    id: bytes
    failures: int
    last_at: datetime
    until: datetime | None


def id_of(work: Work, kind: str, value: str) -> bytes:
    """Return the blind id of an account ("account", login), an address or a computer."""
    return work.index.of("throttle", f"{kind}|{value}")


async def read(work: Work, ids: Sequence[bytes]) -> list[ThrottleRow]:
    """Return those that exist."""
    found = await work.run(select(tables.throttles).where(_t.id.in_(list(ids))))
    return [ThrottleRow(**row) for row in found.mappings()]


async def locked(work: Work, ids: Sequence[bytes], *, now: datetime) -> list[ThrottleRow]:
    """Return all of them, made where they are missing, locked in one order whoever asks."""
    for id in sorted(ids):
        await inserting.is_inserted(work, tables.throttles, id=id, failures=0, last_at=now)
    query = select(tables.throttles).where(_t.id.in_(list(ids))).order_by(_t.id).with_for_update()
    return [ThrottleRow(**row) for row in (await work.run(query)).mappings()]


async def known(work: Work, id: bytes, *, now: datetime) -> ThrottleRow:
    """Return one of them, made if it is missing. Nothing is locked: for what only one visit at a time counts."""
    found = await read(work, [id])
    if found:
        return found[0]
    await is_first(work, id, now=now)
    return ThrottleRow(id, 0, now, None)


async def is_first(work: Work, id: bytes, *, now: datetime) -> bool:
    """Tell whether something was counted for the first time, by counting it."""
    return await inserting.is_inserted(work, tables.throttles, id=id, failures=1, last_at=now)


async def set_(work: Work, id: bytes, *, failures: int, now: datetime, until: datetime | None) -> None:
    """Keep how often it was tried in vain."""
    await work.run(update(tables.throttles).where(_t.id == id).values(failures=failures, last_at=now, until=until))


async def forget(work: Work, id: bytes) -> None:
    """Count from nothing again."""
    await work.run(delete(tables.throttles).where(_t.id == id))


async def give_back(work: Work, id: bytes) -> None:
    """Take one failure back, and the wait with it."""
    counted = (_t.id == id) & (_t.failures > 0)
    await work.run(update(tables.throttles).where(counted).values(failures=_t.failures - 1, until=None))


async def forget_before(work: Work, before: datetime) -> None:
    """Forget what was last tried before an instant."""
    await work.run(delete(tables.throttles).where(_t.last_at < before))
