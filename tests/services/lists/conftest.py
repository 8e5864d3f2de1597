"""The front desk of Dr Bea's clinic, and Carl's."""

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics
from reminderbot.store import work as works
from tests.services import cast
from tests.services.lists import booking
from tests.web.console import desk as desks


@pytest.fixture
async def desk(store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView) -> booking.Desk:
    """The front desk of Dr Bea's clinic."""
    return booking.Desk(store, catalog, await desks.employ(store, bea, access.Role.DESK))


@pytest.fixture
async def carls_desk(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> booking.Desk:
    """The front desk of the clinic at which Carl works."""
    async with store.writing() as work:
        clinic = await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")
    return booking.Desk(store, catalog, await desks.employ(store, clinic, access.Role.DESK, name="Carl"))
