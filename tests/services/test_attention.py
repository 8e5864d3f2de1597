"""What needs a person is listed with its cause and its age; what only waited for one is put back, and nothing else."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, attention, stories, treatments, worries
from reminderbot.services.clinics import ClinicView
from reminderbot.store import inserting, tables
from reminderbot.store import work as works
from tests.services import cast

MONTH = timedelta(days=30)


@pytest.fixture
async def treatment(store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock) -> str:
    """Ana's session of Tuesday."""
    return (await cast.register(store, ana, catalog, now=clock.now())).treatment_id


async def listed(store: works.Store, clock: clocks.Clock, clinic_id: str | None = None) -> attention.Attention:
    async with store.reading() as work:
        return await attention.list_(work, cast.OPERATOR, now=clock.now(), back=MONTH, clinic_id=clinic_id)


@pytest.mark.parametrize("state", ["unconfirmed", "blocked", "rejected", "parked", "review"])
async def test_a_reminder_in_trouble_is_listed_since_its_last_attempt(
    store: works.Store, treatment: str, clock: clocks.Clock, state: str
) -> None:
    row, ended = (await cast.rows(store, treatment))["day-1"], cast.at(25, 7, 31)
    await cast.set_rows(store, treatment, "day-1", state=state, reason="no_answer")
    async with store.writing() as work:
        attempt = {"reminder_id": row.id, "organisation_id": row.organisation_id, "number": 1, "owner": "o"}
        await work.run(insert(tables.attempts).values(**attempt, began_at=ended, ended_at=ended, outcome="unknown"))

    found = (await listed(store, clock)).reminders
    assert [(each.id, each.state, each.since, each.day) for each in found] == [(row.id, state, ended, cast.TUESDAY.day)]


async def test_what_went_well_or_is_long_past_is_not_listed(
    store: works.Store, treatment: str, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, treatment, "day-2", state="sent")
    await cast.set_rows(store, treatment, "day-1", state="unconfirmed")
    clock.wind(timedelta(days=40))

    assert (await listed(store, clock)).reminders == ()


async def test_one_clinic_sees_its_own_and_nothing_of_the_bots(
    store: works.Store,
    treatment: str,
    ana: access.Person,
    bea: ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await cast.set_rows(store, treatment, "day-1", state="unconfirmed")
    invited = await cast.invite(store, bea, catalog, now=clock.now())
    await cast.set_rows(store, invited.treatment_id, "day-1", state="parked")
    await parked_update(store)
    async with store.writing() as work:
        await worries.raise_(work, ana, now=clock.now())

    hers, all_ = await listed(store, clock, bea.id), await listed(store, clock)
    assert ([each.clinic_id for each in hers.reminders], hers.updates, hers.worries) == ([bea.id], (), 0)
    assert (len(all_.reminders), len(all_.updates), all_.worries) == (2, 1, 1)


@pytest.mark.parametrize("state", ["parked", "review"])
async def test_what_waits_for_a_person_is_planned_again_with_all_its_tries(
    store: works.Store, treatment: str, clock: clocks.Clock, state: str
) -> None:
    await cast.set_rows(store, treatment, "day-1", state=state, reason="broken", faults=3)
    id = (await cast.rows(store, treatment))["day-1"].id

    async with store.writing() as work:
        await attention.retry(work, cast.OPERATOR, id[:8], now=clock.now())

    row = (await cast.rows(store, treatment))["day-1"]
    async with store.reading() as work:
        story = await stories.tell(work, cast.OPERATOR, id, now=clock.now())
    assert (row.state, row.reason, row.faults) == ("planned", None, 0)
    assert story.chain[-1].kind == "retried"


async def test_nothing_else_is_put_back(store: works.Store, treatment: str, clock: clocks.Clock) -> None:
    id = (await cast.rows(store, treatment))["day-1"].id
    for state in sorted(set(life.State) - {life.State.PARKED, life.State.REVIEW}):
        await cast.set_rows(store, treatment, "day-1", state=state)

        with pytest.raises(errors.Conflict, match="retry_state"):
            async with store.writing() as work:
                await attention.retry(work, cast.OPERATOR, id, now=clock.now())
        assert (await cast.states(store, treatment))["day-1"][0] == state


async def test_what_is_of_no_use_any_more_stays_parked(store: works.Store, treatment: str, clock: clocks.Clock) -> None:
    await cast.set_rows(store, treatment, "day-1", state="parked", useful_until=clock.now())
    id = (await cast.rows(store, treatment))["day-1"].id

    with pytest.raises(errors.Conflict, match="retry_late"):
        async with store.writing() as work:
            await attention.retry(work, cast.OPERATOR, id, now=clock.now())


async def test_what_belongs_to_a_cancelled_session_stays_parked(
    store: works.Store, ana: access.Person, treatment: str, clock: clocks.Clock
) -> None:
    await cast.set_rows(store, treatment, "day-1", state="parked")
    id = (await cast.rows(store, treatment))["day-1"].id
    async with store.writing() as work:
        await treatments.cancel(work, ana, treatment, now=clock.now())

    with pytest.raises(errors.Conflict, match="retry_cancelled"):
        async with store.writing() as work:
            await attention.retry(work, cast.OPERATOR, id, now=clock.now())


async def test_a_parked_update_is_served_again_once(store: works.Store, clock: clocks.Clock) -> None:
    number = await parked_update(store)

    async with store.writing() as work:
        await attention.retry_update(work, cast.OPERATOR, number)

    async with store.reading() as work:
        row = (await work.run(select(tables.inbox))).one()
    assert (row.parked_at, row.tries, row.fault, row.payload) == (None, 0, None, b"sealed")
    with pytest.raises(errors.NotFound, match="not_parked"):
        async with store.writing() as work:
            await attention.retry_update(work, cast.OPERATOR, number)


async def test_a_parked_message_is_sent_again_while_it_is_fresh(
    store: works.Store, ana: access.Person, clock: clocks.Clock
) -> None:
    fresh, stale = [await parked_message(store, ana, good_for) for good_for in (MONTH, -MONTH)]

    async with store.writing() as work:
        await attention.retry_message(work, cast.OPERATOR, fresh)
    with pytest.raises(errors.NotFound, match="not_parked"):
        async with store.writing() as work:
            await attention.retry_message(work, cast.OPERATOR, stale)

    async with store.reading() as work:
        states = (await work.run(select(tables.outbox.c.state).order_by(tables.outbox.c.id))).scalars().all()
    assert states == ["planned", "parked"]


async def parked_update(store: works.Store) -> int:
    async with store.writing() as work:
        await inserting.is_inserted(work, tables.bots, id=cast.BOT, created_at=cast.at(23, 9))
        row = {"bot_id": cast.BOT, "update_id": 7, "payload": b"sealed", "tries": 4, "fault": "KeyError"}
        stands = {"received_at": cast.at(23, 9), "parked_at": cast.at(23, 10)}
        stored = insert(tables.inbox).values(**row, **stands).returning(tables.inbox.c.id)
        return int((await work.run(stored)).scalar_one())


async def parked_message(store: works.Store, who: access.Person, good_for: timedelta) -> int:
    async with store.writing() as work:
        row = {
            "bot_id": cast.BOT,
            "organisation_id": tables.BUILT_IN,
            "chat_id": who.chat_id,
            "kind": "reply",
            "method": "sendMessage",
            "state": "parked",
            "budget": 1,
            "resends": 0,
            "attempts": 0,
            "faults": 3,
            "useful_until": clocks.machine() + good_for,
            "created_at": clocks.machine(),
        }
        stored = insert(tables.outbox).values(**row).returning(tables.outbox.c.id)
        return int((await work.run(stored)).scalar_one())
