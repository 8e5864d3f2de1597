"""The inbox: per-chat order, effects once, poisoned updates parked while the rest flows."""

import asyncio
import contextlib
import random
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import func, insert, select, update

from reminderbot.chat import reply
from reminderbot.gateway import inbox as worker
from reminderbot.store import bots, inbox, tables
from reminderbot.store.work import Store, Work
from tests.delivery import cast

ANA, MARIA = 5_000_000_001, 5_000_000_002


class Diary:
    """A handler that writes down what it served, in the database and in memory; `broken` updates raise."""

    def __init__(self) -> None:
        self.served: list[tuple[int, str]] = []
        self.broken: set[str] = set()
        self.tries: list[str] = []
        self.slow: set[int] = set()
        self.uneven = False

    async def __call__(self, work: Work, raw: dict[str, Any], _: int, now: datetime) -> None:
        chat, text = raw["message"]["chat"]["id"], raw["message"]["text"]
        self.tries.append(text)
        await work.run(insert(tables.organisations).values(name=text, created_at=now))
        if chat in self.slow:
            await asyncio.sleep(0.2)
        if self.uneven:
            await asyncio.sleep(random.random() * 0.02)
        if text in self.broken:
            raise KeyError(text)
        self.served.append((chat, text))


@pytest.fixture(autouse=True)
async def _bot(store: Store) -> None:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)


async def keep(store: Store, *said: tuple[int, int, str]) -> int:
    """Store updates given as number, chat and text."""
    updates = [inbox.Update(n, chat, {"message": {"chat": {"id": chat}, "text": text}}) for n, chat, text in said]
    async with store.writing() as work:
        return await inbox.keep(work, cast.BOT, updates)


@contextlib.asynccontextmanager
async def serving(store: Store, handle: worker.Handle) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.Worker(store, handle, bot_id=cast.BOT).run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def emptied(store: Store) -> None:
    async with asyncio.timeout(15):
        while True:
            async with store.reading() as work:
                if (await inbox.figures(work)).waiting == 0:
                    return
            await asyncio.sleep(0.02)


async def effects(store: Store) -> list[str]:
    async with store.reading() as work:
        names = (await work.run(select(tables.organisations.c.name))).scalars()
        return sorted(name for name in names if name != "self-registered")


async def test_the_updates_of_a_chat_are_served_in_order(store: Store) -> None:
    diary = Diary()
    await keep(store, *((n, ANA, f"{n}") for n in range(10)), *((100 + n, MARIA, f"{n}") for n in range(10)))

    async with serving(store, diary):
        await emptied(store)

    for chat in (ANA, MARIA):
        assert [text for who, text in diary.served if who == chat] == [str(n) for n in range(10)]


async def test_a_slow_chat_holds_up_no_other_on_postgresql(postgres_url: str, masters: Any) -> None:
    store = await Store.open(postgres_url, masters)
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    diary = Diary()
    diary.slow.add(ANA)
    await keep(store, (1, ANA, "slow"), (2, MARIA, "quick"))

    async with serving(store, diary):
        await emptied(store)
    await store.close()

    assert diary.served == [(MARIA, "quick"), (ANA, "slow")]


async def test_whoever_writes_into_another_chats_flood_is_served_among_its_first(store: Store) -> None:
    diary = Diary()
    await keep(store, *((number, ANA, f"a{number}") for number in range(1, 301)), (301, MARIA, "hello"))

    async with serving(store, diary):
        await emptied(store)

    assert diary.served.index((MARIA, "hello")) < 20


async def test_a_redelivered_update_has_its_effects_once(store: Store) -> None:
    diary = Diary()
    first = await keep(store, (1, ANA, "hello"))
    async with serving(store, diary):
        await emptied(store)
        again = await keep(store, (1, ANA, "hello"))
        await asyncio.sleep(0.3)

    assert (first, again) == (1, 0)
    assert await effects(store) == ["hello"]


async def test_two_workers_serve_every_update_once(store: Store) -> None:
    diary = Diary()
    await keep(store, *((n, ANA + n % 5, f"{n:02}") for n in range(20)))

    async with serving(store, diary), serving(store, diary):
        await emptied(store)

    assert await effects(store) == [f"{n:02}" for n in range(20)]


async def test_effects_and_replies_owed_and_processed_at_appear_together(store: Store) -> None:
    ana = await cast.patient(store, ANA)
    await keep(store, *((n, ANA, f"{n}") for n in range(12)))
    seen: set[tuple[int, int, int]] = set()

    async def handle(work: Work, raw: dict[str, Any], inbox_id: int, now: datetime) -> None:
        await work.run(insert(tables.organisations).values(name=raw["message"]["text"], created_at=now))
        await asyncio.sleep(0.005)
        await reply.owe(
            work, [reply.message("Noted.")], bot_id=cast.BOT, chat_id=ana.chat_id, inbox_id=inbox_id, now=now
        )
        await asyncio.sleep(0.005)

    async with serving(store, handle):
        async with asyncio.timeout(15):
            while (12, 12, 12) not in seen:
                seen.add(await together(store))

    assert all(effects == owed == processed for effects, owed, processed in seen)


async def together(store: Store) -> tuple[int, int, int]:
    """Return how many effects, replies owed and updates processed there are, as one snapshot shows them."""
    effects = select(func.count()).where(tables.organisations.c.id != tables.BUILT_IN).scalar_subquery()
    owed = select(func.count()).select_from(tables.outbox).scalar_subquery()
    processed = select(func.count()).where(tables.inbox.c.processed_at.is_not(None)).scalar_subquery()
    async with store.reading() as work:
        row = (await work.run(select(effects, owed, processed))).one()
    return row[0], row[1], row[2]


async def test_two_workers_keep_the_order_of_a_chat_on_postgresql(postgres_url: str, masters: Any) -> None:
    diary = Diary()
    diary.uneven = True
    said = [(n, ANA + n % 3, f"{n:02}") for n in range(45)]
    async with opened(postgres_url, masters) as one, opened(postgres_url, masters) as other:
        await keep(one, *said)

        async with serving(one, diary), serving(other, diary):
            await emptied(one)

    orders = {chat: [text for who, text in diary.served if who == chat] for chat in {chat for _, chat, _ in said}}
    assert orders == {chat: [text for _, who, text in said if who == chat] for chat in orders}


@contextlib.asynccontextmanager
async def opened(url: str, masters: Any) -> AsyncIterator[Store]:
    store = await Store.open(url, masters)
    try:
        async with store.writing() as work:
            await bots.ensure(work, cast.BOT)
        yield store
    finally:
        await store.close()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batches=strategies.lists(
        strategies.lists(strategies.integers(1, 6), min_size=1, max_size=4, unique=True), min_size=1, max_size=5
    )
)
def test_replays_and_reorderings_have_the_effects_of_each_update_once(
    sqlite_template: Path, masters: Any, batches: list[list[int]]
) -> None:
    async def story(url: str) -> list[str]:
        async with opened(url, masters) as store:
            async with serving(store, Diary()):
                for batch in batches:
                    await keep(store, *((n, ANA + n % 2, f"{n}") for n in batch))
                await emptied(store)
            return await effects(store)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reminderbot.sqlite"
        path.write_bytes(sqlite_template.read_bytes())
        found = asyncio.run(story(f"sqlite:///{path}"))

    assert found == sorted({str(n) for batch in batches for n in batch})


async def test_a_poisoned_update_is_parked_after_three_tries_and_leaves_no_effect(store: Store) -> None:
    diary = Diary()
    diary.broken.add("poison")
    await keep(store, (1, ANA, "poison"), (2, ANA, "after"), (3, MARIA, "beside"))

    async with serving(store, diary):
        await emptied(store)

    async with store.reading() as work:
        parked = (await work.run(select(tables.inbox).where(tables.inbox.c.update_id == 1))).one()
    assert (parked.tries, parked.fault, parked.parked_at is not None) == (3, "KeyError", True)
    assert parked.payload is not None
    assert await effects(store) == ["after", "beside"]
    assert diary.tries.count("poison") == 3
    assert diary.tries.index("after") > max(n for n, text in enumerate(diary.tries) if text == "poison")


async def test_a_served_updates_words_are_wiped(store: Store) -> None:
    await keep(store, (1, ANA, "private"))

    async with serving(store, Diary()):
        await emptied(store)

    async with store.reading() as work:
        row = (await work.run(select(tables.inbox))).one()
    assert (row.payload, row.processed_at is not None) == (None, True)


async def test_an_update_whose_payload_was_tampered_with_is_parked(store: Store) -> None:
    await keep(store, (1, ANA, "mine"), (2, MARIA, "hers"))
    async with store.writing() as work:
        hers = (await work.run(select(tables.inbox.c.payload).where(tables.inbox.c.update_id == 2))).scalar_one()
        await work.run(update(tables.inbox).where(tables.inbox.c.update_id == 1).values(payload=hers))

    async with serving(store, Diary()):
        await emptied(store)

    assert await effects(store) == ["hers"]
