"""A session is shown before it is kept, kept once, and kept with all of its reminders."""

import dataclasses
from datetime import date, time

import pytest

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, registration, stopping, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast

COMING = {"eve", "ride-home", "day-1", "day-2", "day-3", "day-7", "day-14", "day-28", "day-90"}


async def test_a_session_is_kept_with_nine_reminders(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())

    rows = await cast.rows(store, kept.treatment_id)
    assert {step for step, row in rows.items() if row.state == "planned"} == COMING
    assert rows["day-1"].due_at == cast.at(25, 7, 30)


async def test_every_reminder_has_an_event_that_says_it_was_planned(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())

    assert await cast.count(store, tables.events) == 9


async def test_what_is_previewed_is_what_is_kept(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.reading() as work:
        shown = await registration.preview(work, ana, cast.TUESDAY, catalog=catalog, now=clock.now())

    kept = await cast.register(store, ana, catalog, now=clock.now())

    assert shown.slots == kept.slots
    assert (shown.zone, shown.wall, shown.saved_as) == (cast.MADRID, hours.Kind.EXACT, None)


async def test_a_preview_writes_nothing(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await registration.preview(work, ana, cast.TUESDAY, catalog=catalog, now=clock.now())

    assert await cast.count(store, tables.patients) == 0


async def test_a_second_tap_keeps_the_same_session(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    first = await cast.register(store, ana, catalog, now=clock.now())
    second = await cast.register(store, ana, catalog, now=clock.now())

    assert (second.treatment_id, second.is_new) == (first.treatment_id, False)
    assert await cast.count(store, tables.reminders) == 9


async def test_a_second_session_runs_beside_the_first(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    later = dataclasses.replace(cast.TUESDAY, day=date(2026, 12, 22))

    await cast.register(store, ana, catalog, now=clock.now(), draft=later)

    async with store.reading() as work:
        found = await treatments.of_chat(work, ana)
    assert [each.day for each in found] == [date(2026, 12, 22), date(2026, 11, 24)]
    assert len({each.patient_id for each in found}) == 1


async def test_a_past_session_brings_no_burst(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    past = dataclasses.replace(cast.TUESDAY, day=date(2026, 11, 21))

    kept = await cast.register(store, ana, catalog, now=clock.now(), draft=past)

    states = await cast.states(store, kept.treatment_id)
    assert states["day-1"] == ("skipped", "late_start")
    assert states["day-3"] == ("planned", None)


async def test_without_consent_nothing_is_kept(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        who = (await cast.arrive(work, catalog, telegram_id=1, now=clock.now())).person

    with pytest.raises(errors.NotAllowed, match="no_consent"):
        await cast.register(store, who, catalog, now=clock.now())

    assert await cast.count(store, tables.patients) == 0


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"day": date(2027, 11, 26)}, "refusal.date.too-far-ahead"),
        ({"day": date(2025, 11, 20)}, "refusal.date.too-far-past"),
        ({"day": date(1, 1, 1)}, "refusal.date.too-far-past"),
        ({"zone": "Europe/Nowhere"}, "refusal.unknown_zone"),
        ({"plan_key": "tattoo"}, "refusal.unknown_plan"),
    ],
)
async def test_what_cannot_be_kept_is_refused_with_a_sentence(
    store: works.Store,
    ana: access.Person,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    change: dict[str, object],
    refusal: str,
) -> None:
    draft = dataclasses.replace(cast.TUESDAY, **change)  # type: ignore[arg-type]

    with pytest.raises(errors.Invalid) as refused:
        await cast.register(store, ana, catalog, now=clock.now(), draft=draft)

    assert refused.value.key == refusal
    assert await cast.count(store, tables.treatments) == 0


async def test_someone_who_stopped_is_told_so_first(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await stopping.stop(work, ana, now=clock.now())

    with pytest.raises(errors.NotAllowed, match="stopped"):
        await cast.register(store, ana, catalog, now=clock.now(), draft=dataclasses.replace(cast.TUESDAY, at=time(16)))


async def test_a_wall_time_that_the_clock_skips_is_told(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    skipped = dataclasses.replace(cast.TUESDAY, day=date(2027, 3, 28), at=time(2, 30))

    async with store.reading() as work:
        shown = await registration.preview(work, ana, skipped, catalog=catalog, now=clock.now())

    assert shown.wall is hours.Kind.SKIPPED


async def test_a_name_is_nowhere_in_the_rows(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())

    async with store.reading() as work:
        chat = (await work.run(tables.chats.select().where(tables.chats.c.id == ana.chat_id))).one()
    assert b"4100200300" not in b"|".join(bytes(str(cell), "utf-8") for cell in chat)
    assert kept.patient_id
