"""One transaction: a connection, the keys to what is sealed, and the bells to ring once it has committed."""

import asyncio
import contextlib
import copy
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CursorResult, Executable, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from reminderbot import clocks, errors
from reminderbot.store import bells, engine, erasure_list, reach, tables, vault

UNREACHED = (DBAPIError, OSError, PoolTimeout)
"""What a visit raises when the database does not serve it."""


class Compiled:
    """A statement with its parameters named, made once for each kind of database: `make(dialect's name)`.

    For what every reminder costs. On PostgreSQL its text is handed to the driver: to recognise so large a statement
    takes SQLAlchemy longer than it takes the database to run it. Parameters are then the driver's own types.
    """

    def __init__(self, make: Callable[[str], Executable]) -> None:
        self._make = make
        self._made: dict[str, _Made] = {}

    async def run(self, connection: AsyncConnection, given: dict[str, Any]) -> CursorResult[Any]:
        """Execute it; of `given` it takes what it names."""
        dialect = connection.dialect
        made = self._made.get(dialect.name)
        if made is None:
            statement: Any = self._make(dialect.name)
            compiled = statement.compile(dialect=dialect)
            literals = {name: _plain(value) for name, value in compiled.params.items()}
            made = self._made[dialect.name] = _Made(statement, str(compiled), literals)
        if dialect.name == "postgresql":
            named = {name: given.get(name, value) for name, value in made.literals.items()}
            return await connection.exec_driver_sql(made.text, named)
        named = {name: given[name] for name in made.literals if name in given}
        result: CursorResult[Any] = await connection.execute(made.statement, named)
        return result


@dataclasses.dataclass(frozen=True)
class _Made:
    statement: Any
    text: str
    literals: dict[str, Any]


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


@dataclasses.dataclass
class Work:
    """One transaction being worked on. `who asks` is the services' business; this holds what they need of the store."""

    connection: AsyncConnection
    masters: vault.Masters
    index: vault.BlindIndex
    system: vault.DataKey
    _keys: dict[str, vault.DataKey]
    _reach: reach.Reach = reach.ALL
    rung: set[bells.Bell] = dataclasses.field(default_factory=set)
    has_destroyed: bool = False
    erased: list[erasure_list.Erasure] = dataclasses.field(default_factory=list)

    @property
    def dialect(self) -> str:
        """Return "sqlite" or "postgresql"."""
        return self.connection.dialect.name

    @asynccontextmanager
    async def across(self) -> AsyncIterator[None]:
        """Reach every organisation's rows for the length of the block: for what passes from one to another.

        What raises inside leaves it as it is: the transaction is then undone, or nothing more is asked of it.
        """
        if self._reach == reach.ALL:
            yield
            return
        await reach.say(self.connection, reach.ALL)
        yield
        await reach.say(self.connection, self._reach)

    async def run(self, statement: Executable, rows: Any = None) -> CursorResult[Any]:
        """Execute one statement, or one for many `rows`, in this transaction."""
        result = await self.connection.execute(statement, rows)
        assert isinstance(result, CursorResult)  # noqa: S101 - narrows the type: Core results are cursor results
        return result

    async def run_compiled(self, statement: Compiled, given: dict[str, Any]) -> CursorResult[Any]:
        """Execute a compiled statement; of `given` it takes what it names."""
        return await statement.run(self.connection, given)

    async def new_key(self, purpose: str) -> vault.DataKey:
        """Make, wrap and keep a data key for a patient or a chat."""
        key = vault.fresh_key(tables.new_id())
        await _keep_key(self.connection, self.masters, key, purpose)
        return key

    async def new_keys(self, purpose: str, count: int) -> list[vault.DataKey]:
        """Make, wrap and keep several data keys, in one statement."""
        made = [vault.fresh_key(tables.new_id()) for _ in range(count)]
        rows = [_wrapped(self.masters, key, purpose) for key in made]
        await self.run(insert(tables.data_keys), rows)
        return made

    async def key(self, key_id: str | None) -> vault.DataKey | None:
        """Return an unwrapped data key, or None if it was destroyed."""
        if key_id is None:
            return None
        if key_id not in self._keys:
            found = await self.connection.execute(select(tables.data_keys).where(tables.data_keys.c.id == key_id))
            row = found.first()
            if row is None:
                return None
            self._keys[key_id] = self.masters.unwrap(id=row.id, master=row.master, wrapped=row.wrapped)
        return self._keys[key_id]

    def unwrapped(self, id: str, master: str, wrapped: bytes) -> vault.DataKey:
        """Return a data key whose row was read along with something else."""
        if id not in self._keys:
            self._keys[id] = self.masters.unwrap(id=id, master=master, wrapped=wrapped)
        return self._keys[id]

    async def destroy_key(self, key_id: str | None) -> None:
        """Destroy a data key: all that it sealed is gone for good once this commits."""
        if key_id is not None:
            await self.run(tables.data_keys.delete().where(tables.data_keys.c.id == key_id))
            self._keys.pop(key_id, None)
            self.has_destroyed = True

    def ring(self, bell: bells.Bell) -> None:
        """Wake whoever waits for `bell`, once this transaction has committed."""
        self.rung.add(bell)


@dataclasses.dataclass
class _Wiping:
    """Whether SQLite's log is still to be emptied: one for all views of a store."""

    is_owed: bool = False


class Store:
    """The database, opened: transactions that read, transactions that write."""

    def __init__(
        self,
        database: AsyncEngine,
        masters: vault.Masters,
        index: vault.BlindIndex,
        system: vault.DataKey,
        erasures: erasure_list.ErasureList | None = None,
    ) -> None:
        self.engine = database
        self.bells = bells.Bells(database)
        # SQLite lets one write at a time, and who waits sleeps ever longer: our queue is first come, first served.
        self._turn = asyncio.Lock() if database.dialect.name == "sqlite" else contextlib.nullcontext()
        self._writers = database.execution_options(immediate=True)
        self._singly = database.execution_options(isolation_level="AUTOCOMMIT")
        self._wiping = _Wiping()
        self._masters = masters
        self._index = index
        self._system = system
        self._reach = reach.ALL
        self._erasures = erasures

    @classmethod
    async def open(
        cls, url: str, masters: vault.Masters, *, erasures: erasure_list.ErasureList | None = None
    ) -> "Store":
        """Open a migrated database; Unusable if it cannot be reached or these keys do not open it.

        What is erased is written into `erasures` too, before the erasure is committed.
        """
        database = engine.connect(url)
        try:
            async with database.execution_options(immediate=True).begin() as connection:
                index = await _singleton(connection, masters, "index")
                system = await _singleton(connection, masters, "system")
        except DBAPIError as error:
            await database.dispose()
            raise errors.Unusable(engine.unreached(error)) from error
        except errors.Unusable:
            await database.dispose()
            raise
        return cls(database, masters, vault.BlindIndex(index.secret), system, erasures)

    def confined(self, to: reach.Reach) -> "Store":
        """Return the same store for somebody whose every visit reaches so far and no farther."""
        view = copy.copy(self)
        view._reach = to
        return view

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Work]:
        """Open a visit that only reads; nothing of it is kept."""
        async with self.engine.connect() as connection:
            await self._confine(connection)
            yield self._work(connection)
            await connection.rollback()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Work]:
        """Open a visit that writes: committed at its end, undone whole if anything is raised."""
        async with self._turn, self._writers.begin() as connection:
            await self._confine(connection)
            work = self._work(connection)
            yield work
            await bells.announce(connection, work.rung)
            await self._list(work)
        self._wiping.is_owed |= work.has_destroyed and self.engine.dialect.name == "sqlite"
        if self._wiping.is_owed:
            await self._wipe()
        self.bells.ring(work.rung)

    @asynccontextmanager
    async def writing_once(self) -> AsyncIterator[Work]:
        """Open a visit of one statement that commits by itself; on SQLite, or confined, one like any other."""
        if self.engine.dialect.name == "sqlite" or self._reach != reach.ALL:
            async with self.writing() as work:
                yield work
            return
        async with self._singly.connect() as connection:
            work = self._work(connection)
            yield work
            await bells.announce(connection, work.rung)
        self.bells.ring(work.rung)

    @property
    def misses_key(self) -> bool:
        """Tell whether something was met that another process's master key wraps: it waits until we have that key."""
        return self._masters.missed

    async def close(self) -> None:
        """Close every connection."""
        await self.bells.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Work]:
        """Open a visit that only reads, and reads one moment however long it takes."""
        level: dict[str, Any] = {} if self.engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
        async with self.engine.execution_options(**level).connect() as connection:
            await self._confine(connection)
            yield self._work(connection)
            await connection.rollback()

    async def _wipe(self) -> None:
        """Empty SQLite's write-ahead log, in which a destroyed key's bytes outlive their row.

        While somebody reads it cannot be emptied: we do not wait, and try again after the next write.
        """
        async with self._turn, self._singly.connect() as connection:
            await connection.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                busy = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()[0]
            except OperationalError:
                busy = 1
            finally:
                await connection.exec_driver_sql(f"PRAGMA busy_timeout={engine.BUSY}")
        self._wiping.is_owed = bool(busy)

    async def _confine(self, connection: AsyncConnection) -> None:
        if self._reach != reach.ALL:
            await reach.say(connection, self._reach)

    async def _list(self, work: Work) -> None:
        """List erasures before they commit: a crash in between leaves one too many on the list, never too few."""
        if work.erased and self._erasures is not None:
            await asyncio.to_thread(self._erasures.append, work.erased, clocks.machine())

    def _work(self, connection: AsyncConnection) -> Work:
        return Work(connection, self._masters, self._index, self._system, {}, self._reach)


async def joined(connection: AsyncConnection, masters: vault.Masters) -> Work:
    """Return a visit in a transaction that somebody else ends; Unusable if these keys do not open the database."""
    index = await _singleton(connection, masters, "index")
    return Work(
        connection, masters, vault.BlindIndex(index.secret), await _singleton(connection, masters, "system"), {}
    )


async def _singleton(connection: AsyncConnection, masters: vault.Masters, purpose: str) -> vault.DataKey:
    """Return the one key of its purpose; the first process to come makes it."""
    query = select(tables.data_keys).where(tables.data_keys.c.purpose == purpose)
    row = (await connection.execute(query)).first()
    if row is None:
        try:
            async with connection.begin_nested():
                await _keep_key(connection, masters, vault.fresh_key(tables.new_id()), purpose)
        except IntegrityError:
            pass  # another process made it between our look and our insert
        row = (await connection.execute(query)).one()
    return masters.unwrap(id=row.id, master=row.master, wrapped=row.wrapped)


async def _keep_key(connection: AsyncConnection, masters: vault.Masters, key: vault.DataKey, purpose: str) -> None:
    await connection.execute(insert(tables.data_keys).values(**_wrapped(masters, key, purpose)))


def _wrapped(masters: vault.Masters, key: vault.DataKey, purpose: str) -> dict[str, Any]:
    master, wrapped = masters.wrap(key)
    made: datetime = clocks.machine()
    return {"id": key.id, "purpose": purpose, "master": master, "wrapped": wrapped, "created_at": made}
