"""The bots we speak for, what Telegram lets them do now, and the seats of their duties: one holder at a time."""

import dataclasses
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot import clocks
from reminderbot.store import leases, tables
from reminderbot.store.work import Work


class Duty(StrEnum):
    """What only one process does for a bot at a time."""

    POLLER = "poller"
    SENDER = "sender"


async def ensure(work: Work, bot_id: int, *, username: str | None = None) -> None:
    """Have a row for the bot; a username that is given is kept."""
    row = _insert(work, tables.bots).values(id=bot_id, username=username, created_at=clocks.machine())
    known = {"username": username} if username else {"id": bot_id}
    await work.run(row.on_conflict_do_update(index_elements=["id"], set_=known))


async def username(work: Work, bot_id: int) -> str | None:
    """Return the bot's name as Telegram last told it, without the at sign."""
    found: str | None = (
        await work.run(select(tables.bots.c.username).where(tables.bots.c.id == bot_id))
    ).scalar_one_or_none()
    return found


async def pause(work: Work, bot_id: int, delay: timedelta) -> None:
    """Stop every sender of the bot, in all processes, for `delay`; a longer pause that stands is kept."""
    until, at = leases.after(work, delay), tables.bots.c
    longer = or_(at.paused_until.is_(None), at.paused_until < until)
    await work.run(update(tables.bots).where(at.id == bot_id, longer).values(paused_until=until))


async def set_broken(work: Work, bot_id: int, *, broken: bool) -> None:
    """Note that the breaker has opened (an opening that stands keeps its time), or that it has closed."""
    at = tables.bots.c
    which = (at.id == bot_id) & (at.broken_at.is_(None) if broken else at.broken_at.is_not(None))
    await work.run(update(tables.bots).where(which).values(broken_at=leases.now(work) if broken else None))


async def is_broken(work: Work, bot_id: int) -> bool:
    """Tell whether the breaker of the bot's sender is open."""
    at = tables.bots.c
    return (await work.run(select(at.id).where(at.id == bot_id, at.broken_at.is_not(None)))).first() is not None


@dataclasses.dataclass(frozen=True)
class Polls:
    """When a poll last ended (machine clock; None if never): `returned` at all, `heard` where Telegram served it."""

    returned: datetime | None
    heard: datetime | None


async def polled(work: Work, bot_id: int, *, heard: bool) -> None:
    """Note that a poll has returned; `heard` if Telegram served it, and did not refuse it or stay away."""
    now = leases.now(work)
    noted = {"polled_at": now, "heard_at": now} if heard else {"polled_at": now}
    await work.run(update(tables.bots).where(tables.bots.c.id == bot_id).values(noted))


async def polls(work: Work, bot_id: int) -> Polls:
    """Return when a poll last returned, and when one was last served."""
    at = tables.bots.c
    row = (await work.run(select(at.polled_at, at.heard_at).where(at.id == bot_id))).first()
    return Polls(row.polled_at, row.heard_at) if row else Polls(None, None)


async def take_seat(work: Work, bot_id: int, duty: Duty, *, owner: str, lease: timedelta, rank: int = 1) -> bool:
    """Take the seat or keep it for another `lease`; False while somebody else's lease on it runs.

    Who has a higher `rank` than the holder need not wait for the lease.
    """
    at, until = tables.seats.c, leases.after(work, lease)
    row = _insert(work, tables.seats).values(bot_id=bot_id, duty=duty, owner=owner, rank=rank, until=until)
    free = or_(at.owner == owner, at.until < leases.now(work), at.rank < rank)
    taken = row.on_conflict_do_update(
        index_elements=["bot_id", "duty"], set_={"owner": owner, "rank": rank, "until": until}, where=free
    )
    return (await work.run(taken.returning(at.owner))).first() is not None


async def leave_seat(work: Work, bot_id: int, duty: Duty, *, owner: str) -> None:
    """Give the seat up, so that whoever stands by need not wait for the lease."""
    at = tables.seats.c
    await work.run(delete(tables.seats).where(at.bot_id == bot_id, at.duty == duty, at.owner == owner))


def _insert(work: Work, table: object) -> "postgresql.Insert | sqlite.Insert":
    return postgresql.insert(table) if work.dialect == "postgresql" else sqlite.insert(table)  # type: ignore[arg-type]
