"""What the driver sees of the database, beside the workers and past their code; and its hand on the lock."""

import contextlib
import dataclasses
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, and_, create_engine, event, func, select, text, true
from sqlalchemy.exc import DBAPIError

from reminderbot import clocks
from reminderbot.planning import life
from reminderbot.store import bots, engine, tables

_r, _s, _p, _b, _c = tables.reminders.c, tables.seats.c, tables.patients.c, tables.bindings.c, tables.chats.c
LEASED = (life.State.CLAIMED, life.State.SENDING)
NOT_FINAL = (life.State.PLANNED, *LEASED)


@dataclasses.dataclass(frozen=True)
class Row:
    """A reminder that a sender holds."""

    id: str
    state: life.State
    attempts: int


class Database:
    """The database of a run, looked at in the driver's own process."""

    def __init__(self, url: str) -> None:
        address = engine.address(url)
        name = "sqlite" if address.get_backend_name() == "sqlite" else "postgresql+psycopg"
        self.is_sqlite = name == "sqlite"
        self.engine: Engine = create_engine(address.set(drivername=name), hide_parameters=True, pool_pre_ping=True)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _of_ours)
        else:
            engine.prepare_postgresql(self.engine)  # the program's role sees nothing before it says what it is about

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def all(self, query: Any) -> list[Any]:
        """Return the rows of a query."""
        with self.engine.connect() as connection:
            return list(connection.execute(query))

    def holder(self, duty: bots.Duty = bots.Duty.SENDER) -> int | None:
        """Return the process that holds a seat, or held it last; None if none has, or nobody can be asked.

        An owner's name is host-pid-random.
        """
        try:
            found = self.all(select(_s.owner).where(_s.duty == duty))
        except DBAPIError:  # its server was killed
            return None
        return int(found[0].owner.rsplit("-", 2)[1]) if found else None

    def leased(self, pid: int) -> list[Row]:
        """Return what a process holds."""
        query = select(_r.id, _r.state, _r.attempts).where(_r.state.in_(LEASED), _r.lease_owner.like(f"%-{pid}-%"))
        return [Row(row.id, life.State(row.state), row.attempts) for row in self.all(query)]

    def states(self) -> dict[str, int]:
        """Return how many reminders stand in each state."""
        return {
            row.state: row.number for row in self.all(select(_r.state, func.count().label("number")).group_by("state"))
        }

    def left(self, *, held: bool) -> int:
        """Return how many reminders are not final; without `held` only those that nothing keeps from being sent."""
        bound = and_(_b.patient_id == _r.patient_id, _b.ended_at.is_(None))
        free = and_(
            _r.due_at <= clocks.machine(),
            _p.stopped_at.is_(None),
            _c.blocked_at.is_(None),
            _c.consented_at.is_not(None),
        )
        query = (
            select(func.count())
            .select_from(tables.reminders)
            .join(tables.patients, _p.id == _r.patient_id)
            .join(tables.bindings, bound)
            .join(tables.chats, _c.id == _b.chat_id)
            .where(_r.state.in_(NOT_FINAL), true() if held else free | _r.state.in_(LEASED))
        )
        return int(self.all(query)[0][0])

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Let nobody write a reminder for the length of the block: whoever tries, waits."""
        with self.engine.connect() as connection:
            lock = "BEGIN IMMEDIATE" if self.is_sqlite else "LOCK TABLE reminders IN SHARE MODE"
            connection.execute(text(lock))
            yield
            connection.rollback()


def _of_ours(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver of Python begins nothing by itself
    connection.execute("PRAGMA busy_timeout=15000")
