"""A patient with several sessions: one message a step and day, care from the newest, and all of it is undone."""

import dataclasses
from datetime import date, time, timedelta

from sqlalchemy import select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, clinics, day, preferences, registration, stopping, treatments
from reminderbot.store import reminders, tables
from reminderbot.store import work as works
from tests.services import cast, staffing

NEWER, ONE = ("superseded", "newer_session"), ("superseded", "one_message")
COMES = ("planned", None)
SAME_DAY = dataclasses.replace(cast.TUESDAY, at=time(18))
WEEK_LATER = dataclasses.replace(cast.TUESDAY, day=date(2026, 12, 1))
DAY_LATER = dataclasses.replace(cast.TUESDAY, day=date(2026, 11, 25), at=time(9))


async def two(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock, draft: registration.Draft
) -> tuple[str, str]:
    """Register Tuesday's session and another one."""
    older = await cast.register(store, ana, catalog, now=clock.now())
    newer = await cast.register(store, ana, catalog, now=clock.now(), draft=draft)
    return older.treatment_id, newer.treatment_id


async def test_a_new_session_in_a_series_retires_what_the_old_one_would_still_say(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, WEEK_LATER)

    states = await cast.states(store, older)
    assert {step for step, stands in states.items() if stands == NEWER} == {"day-14", "day-28", "day-90"}
    assert set((await cast.states(store, newer)).values()) == {COMES}


async def test_two_sessions_of_one_day_have_one_message_a_step(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, SAME_DAY)

    rows = await cast.rows(store, older)
    assert (rows["day-1"].state, rows["day-1"].reason) == ONE
    assert rows["day-1"].merged_into == (await cast.rows(store, newer))["day-1"].id


async def test_the_time_line_says_why(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, _ = await two(store, ana, catalog, clock, SAME_DAY)

    async with store.reading() as work:
        shown = await treatments.timeline_of(work, ana, older)

    assert {row.reason for row in shown.rows if row.step_key == "day-2"} == {life.Reason.ONE_MESSAGE}


async def test_calling_the_new_session_off_brings_back_what_is_still_useful(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, DAY_LATER)
    before = await cast.states(store, older)

    async with store.writing() as work:
        await treatments.cancel(work, ana, newer, now=cast.at(26, 12))

    after = await cast.states(store, older)
    assert (before["day-2"], before["day-28"]) == (NEWER, NEWER)
    assert (after["day-2"], after["day-28"]) == (COMES, COMES)


async def test_moving_the_new_session_away_brings_the_care_back(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, DAY_LATER)

    async with store.writing() as work:
        await treatments.move(work, ana, newer, day=date(2026, 12, 8), at=time(10), now=clock.now())

    states = await cast.states(store, older)
    assert {states[step] for step in ("day-1", "day-2", "day-3", "day-7")} == {COMES}
    assert {states[step] for step in ("day-28", "day-90")} == {NEWER}


async def test_moving_the_old_session_takes_what_stands_back_along(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, _ = await two(store, ana, catalog, clock, WEEK_LATER)
    before = (await cast.rows(store, older))["day-28"].due_at

    async with store.writing() as work:
        await treatments.move(work, ana, older, day=date(2026, 11, 26), at=time(10), now=clock.now())

    row = (await cast.rows(store, older))["day-28"]
    assert (row.state, row.due_at - before) == ("superseded", timedelta(days=2))


async def test_a_stop_and_the_way_back_do_not_say_twice_what_is_said_once(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, SAME_DAY)
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())

    async with store.writing() as work:
        await stopping.resume(work, ana, now=clock.now())

    assert ((await cast.states(store, older))["day-1"], (await cast.states(store, newer))["day-1"]) == (ONE, COMES)


async def test_a_session_called_off_during_a_stop_gives_back_on_the_way_back(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, SAME_DAY)
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())
        await treatments.cancel(work, ana, newer, now=clock.now())
    during = (await cast.states(store, older))["day-1"]

    async with store.writing() as work:
        await stopping.resume(work, ana, now=clock.now())

    assert during == ONE
    assert (await cast.states(store, older))["day-1"] == COMES


async def test_reads_that_are_declined_do_not_come_back_with_the_session(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, WEEK_LATER)
    async with store.writing() as work:
        await preferences.set_reads(work, ana, False, now=clock.now())

    async with store.writing() as work:
        await treatments.cancel(work, ana, newer, now=clock.now())

    assert (await cast.states(store, older))["day-28"] == ("skipped", "no_reads")


async def test_what_was_left_to_a_message_that_came_too_late_is_said_after_all(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, SAME_DAY)
    bearer = (await cast.rows(store, older))["ride-home"].id

    async with store.writing() as work:
        await reminders.expire(work, {bearer: life.Reason.TOO_LATE}, now=cast.at(24, 17))

    assert (await cast.states(store, newer))["ride-home"] == COMES


async def test_a_message_that_a_sender_holds_is_let_go_when_a_newer_session_says_it(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older = (await cast.register(store, ana, catalog, now=clock.now())).treatment_id
    await cast.set_rows(store, older, "day-2", state="claimed", lease_owner="o", lease_until=clock.now())

    await cast.register(store, ana, catalog, now=clock.now(), draft=DAY_LATER)

    row = (await cast.rows(store, older))["day-2"]
    assert (row.state, row.reason, row.lease_owner) == (*NEWER, None)


async def test_the_story_tells_when_it_was_retired_and_when_it_came_back(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older, newer = await two(store, ana, catalog, clock, DAY_LATER)
    async with store.writing() as work:
        await treatments.cancel(work, ana, newer, now=clock.now())

    id, event = (await cast.rows(store, older))["day-3"].id, tables.events.c
    async with store.reading() as work:
        told = (
            await work.run(select(event.kind, event.reason).where(event.reminder_id == id).order_by(event.id))
        ).all()
    assert [tuple(each) for each in told[1:]] == [("ended", "newer_session"), ("returned", "newer_session")]


async def test_a_session_that_was_not_held_gives_back_what_it_had_taken_over(
    store: works.Store, bea: clinics.ClinicView, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    older = await staffing.joined(store, bea, catalog, ana, clock=clock)
    fred = await staffing.employ(store, bea, access.Role.DESK, name="Fred")
    newer = await cast.register(store, ana, catalog, now=clock.now(), draft=DAY_LATER)
    before = (await cast.states(store, older))["day-3"]

    async with store.writing() as work:
        await day.not_held(work, fred, newer.treatment_id, now=clock.now())

    assert (before, (await cast.states(store, older))["day-3"]) == (NEWER, COMES)
