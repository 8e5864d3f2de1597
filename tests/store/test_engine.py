"""One process's engines: they share what is compiled, each with those of its own kind of database."""

import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncEngine

from reminderbot import errors
from reminderbot.store import engine


async def test_a_new_file_its_log_and_index_are_ours_alone_and_what_was_opened_to_others_stays_so(
    tmp_path: Path,
) -> None:
    (tmp_path / "old").touch(0o640)
    (tmp_path / "old").chmod(0o640)
    before = os.umask(0o022)
    try:
        opened = [engine.connect(f"sqlite:///{tmp_path / name}") for name in ("new", "old")]
        async with opened[0].begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE t (i)")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        await opened[0].dispose()
        await _asks(opened[1], "one")
    finally:
        os.umask(before)

    assert modes == {"new": 0o600, "new-wal": 0o600, "new-shm": 0o600, "old": 0o640}
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o640


async def test_a_second_engine_need_not_compile_again(tmp_path: Path) -> None:
    one, other = (engine.connect(f"sqlite:///{tmp_path / name}") for name in ("one", "other"))

    before = len(engine._COMPILED)
    await _asks(one, "shared")
    await _asks(other, "shared")

    assert len(engine._COMPILED) == before + 1


async def test_a_statement_that_another_kind_of_database_has_compiled_is_not_taken_from_it(
    tmp_path: Path, postgres_url: str
) -> None:
    ours, theirs = engine.connect(f"sqlite:///{tmp_path / 'one'}"), engine.connect(postgres_url)

    both = [await _asks(theirs, "own"), await _asks(ours, "own")]

    assert both == [1, 1]  # SQLite knows no FOR UPDATE, and would refuse it


async def _asks(database: AsyncEngine, name: str) -> int:
    asked = select(literal(1).label(name)).with_for_update()
    async with database.connect() as connection:
        answer: int = (await connection.execute(asked)).scalar_one()
    await database.dispose()
    return answer


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("postgresql://me:pw@db.clinic.example/x", True),
        ("postgresql://me:x@pw@db.clinic.example/x", True),
        ("postgresql://me:pw@10.0.0.7:5432/x?sslmode=prefer", True),
        ("postgresql://me:pw@[2001:db8::7]/x", True),
        ("postgresql://me:pw@/x?host=/run/postgresql,db.clinic.example:5432", True),
        ("postgresql://me:pw@db.clinic.example/x?sslmode=verify-full", False),
        ("postgresql://me:pw@10.0.0.7/x?sslmode=disable", False),
        ("postgresql://me:pw@127.0.0.1/x", False),
        ("postgresql://me:pw@[::1]:5432/x", False),
        ("postgresql://me:pw@postgres/x", False),
        ("postgresql://me@/x?host=/run/postgresql", False),
    ],
)
def test_what_is_said_to_another_machine_is_not_left_to_be_encrypted_or_not(
    monkeypatch: pytest.MonkeyPatch, url: str, is_refused: bool
) -> None:
    monkeypatch.delenv("PGSSLMODE", raising=False)

    try:
        engine.address(url)
        said = ""
    except errors.Unusable as refused:
        said = str(refused)

    assert ("sslmode=verify-full" in said, "pw" in said) == (is_refused, False)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://me:pw@host:pw/x", "http://[::1", "pw"]
)
def test_what_is_no_database_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(errors.Unusable) as refused:
        engine.address(url)

    assert "sqlite:///" in str(refused.value)
    assert "pw" not in str(refused.value)
