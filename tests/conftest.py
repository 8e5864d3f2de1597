"""What every test may ask for: a real SQLite and a real PostgreSQL, an opened store, the cast's clock."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from reminderbot import clocks
from reminderbot.store import migrate, vault, work
from tests import postgres

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The product's instant at which most stories begin: a Monday morning."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL's maintenance database; one server a test process."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with postgres.server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated database that others are copied from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    asyncio.run(migrate.upgrade(database_url(postgres_server, name)))
    return name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    asyncio.run(migrate.upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh, migrated SQLite database."""
    path = tmp_path / "reminderbot.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """The URL of a fresh, migrated PostgreSQL database."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
        yield database_url(postgres_server, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a fresh, migrated database of either kind: a test that asks for it runs on both."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(scope="session")
def masters() -> vault.Masters:
    """The master keys of this run."""
    return vault.Masters.read(vault.new_master())


@pytest.fixture
async def store(url: str, masters: vault.Masters) -> AsyncIterator[work.Store]:
    """An opened store on either kind of database."""
    opened = await work.Store.open(url, masters)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> clocks.Clock:
    """A product clock that stands on Monday morning until it is wound."""
    return clocks.Clock.starting(MONDAY, rate=0.0)


def database_url(server: str, name: str) -> str:
    """Return the server's URL with another database's name."""
    head, _, query = server.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
