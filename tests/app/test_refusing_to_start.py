"""`run` where it cannot: one line that says what to do, exit code 1, and nothing written."""

import shutil
import socket
import sqlite3
from pathlib import Path

import psycopg
import pytest

from reminderbot.catalog import files
from reminderbot.store import vault
from tests.app import process
from tests.cli import terminal


def refused(folder: Path, user: str | None = None, **settings: str) -> str:
    """Run the bot, see it refuse, and return the sentence; a setting of "" is left out."""
    chosen = {
        "token": terminal.TOKEN,
        "key": terminal.KEY,
        "listen": "127.0.0.1:0",
        "telegram_url": terminal.NOWHERE,
    } | settings
    given = {name: value for name, value in chosen.items() if value}
    done = terminal.run("run", folder=folder, user=user, **given)
    assert (done.code, done.out) == (1, "")
    return done.sentence


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"key": ""}, "REMINDERBOT_KEY is not set, and without it nothing personal can be kept. Make one with"),
        ({"key": "changeme"}, "REMINDERBOT_KEY holds something that is not a key"),
        ({"token": ""}, "REMINDERBOT_TOKEN is not set. @BotFather gives one"),
        ({"token": "123:abc def"}, "REMINDERBOT_TOKEN is not a bot token."),
        ({"token": "", "token_file": "none"}, "REMINDERBOT_TOKEN_FILE names none, which cannot be read."),
        ({"token_file": "none"}, "Both REMINDERBOT_TOKEN and REMINDERBOT_TOKEN_FILE are set. Keep one of them."),
        ({"clock": "2026-11-24T15:30Z", "telegram_url": ""}, "REMINDERBOT_CLOCK is for demo and tests."),
        ({"database_url": "mysql://root@localhost/x"}, "REMINDERBOT_DATABASE_URL names a database we do not run on."),
        ({"messages": "nowhere"}, "nowhere:1: there is no such folder"),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_told_in_one_line(
    tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    assert said in refused(tmp_path, **settings)
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_key_is_told_and_changes_nothing(tmp_path: Path, url: str) -> None:
    well = {"folder": tmp_path, "key": terminal.KEY, "database_url": url}
    assert terminal.run("clinic", "list", **well).code == 0  # the first to open it seals it with this key

    said = refused(tmp_path, key=vault.new_master(), database_url=url)

    assert "REMINDERBOT_KEY does not open this database: it was sealed with another key." in said
    assert terminal.run("clinic", "list", **well).code == 0


def test_an_unreachable_postgresql_is_told(tmp_path: Path) -> None:
    said = refused(tmp_path, database_url="postgresql://ana:hidden@127.0.0.1:1/reminderbot")

    assert "The database cannot be reached" in said
    assert "REMINDERBOT_DATABASE_URL" in said
    assert "hidden" not in said


def test_an_outdated_postgresql_asks_for_the_migration(tmp_path: Path, owner_url: str) -> None:
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")

    assert "Run `reminderbot migrate` first." in refused(tmp_path, database_url=owner_url)


def test_a_database_newer_than_the_program_is_told(tmp_path: Path, sqlite_url: str) -> None:
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "The database is newer than this program." in refused(tmp_path, database_url=sqlite_url)


def test_a_read_only_database_is_told(tmp_path: Path, sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")

    said = refused(tmp_path, key=vault.new_master(), database_url=f"sqlite:///file:{file}?mode=ro&uri=true")

    assert "read-only" in said


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("folder", "that is a folder. Name a file in it."),
        ("file/db.sqlite", "There is no folder"),
        ("none/db.sqlite", "There is no folder"),
    ],
)
def test_a_database_where_none_can_be_is_told(tmp_path: Path, place: str, said: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")

    assert said in refused(tmp_path, database_url=f"sqlite:///{place}")
    assert (tmp_path / "file").read_text() == ""


def test_a_file_that_is_no_database_is_told_and_kept(tmp_path: Path) -> None:
    (tmp_path / "diary").write_text("Dear diary, " * 1000)

    assert "file is not a database" in refused(tmp_path, database_url="sqlite:///diary")
    assert (tmp_path / "diary").read_text() == "Dear diary, " * 1000


def test_a_broken_text_is_told_by_file_line_key_and_remedy(tmp_path: Path) -> None:
    texts = tmp_path / "messages"
    shutil.copytree(files.default_folder(), texts)
    broken = texts / "en" / "refusals.toml"
    broken.write_text(broken.read_text("utf-8").replace("{{ text }}", "{{ text", 1), "utf-8")

    said = refused(tmp_path, messages=str(texts))

    assert "messages/en/refusals.toml:" in said
    assert "[refusal.unknown_zone]" in said
    assert " – " in said  # what is wrong – what to do
    assert list(tmp_path.iterdir()) == [texts]


def test_a_port_in_use_is_told_before_anything_is_written(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"

        said = refused(tmp_path, listen=address)

    assert f"REMINDERBOT_LISTEN={address} cannot be listened on (Address already in use)." in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("token", ["4200000009:AAE-token-that-was-revoked-long-ago", "42:short"])
async def test_a_token_that_telegram_refuses_ends_the_process_with_a_sentence(
    tmp_path: Path, sqlite_url: str, telegram: str, token: str
) -> None:
    settings = {"token": token, "telegram_url": telegram, "database_url": sqlite_url}
    with process.started(tmp_path, **settings) as bot:
        code = await bot.ended()

    assert code == 1
    assert bot.said.splitlines()[-1] == (
        "reminderbot: Telegram does not accept REMINDERBOT_TOKEN. Ask @BotFather for the bot's current token."
    )
    assert "Traceback" not in bot.said
    assert token not in bot.said
