"""What every test may ask for: a real SQLite and a real PostgreSQL, an opened store, the cast's clock."""

import asyncio
import gc
import os
import uuid
import zlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from reminderbot import clocks
from reminderbot.store import migrate, tables, vault, work
from tests import canaries, postgres, sizes

ROLE = "reminderbot_app"
"""The program's role, made once a server: it may use rows, and alter nothing."""

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The product's instant at which most stories begin: a Monday morning."""

HEAD = ScriptDirectory(str(migrate.folder())).get_current_head()
LEAVE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""Ends what a killed process has left behind: it may hold locks."""

MAKE_ROLE = f"""
    DO $$ BEGIN CREATE ROLE {ROLE} LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$
"""

BUILT_IN = ("organisations", "clinics")
"""What migrations put in: a test may change it, so that it is kept beside, in a schema of its own."""

EMPTY = ";\n".join(
    [f"DELETE FROM public.{table.name}" for table in tables.metadata.sorted_tables]
    + [f"INSERT INTO public.{name} SELECT * FROM kept.{name}" for name in BUILT_IN]
)
KEEP = ";\n".join(
    [
        "CREATE SCHEMA kept",
        *(f"CREATE TABLE kept.{name} AS TABLE {name}" for name in BUILT_IN),
        # A function's statements are planned once a connection: sixty each time would take longer than they run.
        f"CREATE FUNCTION kept.empty() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {EMPTY}; END $$",
    ]
)

SLOW = (
    "test_chaos",
    "test_mutants",
    "test_killed",
    "test_rehearsal",
    "test_upgrade",
    "test_outages",
    "test_sweep",
    "test_pages_browser",
    "test_matrix",
    "test_inbound",
    "test_demo",
    "test_canary",
    "test_ten",
    "test_running",
)
"""Files whose tests take longest, the longest first."""

BY_TURNS = ("tests/chat/", "tests/web/console/", "tests/services/", "tests/journeys/", "tests/security/")
"""Where a story is told on one of the two databases and in one of two languages, as many on each; with WHOLE=1 in every
way, as `make chaos` asks.

The matrix of who may open what, who reaches whose rows, erasure, and what keeps keys and the audit, is asked on both.
So is what reads and writes rows, and
sends: the tests of the store and of delivery; what two do at once; and the main job.
"""
ON_BOTH = {
    "test_matrix",
    "test_isolation",
    "test_erasing",
    "test_at_once",
    "test_main_job",
    "test_audit_proof",
    "test_rotating",
}
TURNING = {"url": ("sqlite", "postgresql"), "language": ("en", "es")}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let every worker begin with some of the longest, so that none ends the run alone with several of them.

    The workers are first given equal blocks of the list, in its order; whoever is done takes from the end of another's.
    """
    if not sizes.IS_WHOLE:
        items[:] = [item for item in items if _has_its_turn(item)]
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    longest = sorted((item for item in items if item.path.stem.startswith(SLOW)), key=_rank)
    others = [item for item in items if not item.path.stem.startswith(SLOW)]
    total, dealt = len(items), list[pytest.Item]()
    for worker in range(workers):
        hand = longest[worker::workers]
        size = (total - len(dealt)) // (workers - worker)
        fill = max(size - len(hand), 0)
        dealt += [*hand, *others[:fill]]
        del others[:fill]
    items[:] = dealt + others


def pytest_collection() -> None:
    """Collect no garbage while tests are collected: nearly all of it is kept."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Spare the collector all that was imported and collected: it lives as long as the run."""
    gc.collect()
    gc.freeze()
    gc.enable()


def _has_its_turn(item: pytest.Item) -> bool:
    if not (isinstance(item, pytest.Function) and hasattr(item, "callspec") and item.nodeid.startswith(BY_TURNS)):
        return True
    asked = {str(mark.args[0]) for mark in item.iter_markers("parametrize")}
    turning = {name: ways for name, ways in TURNING.items() if item.callspec.params.get(name) in ways}
    if item.path.stem in ON_BOTH or ("url" in turning and any("url" in names for names in asked)):
        return True
    others = sorted((name, place) for name, place in item.callspec.indices.items() if name not in turning)
    turn = zlib.crc32(f"{item.path.stem} {item.originalname} {others}".encode())
    for name, ways in turning.items():
        turn, mine = divmod(turn, len(ways))
        if item.callspec.params[name] != ways[mine]:
            return False
    return True


def _rank(item: pytest.Item) -> int:
    return next(place for place, name in enumerate(SLOW) if item.path.stem.startswith(name))


@pytest.fixture(scope="session", autouse=True)
def _watched() -> Iterator[None]:
    """Everybody is a canary, and everything is logged."""
    canaries.watched()
    canaries.WATCH.listen()
    yield
    canaries.WATCH.close()


@pytest.fixture(autouse=True)
def _canaries(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test nothing of a person, and no token, stands in what was logged and in the files that are left."""
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    canaries.WATCH.begin()
    yield
    assert canaries.WATCH.found(folder) == []


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL's maintenance database; one server a test process."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    with postgres.running() as made:
        yield made.url
        with psycopg.connect(made.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
        assert canaries.swept(made.data) == []


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated database that others are copied from."""
    name = f"template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(MAKE_ROLE)
    asyncio.run(migrate.upgrade(database_url(postgres_server, name)))
    asyncio.run(migrate.grant(database_url(postgres_server, name), ROLE))
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


@pytest.fixture(scope="session")
def _kept(postgres_server: str, postgres_template: str) -> Iterator["_Kept"]:
    """The database of this test process, emptied after each test: copying the template anew takes half a second."""
    kept = _Kept(postgres_server, postgres_template)
    yield kept
    kept.drop()


@pytest.fixture
def postgres_url(_kept: "_Kept") -> Iterator[str]:
    """The URL of a migrated PostgreSQL database that holds nothing yet."""
    yield as_role(_kept.url())
    _kept.empty()


@pytest.fixture
def owner_url(_kept: "_Kept") -> Iterator[str]:
    """The URL of the same database for the role that owns its tables."""
    yield _kept.url()
    _kept.empty()


class _Kept:
    """One copy of the template; made anew when a test has left it in another shape."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._name: str | None = None
        self._cleaner: psycopg.Connection[tuple[str]] | None = None

    def url(self) -> str:
        """Return the URL of the database, made if there is none."""
        if self._name is None:
            self._name = f"test_{uuid.uuid4().hex[:12]}"
            self._do(f"CREATE DATABASE {self._name} TEMPLATE {self._template}")
            with psycopg.connect(database_url(self._server, self._name)) as connection:
                connection.execute(KEEP)
        return database_url(self._server, self._name)

    def empty(self) -> None:
        """Take every row out, past triggers and keys, and put back what migrations put in."""
        try:
            if self._cleaner is None:
                self._cleaner = psycopg.connect(self.url(), autocommit=True)
                self._cleaner.execute("SET session_replication_role = replica")
            self._cleaner.execute(LEAVE)
            self._cleaner.execute("SELECT kept.empty()")
            if self._cleaner.execute("SELECT version_num FROM alembic_version").fetchone() != (HEAD,):
                self.drop()
        except psycopg.Error:  # a test has changed the schema, or ended the server
            self.drop()

    def drop(self) -> None:
        """Give the database up."""
        if self._cleaner is not None:
            self._cleaner.close()
            self._cleaner = None
        if self._name is not None:
            self._do(f"DROP DATABASE {self._name} WITH (FORCE)")
            self._name = None

    def _do(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)


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
async def owned(
    url: str, store: work.Store, masters: vault.Masters, request: pytest.FixtureRequest
) -> AsyncIterator[work.Store]:
    """The same database for whoever owns its tables: may alter them, and go past triggers."""
    here = url if store.engine.dialect.name == "sqlite" else request.getfixturevalue("_kept").url()
    opened = await work.Store.open(here, masters)
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


def as_role(url: str, role: str = ROLE, password: str | None = None) -> str:
    """Return the URL of a database for another role, which needs no password on a socket of our own."""
    return make_url(url).set(username=role, password=password).render_as_string(hide_password=False)
