"""The ledger of attempts: written before a call is made, changed once when its outcome is known."""

import dataclasses
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from reminderbot.store import leases, tables
from reminderbot.store.work import Work

DETAIL = 200  # characters that the ledger keeps of an outcome's detail


@dataclasses.dataclass(frozen=True)
class Subject:
    """What an attempt is about: a reminder or a row of the outbox, exactly one of the two."""

    organisation_id: str
    reminder_id: str | None = None
    outbox_id: int | None = None


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One line of the ledger; `outcome` is None while nobody knows what became of it."""

    number: int
    owner: str
    began_at: datetime
    ended_at: datetime | None
    outcome: str | None
    detail: str | None


async def begin(work: Work, subject: Subject, *, number: int, owner: str) -> None:
    """Write that a call is about to be made, in the transaction of the intent."""
    await work.run(
        insert(tables.attempts).values(
            organisation_id=subject.organisation_id,
            reminder_id=subject.reminder_id,
            outbox_id=subject.outbox_id,
            number=number,
            owner=owner,
            began_at=leases.now(work),
        )
    )


async def end(
    work: Work, subject: Subject, *, number: int, outcome: str, detail: str = "", message_id: int | None = None
) -> None:
    """Write what became of the call; an outcome that stands already is not overwritten."""
    at = tables.attempts.c
    await work.run(
        update(tables.attempts)
        .where(_about(subject), at.number == number, at.outcome.is_(None))
        .values(outcome=outcome, detail=detail[:DETAIL] or None, message_id=message_id, ended_at=leases.now(work))
    )


async def of(work: Work, subject: Subject) -> list[Attempt]:
    """Return the ledger of one subject, in order."""
    at = tables.attempts.c
    query = select(at.number, at.owner, at.began_at, at.ended_at, at.outcome, at.detail)
    found = await work.run(query.where(_about(subject)).order_by(at.number))
    return [Attempt(**row) for row in found.mappings()]


def _about(subject: Subject) -> ColumnElement[bool]:
    if subject.reminder_id is not None:
        return tables.attempts.c.reminder_id == subject.reminder_id
    return tables.attempts.c.outbox_id == subject.outbox_id
