"""Models and migrations agree, on both databases, up and down."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Table, create_engine, inspect

from reminderbot.store import engine, tables

ROOT = Path(__file__).resolve().parents[2]


def alembic(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "REMINDERBOT_DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "-m", "alembic", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_migrations_make_what_the_tables_say(url: str) -> None:
    done = alembic(url, "check")

    assert "No new upgrade operations detected." in done.stdout, done.stdout + done.stderr


def test_the_migrations_can_be_taken_back(sqlite_url: str) -> None:
    done = alembic(sqlite_url, "downgrade", "base")

    plain = engine.address(sqlite_url).set(drivername="sqlite")
    assert done.returncode == 0, done.stderr
    assert inspect(create_engine(plain)).get_table_names() == ["alembic_version"]


def test_the_migrations_import_nothing_of_ours() -> None:
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert "reminderbot" not in path.read_text(encoding="utf-8"), path.name


NOBODYS = {
    "organisations",
    "bots",
    "seats",
    "data_keys",
    "inbox",
    "dialogues",
    "asked",
    "chats",
    "consents",
    "throttles",
}
"""Tables whose rows belong to a bot, to a chat, or to the house itself."""
OWNED = [table for table in tables.metadata.sorted_tables if table.name not in NOBODYS]


@pytest.mark.parametrize("table", OWNED, ids=lambda table: table.name)
def test_every_row_of_a_clinic_names_its_organisation(table: Table) -> None:
    assert not table.c.organisation_id.nullable


def test_what_a_person_is_recognised_by_is_sealed_or_blind() -> None:
    personal = {"telegram_id", "telegram_index", "name", "treated_by", "words", "payload", "body", "data", "token"}
    open_columns = [
        f"{table.name}.{column.name}"
        for table in tables.metadata.sorted_tables
        for column in table.columns
        if column.name in personal and "personal" not in column.info
    ]

    assert set(open_columns) == {
        "organisations.name",
        "clinics.name",
        "clinic_answers.body",
        "dialogues.name",
        "drafts.body",
        "edition_texts.body",
        "plan_versions.body",
        "texts.body",
    }
