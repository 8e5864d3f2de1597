"""Master keys change while others write, nothing is lost, and what is destroyed leaves the file."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, text

from reminderbot import errors
from reminderbot.services import access, rotating
from reminderbot.store import rewrapping, tables, vault, work

OPERATOR = access.Operator()
PLACE = {"table": "patients", "row": "ana", "column": "name"}


async def rotated(store: work.Store) -> tuple[rotating.MasterView, ...]:
    return await rotating.rotate(store, OPERATOR, told=lambda _done, _total: None)


async def test_every_key_opens_by_the_new_master_alone_while_others_write(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BATCH", 5)
    old, new = vault.new_master(), vault.new_master()
    first = await work.Store.open(url, vault.Masters.read(old))
    async with first.writing() as visit:
        keys = await visit.new_keys("patient", 23)
    cells = {key.id: key.seal("Ana", **PLACE) for key in keys}
    both = await work.Store.open(url, vault.Masters.read(f"{new},{old}"))
    running = await work.Store.open(url, vault.Masters.read(f"{new},{old}"))

    async def write() -> None:
        for _ in range(10):
            async with running.writing() as visit:
                made = await visit.new_key("patient")
            cells[made.id] = made.seal("Ana", **PLACE)

    after, _ = await asyncio.gather(rotated(both), write())

    assert [(each.is_active, each.is_needed) for each in after] == [(True, True), (False, False)]
    alone = await work.Store.open(url, vault.Masters.read(new))
    assert alone._index == first._index
    async with alone.reading() as visit:
        for id, cell in cells.items():
            key = await visit.key(id)
            assert key is not None
            assert key.open(cell, **PLACE) == "Ana"
    with pytest.raises(errors.Unusable, match="does not open this database"):
        await work.Store.open(url, vault.Masters.read(old))
    for each in (first, both, running, alone):
        await each.close()


async def test_a_run_that_was_interrupted_goes_on(url: str) -> None:
    old, new = vault.new_master(), vault.new_master()
    first = await work.Store.open(url, vault.Masters.read(old))
    async with first.writing() as visit:
        await visit.new_keys("patient", 8)
    both = await work.Store.open(url, vault.Masters.read(f"{new},{old}"))
    async with both.writing() as visit:
        await rewrapping.some(visit, after="", limit=3)  # and then the machine was switched off

    async with both.reading() as visit:
        assert sorted(each.data_keys for each in await rotating.standing(visit, OPERATOR)) == [3, 7]
    assert [each.data_keys for each in await rotated(both)] == [10, 0]
    for each in (first, both):
        await each.close()


async def test_what_another_rotation_wraps_meanwhile_is_left_as_it_is(postgres_url: str) -> None:
    old, one, two = (vault.new_master() for _ in range(3))
    first = await work.Store.open(postgres_url, vault.Masters.read(old))
    async with first.writing() as visit:
        await visit.new_keys("patient", 3)
    here = await work.Store.open(postgres_url, vault.Masters.read(f"{one},{old}"))
    there = await work.Store.open(postgres_url, vault.Masters.read(f"{two},{one},{old}"))
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    async def late() -> int:
        async with there.writing() as visit:
            return (await rewrapping.some(visit, after="", limit=10))[0]

    async with here.writing() as visit:
        assert (await rewrapping.some(visit, after="", limit=10))[0] == 5
        other = asyncio.create_task(late())  # it reads what has not committed here, and waits for it
        async with asyncio.timeout(60):
            while not (await visit.run(waiting)).scalar_one():
                await asyncio.sleep(0.02)

    assert await other == 0
    async with there.reading() as visit:
        assert await rewrapping.counts(visit) == {vault.Masters.read(one).active.fingerprint: 5}
    for each in (first, here, there):
        await each.close()


async def test_a_rotation_leaves_a_line_in_the_chain_of_no_clinic(sqlite_url: str) -> None:
    old, new = vault.new_master(), vault.new_master()
    first = await work.Store.open(sqlite_url, vault.Masters.read(old))
    both = await work.Store.open(sqlite_url, vault.Masters.read(f"{new},{old}"))
    for _ in range(2):  # the second finds nothing to do
        await rotated(both)

    a, to = tables.audit.c, vault.Masters.read(new).active.fingerprint
    async with both.reading() as visit:
        lines = (await visit.run(select(a.clinic_id, a.actor, a.action, a.detail))).all()
    assert [tuple(each) for each in lines] == [(tables.BUILT_IN, "operator", "keys.rotated", {"to": to, "keys": 2})]
    for each in (first, both):
        await each.close()


async def test_a_process_with_the_old_key_alone_is_told_what_to_do_and_loses_nothing(url: str) -> None:
    old, new = vault.new_master(), vault.new_master()
    behind = await work.Store.open(url, vault.Masters.read(old))
    async with behind.writing() as visit:
        ana = await visit.new_key("patient")
    both = await work.Store.open(url, vault.Masters.read(f"{new},{old}"))
    await rotated(both)

    async with behind.reading() as visit:
        with pytest.raises(errors.Unusable, match="restart this process with the new key and the old one"):
            await visit.key(ana.id)
    async with behind.writing() as visit:
        late = await visit.new_key("patient")  # it still wraps by the old one
    async with both.reading() as visit:
        assert await visit.key(late.id) == late
        assert [each.is_needed for each in await rotating.standing(visit, OPERATOR)] == [True, True]
    assert [each.is_needed for each in await rotated(both)] == [True, False]
    for each in (behind, both):
        await each.close()


async def test_without_a_key_that_is_needed_nothing_is_changed(url: str) -> None:
    old, new = vault.new_master(), vault.new_master()
    first = await work.Store.open(url, vault.Masters.read(old))
    async with first.writing() as visit:
        await visit.new_keys("patient", 3)
    both = await work.Store.open(url, vault.Masters.read(f"{new},{old}"))
    async with both.writing() as visit:
        for purpose in ("index", "system"):  # so that the new key alone opens the house
            k = tables.data_keys.c
            row = (await visit.run(select(tables.data_keys).where(k.purpose == purpose))).one()
            master, wrapped = visit.masters.wrap(
                visit.masters.unwrap(id=row.id, master=row.master, wrapped=row.wrapped)
            )
            await visit.run(tables.data_keys.update().where(k.id == row.id).values(master=master, wrapped=wrapped))
    alone = await work.Store.open(url, vault.Masters.read(new))

    with pytest.raises(errors.Unusable, match="Nothing was changed"):
        await rotated(alone)
    async with alone.reading() as visit:
        assert sorted((await rewrapping.counts(visit)).values()) == [2, 3]
    for each in (first, both, alone):
        await each.close()


async def test_a_destroyed_keys_bytes_leave_the_file_and_its_log(sqlite_url: str, masters: vault.Masters) -> None:
    store = await work.Store.open(sqlite_url, masters)
    async with store.writing() as visit:
        keys = await visit.new_keys("patient", 50)
        rows = (await visit.run(select(tables.data_keys).where(tables.data_keys.c.id == keys[25].id))).all()
    [wrapped] = [row.wrapped for row in rows]
    assert wrapped in raw(sqlite_url)

    async with store.writing() as visit:
        await visit.destroy_key(keys[25].id)

    assert wrapped not in raw(sqlite_url)
    async with store.reading() as visit:
        assert await visit.key(keys[24].id) == keys[24]
    await store.close()


async def test_while_somebody_reads_the_log_is_emptied_after_the_next_write(
    sqlite_url: str, masters: vault.Masters
) -> None:
    store = await work.Store.open(sqlite_url, masters)
    async with store.writing() as visit:
        key = await visit.new_key("patient")
        [row] = (await visit.run(select(tables.data_keys).where(tables.data_keys.c.id == key.id))).all()

    async with store.reading() as looking:
        await looking.key(key.id)
        async with store.writing() as visit:
            await visit.destroy_key(key.id)
        assert row.wrapped in raw(sqlite_url)
    async with store.writing() as visit:
        await visit.new_key("patient")

    assert row.wrapped not in raw(sqlite_url)
    await store.close()


def raw(url: str) -> bytes:
    """Return the bytes of the database's file and of its log."""
    path = url.removeprefix("sqlite:///")
    return b"".join(Path(path + end).read_bytes() for end in ("", "-wal") if Path(path + end).exists())


async def test_the_blind_index_has_a_key_of_its_own_that_the_master_alone_does_not_give(store: work.Store) -> None:
    async with store.writing() as visit:
        patient = await visit.new_key("patient")
        known = {patient.secret, visit.system.secret, visit.masters.active.secret}

        assert visit.index.secret not in known
        assert all(vault.BlindIndex(each).of("chat", "1") != visit.index.of("chat", "1") for each in known)
