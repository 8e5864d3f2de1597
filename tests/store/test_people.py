"""Chats, plans and answers that two visits write at once exist once; what is sealed opens for its owner only."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans
from reminderbot.store import chats, inserting, plan_versions, tables, work
from tests.services import cast

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def prepare(store: work.Store) -> None:
    """Let there be our bot."""
    async with store.writing() as visit:
        await inserting.is_inserted(visit, tables.bots, id=cast.BOT, created_at=NOW)


async def test_a_chat_that_arrives_in_ten_visits_at_once_is_one_chat(store: work.Store) -> None:
    await prepare(store)

    async def arrive() -> bool:
        async with store.writing() as visit:
            return await chats.add(visit, bot_id=cast.BOT, telegram_id=42, language="en", now=NOW)

    added = await asyncio.gather(*(arrive() for _ in range(10)))

    async with store.reading() as visit:
        keys = (await visit.run(select(tables.data_keys).where(tables.data_keys.c.purpose == "chat"))).all()
    assert added.count(True) == 1
    assert len(keys) == 1


async def test_a_plan_that_ten_visits_use_first_has_one_version(store: work.Store) -> None:
    plan = catalogs.Catalog.load().plan("microneedling")

    async def use() -> str:
        async with store.writing() as visit:
            return await plan_versions.add(visit, organisation_id=tables.BUILT_IN, plan=plan, now=NOW)

    assert len(set(await asyncio.gather(*(use() for _ in range(10))))) == 1


async def test_a_changed_plan_is_the_next_version_and_the_first_stays(store: work.Store) -> None:
    plan = catalogs.Catalog.load().plan("microneedling")
    shorter = plans.Plan(plan.key, plan.steps[:3])
    async with store.writing() as visit:
        first = await plan_versions.add(visit, organisation_id=tables.BUILT_IN, plan=plan, now=NOW)
        second = await plan_versions.add(visit, organisation_id=tables.BUILT_IN, plan=shorter, now=NOW)

    async with store.reading() as visit:
        numbers = (await visit.run(select(tables.plan_versions.c.number))).scalars().all()
        bodies = [await plan_versions.body(visit, each) for each in (first, second)]
    assert (sorted(numbers), bodies) == ([1, 2], [plan, shorter])


async def test_a_chat_is_found_by_its_own_bot_only(store: work.Store) -> None:
    await prepare(store)
    async with store.writing() as visit:
        await chats.add(visit, bot_id=cast.BOT, telegram_id=42, language="en", now=NOW)

    async with store.reading() as visit:
        found = await chats.find(visit, bot_id=cast.BOT, telegram_id=42)
        elsewhere = await chats.find(visit, bot_id=cast.BOT + 1, telegram_id=42)
    assert found is not None
    assert (found.telegram_id, elsewhere) == (42, None)


async def test_a_chat_whose_key_is_gone_is_gone(store: work.Store) -> None:
    await prepare(store)
    async with store.writing() as visit:
        await chats.add(visit, bot_id=cast.BOT, telegram_id=42, language="en", now=NOW)
        await visit.run(update(tables.chats).values(key_id="0" * 32))

    async with store.reading() as visit:
        assert await chats.find(visit, bot_id=cast.BOT, telegram_id=42) is None


async def test_two_visits_of_one_chat_follow_each_other(store: work.Store) -> None:
    await prepare(store)
    async with store.writing() as visit:
        await chats.add(visit, bot_id=cast.BOT, telegram_id=42, language="en", now=NOW)
        chat = await chats.find(visit, bot_id=cast.BOT, telegram_id=42)
    assert chat is not None
    inside = most = 0

    async def visit_it() -> None:
        nonlocal inside, most
        async with store.writing() as visit:
            await chats.get(visit, chat.id, lock=True)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.05)
            inside -= 1

    await asyncio.gather(*(visit_it() for _ in range(4)))

    assert most == 1
