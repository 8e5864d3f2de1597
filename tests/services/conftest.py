"""The cast: Ana's chat and Carl's, both consented; Dr Bea's clinic; the shipped texts."""

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.services import access, clinics
from reminderbot.store import work as works
from tests.services import cast


@pytest.fixture(scope="session")
def catalog() -> catalogs.Catalog:
    """The texts that are shipped."""
    return catalogs.Catalog.load(files.default_folder())


@pytest.fixture
async def ana(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> access.Person:
    """A chat that has agreed."""
    return await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=clock.now())


@pytest.fixture
async def carl(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> access.Person:
    """Another chat that has agreed."""
    return await cast.consenting(store, catalog, telegram_id=4_100_200_301, now=clock.now())


@pytest.fixture
async def bea(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> clinics.ClinicView:
    """Dr Bea's clinic, in Madrid, open on weekdays."""
    async with store.writing() as work:
        return await cast.clinic(work, catalog, now=clock.now())
