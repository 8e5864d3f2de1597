"""The seat of a duty: whoever waits for it is told, however slow its renewal was."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from reminderbot.gateway import seat
from reminderbot.store import bots, tables
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
