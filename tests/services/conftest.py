"""The cast: Ana's chat and Carl's, both consented; Dr Bea's clinic; the shipped texts."""

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.services import access, clinics, invites
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


@pytest.fixture
async def bound(
    store: works.Store, ana: access.Person, bea: clinics.ClinicView, catalog: catalogs.Catalog, clock: clocks.Clock
) -> invites.Created:
    """Ana's chat is bound to the patient whom Dr Bea's clinic entered."""
    invite = await cast.invite(store, bea, catalog, now=clock.now())
    async with store.writing() as work:
        await invites.confirm(work, ana, invite.invite_id, invite.desk_code, now=clock.now())
    return invite
