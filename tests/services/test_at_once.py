"""What a person does while reminders are being sent: an intent commits before it and is told, or not at all."""

import asyncio
import dataclasses
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, people, preferences, privacy, stopping, treatments
from reminderbot.store import attempts, sendings, tables
from reminderbot.store import ready as readies
from reminderbot.store import work as works
from tests.services import cast

STEPS = ("eve", "ride-home", "day-1", "day-2", "day-3")


@pytest.fixture
async def claimed(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> tuple[str, list[str]]:
    """Ana's treatment, and the ids of five reminders that a sender holds."""
    kept = await cast.register(store, ana, catalog, now=clock.now())
    lease = datetime.now(UTC) + timedelta(minutes=5)
    await cast.set_rows(store, kept.treatment_id, *STEPS, state="claimed", lease_owner="sender", lease_until=lease)
    rows = await cast.rows(store, kept.treatment_id)
    return kept.treatment_id, [rows[step].id for step in STEPS]


async def intend(store: works.Store, reminder_id: str, *, after: float) -> bool:
    """Commit an intent as delivery does: everything it depends on is locked and read again."""
    await asyncio.sleep(after)
    async with store.writing() as work:
        found = await readies.again(work, reminder_id, owner="sender")
        await asyncio.sleep(0.01)
        if found is None or found.stopped_at is not None:
            return False
        row = (tables.reminders.c.id == reminder_id) & (tables.reminders.c.state == "claimed")
        sending = update(tables.reminders).where(row).values(state="sending", attempts=1)
        return (await work.run(sending)).rowcount == 1


async def test_a_stop_tells_of_every_intent_that_was_committed(
    store: works.Store, ana: access.Person, claimed: tuple[str, list[str]], clock: clocks.Clock
) -> None:
    async def stop() -> stopping.Stopped:
        await asyncio.sleep(0.015)
        async with store.writing() as work:
            return await stopping.stop(work, ana, now=clock.now())

    intents = [asyncio.create_task(intend(store, id, after=0.01 * n)) for n, id in enumerate(claimed[1])]
    stopped = await stop()
    went = await asyncio.gather(*intents)

    assert stopped.on_the_way == went.count(True)
    assert stopped.cancelled == 9 - went.count(True)


async def test_moves_and_habits_and_intents_do_not_block_one_another(
    store: works.Store,
    ana: access.Person,
    claimed: tuple[str, list[str]],
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async def act() -> treatments.Moved:
        async with store.writing() as work:
            await preferences.set_language(work, ana, "es", catalog=catalog)
            await preferences.set_zone(work, ana, "America/Lima", now=clock.now())
        async with store.writing() as work:
            return await treatments.move(work, ana, claimed[0], day=date(2026, 11, 27), at=time(10), now=clock.now())

    intents = [asyncio.create_task(intend(store, id, after=0.005 * n)) for n, id in enumerate(claimed[1])]
    moved = await act()  # a deadlock would be an error of the database's
    await asyncio.gather(*intents)

    assert moved.is_new


async def test_an_erasure_and_the_record_of_a_blocked_chat_do_not_lock_each_other(
    store: works.Store, ana: access.Person, claimed: tuple[str, list[str]], clock: clocks.Clock
) -> None:
    treatment_id, [reminder_id, *_] = claimed
    await cast.set_rows(store, treatment_id, "eve", state="sending", attempts=1)
    subject = attempts.Subject(tables.BUILT_IN, reminder_id=reminder_id)
    blocked = sendings.Result(life.State.BLOCKED, life.Reason.BLOCKED, 0, None, True, "blocked", "", None)

    async def record() -> bool:
        async with store.writing() as work:
            return await sendings.record(work, subject, number=1, result=blocked, now=clock.now(), chat_id=ana.chat_id)

    async with store.writing() as work:
        await people.chat(work, ana, lock=True)
        recording = asyncio.create_task(record())
        await asyncio.sleep(0.2)
        erased = await privacy.erase(work, ana, now=clock.now())

    assert erased.on_the_way == 1
    assert await recording


async def test_a_second_session_of_the_day_is_told_while_the_first_ones_messages_go_out_and_each_is_said_once(
    store: works.Store,
    ana: access.Person,
    claimed: tuple[str, list[str]],
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    async def act() -> str:
        await asyncio.sleep(0.015)
        draft = dataclasses.replace(cast.TUESDAY, at=time(18))
        return (await cast.register(store, ana, catalog, now=clock.now(), draft=draft)).treatment_id

    intents = [asyncio.create_task(intend(store, id, after=0.01 * n)) for n, id in enumerate(claimed[1])]
    newer = await act()
    went = dict(zip(STEPS, await asyncio.gather(*intents), strict=True))

    states = await cast.states(store, newer)
    for step in STEPS[1:]:  # the evening before, each is announced
        says = [went[step], states[step] == ("planned", None)]
        assert says.count(True) == 1, (step, went, states)
