"""A process without the new master key, while another rotates: what it cannot read waits, and nothing is parked."""

import asyncio
import contextlib
import dataclasses
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.gateway import gate, inbox, seat, sender, transport
from reminderbot.services import access, rotating
from reminderbot.simulator import client
from reminderbot.store import bots, tables, vault, work
from reminderbot.store import inbox as updates
from reminderbot.web import faults, ops
from tests.delivery import cast

OLD, NEW = vault.new_master(), vault.new_master()


@dataclasses.dataclass(frozen=True)
class Behind:
    """Delivery in a process that has the old key alone, and the store of one that has both."""

    house: cast.House
    both: work.Store

    async def rotated(self) -> None:
        await rotating.rotate(self.both, access.Operator(), told=lambda _done, _total: None)


@pytest.fixture
async def behind(sqlite_url: str, telegram: transport.Transport) -> AsyncIterator[Behind]:
    old = await work.Store.open(sqlite_url, vault.Masters.read(OLD))
    both = await work.Store.open(sqlite_url, vault.Masters.read(f"{NEW},{OLD}"))
    yield Behind(cast.House(old, telegram, clocks.Clock.starting(cast.NOON, rate=0.0)), both)
    await old.close()
    await both.close()


@pytest.fixture
async def ana(behind: Behind, simulated: client.Simulated) -> cast.Patient:
    phone = await simulated.person("Ana")
    await phone.start()
    return await cast.patient(behind.house.store, phone.person)


async def test_a_reminder_stays_planned_and_whoever_has_the_key_sends_it(
    behind: Behind, ana: cast.Patient, caplog: pytest.LogCaptureFixture
) -> None:
    id = await cast.reminder(behind.house.store, ana)
    await behind.rotated()

    courier = behind.house.courier()
    for _ in range(4):  # a reminder that is broken is parked after three
        [prepared] = await behind.house.claim()
        assert await courier.carry(prepared) is None
        row = await behind.house.row(id)
        assert (row.state, row.faults, row.attempts, row.lease_owner) == ("planned", 0, 0, None)
        assert row.retry_at > clocks.machine()
        await behind.house.change(tables.reminders, id, retry_at=None)
    assert caplog.text.count("restart this process with the new key and the old one") == 1

    ahead = dataclasses.replace(behind.house, store=behind.both)
    [prepared] = await ahead.claim()
    await ahead.courier().carry(prepared)
    assert (await ahead.row(id)).state == "sent"


async def test_what_is_owed_stays_planned_and_whoever_has_the_key_sends_it(
    behind: Behind, ana: cast.Patient, telegram: transport.Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = await cast.owe(behind.house.store, ana, "Good morning")
    await behind.rotated()
    monkeypatch.setattr(sender.keyless, "RETRY", sender.keyless.RETRY / 100)  # so that more than three looks are made

    async with _sending(behind.house.store, telegram):
        await asyncio.sleep(1.5)
    row = await _one(behind.both, tables.outbox, id)
    assert (row.state, row.faults, row.attempts, row.retry_at is not None) == ("planned", 0, 0, True)

    async with _sending(behind.both, telegram), asyncio.timeout(30):
        while (await _one(behind.both, tables.outbox, id)).state != "sent":
            await asyncio.sleep(0.02)


async def test_an_update_waits_and_whoever_has_the_key_serves_it(
    behind: Behind, ana: cast.Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = {"message": {"chat": {"id": ana.telegram_id}, "text": "hello"}}
    async with behind.house.store.writing() as visit:
        await updates.keep(visit, cast.BOT, [updates.Update(1, ana.telegram_id, raw)])
    await behind.rotated()
    monkeypatch.setattr(inbox.keyless, "RETRY", inbox.keyless.RETRY / 100)
    served: list[bool] = []

    async def handle(visit: work.Work, _raw: dict[str, Any], _id: int, _now: datetime) -> None:
        chat = (await visit.run(select(tables.chats.c.key_id).where(tables.chats.c.id == ana.chat_id))).scalar_one()
        served.append(False)
        await visit.key(chat)
        served[-1] = True

    async with cast.running(inbox.Worker(behind.house.store, handle, bot_id=cast.BOT).run()), asyncio.timeout(30):
        while len(served) < 5:  # a poisoned one is parked after three
            await asyncio.sleep(0.02)
    row = await _one(behind.both, tables.inbox, 1)
    assert (row.tries, row.fault, row.parked_at, row.processed_at) == (0, None, None, None)

    async with cast.running(inbox.Worker(behind.both, handle, bot_id=cast.BOT).run()), asyncio.timeout(30):
        while not served[-1] or (await _one(behind.both, tables.inbox, 1)).processed_at is None:
            await asyncio.sleep(0.02)


async def test_a_process_without_the_new_key_is_not_ready_and_is_told_why(behind: Behind) -> None:
    async with behind.both.writing() as visit:
        await bots.ensure(visit, cast.BOT)
        await bots.polled(visit, cast.BOT, heard=True)
        ana = await visit.new_key("patient")  # wrapped by the new key, before the rotation has come far
    gauges = [ops.Gauge(each, bot_id=cast.BOT, now=lambda: cast.NOON) for each in (behind.house.store, behind.both)]
    assert [(await each.read()).found for each in gauges] == [[], []]

    async with behind.house.store.reading() as visit:
        with pytest.raises(vault.KeyMissing):
            await visit.key(ana.id)
    assert [(await each.read()).found for each in gauges] == [[faults.KEYLESS], []]


async def test_after_a_rotation_a_process_without_the_new_key_is_not_ready_before_it_meets_anything(
    behind: Behind,
) -> None:
    async with behind.both.writing() as visit:
        await bots.ensure(visit, cast.BOT)
        await bots.polled(visit, cast.BOT, heard=True)
    await behind.rotated()

    gauge = ops.Gauge(behind.house.store, bot_id=cast.BOT, now=lambda: cast.NOON)

    assert (await gauge.read()).found == [faults.KEYLESS]


@contextlib.asynccontextmanager
async def _sending(store: work.Store, telegram: transport.Transport) -> AsyncIterator[None]:
    door, owner = gate.Gate(cast.FAST), uuid.uuid4().hex
    post = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.SENDER, owner=owner)
    clock = clocks.Clock.starting(cast.NOON)
    async with post.kept(), cast.running(sender.Sender(store, telegram, door, clock, post, owner=owner).run()):
        yield


async def _one(store: work.Store, table: Any, id: int) -> Any:
    async with store.reading() as visit:
        return (await visit.run(select(table).where(table.c.id == id))).one()
