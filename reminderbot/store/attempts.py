"""The ledger of attempts: written before a call is made, changed once when its outcome is known."""

import dataclasses
from datetime import datetime

from sqlalchemy import ColumnElement, Update, insert, literal, select, update

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


async def begin_with(work: Work, change: Update, subject: Subject, *, number: int, owner: str) -> bool:
    """Write the intent `change` of a row with its line of the ledger; False if it changes nothing, and then neither.

    On PostgreSQL both are one statement, and one round trip less for each message.
    """
    id = tables.reminders.c.id if subject.reminder_id is not None else tables.outbox.c.id
    if work.dialect != "postgresql":
        done = (await work.run(change)).rowcount == 1
        if done:
            await begin(work, subject, number=number, owner=owner)
        return done
    changed = change.returning(id).cte("changed")
    line = {
        "organisation_id": literal(subject.organisation_id),
        "reminder_id" if subject.reminder_id is not None else "outbox_id": changed.c.id,
        "number": literal(number),
        "owner": literal(owner),
        "began_at": leases.now(work),
    }
    written = insert(tables.attempts).from_select(list(line), select(*line.values()).select_from(changed))
    return (await work.run(written.returning(tables.attempts.c.number))).first() is not None


async def end_with(
    work: Work,
    change: Update,
    subject: Subject,
    *,
    number: int,
    outcome: str,
    detail: str = "",
    message_id: int | None = None,
) -> bool:
    """Write what became of a call, with the `change` of its row; False if the row has moved on meanwhile.

    The ledger is told all the same; an outcome that stands already is not overwritten.
    """
    at = tables.attempts.c
    told = (
        update(tables.attempts)
        .where(_about(subject), at.number == number, at.outcome.is_(None))
        .values(outcome=outcome, detail=detail[:DETAIL] or None, message_id=message_id, ended_at=leases.now(work))
    )
    if work.dialect == "postgresql":
        change = change.add_cte(told.cte("told"))
    else:
        await work.run(told)
    return (await work.run(change)).rowcount == 1


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
