"""What operators watch: what waits, what a person must look at, who holds which seat. Each query rests on an index."""

import dataclasses
from collections.abc import Mapping

from sqlalchemy import func, select, text

from reminderbot.store import bots, inbox, leases, tables
from reminderbot.store.work import Work

STATES = ("unconfirmed", "blocked", "rejected", "parked")
"""The states of a reminder that a person must look at."""


@dataclasses.dataclass(frozen=True)
class Figures:
    """The figures of a moment, for one bot where they are a bot's."""

    inbox: inbox.Figures
    outbox_waiting: int
    to_look_at: Mapping[str, int]
    copies_over_budget: int  # reminders with more possible copies than the promise allows: none, or the law is broken
    is_broken: bool
    seats: Mapping[str, bool]


async def read(work: Work, bot_id: int) -> Figures:
    """Return what operators watch."""
    return Figures(
        inbox=await inbox.figures(work),
        outbox_waiting=await _outbox_waiting(work),
        to_look_at=await _to_look_at(work),
        copies_over_budget=await _copies_over_budget(work),
        is_broken=await bots.is_broken(work, bot_id),
        seats=await _seats(work, bot_id),
    )


async def _outbox_waiting(work: Work) -> int:
    # The words of the index: a planner proves no partial index from a parameter.
    waiting = text("state IN ('planned', 'claimed', 'sending')")
    count: int = (await work.run(select(func.count()).select_from(tables.outbox).where(waiting))).scalar_one()
    return count


async def _to_look_at(work: Work) -> dict[str, int]:
    at = tables.reminders.c
    query = select(at.state, func.count().label("rows")).where(text(tables.TO_LOOK_AT)).group_by(at.state)
    return dict.fromkeys(STATES, 0) | {row.state: row.rows for row in await work.run(query)}


async def _copies_over_budget(work: Work) -> int:
    """Count where the ledger allows of more than 1 + budget copies; whoever was tried no oftener need not be read."""
    at, tried = tables.reminders.c, tables.attempts.c
    copies = (
        select(func.count())
        .select_from(tables.attempts)
        .where(tried.reminder_id == at.id, tried.outcome.in_(["accepted", "unknown"]))
        .correlate(tables.reminders)
        .scalar_subquery()
    )
    over = select(func.count()).select_from(tables.reminders).where(text(tables.TRIED_OFTEN), copies > at.budget + 1)
    count: int = (await work.run(over)).scalar_one()
    return count


async def _seats(work: Work, bot_id: int) -> dict[str, bool]:
    at = tables.seats.c
    held = await work.run(select(at.duty).where(at.bot_id == bot_id, at.until > leases.now(work)))
    return dict.fromkeys(bots.Duty, False) | dict.fromkeys(held.scalars(), True)
