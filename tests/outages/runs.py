"""One run: patients, an outage of some kind and length, the shipped sender through it, and what became of all."""

import asyncio
import contextlib
import dataclasses
import random
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.catalog import catalog
from reminderbot.delivery import compose, dispatcher
from reminderbot.gateway import gate, pace, probing, seat, sender
from reminderbot.store import bots, outbox, tables, vault
from reminderbot.store.work import Store
from tests.chaos import rows
from tests.outages import dark, laws, people, virtual

EPOCH = datetime(2026, 11, 23, 5, 50, tzinfo=UTC)
BEFORE = timedelta(minutes=10)  # of ordinary work
AFTER = timedelta(hours=26)  # the longest quiet hours end in it
REPLIES = 6  # owed to patients while the outage lasts
LONG = 1800.0  # seconds


@dataclasses.dataclass(frozen=True)
class Plan:
    """An outage of a kind that lasts some hours, with about so many reminders due."""

    kind: dark.Kind
    hours: float
    reminders: int
    seed: int = 1


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of a run, and the seconds of a real clock that it took."""

    plan: Plan
    report: laws.Report
    seconds: float


def through(plan: Plan, url: str) -> Outcome:
    """Run the shipped sender through an outage, on a migrated and empty SQLite."""
    began, key = time.monotonic(), vault.new_master()
    count = people.patients(plan.reminders)
    rows.fill(url, key, count)
    with pytest.MonkeyPatch.context() as patch:
        lengthen(patch)
        report = virtual.run(EPOCH, lambda: _through(plan, url, key, count))
    return Outcome(plan, report, time.monotonic() - began)


def lengthen(patch: pytest.MonkeyPatch) -> None:
    """Have every loop sleep for half an hour: looks in vain cost three days dearly, and only bells wake anyone."""
    patch.setattr(seat, "LEASE", timedelta(seconds=3 * LONG))
    patch.setattr(seat, "RENEW", LONG)
    patch.setattr(sender, "LOOK", LONG)
    patch.setattr(probing, "IDLE", LONG)
    patch.setattr(dispatcher, "SHUT_SLEEP", LONG)
    patch.setattr(dispatcher, "LONGEST_SLEEP", {"sqlite": LONG})


async def _through(plan: Plan, url: str, key: str, count: int) -> laws.Report:
    outage = people.Outage(EPOCH + BEFORE, EPOCH + BEFORE + timedelta(hours=plan.hours))
    start, end = ((each - EPOCH).total_seconds() for each in (outage.start, outage.end))
    telegram = dark.Telegram(plan.kind, lambda now: start <= now < end)
    store = await Store.open(url, vault.Masters.read(key))
    try:
        await people.scatter(store, count, outage, seed=plan.seed)
        async with sending(store, telegram):
            await asyncio.sleep(start)
            chance = random.Random(plan.seed)
            for _ in range(REPLIES):
                await asyncio.sleep((end - start) / REPLIES)
                await _owe(store, chance.randrange(count))
            await asyncio.sleep(AFTER.total_seconds())
        return await laws.check(store, telegram, outage, EPOCH)
    finally:
        await store.close()


@contextlib.asynccontextmanager
async def sending(store: Store, telegram: dark.Telegram) -> AsyncIterator[None]:
    """Run what a process with the door of delivery runs, its alarm on the loop's own time."""
    clock = clocks.Clock(start=clocks.machine(), since=clocks.machine(), machine=clocks.machine)
    post = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.SENDER, owner="here")
    door = gate.Gate(pace.Limits())
    composer = compose.Composer(catalog.Catalog.load(None))
    replies = sender.Sender(store, telegram, door, clock, post, owner="here")
    probe = probing.Probe(store, telegram, door, post)
    alarm = _Alarm(lambda: asyncio.ensure_future(reminders.wake()))
    reminders = dispatcher.Dispatcher(store, telegram, door, composer, clock, post, owner="here", wake_at=alarm.at)
    async with post.kept():
        tasks = [asyncio.create_task(each.run()) for each in (replies, probe, reminders)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended


class _Alarm:
    """The one alarm of a dispatcher, on the loop's time: the ticker's own follows the real clock."""

    def __init__(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._set: asyncio.TimerHandle | None = None

    def at(self, instant: datetime) -> None:
        """Ring at an instant of the machine, and not at the one that was set before."""
        if self._set is not None:
            self._set.cancel()
        wait = (instant - clocks.machine()).total_seconds()
        self._set = asyncio.get_running_loop().call_later(wait, self._ring)


async def _owe(store: Store, which: int) -> None:
    """Owe a reply to one of the chats."""
    async with store.writing() as work:
        chat = (await work.run(select(tables.chats.c.id).order_by("id").offset(which).limit(1))).scalar_one()
        await outbox.owe(
            work,
            bot_id=dark.standin.BOT,
            organisation_id=tables.BUILT_IN,
            chat_id=chat,
            kind=outbox.Kind.REPLY,
            method="sendMessage",
            params={"text": "Noted."},
            now=clocks.machine(),
        )
