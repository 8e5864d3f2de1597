"""The rounds erase what has had its time: dead links' secrets, lists that nobody applied, patients kept long enough."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.delivery import rounds
from reminderbot.services import access
from reminderbot.store import tables, uploads
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def catalog() -> catalogs.Catalog:
    """The texts that are shipped."""
    return catalogs.Catalog.load(files.default_folder())


async def test_what_has_had_its_time_is_erased_and_what_has_not_stays(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    now = clock.now()
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=now)
        await work.run(update(tables.clinics).values(retention_days=180))
    await cast.invite(store, bea, catalog, now=now)
    eva = await desk.employ(store, bea, access.Role.ADMIN, name="Eva")
    whose = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "staff_id": eva.staff_id}
    async with store.writing() as work:
        await uploads.add(work, **whose, content="Ana;24.11.2026", digest=b"d" * 32, now=now)

    await rounds.tidy(store, now + timedelta(hours=1))
    assert await left(store) == {"token": 1, "content": 1, "patient": 1}

    await rounds.tidy(store, now + timedelta(days=2))
    assert await left(store) == {"token": 1, "content": 0, "patient": 1}

    async with store.writing() as work:
        await work.run(update(tables.reminders).values(state="expired", reason="too_late"))
    await rounds.tidy(store, now + YEAR)
    assert await left(store) == {"token": 0, "content": 0, "patient": 0}


async def left(store: works.Store) -> dict[str, int]:
    """Return how many links, lists and patients are still there."""
    u, i, p = tables.uploads.c, tables.invites.c, tables.patients.c
    async with store.reading() as work:
        return {
            "token": len((await work.run(select(i.id).where(i.token.is_not(None)))).all()),
            "content": len((await work.run(select(u.id).where(u.content.is_not(None)))).all()),
            "patient": len((await work.run(select(p.id).where(p.erased_at.is_(None)))).all()),
        }
