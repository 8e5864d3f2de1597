"""The erasure list: on the disk before an erasure commits, whole after a power cut, shared by several processes."""

import multiprocessing
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from reminderbot import errors
from reminderbot.store import erasure, erasure_list, tables, vault, work

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def erased(number: int) -> erasure_list.Erasure:
    """Return an erasure with an id of its own."""
    return erasure_list.Erasure(erasure_list.Kind.PATIENT, f"{number:032x}")


def _appends(path: Path, first: int) -> None:
    for number in range(first, first + 50):
        erasure_list.ErasureList(path).append([erased(number)], AT)


@pytest.fixture
def listed(tmp_path: Path) -> erasure_list.ErasureList:
    """A list that is not there yet."""
    return erasure_list.ErasureList(tmp_path / "key.erased")


def test_what_was_appended_is_read_and_is_ours_alone(listed: erasure_list.ErasureList) -> None:
    listed.append([erased(1), erased(2)], AT)
    listed.append([erased(2), erased(3)], AT)

    assert listed.read() == [erased(1), erased(2), erased(3)]
    assert stat.S_IMODE(listed.path.stat().st_mode) == 0o600


def test_a_line_that_a_power_cut_tore_is_taken_back(listed: erasure_list.ErasureList) -> None:
    listed.append([erased(1)], AT)
    with listed.path.open("a") as file:
        file.write("2026-11-23T09:00:00+00:00 pati")

    before = listed.read()
    listed.append([erased(2)], AT)

    assert (before, listed.read()) == ([erased(1)], [erased(1), erased(2)])


def test_a_list_that_is_not_there_is_refused_and_an_empty_one_is_not(listed: erasure_list.ErasureList) -> None:
    with pytest.raises(errors.Unusable, match="make an empty file"):
        listed.read()
    listed.path.touch()

    assert listed.read() == []


def test_a_line_that_is_none_of_ours_is_told(listed: erasure_list.ErasureList) -> None:
    listed.path.write_text("hello\n")

    with pytest.raises(errors.Unusable, match="Line 1"):
        listed.read()


def test_a_list_that_was_lost_is_whole_again(listed: erasure_list.ErasureList) -> None:
    assert listed.complete([erased(1), erased(2)], AT) == 2
    assert listed.complete([erased(1), erased(2)], AT) == 0
    assert listed.read() == [erased(1), erased(2)]


def test_a_list_that_a_start_has_made_serves_no_backup_of_a_time_before(listed: erasure_list.ErasureList) -> None:
    listed.complete([], AT)

    with pytest.raises(errors.Unusable, match="was begun by this program at 2026-11-23T09:00"):
        listed.refuse_later_than(AT - timedelta(days=1))
    listed.refuse_later_than(AT + timedelta(days=1))
    listed.append([erased(1)], AT)
    assert listed.read() == [erased(1)]


def test_a_list_that_was_deleted_while_the_bot_ran_is_no_whole_one(listed: erasure_list.ErasureList) -> None:
    listed.append([erased(2)], AT)

    with pytest.raises(errors.Unusable, match="does not know who was erased before that"):
        listed.refuse_later_than(AT - timedelta(days=1))


def test_of_joined_lists_the_oldest_counts_and_what_a_person_or_the_database_vouches_for_is_taken(
    listed: erasure_list.ErasureList,
) -> None:
    earlier = AT - timedelta(days=2)
    listed.path.touch()
    listed.refuse_later_than(earlier)
    listed.path.unlink()
    listed.complete([erased(1)], AT)
    listed.refuse_later_than(earlier)

    listed.path.write_text(f"{AT.isoformat()} begun\n{earlier.isoformat()} begun\n")

    listed.refuse_later_than(AT - timedelta(days=1))
    assert listed.read() == []


def test_several_processes_append(listed: erasure_list.ErasureList) -> None:
    context = multiprocessing.get_context("spawn")
    running = [context.Process(target=_appends, args=(listed.path, first)) for first in (0, 1000)]
    for each in running:
        each.start()
    for each in running:
        each.join(60)

    assert len(listed.read()) == 100


async def test_an_erasure_that_cannot_be_listed_does_not_happen(
    url: str, masters: vault.Masters, tmp_path: Path
) -> None:
    store = await work.Store.open(url, masters, erasures=erasure_list.ErasureList(tmp_path / "no" / "key.erased"))
    async with store.writing() as visit:
        made = await visit.new_key("chat")

    with pytest.raises(errors.Unusable, match="cannot be written"):
        async with store.writing() as visit:
            await erasure.erase_chat(visit, "c" * 32, made.id, index=None, now=AT)

    async with store.reading() as visit:
        kept = (await visit.run(select(tables.data_keys.c.id).where(tables.data_keys.c.id == made.id))).all()
    await store.close()
    assert kept
