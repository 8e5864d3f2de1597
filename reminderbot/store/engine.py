"""The engine behind a database URL: SQLite in WAL with immediate writers, or PostgreSQL by psycopg."""

import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from reminderbot import errors

BUSY = 15_000  # milliseconds that a writer waits for another's transaction on SQLite
POOL = 8  # connections of one process
IDLE = 5.0  # seconds after which a connection may have died unnoticed


def address(text: str) -> URL:
    """Return `text` as a URL with the driver we use; Unusable if it is neither SQLite nor PostgreSQL."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise errors.Unusable(_which_urls("is not a database URL")) from None
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case _:
            raise errors.Unusable(_which_urls("names a database we do not run on"))


def connect(text: str) -> AsyncEngine:
    """Return the engine for a database URL; nothing is reached before its first use."""
    url = address(text)
    if url.get_backend_name() == "sqlite":
        engine = create_async_engine(url, hide_parameters=True, connect_args={"timeout": BUSY / 1000}, pool_size=POOL)
        prepare_sqlite(engine.sync_engine)
        return engine
    engine = create_async_engine(
        url, pool_size=POOL, max_overflow=4, hide_parameters=True, connect_args={"connect_timeout": 10}
    )
    _ping_the_idle(engine.sync_engine)
    return engine


def prepare_sqlite(engine: Engine) -> None:
    """Make SQLite durable and strict, and let us say when a transaction begins."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY}", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


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
