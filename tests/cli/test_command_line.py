"""The command line itself: help, version, keys, migrations, and `check`, which shows every setting."""

import shutil
from pathlib import Path

import pytest

import reminderbot
from reminderbot import settings
from reminderbot.catalog import files
from reminderbot.store import vault
from tests.cli import terminal


def test_the_version_is_the_packages(tmp_path: Path) -> None:
    assert terminal.run("--version", folder=tmp_path, cold=True).out == f"reminderbot {reminderbot.__version__}\n"


@pytest.mark.parametrize(
    "words",
    [
        *("", "run", "demo", "migrate", "check", "key", "key new", "clinic", "clinic add", "clinic list"),
        *("invite", "worries", "timeline", "when"),
    ],
)
def test_every_command_explains_itself(tmp_path: Path, words: str) -> None:
    done = terminal.run(*words.split(), "--help", folder=tmp_path)

    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Usage: python -m reminderbot {words}".rstrip())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--only", "nonsense"), "there is no nonsense; choose from chat, delivery, web"),
        (("run", "--only", "chat", "kitchen"), "there is no kitchen"),
        (("run", "chat"), "choose from chat, delivery, web"),
        (("key", "old"), "No such command"),
        (("demo", "--port", "70000"), "Invalid value for '--port'"),
        (("clinic", "add", "--name", "Dr Bea"), "Missing option"),
    ],
)
def test_wrong_usage_ends_with_2(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = terminal.run(*words, folder=tmp_path)

    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_new_key_opens_a_vault_and_is_never_the_same(tmp_path: Path) -> None:
    first, second = (terminal.run("key", "new", folder=tmp_path).out for _ in range(2))

    assert first != second
    assert vault.Masters.read(first).active


def test_migrating_makes_the_database_and_says_when_there_is_nothing_to_do(tmp_path: Path) -> None:
    said = [terminal.run("migrate", folder=tmp_path) for _ in range(2)]

    assert [(done.code, done.out) for done in said] == [
        (0, "The database is now current.\n"),
        (0, "The database is current already.\n"),
    ]


def test_where_all_is_well_check_says_so_and_makes_nothing(tmp_path: Path) -> None:
    done = terminal.run("check", folder=tmp_path, token=terminal.TOKEN, key=terminal.KEY)

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "Nothing is wrong."
    assert list(tmp_path.iterdir()) == []


def test_check_shows_every_setting_also_when_some_are_wrong_and_no_secret(tmp_path: Path) -> None:
    done = terminal.run(
        "check", folder=tmp_path, token="secret", key=terminal.KEY, listen="8080", database_url="mysql://me:pw@host/x"
    )

    shown = dict(line.split(maxsplit=1) for line in done.out.splitlines()[:-1])
    assert done.code == 1
    assert set(shown) == {f"REMINDERBOT_{name.upper()}" for name in settings.Settings.model_fields}
    assert shown["REMINDERBOT_LISTEN"] == "8080"
    assert shown["REMINDERBOT_TOKEN"] == shown["REMINDERBOT_KEY"] == shown["REMINDERBOT_DATABASE_URL"] == "set"
    assert not any(secret in done.out + done.err for secret in (terminal.KEY, "secret", "me:pw"))
    assert done.out.splitlines()[-1] == "2 to mend."


def test_check_tells_a_misspelt_setting_and_what_is_missing(tmp_path: Path) -> None:
    done = terminal.run("check", folder=tmp_path, tokne="x")

    assert done.code == 1
    assert "REMINDERBOT_TOKNE is no setting of ours. Is it misspelt?" in done.err
    assert "REMINDERBOT_TOKEN is not set." in done.err
    assert "reminderbot key new" in done.err


def test_check_looks_into_the_database(tmp_path: Path, sqlite_url: str) -> None:
    well = {"folder": tmp_path, "token": terminal.TOKEN, "database_url": sqlite_url}
    assert terminal.run("check", **well, key=terminal.KEY).code == 0

    done = terminal.run("check", **well, key=vault.new_master())

    assert done.code == 1
    assert "REMINDERBOT_KEY does not open this database" in done.err


def test_check_asks_a_postgresql_to_be_migrated_first(tmp_path: Path, empty_postgres_url: str) -> None:
    done = terminal.run(
        "check", folder=tmp_path, token=terminal.TOKEN, key=terminal.KEY, database_url=empty_postgres_url
    )

    assert done.code == 1
    assert "reminderbot migrate" in done.err


def test_check_names_the_file_the_line_the_key_and_the_remedy_of_a_broken_text(tmp_path: Path) -> None:
    texts = tmp_path / "messages"
    shutil.copytree(files.default_folder(), texts)
    broken = texts / "es" / "refusals.toml"
    broken.write_text(broken.read_text("utf-8").replace("{{ text }}", "{{ txet }}", 1), "utf-8")

    done = terminal.run("check", "--messages", folder=tmp_path, messages=str(texts))

    assert (done.code, terminal.run("check", "--messages", folder=tmp_path).code) == (1, 0)
    fault = done.err.splitlines()[0]
    assert fault.startswith("messages/es/refusals.toml:")
    assert "[refusal.unknown_zone]" in fault
    assert "“text”" in fault
