"""The databases that are measured on: a durable PostgreSQL of their own, and SQLite files."""

import contextlib
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import make_url

from reminderbot.store import migrate as store_migrate
from reminderbot.store import vault
from reminderbot.store.work import Store
from tests import conftest, postgres

DURABLE = (
    "-c fsync=on -c synchronous_commit=on -c full_page_writes=on -c max_connections=200 "
    "-c shared_buffers=256MB -c listen_addresses=''"
)
"""What a commit promises in production, it promises here; beyond this PostgreSQL's own defaults."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Run the PostgreSQL of a whole run; yield its URL."""
    with postgres.server(DURABLE) as url:
        yield url


@contextlib.contextmanager
def empty(server_url: str) -> Iterator[str]:
    """Make a database for the length of the block; yield its URL."""
    name = f"bench_{uuid.uuid4().hex[:12]}"
    _do(server_url, f"CREATE DATABASE {name}")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _do(server_url, f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.asynccontextmanager
async def made(server_url: str | None) -> AsyncIterator[str]:
    """Make an empty database, a SQLite file where there is no server; yield its URL."""
    if server_url is not None:
        with empty(server_url) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="reminderbot-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'bench.sqlite'}"


async def migrate(url: str) -> None:
    """Bring it to the program's schema; on PostgreSQL the program's own role may use the rows, and no more."""
    await store_migrate.upgrade(url)
    if not url.startswith("sqlite"):
        _do(url, conftest.MAKE_ROLE)
        await store_migrate.grant(url, conftest.ROLE)


def as_program(url: str) -> str:
    """Return the URL of a migrated database for the program's role, whom row-level security confines."""
    return url if url.startswith("sqlite") else conftest.as_role(url)


@contextlib.asynccontextmanager
async def opened(url: str, key: str) -> AsyncIterator[Store]:
    """Open a migrated database: its owner may COPY rows in, which under row-level security nobody may."""
    store = await Store.open(url, vault.Masters.read(key))
    try:
        yield store
    finally:
        await store.close()


def settle(url: str) -> None:
    """Let PostgreSQL know its tables as after a night's autovacuum, and write out what loading has left."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def bytes_of(url: str, table: str) -> int:
    """Return the bytes that a table takes on disk with its indexes and what is stored beside it."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table]).fetchone()
    return int(row[0]) if row else 0


def cpu_seconds(url: str) -> float:
    """Return the CPU seconds that the server of `url` has used so far, all of its processes together."""
    with psycopg.connect(url) as connection:
        master = psutil.Process(connection.info.backend_pid).parent()
    if master is None:
        raise RuntimeError("the server is not on this machine")
    ended = master.cpu_times()
    return sum(_used(each) for each in (master, *master.children())) + ended.children_user + ended.children_system


def _used(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # it ended meanwhile, and its parent counts it
        return 0.0
    return float(times.user + times.system)


def _do(server_url: str, statement: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(statement)
