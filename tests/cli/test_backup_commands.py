"""Backup and restore as an operator meets them: what is refused, and that a kill leaves nothing half."""

import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from reminderbot.store import vault
from tests.cli import terminal, warm


@pytest.fixture
def settings(sqlite_url: str) -> dict[str, str]:
    """The settings of a bot that has been used."""
    return {"key": terminal.KEY, "database_url": sqlite_url}


@pytest.fixture
def new(tmp_path: Path, sqlite_template: Path) -> dict[str, str]:
    """The settings of an empty database beside it, with an erasure list."""
    path = tmp_path / "new.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "new.sqlite.erased").touch()
    return {"key": terminal.KEY, "database_url": f"sqlite:///{path}"}


def add_clinic(folder: Path, settings: dict[str, str]) -> None:
    words = ("clinic", "add", "--name", "Bea", "--phone", "+34 600 000 000", "--hours", "Mon-Fri 9:00-18:00")
    done = terminal.run(*words, "--zone", "Europe/Madrid", folder=folder, **settings)
    assert done.code == 0, done.err


def test_a_backup_is_made_looked_over_and_restored(
    settings: dict[str, str], new: dict[str, str], tmp_path: Path
) -> None:
    add_clinic(tmp_path, settings)

    made = terminal.run("backup", "--to", "night", "--json", folder=tmp_path, **settings).json()
    found = terminal.run("backup", "--verify", "night", "--json", folder=tmp_path, **settings).json()
    restored = terminal.run("restore", "night", folder=tmp_path, **new)
    clinics = terminal.run("clinic", "list", "--json", folder=tmp_path, **new).json()

    assert (found["rows"], found["chunks"]) == (made["rows"], made["chunks"])
    assert restored.code == 0, restored.err
    assert [each["name"] for each in clinics] == ["Bea"]


def test_what_cannot_be_restored_is_told_in_a_sentence_and_changes_nothing(
    settings: dict[str, str], new: dict[str, str], tmp_path: Path
) -> None:
    add_clinic(tmp_path, settings)
    terminal.run("backup", "--to", "night", folder=tmp_path, **settings)
    (tmp_path / "cut").write_bytes((tmp_path / "night").read_bytes()[:-10])
    unlisted, listed = new | {"erasure_list": "none"}, new | {"erasure_list": "new.sqlite.erased"}
    before = (tmp_path / "new.sqlite").read_bytes()

    def refused(file: str, chosen: dict[str, str]) -> str:
        done = terminal.run("restore", file, folder=tmp_path, **chosen)
        assert done.code == 1
        return done.sentence

    assert "There is no erasure list" in refused("night", unlisted)
    assert "is damaged or cut short" in refused("cut", new)
    assert "made with another key" in refused("night", new | {"key": vault.new_master()})
    assert "cannot be read" in refused("nothing", new)
    assert "is not empty" in refused("night", settings)
    assert "reminderbot migrate" in refused("night", listed | {"database_url": "sqlite:///unmigrated.sqlite"})
    assert "no backup of ours" in refused("new.sqlite", new)
    assert (tmp_path / "new.sqlite").read_bytes() == before


def test_a_list_that_a_start_on_the_new_machine_has_made_is_not_taken_for_the_old_one(
    settings: dict[str, str], new: dict[str, str], tmp_path: Path
) -> None:
    add_clinic(tmp_path, settings)
    terminal.run("backup", "--to", "night", folder=tmp_path, **settings)
    (tmp_path / "new.sqlite.erased").unlink()
    time.sleep(1.1)  # a list keeps whole seconds
    started = terminal.run("clinic", "list", folder=tmp_path, **new)

    refused = terminal.run("restore", "night", folder=tmp_path, **new)
    (tmp_path / "new.sqlite.erased").write_bytes((tmp_path / "reminderbot.sqlite.erased").read_bytes())
    restored = terminal.run("restore", "night", folder=tmp_path, **new)

    assert (started.code, refused.code, restored.code) == (0, 1, 0)
    assert "was begun by this program at" in refused.sentence


def test_no_backup_is_made_with_a_key_that_does_not_open_the_database(settings: dict[str, str], tmp_path: Path) -> None:
    add_clinic(tmp_path, settings)

    refused = terminal.run("backup", "--to", "night", folder=tmp_path, **settings | {"key": vault.new_master()})

    assert (refused.code, "does not open this database" in refused.sentence) == (1, True)
    assert not (tmp_path / "night").exists()


def test_a_start_without_a_list_that_can_be_written_is_refused(settings: dict[str, str], tmp_path: Path) -> None:
    done = terminal.run("clinic", "list", folder=tmp_path, **settings, erasure_list=str(tmp_path / "no" / "list"))

    assert (done.code, "cannot be written" in done.sentence) == (1, True)


def test_a_kill_in_the_middle_leaves_nothing_half(
    settings: dict[str, str], new: dict[str, str], tmp_path: Path
) -> None:
    add_clinic(tmp_path, settings)
    _fill(tmp_path / "reminderbot.sqlite")
    terminal.run("backup", "--to", "whole", folder=tmp_path, **settings)

    _killed("backup", "--to", "half", folder=tmp_path, when=lambda: any(tmp_path.glob(".half*")), **settings)
    wal = tmp_path / "new.sqlite-wal"
    _killed("restore", "whole", folder=tmp_path, when=lambda: wal.exists() and wal.stat().st_size > 0, **new)

    assert not (tmp_path / "half").exists()
    with sqlite3.connect(tmp_path / "new.sqlite") as database:
        assert database.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    assert terminal.run("restore", "whole", folder=tmp_path, **new).code == 0


def _fill(path: Path) -> None:
    """Put in as many updates as take a command a while."""
    row = "(id, bot_id, update_id, payload, tries, received_at)"
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO bots (id, created_at) VALUES (7, '2026-11-23 09:00:00.000000')")
        values = ((n, 7, n, bytes(900), 0, "2026-11-23 09:00:00.000000") for n in range(20_000))
        database.executemany(f"INSERT INTO inbox {row} VALUES (?, ?, ?, ?, ?, ?)", values)


def _killed(*words: str, folder: Path, when, **settings: str) -> None:  # type: ignore[no-untyped-def]
    environment = terminal.environment(settings)
    nowhere = subprocess.DEVNULL
    running = warm.started(words, folder=folder, environment=environment, out=nowhere, err=nowhere)
    ends = time.monotonic() + 60
    while not when() and running.poll() is None and time.monotonic() < ends:
        time.sleep(0.002)
    assert running.poll() is None, "it had ended before it could be killed"
    running.kill()
