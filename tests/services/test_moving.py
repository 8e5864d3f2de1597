"""Moving and calling off: previewed by the same function that does it, once for two taps."""

from datetime import date, time
from typing import TypedDict

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import replan
from reminderbot.services import access, stopping, treatments
from reminderbot.store import work as works
from tests.services import cast


class Wall(TypedDict):
    """A day and an hour, as `move` takes them."""

    day: date
    at: time


FRIDAY = Wall(day=date(2026, 11, 27), at=time(10))


async def test_a_move_takes_what_is_ahead_along(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())

    async with store.writing() as work:
        moved = await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())

    rows = await cast.rows(store, kept.treatment_id)
    assert rows["day-1"].due_at == cast.at(28, 7, 30)
    assert (moved.treatment.day, moved.treatment.version, moved.is_new) == (FRIDAY["day"], 2, True)


async def test_a_preview_of_a_move_says_what_the_move_does(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.reading() as work:
        shown = await treatments.preview_move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())

    async with store.writing() as work:
        moved = await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())

    assert list(moved.changes) == shown


async def test_what_was_sent_is_not_repeated(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "eve", now=clock.now())

    async with store.writing() as work:
        moved = await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())

    assert replan.summary(moved.changes).kept_sent == 1
    assert (await cast.rows(store, kept.treatment_id))["eve"].state == "sent"


async def test_two_taps_move_once(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now(), version=1)

    async with store.writing() as work:
        again = await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now(), version=1)

    assert (again.is_new, again.treatment.version, again.treatment.day) == (False, 2, FRIDAY["day"])


async def test_a_move_made_from_an_old_view_is_refused(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())

    with pytest.raises(errors.Conflict, match="changed_meanwhile"):
        async with store.writing() as work:
            await treatments.move(
                work, ana, kept.treatment_id, day=date(2026, 12, 1), at=time(9), now=clock.now(), version=1
            )


async def test_a_reminder_that_was_claimed_is_freed_by_a_move(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.set_rows(store, kept.treatment_id, "eve", state="claimed", lease_owner="o", lease_until=clock.now())

    async with store.writing() as work:
        await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())

    row = (await cast.rows(store, kept.treatment_id))["eve"]
    assert (row.state, row.lease_owner, row.due_at) == ("planned", None, cast.at(26, 18))


async def test_calling_off_ends_what_waits_and_says_what_is_on_its_way(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.set_rows(store, kept.treatment_id, "eve", state="sending", attempts=1)

    async with store.writing() as work:
        ended = await treatments.cancel(work, ana, kept.treatment_id, now=clock.now())

    assert (ended.cancelled, ended.on_the_way, ended.is_new) == (8, 1, True)
    assert (await cast.states(store, kept.treatment_id))["day-1"] == ("cancelled", "session_cancelled")


async def test_calling_off_twice_is_calling_off_once(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await treatments.cancel(work, ana, kept.treatment_id, now=clock.now())

    async with store.writing() as work:
        again = await treatments.cancel(work, ana, kept.treatment_id, now=clock.now())

    assert (again.is_new, again.cancelled, again.treatment.version) == (False, 0, 2)


async def test_what_was_called_off_cannot_be_moved(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await treatments.cancel(work, ana, kept.treatment_id, now=clock.now())

    with pytest.raises(errors.Conflict, match="session_cancelled"):
        async with store.writing() as work:
            await treatments.move(work, ana, kept.treatment_id, **FRIDAY, now=clock.now())


async def test_a_resume_does_not_bring_back_what_was_called_off(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())
        await treatments.cancel(work, ana, kept.treatment_id, now=clock.now())

    async with store.writing() as work:
        back = await stopping.resume(work, ana, now=clock.now())

    assert (back.planned, back.is_new) == (0, True)


async def test_the_next_reminder_is_the_first_that_comes(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "eve", now=clock.now())

    async with store.reading() as work:
        coming = await treatments.next_up(work, ana, now=clock.now())

    assert coming is not None
    assert (coming.reminder.step_key, coming.reminder.local.hour) == ("ride-home", 17)
