"""The scan finds a leak in every channel: one is planted in each."""

import asyncio
import logging
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from reminderbot import clocks, observability
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.simulator import server
from reminderbot.store import backing_up, backup_file, tables, vault, verifying
from reminderbot.store import work as works
from tests import canaries
from tests.cli import terminal
from tests.isolation import full

TYPED = "my left cheek burns like a furnace"
CHAT = 5_000_000_777


@pytest.fixture
def watch() -> Iterator[canaries.Watch]:
    """A watch of its own, so that the one of the run finds nothing."""
    made = canaries.Watch()
    made.typed.add(TYPED)
    made.people.add(CHAT)
    yield made
    made.close()


@pytest.mark.parametrize("leak", [canaries.NAME, TYPED, str(CHAT), server.TOKEN.partition(":")[2]])
def test_a_leak_into_the_log_is_found(watch: canaries.Watch, leak: str) -> None:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        watch.listen()
        observability.logger().debug("a message was sent", row=leak)
        observability.logger().debug("a message was sent", row=server.TOKEN)  # masked
    finally:
        root.handlers[:], root.level = before, level

    assert watch.found(None) == [canaries.Hit(leak, "the log")]
    assert watch.found(None) == []


@pytest.mark.parametrize("said", [f"Hello {canaries.NAME}", f'{{"text": "{TYPED}"}}', f"chat {CHAT}"])
def test_a_leak_into_the_words_of_a_process_is_found(watch: canaries.Watch, tmp_path: Path, said: str) -> None:
    done = terminal.run("when", said, folder=tmp_path)
    folder = tmp_path / "left"
    folder.mkdir()
    (folder / "bot-1.log").write_text(done.out + done.err + said)

    found = watch.found(folder)
    (folder / "bot-1.log").unlink()

    assert [hit.where for hit in found] == ["bot-1.log"]


def test_a_leak_into_a_database_file_and_its_log_is_found(
    watch: canaries.Watch, sqlite_url: str, tmp_path: Path
) -> None:
    database = sa.create_engine(sqlite_url)
    inbox = tables.inbox
    with database.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        connection.exec_driver_sql("CREATE TABLE leaks (word TEXT, chat INTEGER)")
    with database.connect() as held:
        held.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one()
        with database.begin() as connection:
            connection.execute(sa.text("INSERT INTO leaks VALUES (:word, :chat)"), {"word": TYPED, "chat": CHAT})
        found = {(hit.canary, hit.where.removeprefix("reminderbot.sqlite")) for hit in watch.found(tmp_path)}
        held.rollback()
    with database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    later = {(hit.canary, hit.where.removeprefix("reminderbot.sqlite")) for hit in watch.found(tmp_path)}
    with database.begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        connection.exec_driver_sql("DELETE FROM leaks")
    database.dispose()
    (tmp_path / "reminderbot.sqlite").unlink()

    assert found == {(TYPED, "-wal"), (str(CHAT), "-wal")}
    assert later == {(TYPED, ""), (str(CHAT), "")}


def test_a_leak_into_the_files_of_postgresql_is_found(owner_url: str) -> None:
    word = f"planted-{uuid.uuid4().hex}"
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE leaks (word TEXT)")
        connection.execute("INSERT INTO leaks VALUES (%s)", [word])
        connection.execute("CHECKPOINT")
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    folders = {hit.where for hit in canaries.swept(Path(data), (word,))}
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("DROP TABLE leaks")

    assert len(folders) > 1  # the table and the write-ahead log


SEALED = {f"{table}.{column}" for table, columns in verifying.SEALED.items() for column in columns}
SHORT = {"invites.code"}  # six letters, which may stand in any hash


@pytest.fixture
async def full_world(store: works.Store, clock: clocks.Clock) -> dict[str, set[str]]:
    """Fill two organisations; return what is sealed, by column."""
    await full.both(store, catalogs.Catalog.load(files.default_folder()), now=clock.now())
    async with store.reading() as work:
        said = await canaries.kept(work)
    assert {name for name in SEALED if not said.get(name)} == SHORT
    return said


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_dump_of_a_full_database_holds_nothing_of_what_is_sealed_and_a_leak_is_found(
    full_world: dict[str, set[str]], owner_url: str
) -> None:
    words = sorted(set().union(*full_world.values()))
    whole = await asyncio.to_thread(canaries.dumped, owner_url)

    [name, *_] = full_world["patients.name"]
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("UPDATE letters SET words = %s", [name.encode()])
        connection.execute("INSERT INTO throttles (id, failures, last_at) VALUES (%s, 1, now())", [TYPED.encode()])
    leaking = await asyncio.to_thread(canaries.dumped, owner_url)

    assert b"COPY public.letters" in whole
    assert list(canaries.looked(whole, words, "a dump")) == []
    assert {hit.canary for hit in canaries.looked(leaking, [*words, TYPED], "a dump")} >= {name, TYPED}


async def test_a_backup_of_a_full_database_holds_nothing_of_it_and_a_leak_is_found(
    full_world: dict[str, set[str]],
    store: works.Store,
    url: str,
    masters: vault.Masters,
    clock: clocks.Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = [*set().union(*full_world.values()), full.MARK, full.PHONE]  # not even what a clinic has written
    [word, *_] = full_world["letters.words"]
    async with store.writing() as work:
        await work.run(sa.update(tables.submissions).values(location=word))
    whole, leaking = tmp_path / "night.backup", tmp_path / "leaking.backup"
    await backing_up.write(url, masters, whole, at=clock.now())
    monkeypatch.setattr(backup_file, "_cipher", lambda *_: Unsealed())
    monkeypatch.setattr(backup_file, "zlib", Unsealed())
    await backing_up.write(url, masters, leaking, at=clock.now())
    found = {hit.canary for hit in canaries.looked(leaking.read_bytes(), words, "a backup")}

    assert list(canaries.looked(whole.read_bytes(), words, "a backup")) == []
    assert {word, full.MARK, full.PHONE} <= found


class Unsealed:
    """A cipher that hides nothing, and a compression that packs nothing."""

    def encrypt(self, _nonce: bytes, plain: bytes, _header: bytes) -> bytes:
        """Return what was to be sealed."""
        return plain

    def compress(self, plain: bytes, *, level: int) -> bytes:
        """Return what was to be packed."""
        return plain if level else b""
