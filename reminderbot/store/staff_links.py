"""One-time links of the staff that lead to a chat: only the hash of each is kept."""

import hashlib
from datetime import datetime

from sqlalchemy import insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_l = tables.staff_links.c
TELEGRAM = "telegram"


async def add(
    work: Work, *, token: str, staff_id: str, organisation_id: str, now: datetime, expires_at: datetime
) -> None:
    """Add a link to a chat; those made before for the same person are dead. `now` is the machine's."""
    mine = (_l.staff_id == staff_id) & (_l.purpose == TELEGRAM) & _l.used_at.is_(None)
    await work.run(update(tables.staff_links).where(mine).values(used_at=now))
    row = insert(tables.staff_links).values(
        id=tables.new_id(),
        organisation_id=organisation_id,
        staff_id=staff_id,
        purpose=TELEGRAM,
        token_hash=_hash(token),
        created_at=now,
        expires_at=expires_at,
    )
    await work.run(row)


async def used(work: Work, token: str, *, now: datetime) -> str | None:
    """Use a link up and return whose it is; None if it is unknown, used, expired, or its owner has left."""
    at_work = select(tables.staff.c.id).where(tables.staff.c.left_at.is_(None))
    live = (_l.purpose == TELEGRAM) & _l.used_at.is_(None) & (_l.expires_at > now) & _l.staff_id.in_(at_work)
    change = update(tables.staff_links).where(_l.token_hash == _hash(token), live).values(used_at=now)
    found: str | None = (await work.run(change.returning(_l.staff_id))).scalar_one_or_none()
    return found


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
