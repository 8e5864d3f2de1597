"""Data keys and the master keys that wrap them: counted by fingerprint, wrapped anew a few at a time."""

from typing import Any

from sqlalchemy import func, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_k = tables.data_keys.c


async def counts(work: Work) -> dict[str, int]:
    """Return how many data keys each master key wraps, by the master's fingerprint."""
    query = select(_k.master, func.count()).group_by(_k.master)
    rows: list[Any] = list((await work.run(query)).all())
    return {row[0]: row[1] for row in rows}


async def is_ahead(work: Work) -> bool:
    """Tell whether the keys of the whole database are wrapped by a master key that this process does not have."""
    query = select(_k.id).where(_k.purpose.in_(["index", "system"]), _k.master.not_in(work.masters.fingerprints))
    return (await work.run(query.limit(1))).first() is not None


async def some(work: Work, *, after: str, limit: int) -> tuple[int, str | None]:
    """Wrap anew at most `limit` data keys with ids beyond `after`; return how many, and the last id looked at.

    A row that was destroyed or wrapped anew by another run since it was read is left as it is. None for the id when
    there was no row.
    """
    active = work.masters.active.fingerprint
    query = select(tables.data_keys).where(_k.master != active, _k.id > after).order_by(_k.id).limit(limit)
    rows = (await work.run(query)).all()
    done = 0
    for row in rows:
        key = work.masters.unwrap(id=row.id, master=row.master, wrapped=row.wrapped)
        master, wrapped = work.masters.wrap(key)
        same = (_k.id == row.id) & (_k.master == row.master) & (_k.wrapped == row.wrapped)
        done += (await work.run(update(tables.data_keys).where(same).values(master=master, wrapped=wrapped))).rowcount
    return done, str(rows[-1].id) if rows else None
