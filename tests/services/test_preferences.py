"""Habits move what is ahead; before the first session only what needs no patient can be set."""

from datetime import time

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, people, preferences, trying_habits
from reminderbot.store import work as works
from tests.services import cast


async def test_a_later_morning_moves_the_day_steps(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())

    async with store.writing() as work:
        changed = await preferences.set_morning(work, ana, time(10), now=clock.now())

    rows = await cast.rows(store, kept.treatment_id)
    assert (rows["day-1"].due_at, rows["eve"].due_at) == (cast.at(25, 9), cast.at(23, 18))
    assert (changed.moved, changed.preferences.morning) == (7, time(10))


async def test_what_another_morning_would_do_is_seen_and_nothing_of_it_stays(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    before = await cast.rows(store, kept.treatment_id)

    async with store.writing() as work:

        async def later() -> preferences.Preferences:
            return (await preferences.set_morning(work, ana, time(10), now=clock.now())).preferences

        tried = await trying_habits.tried(work, ana, later, now=clock.now())

    assert tried.example
    assert (tried.example.reminder.step_key, tried.example.reminder.due) == ("day-1", cast.at(25, 9))
    assert tried.preferences.morning == time(10)
    assert await cast.rows(store, kept.treatment_id) == before


async def test_another_zone_moves_wall_times_and_keeps_what_counts_from_the_start(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())

    async with store.writing() as work:
        await preferences.set_zone(work, ana, "Atlantic/Canary", now=clock.now())

    rows = await cast.rows(store, kept.treatment_id)
    assert (rows["day-1"].due_at, rows["ride-home"].due_at) == (cast.at(25, 8, 30), cast.at(24, 16))
    assert {row.zone for row in rows.values()} == {"Atlantic/Canary"}


async def test_what_was_sent_stays_as_it_was_when_the_zone_changes(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "eve", now=clock.now())

    async with store.writing() as work:
        await preferences.set_zone(work, ana, "America/Lima", now=clock.now())

    row = (await cast.rows(store, kept.treatment_id))["eve"]
    assert (row.state, row.due_at, row.zone) == ("sent", cast.at(23, 18), cast.MADRID)


async def test_declined_reads_are_skipped_and_return_when_wanted_again(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await preferences.set_reads(work, ana, False, now=clock.now())
    declined = await cast.states(store, kept.treatment_id)

    async with store.writing() as work:
        await preferences.set_reads(work, ana, True, now=clock.now())

    assert declined["day-28"] == ("skipped", "no_reads")
    assert (await cast.states(store, kept.treatment_id))["day-28"] == ("planned", None)


async def test_a_zone_chosen_before_the_first_session_is_kept(
    store: works.Store, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await preferences.set_zone(work, ana, "America/Lima", now=clock.now())

    async with store.reading() as work:
        assert (await preferences.current(work, ana)).zone == "America/Lima"


async def test_before_the_first_session_the_defaults_are_shown(store: works.Store, ana: access.Person) -> None:
    async with store.reading() as work:
        shown = await preferences.current(work, ana)

    assert (shown.zone, shown.morning, shown.quiet) == (None, time(8, 30), people.QUIET)


async def test_a_language_is_the_chats_and_its_patients(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())

    async with store.writing() as work:
        changed = await preferences.set_language(work, ana, "es", catalog=catalog)
        patient = await people.main(work, ana)

    assert patient is not None
    assert (changed.language, patient.language) == ("es", "es")


async def test_the_phone_of_whoever_treated_is_kept_as_typed_and_forgotten(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        kept = await preferences.set_treated_by(work, ana, " +34 (910) 123-456 ", now=clock.now())

    async with store.writing() as work:
        forgotten = await preferences.set_treated_by(work, ana, None, now=clock.now())

    assert (kept.treated_by, forgotten.treated_by) == ("+34 (910) 123-456", None)


@pytest.mark.parametrize(
    ("quiet", "refusal"),
    [
        (hours.Quiet(time(21), time(9)), "refusal.morning_is_quiet"),
        (hours.Quiet(time(9), time(8)), "refusal.quiet_too_long"),
    ],
)
async def test_quiet_hours_that_leave_no_room_are_refused(
    store: works.Store, ana: access.Person, clock: clocks.Clock, quiet: hours.Quiet, refusal: str
) -> None:
    async with store.writing() as work:
        with pytest.raises(errors.Invalid, match=refusal):
            await preferences.set_quiet(work, ana, quiet, now=clock.now())


async def test_a_habit_needs_a_session_to_belong_to(
    store: works.Store, ana: access.Person, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        with pytest.raises(errors.NotFound, match="no_session"):
            await preferences.set_morning(work, ana, time(9), now=clock.now())
