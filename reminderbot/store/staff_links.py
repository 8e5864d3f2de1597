"""One-time links by which somebody of the staff sets a password: found by the hash of their token (S1)."""

import dataclasses
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert, select, update

from reminderbot.store import sign_ins, tables
from reminderbot.store.work import Work

_l = tables.staff_links.c


class Purpose(StrEnum):
    """What a link is for."""

    WELCOME = "welcome"  # a password and a second factor, both anew
    RESET = "reset"  # a password; the second factor stays
    TELEGRAM = "telegram"  # ties a chat that gets alerts


PASSWORDS = (Purpose.WELCOME, Purpose.RESET)


@dataclasses.dataclass(frozen=True)
class LinkRow:
    """A link that may be used now."""

    id: str
    staff_id: str
    purpose: Purpose


async def add(
    work: Work,
    *,
    staff_id: str,
    organisation_id: str,
    purpose: Purpose,
    token: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep a link by its token's hash; instants are the machine's."""
    row = insert(tables.staff_links).values(
        id=tables.new_id(),
        organisation_id=organisation_id,
        staff_id=staff_id,
        purpose=purpose,
        token_hash=sign_ins.token_hash(token),
        created_at=now,
        expires_at=expires_at,
    )
    await work.run(row)


async def usable(work: Work, token: str, *, now: datetime) -> LinkRow | None:
    """Return the link for a password behind a token; None if it is unknown, used or expired."""
    query = select(_l.id, _l.staff_id, _l.purpose).where(_l.token_hash == sign_ins.token_hash(token))
    open_ = query.where(_l.used_at.is_(None), _l.expires_at > now, _l.purpose.in_(PASSWORDS))
    row = (await work.run(open_)).first()
    return LinkRow(row.id, row.staff_id, Purpose(row.purpose)) if row else None


async def is_used_up(work: Work, id: str, *, now: datetime) -> bool:
    """Use a link up; of two at once one is told False."""
    unused = (_l.id == id) & _l.used_at.is_(None) & (_l.expires_at > now)
    return (await work.run(update(tables.staff_links).where(unused).values(used_at=now))).rowcount == 1


async def end_all(work: Work, staff_id: str, *, now: datetime) -> None:
    """Let no link of a person be of use any more."""
    unused = (_l.staff_id == staff_id) & _l.used_at.is_(None)
    await work.run(update(tables.staff_links).where(unused).values(used_at=now))


async def end_chats(work: Work, staff_id: str, *, now: datetime) -> None:
    """Let no link of a person to a chat be of use any more."""
    unused = (_l.staff_id == staff_id) & (_l.purpose == Purpose.TELEGRAM) & _l.used_at.is_(None)
    await work.run(update(tables.staff_links).where(unused).values(used_at=now))


async def used_by_chat(work: Work, token: str, *, now: datetime) -> str | None:
    """Use up a link to a chat and return whose it is; None if it is unknown, used, expired, or they have left."""
    at_work = select(tables.staff.c.id).where(tables.staff.c.left_at.is_(None))
    live = (_l.purpose == Purpose.TELEGRAM) & _l.used_at.is_(None) & (_l.expires_at > now) & _l.staff_id.in_(at_work)
    change = update(tables.staff_links).where(_l.token_hash == sign_ins.token_hash(token), live).values(used_at=now)
    found: str | None = (await work.run(change.returning(_l.staff_id))).scalar_one_or_none()
    return found
