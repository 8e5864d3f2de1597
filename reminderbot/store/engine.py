"""The engine behind a database URL: SQLite in WAL with immediate writers, or PostgreSQL by psycopg."""

import contextlib
import os
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url, util
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from reminderbot import addresses, errors
from reminderbot.store import reach

BUSY = 15_000  # milliseconds that a writer waits for another's transaction on SQLite
POOL = 8  # connections of one process
IDLE = 5.0  # seconds after which a connection may have died unnoticed
STATEMENTS = 1000  # compiled statements that a process keeps; it has some four hundred for each kind of database

IN_THE_OPEN = (
    "The database's URL names another machine ({host}) and leaves open whether the connection is encrypted. Append "
    "?sslmode=verify-full (and &sslrootcert=FILE for a certificate of your own), or ?sslmode=disable if nobody else is "
    "on the network between."
)


class _Statements(util.LRUCache[Any, Any]):
    """Compiled statements by the kind of database: one engine need not compile again what another has."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(_of_kind(key), value)


def _of_kind(key: Any) -> Any:
    dialect, *rest = key
    return (dialect.name, *rest)


_COMPILED = _Statements(STATEMENTS)


def address(text: str) -> URL:
    """Return `text` as a URL with the driver we use.

    Unusable if it is neither SQLite nor PostgreSQL, or leaves it to chance whether what is said to another machine is
    encrypted (ASVS 12.3.1).
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a ValueError where the port is none
        raise errors.Unusable(_which_urls("is not a database URL")) from None
    match url.get_backend_name():
        case "sqlite" if url.database in {None, "", ":memory:"}:
            raise errors.Unusable(_which_urls("names no file, and what is kept nowhere is lost"))
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            _refuse_in_the_open(url)
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise errors.Unusable(_which_urls("names a database we do not run on"))


def _refuse_in_the_open(url: URL) -> None:
    """Hold a URL to saying what libpq would otherwise try and silently do without."""
    named = url.query.get("host") or url.host or os.environ.get("PGHOST", "")
    hosts = ",".join([named] if isinstance(named, str) else named).split(",")
    elsewhere = [named for host in hosts if _is_elsewhere(named := host.rpartition("@")[2])]  # a password may hold "@"
    if elsewhere and (url.query.get("sslmode") or os.environ.get("PGSSLMODE", "prefer")) in {"prefer", "allow"}:
        raise errors.Unusable(IN_THE_OPEN.format(host=elsewhere[0]))


def _is_elsewhere(host: str) -> bool:
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    return not name.startswith("/") and addresses.is_elsewhere(name)


def connect(text: str) -> AsyncEngine:
    """Return the engine for a database URL; nothing is reached before its first use."""
    url = address(text)
    options = {"compiled_cache": _COMPILED}
    if url.get_backend_name() == "sqlite":
        waits = {"timeout": BUSY / 1000}
        engine = create_async_engine(
            url, hide_parameters=True, connect_args=waits, pool_size=POOL, execution_options=options
        )
        prepare_sqlite(engine.sync_engine)
        _stop_threads_once(engine.sync_engine)
        return engine
    engine = create_async_engine(
        url,
        pool_size=POOL,
        max_overflow=4,
        hide_parameters=True,
        connect_args={"connect_timeout": 10},
        execution_options=options,
    )
    prepare_postgresql(engine.sync_engine)
    _ping_the_idle(engine.sync_engine)
    return engine


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite durable and strict, a new file ours alone, and let us say when a transaction begins."""

    @event.listens_for(engine, "do_connect")
    def _ours_alone(_dialect: Any, _record: Any, arguments: list[Any], _named: Any) -> None:
        file = str(arguments[0])
        if file and file != ":memory:" and not file.startswith("file:"):
            with contextlib.suppress(OSError):  # there is one, or SQLite says itself why there can be none
                os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))  # its log and index are made like it

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        # secure_delete: a destroyed key's bytes would otherwise stay in the file until something is written over them
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA busy_timeout={BUSY}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _stop_threads_once(engine: Engine) -> None:
    """Tell a connection's thread to end only once: whoever tells it again waits for ever for its answer.

    A visit that is cancelled twice does so (aiosqlite 0.22 under SQLAlchemy 2.1), and a process that is told to stop
    would not end.
    """

    @event.listens_for(engine, "connect", insert=True)  # before anything is awaited, and may be cancelled
    def _connected(connection: Any, _record: Any) -> None:
        driver = connection.driver_connection
        unused = [driver.stop]
        driver.stop = lambda: unused.pop()() if unused else None


def prepare_postgresql(engine: Engine) -> None:
    """Say on each connection that it is the program's own: without, row-level security shows nothing."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        try:
            cursor = connection.cursor()
            cursor.execute(reach.EVERY_CONNECTION)
            cursor.close()
            connection.commit()
        except BaseException:
            connection.close()  # the pool has not taken it yet, and would leave it open
            raise


def _ping_the_idle(engine: Engine) -> None:
    """Try a connection that was idle before it is used again; `pool_pre_ping` would cost each visit a round trip."""

    @event.listens_for(engine, "checkin")
    def _rests(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _wakes(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("since", time.monotonic()) < IDLE:
            return
        try:
            engine.dialect.do_ping(connection)
        except Exception as error:  # the pool then makes another, and drops those that are as old
            raise DisconnectionError from error


def unreached(error: DBAPIError) -> str:
    """Return one sentence that says why the database did not serve us and what to do."""
    cause = " ".join(str(error.orig).split())[:200]
    if "no such table" in cause or "does not exist" in cause:
        return f"The database is not set up ({cause}). Run `reminderbot migrate`."
    if "readonly" in cause or "read-only" in cause:
        return f"The database is read-only ({cause}). Give the bot's user the right to write to it."
    return f"The database cannot be reached ({cause}). Check REMINDERBOT_DATABASE_URL."


def _which_urls(what: str) -> str:
    return (
        f"REMINDERBOT_DATABASE_URL {what}. Write sqlite:///reminderbot.sqlite or postgresql://user:password@host/name."
    )
