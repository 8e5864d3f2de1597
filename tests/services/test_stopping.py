"""Stop ends everything at once; the way back brings what is still useful, never a burst."""

from datetime import timedelta

from sqlalchemy import select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, chats, preferences, stopping
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


async def stop(store: works.Store, who: access.Person, clock: clocks.Clock) -> stopping.Stopped:
    """Stop in a visit of its own."""
    async with store.writing() as work:
        return await stopping.stop(work, who, now=clock.now())


async def resume(store: works.Store, who: access.Person, clock: clocks.Clock) -> stopping.Resumed:
    """Resume in a visit of its own."""
    async with store.writing() as work:
        return await stopping.resume(work, who, now=clock.now())


async def test_a_stop_ends_what_waits_and_says_what_may_be_on_its_way(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.set_rows(store, kept.treatment_id, "eve", state="sending", attempts=1)
    await cast.set_rows(store, kept.treatment_id, "ride-home", state="claimed", lease_owner="o")

    stopped = await stop(store, ana, clock)

    rows = await cast.rows(store, kept.treatment_id)
    assert stopped == stopping.Stopped(cancelled=8, on_the_way=1, is_new=True)
    assert (rows["ride-home"].state, rows["ride-home"].reason, rows["ride-home"].lease_owner) == (
        "cancelled",
        "stopped",
        None,
    )


async def test_a_second_stop_changes_nothing(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await stop(store, ana, clock)

    assert await stop(store, ana, clock) == stopping.Stopped(cancelled=0, on_the_way=0, is_new=False)


async def test_an_undo_at_once_brings_everything_back(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    before = await cast.states(store, kept.treatment_id)
    await stop(store, ana, clock)

    back = await resume(store, ana, clock)

    assert back == stopping.Resumed(planned=9, expired=0, is_new=True)
    assert await cast.states(store, kept.treatment_id) == before


async def test_after_a_long_stop_at_most_one_overdue_reminder_returns(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await stop(store, ana, clock)
    clock.wind(timedelta(days=18))  # day 7 is past its use, day 14 is overdue and still useful

    back = await resume(store, ana, clock)

    states = await cast.states(store, kept.treatment_id)
    assert (back.planned, back.expired) == (3, 6)
    assert (states["day-7"], states["day-14"]) == (("expired", "too_late"), ("planned", None))


async def test_reads_that_were_declined_during_a_stop_do_not_return(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await stop(store, ana, clock)
    async with store.writing() as work:
        await preferences.set_reads(work, ana, False, now=clock.now())

    await resume(store, ana, clock)

    states = await cast.states(store, kept.treatment_id)
    assert (states["day-7"], states["day-3"]) == (("skipped", "no_reads"), ("planned", None))


async def test_what_may_have_arrived_before_a_stop_is_not_sent_again(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "eve", now=clock.now())
    await cast.set_rows(store, kept.treatment_id, "eve", state="planned", resends=1)  # it waits for its resend
    await stop(store, ana, clock)

    await resume(store, ana, clock)

    assert (await cast.states(store, kept.treatment_id))["eve"] == ("unconfirmed", "no_answer")


async def test_a_block_holds_what_waits_and_an_unblock_returns_it(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        held = await chats.left(work, ana, now=clock.now())
    blocked = await cast.states(store, kept.treatment_id)

    async with store.writing() as work:
        back = await chats.back(work, ana, now=clock.now())
        chat = await chats.get(work, ana)

    assert (held, blocked["eve"], back.planned) == (9, ("blocked", "blocked"), 9)
    assert chat.blocked_at is None


async def test_an_unblock_does_not_undo_a_stop(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await stop(store, ana, clock)
    async with store.writing() as work:
        await chats.left(work, ana, now=clock.now())
        await chats.back(work, ana, now=clock.now())

    assert (await cast.states(store, kept.treatment_id))["eve"] == ("cancelled", "stopped")


async def test_each_change_leaves_an_event(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    await stop(store, ana, clock)
    await resume(store, ana, clock)

    async with store.reading() as work:
        kinds = (await work.run(select(tables.events.c.kind).order_by(tables.events.c.id))).scalars().all()
    assert kinds == ["planned"] * 9 + ["ended"] * 9 + ["returned"] * 9
