"""What the outbox's sender finds and writes: whose turn it is, the intent, the record behind its fence."""

import dataclasses
import functools
import json
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, exists, func, or_, select, update

from reminderbot.planning import life
from reminderbot.store import attempts as ledger
from reminderbot.store import leases, outbox, tables
from reminderbot.store.work import Work

_o = tables.outbox.c


@dataclasses.dataclass(frozen=True)
class Owed:
    """A row of the outbox; `attempts` is the number of the last one."""

    id: int
    organisation_id: str
    chat_id: str
    attempts: int
    budget: int
    resends: int
    method: str
    useful: bool

    @property
    def subject(self) -> ledger.Subject:
        """The row as the ledger names it."""
        return ledger.Subject(self.organisation_id, outbox_id=self.id)


@dataclasses.dataclass(frozen=True)
class Call:
    """What is to be called: the parameters, and the Telegram id of the chat."""

    params: dict[str, Any] = dataclasses.field(repr=False)
    to: int = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Look:
    """The rows whose turn it is, one a chat; whether a sender was lost; the machine's seconds to the next retry."""

    owed: list[Owed]
    has_lapsed: bool
    wake: float | None


@dataclasses.dataclass(frozen=True)
class Result:
    """What becomes of a row after an attempt; `retry_in` is of the machine's time."""

    state: life.State
    reason: life.Reason | None
    resends: int
    retry_in: timedelta | None
    outcome: str
    detail: str
    message_id: int | None


async def look(work: Work, bot_id: int, *, limit: int) -> Look:
    """Return what may be sent now: of every chat the first that is not final; nothing while the bot is paused."""
    instant = leases.now(work)
    paused = select(tables.bots.c.paused_until).where(tables.bots.c.id == bot_id).scalar_subquery()
    first = (_o.bot_id == bot_id, _o.state == life.State.PLANNED, _is_first())
    ready = or_(_o.retry_at.is_(None), _o.retry_at <= instant)  # asked in SQL: who waits takes nobody's place
    goes = or_(paused.is_(None), paused <= instant)
    found = await work.run(select(*_owed(work)).where(*first, ready, goes).order_by(_o.id).limit(limit))
    later = select(func.min(_o.retry_at).label("retry"), paused.label("paused"), instant.label("instant"))
    row = (await work.run(later.where(*first, _o.retry_at > instant))).one()
    lost = select(_o.id).where(_o.state == life.State.SENDING, _o.lease_until <= instant)
    has_lapsed = (await work.run(lost.limit(1))).first() is not None
    return Look([_made(each) for each in found.mappings()], has_lapsed, _wake(row))


async def take(work: Work, id: int) -> Owed | None:
    """Lock a row whose turn it is; None if another process has it, it is no longer its turn, or the bot is paused."""
    at = tables.bots.c
    paused = exists(select(at.id).where(at.id == _o.bot_id, at.paused_until > leases.now(work)))
    found = await work.run(
        select(*_owed(work))
        .where(_o.id == id, _o.state == life.State.PLANNED, _is_first(), ~paused)
        .with_for_update(skip_locked=True, of=tables.outbox)
    )
    row = found.mappings().first()
    return _made(row) if row else None


async def call(work: Work, owed: Owed) -> Call | None:
    """Open what is to be called; None if the chat was erased meanwhile."""
    row = (await work.run(select(_o.payload, _o.key_id).where(_o.id == owed.id))).one()
    key = work.system if row.key_id == work.system.id else await work.key(row.key_id)
    if key is None or row.payload is None:
        return None
    payload = json.loads(key.open(row.payload, table="outbox", row=owed.id, column="payload"))
    to = payload.get("to") or (await outbox.address(work, owed.chat_id))[1]
    return Call(payload["params"], to)


async def intend(work: Work, owed: Owed, *, owner: str, lease: timedelta) -> int | None:
    """Write that the row is about to be sent, in the transaction that took it; return the attempt's number.

    None, and nothing is written, if it is no longer planned.
    """
    number = owed.attempts + 1
    on_its_way = {"state": life.State.SENDING, "attempts": number, "lease_owner": owner, "retry_at": None}
    change = (
        update(tables.outbox)
        .where(_o.id == owed.id, _o.state == life.State.PLANNED)
        .values(lease_until=leases.after(work, lease), **on_its_way)
    )
    begun = await ledger.begin_with(work, change, owed.subject, number=number, owner=owner)
    return number if begun else None


async def record(work: Work, subject: ledger.Subject, *, number: int, result: Result) -> bool:
    """Write what becomes of a row after attempt `number`; False if it has moved on. What is final is wiped."""
    values: dict[str, Any] = {"lease_owner": None, "lease_until": None}
    if result.retry_in is not None:
        values["retry_at"] = leases.after(work, result.retry_in)
    if result.state is not life.State.PLANNED:
        values |= {"payload": None, "key_id": None, "message_id": result.message_id}
    change = (
        update(tables.outbox)
        .where(_o.id == subject.outbox_id, _o.state == life.State.SENDING, _o.attempts == number)
        .values(state=result.state, reason=result.reason, resends=result.resends, **values)
    )
    return await ledger.end_with(
        work,
        change,
        subject,
        number=number,
        outcome=result.outcome,
        detail=result.detail,
        message_id=result.message_id,
    )


async def end(work: Work, id: int, *, state: life.State, reason: life.Reason) -> None:
    """End a row that is not sent any more, and wipe it."""
    ended = update(tables.outbox).where(_o.id == id, _o.state == life.State.PLANNED)
    await work.run(ended.values(state=state, reason=reason, payload=None, key_id=None))


async def put_off(work: Work, id: int, *, retry_in: timedelta) -> None:
    """Have a planned row looked at again after some of the machine's time; no failure is counted."""
    waiting = update(tables.outbox).where(_o.id == id, _o.state == life.State.PLANNED)
    await work.run(waiting.values(retry_at=leases.after(work, retry_in)))


async def fault(work: Work, id: int, *, tries: int, retry_in: timedelta) -> bool:
    """Count a failure to load a row; True if this was the last of `tries` and it is parked, its payload kept."""
    waiting = (_o.id == id, _o.state == life.State.PLANNED)
    counted = update(tables.outbox).where(*waiting).values(faults=_o.faults + 1).returning(_o.faults)
    faults = (await work.run(counted)).scalar_one_or_none()
    if faults is None:
        return False
    parked: bool = faults >= tries
    values: dict[str, Any] = {"retry_at": leases.after(work, retry_in)}
    if parked:
        values = {"state": life.State.PARKED, "reason": life.Reason.BROKEN}
    await work.run(update(tables.outbox).where(*waiting).values(**values))
    return parked


async def lapsed(work: Work, *, limit: int = 100) -> list[Owed]:
    """Return, locked, the rows on whose way the sender was lost: their last attempt may have been accepted."""
    found = await work.run(
        select(*_owed(work))
        .where(_o.state == life.State.SENDING, _o.lease_until <= leases.now(work))
        .order_by(_o.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_made(row) for row in found.mappings()]


def _owed(work: Work) -> list[Any]:
    useful = or_(_o.useful_until.is_(None), _o.useful_until > leases.now(work)).label("useful")
    return [*(_o[field.name] for field in dataclasses.fields(Owed) if field.name != "useful"), useful]


def _made(row: RowMapping) -> Owed:
    return Owed(**{field.name: row[field.name] for field in dataclasses.fields(Owed)})


def _wake(row: Any) -> float | None:
    ahead = [(each - row.instant).total_seconds() for each in (row.retry, row.paused) if each is not None]
    return min((wait for wait in ahead if wait > 0), default=None)


@functools.cache  # made once: every look and every send asks for it
def _is_first() -> ColumnElement[bool]:
    """Tell that no earlier row of the same chat waits or is on its way; what staff tries out holds up nothing else."""
    before = tables.outbox.alias("before")
    unfinished = before.c.state.in_([life.State.PLANNED, life.State.CLAIMED, life.State.SENDING])
    holds = (before.c.kind != outbox.Kind.TEST) | (_o.kind == outbox.Kind.TEST)
    return ~exists(select(before.c.id).where(before.c.chat_id == _o.chat_id, before.c.id < _o.id, unfinished, holds))
