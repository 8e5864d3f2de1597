"""Approvals: who has read the drafts of a book as they stood."""

from datetime import datetime

from sqlalchemy import select

from reminderbot.store import inserting, tables
from reminderbot.store.editions import Scope
from reminderbot.store.work import Work

_a = tables.approvals.c


async def of(work: Work, scope: Scope, book: str, hash: str) -> list[str]:
    """Return the staff who have approved these drafts, the first one ahead."""
    query = select(_a.staff_id).where(_a.scope == scope.id, _a.book == book, _a.hash == hash)
    return list((await work.run(query.order_by(_a.at, _a.id))).scalars())


async def add(
    work: Work, scope: Scope, book: str, hash: str, *, staff_id: str, detail: dict[str, int], now: datetime
) -> bool:
    """Keep an approval; False if this person has given it before."""
    row = {"organisation_id": scope.organisation_id, "scope": scope.id, "book": book, "hash": hash}
    more = {"id": tables.new_id(), "detail": detail, "staff_id": staff_id, "at": now}
    return await inserting.is_inserted(work, tables.approvals, **row, **more)
