"""Models and migrations agree, on both databases, up and down."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, MetaData, String, Table, Text, create_engine, inspect

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
        assert not re.search(r"(import|from)\s+reminderbot", path.read_text(encoding="utf-8")), path.name


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


CONSTRUCTORS = "key_column, refers, opaque, instant, sealed, blind, fact, secret, own or technical"
LONGEST = 64
"""Signs of a plain value that names a state or a thing of ours; whoever may write more could write a name."""

WIDE = {
    "attempts.detail": "what Telegram has said of a call, cut to its own words by `gateway`",
    "audit.detail": "counts, keys and ids: what each deed may write is in `services.audit`",
    "reminders.message_key": "the key of a shipped message",
    "questions.topic": "the key of a shipped topic",
    "submissions.location": "a path of the console, with ids",
    "uploads.counts": "numbers",
}
"""Facts in columns that could hold more, each with what keeps words out of it."""

FULL = {tables.Holds.OWN, tables.Holds.SEALED, tables.Holds.BLIND, tables.Holds.SECRET, tables.Holds.TECHNICAL}


def unsaid(metadata: MetaData) -> list[str]:
    """Return a sentence for each column that does not say what it holds."""
    return [
        f"{table.name}.{column.name} does not say what it holds: declare it by one of store/tables/base.py's"
        f' {CONSTRUCTORS}, and give its class a row in docs/security.md, "What is kept"'
        for table in metadata.sorted_tables
        for column in table.columns
        if column.info.get("holds") not in set(tables.Holds)
    ]


def test_every_column_says_what_it_holds() -> None:
    assert unsaid(tables.metadata) == []


def test_a_column_that_says_nothing_is_named_with_the_remedy() -> None:
    metadata = MetaData()
    Table("patients", metadata, Column("maiden_name", String(100)))

    [sentence] = unsaid(metadata)
    assert sentence.startswith("patients.maiden_name does not say what it holds: declare it by")


def test_what_is_sealed_blind_or_secret_is_never_plain_text() -> None:
    hidden = {tables.Holds.SEALED, tables.Holds.BLIND, tables.Holds.SECRET}
    plain = {f"{c.table.name}.{c.name}" for c in columns() if c.info["holds"] in hidden and isinstance(c.type, String)}

    assert plain == {"staff.password_hash", "staff.pin_hash"}  # argon2 writes its parameters before the hash


def test_a_plain_column_that_could_hold_words_of_a_person_says_what_keeps_them_out() -> None:
    wide = {f"{c.table.name}.{c.name}" for c in columns() if c.info["holds"] not in FULL and could_hold_words(c)}

    assert wide == set(WIDE)


def test_nobody_writes_to_a_technical_column_what_was_typed() -> None:
    counted = [column for column in columns() if column.info["holds"] is tables.Holds.TECHNICAL]

    wide = {f"{column.table.name}.{column.name}" for column in counted if could_hold_words(column)}
    assert wide == {"inbox.fault"}  # the kind of an error, and where


def test_the_page_about_privacy_has_a_row_for_each_class() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    kept = page.partition("## What is kept")[2].partition("\n## ")[0]

    assert {each.value for each in tables.Holds} - set(re.findall(r"\| `(\w+)`", kept)) == set()


def columns() -> list[Column[Any]]:
    """Return every column of every table."""
    return [column for table in tables.metadata.sorted_tables for column in table.columns]


def could_hold_words(column: Column[Any]) -> bool:
    """Tell whether somebody's name or words would fit into a column."""
    length = column.type.length if isinstance(column.type, String) else None
    return isinstance(column.type, JSON | Text) or (length or 0) > LONGEST
