"""Somebody who registered alone reads out a code: the clinic takes them in, and they can leave it again."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, claims, clinics, invites, treatments, worries
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast, test_posters
from tests.web.console import desk


@pytest.fixture
async def eva(store: works.Store, bea: clinics.ClinicView) -> access.Staff:
    """The front desk of Dr Bea's clinic."""
    return await desk.employ(store, bea, access.Role.DESK, name="Eva")


async def code_of(store: works.Store, who: access.Person, clock: clocks.Clock) -> str:
    async with store.writing() as work:
        return (await claims.begin(work, who, now=clock.now())).code


async def claim(
    store: works.Store,
    who: access.Staff,
    code: str,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    *,
    name: str = "Ana",
    later: timedelta = timedelta(0),
) -> claims.Claimed | claims.WrongCode:
    async with store.writing() as work:
        return await claims.redeem(
            work, who, code, name, catalog=catalog, now=clock.now(), machine_now=clocks.machine() + later
        )


async def test_all_of_hers_becomes_the_clinics_and_she_is_told(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        await worries.raise_(work, ana, now=clock.now(), words="it is red")
    code = await code_of(store, ana, clock)

    found = await claim(store, eva, f" {code[:3]}-{code[3:].lower()} ", catalog, clock)

    assert found == claims.Claimed(kept.patient_id)
    async with store.reading() as work:
        for table in (tables.treatments, tables.reminders, tables.worries, tables.cases):
            places = {(row.organisation_id, row.clinic_id) for row in (await work.run(select(table))).all()}
            assert places == {(eva.organisation_id, eva.clinic_id)}, table.name
        assert await treatments.get(work, eva, kept.treatment_id)
        version = (await work.run(select(tables.treatments.c.plan_version_id))).scalar_one()
        of = tables.plan_versions.c
        assert (await work.run(select(of.organisation_id).where(of.id == version))).scalar_one() == eva.organisation_id
        assert (await work.run(select(tables.patients))).one().clinic_id == eva.clinic_id
        view = await treatments.get(work, ana, kept.treatment_id)
        history = (await work.run(select(tables.events.c.organisation_id))).scalars().all()
    assert (view.patient_name, view.clinic_name) == ("Ana", "Bea Skin")
    assert set(history) == {"0" * 32}
    [said] = await test_posters.owed(store)
    assert "Bea Skin" in said["text"]
    assert said["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "notmine"


async def test_a_code_works_once_for_half_an_hour_and_the_newest_alone(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    earlier, old = await code_of(store, ana, clock), await code_of(store, ana, clock)
    clock.wind(claims.LIFE + timedelta(seconds=1))
    answers = [await claim(store, eva, each, catalog, clock) for each in (earlier, old, "AAAAAA")]
    code = await code_of(store, ana, clock)

    first, second = await claim(store, eva, code, catalog, clock), await claim(store, eva, code, catalog, clock)

    assert answers == [claims.WrongCode(4), claims.WrongCode(3), claims.WrongCode(2)]
    assert isinstance(first, claims.Claimed)
    assert second == claims.WrongCode(4)
    assert len(code) == claims.CODE
    assert set(code) <= set(invites.ALPHABET)


async def test_who_guesses_is_slowed_and_nobody_else(
    store: works.Store,
    ana: access.Person,
    bea: clinics.ClinicView,
    eva: access.Staff,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    other = await desk.employ(store, bea, access.Role.DESK, name="Otto")
    code = await code_of(store, ana, clock)
    guesses = [await claim(store, eva, "WWWWWW", catalog, clock) for _ in range(claims.TRIES)]

    assert guesses[-1] == claims.WrongCode(0)
    assert await claim(store, eva, code, catalog, clock) == claims.WrongCode(0)
    assert isinstance(await claim(store, other, code, catalog, clock), claims.Claimed)
    assert await claim(store, eva, "XXXXXX", catalog, clock, later=claims.PAUSE * 2) == claims.WrongCode(4)


async def test_a_name_is_asked_for_if_there_is_none_and_the_code_is_still_good(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    code = await code_of(store, ana, clock)

    with pytest.raises(errors.Invalid, match="refused-claim-name"):
        await claim(store, eva, code, catalog, clock, name=" ")

    assert isinstance(await claim(store, eva, code, catalog, clock), claims.Claimed)


async def test_two_clinics_type_one_code_at_once_and_one_gets_the_patient(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        other = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    carl = await desk.employ(store, other, access.Role.DESK, name="Carl")
    code = await code_of(store, ana, clock)

    found = await asyncio.gather(*(claim(store, who, code, catalog, clock) for who in (eva, carl)))

    assert sorted(type(each).__name__ for each in found) == ["Claimed", "WrongCode"]


async def test_the_code_stands_nowhere_in_the_open(
    store: works.Store, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    await cast.register(store, ana, catalog, now=clock.now())
    code = await code_of(store, ana, clock)

    async with store.reading() as work:
        assert code not in repr(tuple((await work.run(select(tables.claims))).one()))


async def test_a_clinics_own_patient_gets_no_code(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    made = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, made.invite_id, made.desk_code, now=clock.now())

    with pytest.raises(errors.NotFound):
        await code_of(store, ana, clock)


async def test_she_leaves_the_clinic_and_it_sees_nothing_of_her(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await claim(store, eva, await code_of(store, ana, clock), catalog, clock)

    async with store.writing() as work:
        assert await claims.undo(work, ana, now=clock.now()) == "Bea Skin"

    async with store.reading() as work:
        with pytest.raises(errors.NotFound):
            await treatments.get(work, eva, kept.treatment_id)
        view = await treatments.get(work, ana, kept.treatment_id)
        [line] = (await work.run(select(tables.audit).where(tables.audit.c.action == "patient.left"))).all()
    assert (view.patient_name, view.clinic_name) == ("", "")
    assert (line.actor, line.clinic_id) == ("patient", eva.clinic_id)
    with pytest.raises(errors.NotFound):
        async with store.writing() as work:
            await claims.undo(work, ana, now=clock.now())


async def test_a_reminder_on_its_way_comes_along(
    store: works.Store, ana: access.Person, eva: access.Staff, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    async with store.writing() as work:
        first = (tables.reminders.c.treatment_id == kept.treatment_id) & (tables.reminders.c.step_key == "eve")
        await work.run(update(tables.reminders).where(first).values(state="sending", attempts=1))

    await claim(store, eva, await code_of(store, ana, clock), catalog, clock)

    row = (await cast.rows(store, kept.treatment_id))["eve"]
    assert (row.state, row.clinic_id) == ("sending", eva.clinic_id)
