"""One reminder put off or left out: what is written, what stays, and that delivery's rows are not touched."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, coming, pausing, skipping, snoozing, stopping, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast

EVENING = datetime(2026, 11, 25, 19, 0)  # noqa: DTZ001 - on Ana's clock, in Madrid


async def row(store: works.Store, treatment_id: str, step: str) -> str:
    """Return the id of a step's reminder."""
    return str((await cast.rows(store, treatment_id))[step].id)


async def snooze(
    store: works.Store, who: access.Person, id: str, clock: clocks.Clock, local: datetime = EVENING
) -> snoozing.Snoozed:
    """Put a reminder off in a visit of its own."""
    async with store.writing() as work:
        return await snoozing.snooze(work, who, id, local, now=clock.now())


async def kinds(store: works.Store, id: str) -> list[str]:
    """Return the events of a reminder."""
    of = tables.events.c
    async with store.reading() as work:
        return list((await work.run(select(of.kind).where(of.reminder_id == id).order_by(of.id))).scalars())


async def test_a_reminder_put_off_is_due_then_and_its_story_says_who_chose(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    id = await row(store, kept.treatment_id, "day-1")

    put = await snooze(store, ana, id, clock)

    assert (await cast.rows(store, kept.treatment_id))["day-1"].due_at == cast.at(25, 18)
    assert (put.is_new, await kinds(store, id)) == (True, ["planned", "snoozed"])


async def test_the_same_time_twice_is_once(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    id = await row(store, kept.treatment_id, "day-1")
    first = await snooze(store, ana, id, clock)

    second = await snooze(store, ana, id, clock)

    assert (second.is_new, second.before) == (False, first.before)
    assert await kinds(store, id) == ["planned", "snoozed"]


async def test_a_claimed_reminder_is_taken_out_of_the_senders_hands(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.set_rows(store, kept.treatment_id, "day-1", state="claimed", lease_owner="sender")

    await snooze(store, ana, await row(store, kept.treatment_id, "day-1"), clock)

    found = (await cast.rows(store, kept.treatment_id))["day-1"]
    assert (found.state, found.lease_owner) == ("planned", None)


async def test_what_may_have_arrived_is_not_put_off_or_left_out(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "day-1", now=clock.now())
    await cast.set_rows(store, kept.treatment_id, "day-1", state="planned", resends=1)
    id = await row(store, kept.treatment_id, "day-1")

    with pytest.raises(errors.Conflict, match=r"refusal\.message_on_its_way"):
        await snooze(store, ana, id, clock)
    with pytest.raises(errors.Conflict, match=r"refusal\.message_on_its_way"):
        async with store.writing() as work:
            await skipping.skip(work, ana, id, now=clock.now())


async def test_two_steps_back_are_two_undos(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    id = await row(store, kept.treatment_id, "day-1")
    await snooze(store, ana, id, clock, EVENING - timedelta(hours=2))
    await snooze(store, ana, id, clock)

    async with store.writing() as work:
        undone = [await snoozing.undo(work, ana, id, now=clock.now()) for _ in range(3)]

    assert [each.found.row.due for each in undone] == [cast.at(25, 16), cast.at(25, 7, 30), cast.at(25, 7, 30)]
    assert [each.is_new for each in undone] == [True, True, False]


async def test_nothing_is_put_off_into_a_pause(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await pausing.pause(work, ana, cast.at(26, 0).date(), now=clock.now())

    with pytest.raises(errors.Invalid, match=r"refusal\.snooze_paused"):
        await snooze(store, ana, await row(store, kept.treatment_id, "day-1"), clock)


async def test_a_session_that_moves_takes_a_reminder_that_was_put_off_along(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await snooze(store, ana, await row(store, kept.treatment_id, "day-1"), clock)

    async with store.writing() as work:
        day = cast.at(28, 0).date()
        await treatments.move(work, ana, kept.treatment_id, day=day, at=cast.TUESDAY.at, now=clock.now())

    assert (await cast.rows(store, kept.treatment_id))["day-1"].due_at == cast.at(29, 7, 30)


async def test_what_was_left_out_returns_only_to_whom_has_not_stopped(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    id = await row(store, kept.treatment_id, "day-2")
    async with store.writing() as work:
        await skipping.skip(work, ana, id, now=clock.now())
        await stopping.stop(work, ana, now=clock.now())

    with pytest.raises(errors.NotAllowed, match=r"refusal\.stopped"):
        async with store.writing() as work:
            await skipping.unskip(work, ana, id, now=clock.now())
    async with store.writing() as work:
        await stopping.resume(work, ana, now=clock.now())
    assert (await cast.states(store, kept.treatment_id))["day-2"] == ("skipped", "left_out")


async def test_the_text_of_what_was_not_sent_is_nobodys_to_read(
    store: works.Store, ana: access.Person, carl: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    id = await row(store, kept.treatment_id, "day-1")

    async with store.reading() as work:
        assert await coming.text(work, ana, id) == ""
        with pytest.raises(errors.NotFound):
            await coming.text(work, carl, id)
