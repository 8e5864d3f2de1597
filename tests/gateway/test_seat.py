"""The seat of a duty: whoever waits for it is told, however slow its renewal was."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from reminderbot.gateway import seat
from reminderbot.store import bots, tables, vault
from reminderbot.store.work import Store

BOT = 7


async def test_whoever_waits_is_told_when_a_renewal_ends_that_the_lease_did_not_outlast(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seat, "LEASE", timedelta(seconds=1))
    async with store.writing() as work:
        await bots.ensure(work, BOT)
    post = seat.Seat(store, bot_id=BOT, duty=bots.Duty.SENDER, owner="here")
    await post._try()
    await asyncio.sleep(0.7)

    async with store.writing() as work:
        await work.run(update(tables.seats).values(rank=1))  # somebody else's lock on the seat
        renewal = asyncio.create_task(post._try())
        await asyncio.sleep(0.4)
        waits = asyncio.create_task(post.wait())
        await asyncio.sleep(0)
    await renewal

    await asyncio.wait_for(waits, 0.2)


@pytest.mark.parametrize(("rank", "gives_way"), [(1, True), (0, False)])
async def test_who_lacks_a_master_key_gives_way_to_its_like_and_to_no_lesser(
    store: Store, masters: vault.Masters, url: str, rank: int, gives_way: bool
) -> None:
    async with store.writing() as work:
        await bots.ensure(work, BOT)
    behind = await Store.open(url, vault.Masters(list(masters._keys.values())))
    late, able = (
        seat.Seat(each, bot_id=BOT, duty=bots.Duty.SENDER, owner=owner, rank=its)
        for each, owner, its in ((behind, "late", 1), (store, "able", rank))
    )
    try:
        await late._try()
        await able._try()
        assert (late.held, able.held) == (True, False)

        with pytest.raises(vault.KeyMissing):
            behind._masters.unwrap(id="x", master="of another", wrapped=b"")
        for each in (late, able, late):
            await each._try()

        assert (late.held, able.held) == (not gives_way, gives_way)
    finally:
        await behind.close()
