"""The statements that every reminder costs, compiled once: the intent if nothing has changed, and the record."""

from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Executable,
    Integer,
    Interval,
    LargeBinary,
    Select,
    String,
    Update,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from reminderbot import clocks
from reminderbot.planning import life
from reminderbot.store import attempts as ledger
from reminderbot.store import tables
from reminderbot.store.ready import FACTS, FIXED, LOCKED, Ready, joined
from reminderbot.store.work import Compiled, Work

_r, _a = tables.reminders.c, tables.attempts.c


async def begin(work: Work, ready: Ready, worded: dict[str, Any], *, owner: str, lease: timedelta) -> bool:
    """Write the intent and its line of the ledger, if all of `ready` still stands; False, and nothing, if not.

    `worded` are the columns that keep what is said. On PostgreSQL it is one statement.
    """
    given = _given(ready, owner, worded) | _times(work, lease) | {"attempt": ready.attempts + 1}
    if work.dialect == "postgresql":
        return (await work.run_compiled(_BEGIN, given)).first() is not None
    if (await work.run_compiled(_CHANGE, given)).first() is None:
        return False
    await ledger.begin(work, ready.subject, number=ready.attempts + 1, owner=owner)
    return True


async def merge(work: Work, ready: Ready, worded: dict[str, Any], *, into: str, owner: str) -> bool:
    """Write that another reminder says this one, if all of `ready` still stands; False if not."""
    given = _given(ready, owner, worded) | _times(work, timedelta(0)) | {"into": into}
    return (await work.run_compiled(_MERGE, given)).first() is not None


async def record(
    work: Work,
    subject: ledger.Subject,
    *,
    number: int,
    row: dict[str, Any],
    line: dict[str, Any],
    retry_in: timedelta | None,
) -> bool:
    """Write what became of attempt `number`, in the row behind its fence and in the ledger; False past the fence."""
    times = _times(work, retry_in or timedelta(0)) | {"retries": retry_in is not None}
    given = {"row": subject.reminder_id, "attempt": number} | row | line | times
    if work.dialect != "postgresql":
        await work.run_compiled(_LINE, given)
    return (await work.run_compiled(_RECORD, given)).first() is not None


def _given(ready: Ready, owner: str, worded: dict[str, Any]) -> dict[str, Any]:
    said = {f"said_{name}": value for name, value in worded.items()}
    return {f"was_{name}": getattr(ready, name) for name in FACTS} | said | {"owner": owner}


def _times(work: Work, delay: timedelta) -> dict[str, Any]:
    """The machine's time as `leases` has it: the database's own on PostgreSQL, ours on SQLite."""
    if work.dialect == "postgresql":
        return {"delay": delay}
    now = clocks.machine()
    return {"instant": now, "later": now + delay}


def _now(dialect: str) -> ColumnElement[Any]:
    if dialect == "postgresql":
        return func.clock_timestamp(type_=tables.Instant)
    return bindparam("instant", type_=tables.Instant)


def _later(dialect: str) -> ColumnElement[Any]:
    if dialect == "postgresql":
        return _now(dialect) + bindparam("delay", type_=Interval)
    return bindparam("later", type_=tables.Instant)


def _still(dialect: str) -> Select[Any]:
    """Select the reminder if all that it was decided and worded by is unchanged, locked, and the bot not paused."""
    same = (
        column.is_not_distinct_from(bindparam(f"was_{name}", type_=column.type))
        for name, column in FACTS.items()
        if name not in FIXED
    )
    paused = tables.bots.c.paused_until
    running = paused.is_(None) | (paused <= _now(dialect))
    query = joined(select(_r.id)).where(_r.id == bindparam("was_id", type_=String), *same, running)
    return query.with_for_update(read=True, of=list(LOCKED))


def _unchanged(dialect: str) -> Update:
    return update(tables.reminders).where(
        _r.id == bindparam("was_id", type_=String),
        _r.state == life.State.CLAIMED,
        _r.lease_owner == bindparam("owner", type_=String),
        _r.lease_until > _now(dialect),
        _r.id.in_(_still(dialect)),
    )


_WORDED = {
    "text_id": bindparam("said_text_id", type_=String),
    "edition_id": bindparam("said_edition_id", type_=String),
    "language": bindparam("said_language", type_=String),
    "body": bindparam("said_body", type_=LargeBinary),
}


def _change(dialect: str) -> ReturningUpdate[Any]:
    return (
        _unchanged(dialect)
        .values(
            state=life.State.SENDING,
            attempts=bindparam("attempt", type_=Integer),
            lease_until=_later(dialect),
            retry_at=None,
            faults=0,
            **_WORDED,
        )
        .returning(_r.id, _r.organisation_id, _r.attempts, _r.lease_owner)
    )


def _begin(dialect: str) -> Executable:
    changed = _change(dialect).cte("changed")
    line = {
        "organisation_id": changed.c.organisation_id,
        "reminder_id": changed.c.id,
        "number": changed.c.attempts,
        "owner": changed.c.lease_owner,
        "began_at": _now(dialect),
    }
    written = insert(tables.attempts).from_select(list(line), select(*line.values()).select_from(changed))
    return written.returning(_a.number)


def _merge(dialect: str) -> Executable:
    said = {"state": life.State.MERGED, "merged_into": bindparam("into", type_=String)}
    return _unchanged(dialect).values(lease_owner=None, lease_until=None, **said, **_WORDED).returning(_r.id)


def _line(dialect: str) -> Update:
    which = (_a.reminder_id == bindparam("row", type_=String), _a.number == bindparam("attempt", type_=Integer))
    return (
        update(tables.attempts)
        .where(*which, _a.outcome.is_(None))
        .values(
            outcome=bindparam("told", type_=String),
            detail=bindparam("detailed", type_=String),
            message_id=bindparam("message", type_=_a.message_id.type),
            ended_at=_now(dialect),
        )
    )


def _record(dialect: str) -> Executable:
    change = (
        update(tables.reminders)
        .where(
            _r.id == bindparam("row", type_=String),
            _r.state == life.State.SENDING,
            _r.attempts == bindparam("attempt", type_=Integer),
        )
        .values(
            state=bindparam("new_state", type_=String),
            reason=bindparam("new_reason", type_=String),
            resends=bindparam("new_resends", type_=Integer),
            retry_at=case((bindparam("retries", type_=Boolean), _later(dialect)), else_=None),
            lease_owner=None,
            lease_until=None,
            message_id=bindparam("sent_message", type_=_r.message_id.type),
            sent_to=bindparam("sent_to_chat", type_=String),
            sent_at=bindparam("sent_when", type_=tables.Instant),
        )
        .returning(_r.id)
    )
    return change.add_cte(_line(dialect).cte("line")) if dialect == "postgresql" else change


_BEGIN, _CHANGE, _MERGE = Compiled(_begin), Compiled(_change), Compiled(_merge)
_RECORD, _LINE = Compiled(_record), Compiled(_line)
