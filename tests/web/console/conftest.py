"""The console as a browser meets it: Dr Bea's clinic and Carl's, staff of every role, and who is signed in where."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import pytest
from fastapi import FastAPI

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.services import access, clinics
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.services import cast
from tests.web.console import audited, desk

ADDRESS = "http://console.example"


@pytest.fixture(scope="session")
def catalog() -> catalogs.Catalog:
    """The texts that are shipped."""
    return catalogs.Catalog.load(files.default_folder())


@pytest.fixture
async def bea(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> clinics.ClinicView:
    """Dr Bea's clinic, in Madrid."""
    async with store.writing() as work:
        return await cast.clinic(work, catalog, now=clock.now())


@pytest.fixture
async def carls(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> clinics.ClinicView:
    """The clinic at which Carl works, another organisation's."""
    async with store.writing() as work:
        return await cast.clinic(work, catalog, now=clock.now(), name="Carl Skin")


@pytest.fixture
def machine() -> desk.Machine:
    """The machine's clock as the console reads it; tests move it."""
    return desk.Machine()


@pytest.fixture
def watched(store: works.Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[audited.Watch]:
    """Whoever does something in the console, looks at a patient or takes something along leaves a line in the audit."""
    watch = audited.watch(store, monkeypatch)
    yield watch
    assert watch.silent == set(), "wrote no line in the audit"


@pytest.fixture
def app(
    store: works.Store,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    machine: desk.Machine,
    watched: audited.Watch,
) -> FastAPI:
    """The console alone, without the bot's other doors."""
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    console = Console(store, catalog, catalog, clock.now, machine.now, cast.BOT, ADDRESS)
    made.router.routes.extend(consoles.site(console))
    return made


@pytest.fixture
async def admin(store: works.Store, bea: clinics.ClinicView, app: FastAPI) -> AsyncIterator[desk.Browser]:
    """An admin of Dr Bea's clinic, signed in."""
    async with desk.signed_in(app, store, bea, access.Role.ADMIN) as browser:
        yield browser


@pytest.fixture
async def clinician(store: works.Store, bea: clinics.ClinicView, app: FastAPI) -> AsyncIterator[desk.Browser]:
    """A clinician of Dr Bea's clinic, signed in."""
    async with desk.signed_in(app, store, bea, access.Role.CLINICIAN) as browser:
        yield browser


@pytest.fixture
async def front(store: works.Store, bea: clinics.ClinicView, app: FastAPI) -> AsyncIterator[desk.Browser]:
    """The front desk of Dr Bea's clinic, signed in."""
    async with desk.signed_in(app, store, bea, access.Role.DESK) as browser:
        yield browser


@pytest.fixture
async def carl(store: works.Store, carls: clinics.ClinicView, app: FastAPI) -> AsyncIterator[desk.Browser]:
    """Carl, admin of another clinic, who must see nothing of Dr Bea's."""
    async with desk.signed_in(app, store, carls, access.Role.ADMIN) as browser:
        yield browser


@pytest.fixture
async def stranger(app: FastAPI) -> AsyncIterator[desk.Browser]:
    """A browser that is not signed in."""
    async with desk.browser(app) as browser:
        yield browser


@pytest.fixture
def now(clock: clocks.Clock) -> datetime:
    """Monday morning."""
    return clock.now()
