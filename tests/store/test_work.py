"""One transaction, on both databases."""

import asyncio
import itertools

import pytest
from sqlalchemy import select

from reminderbot import errors
from reminderbot.store import bells, migrate, tables, vault, work

PATIENCE = 10.0  # seconds


async def test_a_fresh_database_is_current(url: str) -> None:
    assert await migrate.standing(url) is migrate.Standing.CURRENT


async def test_a_visit_that_fails_leaves_nothing(store: work.Store) -> None:
    with pytest.raises(RuntimeError, match="halfway"):
        async with store.writing() as visit:
            await visit.new_key("patient")
            raise RuntimeError("halfway")

    async with store.reading() as visit:
        kept = (await visit.run(select(tables.data_keys).where(tables.data_keys.c.purpose == "patient"))).all()
    assert kept == []


async def test_visits_that_are_cancelled_twice_leave_nobody_waiting(url: str, masters: vault.Masters) -> None:
    before = asyncio.all_tasks()
    for turns in itertools.product(range(3), repeat=2):  # of the loop, between one cancellation and the next
        store = await work.Store.open(url, masters)
        visit = asyncio.create_task(_writes(store))
        await asyncio.sleep(0.02)
        for turn in turns:
            visit.cancel()
            for _ in range(turn):
                await asyncio.sleep(0)
        visit.cancel()
        await asyncio.wait([visit], timeout=PATIENCE)
        await store.close()

    left = asyncio.all_tasks() - before  # as asyncio.run ends a loop: each is cancelled once, and waited for
    for each in left:
        each.cancel()
    _, waiting = await asyncio.wait(left, timeout=PATIENCE) if left else ((), ())
    assert list(waiting) == []


async def _writes(store: work.Store) -> None:
    while True:
        async with store.writing() as visit:
            await visit.new_key("patient")


async def test_a_key_is_the_same_in_the_next_visit(store: work.Store) -> None:
    async with store.writing() as visit:
        made = await visit.new_key("patient")

    async with store.reading() as visit:
        assert await visit.key(made.id) == made


async def test_a_destroyed_key_is_gone(store: work.Store) -> None:
    async with store.writing() as visit:
        made = await visit.new_key("patient")
    async with store.writing() as visit:
        await visit.destroy_key(made.id)

    async with store.reading() as visit:
        assert await visit.key(made.id) is None


async def test_a_wrong_key_is_refused_with_a_sentence(url: str, store: work.Store) -> None:
    stranger = vault.Masters.read(vault.new_master())

    with pytest.raises(errors.Unusable, match="does not open this database"):
        await work.Store.open(url, stranger)


async def test_a_second_key_keeps_the_first_ones_database_open(url: str) -> None:
    old, new = vault.new_master(), vault.new_master()
    first = await work.Store.open(url, vault.Masters.read(old))
    index = first._index
    await first.close()

    again = await work.Store.open(url, vault.Masters.read(f"{new}, {old}"))

    assert again._index == index
    await again.close()


async def test_ten_processes_that_open_at_once_agree_on_the_index_key(url: str, masters: vault.Masters) -> None:
    stores = await asyncio.gather(*(work.Store.open(url, masters) for _ in range(10)))

    assert len({each._index for each in stores}) == 1
    for each in stores:
        await each.close()


async def test_a_bell_wakes_the_one_who_waits_once_the_visit_has_committed(store: work.Store) -> None:
    waiting = asyncio.create_task(store.bells.wait(bells.Bell.OUTBOX, at_most=10))
    async with store.writing() as visit:
        visit.ring(bells.Bell.OUTBOX)

    await asyncio.wait_for(waiting, 5)


async def test_a_bell_is_heard_in_another_process(postgres_url: str, masters: vault.Masters) -> None:
    here, there = [await work.Store.open(postgres_url, masters) for _ in range(2)]
    waiting = asyncio.create_task(there.bells.wait(bells.Bell.INBOX, at_most=30))
    await asyncio.sleep(0.5)  # until the other one listens

    async with here.writing() as visit:
        visit.ring(bells.Bell.INBOX)

    await asyncio.wait_for(waiting, 5)
    await here.close()
    await there.close()


async def test_a_database_that_cannot_be_reached_is_told_in_one_sentence(masters: vault.Masters) -> None:
    with pytest.raises(errors.Unusable, match="cannot be reached"):
        await work.Store.open("postgresql://nobody@127.0.0.1:1/none", masters)


def test_a_url_of_another_database_is_refused() -> None:
    with pytest.raises(errors.Unusable, match="do not run on"):
        asyncio.run(migrate.upgrade("mysql://here/there"))
