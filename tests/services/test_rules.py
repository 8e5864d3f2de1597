"""When the rules of a zone change, what is ahead is planned anew; what was sent or is due stays, and nothing bursts."""

from datetime import date, time
from pathlib import Path

import pytest
from sqlalchemy import select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, preferences, registration, rules, stopping, stories, treatments
from reminderbot.store import chats, tables
from reminderbot.store import work as works
from reminderbot.store.vault import Masters
from tests import zones
from tests.services import cast

AN_HOUR_BEHIND = {cast.MADRID: "Europe/London"}
UNCHANGED = {cast.MADRID: cast.MADRID}


@pytest.fixture
async def treatment(store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock) -> str:
    """Ana's session of Tuesday, 15:30 in Madrid."""
    return (await cast.register(store, ana, catalog, now=clock.now())).treatment_id


async def follow(store: works.Store, clock: clocks.Clock, *, limit: int = rules.BATCH) -> rules.Followed:
    async with store.writing() as work:
        return await rules.follow(work, now=clock.now(), limit=limit)


async def stands(store: works.Store, treatment: str) -> tuple[object, str]:
    """Return when a treatment starts and by which rules it was planned."""
    column = tables.treatments.c
    async with store.reading() as work:
        row = (await work.run(select(column.starts_at, column.rules).where(column.id == treatment))).one()
    return row.starts_at, row.rules


async def test_a_change_of_the_rules_moves_the_session_and_what_is_ahead(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    before = await cast.rows(store, treatment)
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        done = await follow(store, clock)

    after = await cast.rows(store, treatment)
    assert (done.treatments, done.moved) == (1, len(before))
    assert await stands(store, treatment) == (cast.at(24, 15, 30), zones.LATER)
    assert (after["ride-home"].due_at, after["day-1"].due_at) == (cast.at(24, 17), cast.at(25, 8, 30))


async def test_the_story_names_the_rules_as_the_cause(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        await follow(store, clock)

    id = (await cast.rows(store, treatment))["day-1"].id
    async with store.reading() as work:
        last = (await stories.tell(work, cast.OPERATOR, id, now=clock.now())).chain[-1]
    assert (last.kind, last.reason, last.due_before, last.due_after) == (
        "moved",
        "zone_rules",
        cast.at(25, 7, 30),
        cast.at(25, 8, 30),
    )


async def test_a_release_that_changes_nothing_here_writes_nothing_but_its_name(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    before, told = await cast.rows(store, treatment), await cast.count(store, tables.events)
    with zones.swapped(tmp_path, UNCHANGED):
        done = await follow(store, clock)

    assert (done.treatments, done.moved) == (1, 0)
    assert (await cast.rows(store, treatment), await cast.count(store, tables.events)) == (before, told)
    assert await stands(store, treatment) == (cast.at(24, 14, 30), zones.LATER)


async def test_the_same_rules_are_followed_already(store: works.Store, treatment: str, clock: clocks.Clock) -> None:
    assert await follow(store, clock) == rules.Followed(0, 0, None, is_done=True)


async def test_what_newer_rules_have_planned_is_left(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    with zones.swapped(tmp_path, AN_HOUR_BEHIND, version="2000a"):
        done = await follow(store, clock)

    assert (done.treatments, await stands(store, treatment)) == (0, (cast.at(24, 14, 30), hours.rules()))


async def test_what_was_sent_or_is_due_already_stays(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    await cast.sent(store, treatment, "eve", now=clock.now())
    clock.wind(cast.at(24, 16, 30) - clock.now())  # the ride home is due, and would be an hour later by the new rules
    before = await cast.rows(store, treatment)
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        await follow(store, clock)

    after = await cast.rows(store, treatment)
    assert [after[step] for step in ("eve", "ride-home")] == [before[step] for step in ("eve", "ride-home")]
    assert after["day-1"].due_at == cast.at(25, 8, 30)


async def test_what_the_new_rules_would_have_sent_already_keeps_its_hour(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    clock.wind(cast.at(25, 7) - clock.now())  # day 1 comes in half an hour, or was to come half an hour ago
    with zones.swapped(tmp_path, {cast.MADRID: "Europe/Helsinki"}):
        await follow(store, clock)

    row = (await cast.rows(store, treatment))["day-1"]
    assert (row.state, row.due_at) == ("planned", cast.at(25, 7, 30))


async def test_what_a_stop_has_shut_follows_and_stays_shut(
    store: works.Store, ana: access.Person, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        await follow(store, clock)

    row = (await cast.rows(store, treatment))["day-1"]
    assert (row.state, row.reason, row.due_at) == ("cancelled", "stopped", cast.at(25, 8, 30))


async def test_a_cancelled_session_is_left(
    store: works.Store, ana: access.Person, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    async with store.writing() as work:
        await treatments.cancel(work, ana, treatment, now=clock.now())
    before = await cast.rows(store, treatment)
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        done = await follow(store, clock)

    assert (done.is_done, await cast.rows(store, treatment)) == (True, before)


async def test_one_visit_takes_a_few_and_the_next_goes_on_where_it_ended(
    store: works.Store,
    ana: access.Person,
    treatment: str,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    tmp_path: Path,
) -> None:
    later = registration.Draft(day=date(2026, 12, 20), at=time(10), zone=cast.MADRID)
    await cast.register(store, ana, catalog, now=clock.now(), draft=later)
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        visits = [await follow(store, clock, limit=1) for _ in range(3)]

    assert [(visit.treatments, visit.is_done) for visit in visits] == [(1, False), (1, False), (0, True)]


async def test_the_soonest_are_first(
    store: works.Store,
    ana: access.Person,
    treatment: str,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    tmp_path: Path,
) -> None:
    later = registration.Draft(day=date(2026, 12, 20), at=time(10), zone=cast.MADRID)
    other = (await cast.register(store, ana, catalog, now=clock.now(), draft=later)).treatment_id
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        await follow(store, clock, limit=1)

    assert [(await stands(store, each))[1] for each in (treatment, other)] == [zones.LATER, hours.rules()]


async def test_what_an_older_program_changes_meanwhile_is_behind_again(
    store: works.Store, ana: access.Person, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        await follow(store, clock)
    async with store.writing() as work:
        await preferences.set_morning(work, ana, time(9), now=clock.now())
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        done = await follow(store, clock)

    assert (done.treatments, (await cast.rows(store, treatment))["day-1"].due_at) == (1, cast.at(25, 9))


async def test_a_claimed_reminder_that_moves_is_freed(
    store: works.Store, treatment: str, clock: clocks.Clock, tmp_path: Path
) -> None:
    await cast.set_rows(store, treatment, "day-1", state="claimed", lease_owner="o", lease_until=clock.now())
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        await follow(store, clock)

    row = (await cast.rows(store, treatment))["day-1"]
    assert (row.state, row.lease_owner, row.due_at) == ("planned", None, cast.at(25, 8, 30))


async def test_a_chat_that_another_visit_holds_is_left_for_later(
    postgres_url: str, masters: Masters, catalog: catalogs.Catalog, clock: clocks.Clock, tmp_path: Path
) -> None:
    store = await works.Store.open(postgres_url, masters)
    ana = await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=clock.now())
    await cast.register(store, ana, catalog, now=clock.now())
    with zones.swapped(tmp_path, AN_HOUR_BEHIND):
        async with store.writing() as work:
            await chats.get(work, ana.chat_id, lock=True)
            held = await follow(store, clock)
        free = await follow(store, clock)
    await store.close()

    assert [(each.treatments, each.is_done) for each in (held, free)] == [(0, False), (1, False)]


async def test_what_was_planned_before_the_rules_were_remembered_is_looked_at_once(
    store: works.Store, treatment: str, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.treatments).values(rules=""))

    first, second = await follow(store, clock), await follow(store, clock)
    assert (first.treatments, first.moved, second.is_done) == (1, 0, True)
