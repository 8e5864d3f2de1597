"""Only today, and being back after a block: whose rows change, and what counts as missed."""

from datetime import timedelta

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, chats, skipping
from reminderbot.store import work as works
from tests.services import cast


async def test_only_today_keeps_today_and_is_nobody_elses(
    store: works.Store, ana: access.Person, carl: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    other = await cast.register(store, carl, catalog, now=clock.now())
    before = await cast.states(store, other.treatment_id)

    async with store.writing() as work:
        today = await skipping.today_only(work, ana, now=clock.now())

    states = await cast.states(store, kept.treatment_id)
    assert (today, states["eve"], states["day-1"]) == (
        skipping.Today(coming=1, left_out=8),
        ("planned", None),
        ("skipped", "today_only"),
    )
    assert await cast.states(store, other.treatment_id) == before


async def test_what_was_left_out_alone_does_not_return_with_the_rest(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    id = str((await cast.rows(store, kept.treatment_id))["day-2"].id)

    async with store.writing() as work:
        await skipping.skip(work, ana, id, now=clock.now())
        await skipping.today_only(work, ana, now=clock.now())
        await skipping.all_again(work, ana, now=clock.now())

    states = await cast.states(store, kept.treatment_id)
    assert (states["day-2"], states["day-3"]) == (("skipped", "left_out"), ("planned", None))


async def test_what_ended_by_itself_during_a_block_is_missed_too(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await chats.left(work, ana, now=clock.now())
    clock.wind(timedelta(days=2))
    await cast.set_rows(store, kept.treatment_id, "eve", state="expired", reason="too_late")

    async with store.writing() as work:
        back = await chats.back(work, ana, now=clock.now())

    assert [each.step_key for each in back.missed] == ["eve", "ride-home"]
    assert back.missed[0].local.isoformat() == "2026-11-23T19:00:00+01:00"
