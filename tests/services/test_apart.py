"""On PostgreSQL staff reach their organisation's rows alone: what is another's is still counted where it must be."""

import pytest
from sqlalchemy import select

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, claims, clinics, people, staff, treatments
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import branch_cast, cast

HISTORY = (tables.events, tables.attempts, tables.plan_versions)


@pytest.fixture
def url(postgres_url: str) -> str:
    """SQLite has nothing of the kind."""
    return postgres_url


@pytest.fixture
async def carls(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> clinics.ClinicView:
    """Carl's clinic, of another organisation."""
    async with store.writing() as work:
        return await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")


async def added(store: works.Store, who: access.Staff, clinic: clinics.ClinicView) -> None:
    now = clocks.machine()
    said = {"name": "Eva", "login": "eva@clinic.example", "role": "desk", "language": "en", "machine_now": now}
    async with access.confined(store, who).writing() as work:
        row = await clinics.row_of(work, who, clinic.id)
        await staff.add(work, who, row, **said)


async def test_a_login_that_is_another_organisations_is_told_to_be_taken(
    store: works.Store, bea: clinics.ClinicView, carls: clinics.ClinicView
) -> None:
    there = await branch_cast.employ(store, (carls, access.Role.ADMIN))
    here = await branch_cast.employ(store, (bea, access.Role.ADMIN))
    await added(store, there, carls)

    with pytest.raises(errors.Conflict, match="refused-taken"):
        await added(store, here, bea)


async def test_who_is_claimed_brings_their_plan_and_what_has_happened_along(
    store: works.Store, bea: clinics.ClinicView, ana: access.Person, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    kept = await cast.register(store, ana, catalog, now=clock.now())
    await cast.sent(store, kept.treatment_id, "ride-home", now=clock.now())
    eva = await branch_cast.employ(store, (bea, access.Role.DESK))
    async with store.writing() as work:
        code = (await claims.begin(work, ana, now=clock.now())).code
        everything = [len((await work.run(select(table))).all()) for table in HISTORY]
    async with access.confined(store, eva).writing() as work:
        now, machine_now = clock.now(), clocks.machine()
        await claims.redeem(work, eva, code, "Ana", catalog=catalog, now=now, machine_now=machine_now)

    async with access.confined(store, eva).reading() as work:
        seen = [len((await work.run(select(table))).all()) for table in HISTORY]
        assert (await treatments.get(work, eva, kept.treatment_id)).patient_name == "Ana"
    assert seen == [everything[0], everything[1], everything[2] + 1]


async def test_a_chat_that_is_two_organisations_is_known_to_be_several_peoples(
    store: works.Store,
    bea: clinics.ClinicView,
    carls: clinics.ClinicView,
    ana: access.Person,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
) -> None:
    for clinic in (bea, carls):
        await branch_cast.joined(store, clinic, catalog, ana, now=clock.now())
    eva = await branch_cast.employ(store, (bea, access.Role.DESK))

    async with access.confined(store, eva).reading() as work:
        counted = await people.in_chat(work, ana.chat_id)
        seen = (await work.run(select(tables.patients.c.organisation_id))).scalars().all()

    assert (counted, set(seen)) == (2, {bea.organisation_id})
