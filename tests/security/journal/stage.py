"""The system under attack: a bot as an operator runs it, its simulator, and two clinics of two organisations."""

import asyncio
import contextlib
import dataclasses
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from reminderbot.catalog import catalog as catalogs
from reminderbot.gateway import webhook
from reminderbot.services import access, clinics, invites
from reminderbot.simulator import client, server
from reminderbot.store import bots, migrate, vault
from reminderbot.store import work as works
from tests import ports
from tests.app import process
from tests.cli import terminal
from tests.conftest import MONDAY
from tests.services import cast
from tests.web.console import desk, hired, world

PATH = "/telegram"
VERSION = re.compile(r'name="version" value="(\d+)"')
SECRET = webhook.secret(terminal.TOKEN)
OWN, FOREIGN = "Kanarka Bea", "Kanarka Foreign"
"""Names of one patient of each organisation, which nobody else may read."""


@dataclasses.dataclass
class Stage:
    """Everything an attack may be aimed at. `own` and `foreign` are the ids of one of each thing of either clinic."""

    folder: Path
    url: str
    store: works.Store
    catalog: catalogs.Catalog
    bot: process.Bot
    simulated: client.Simulated
    bea: clinics.ClinicView
    carls: clinics.ClinicView
    own: world.Things
    foreign: world.Things
    staff: dict[str, hired.Hired]

    @property
    def address(self) -> str:
        """Where the bot listens."""
        return f"http://127.0.0.1:{self.bot.port}"

    @property
    def path(self) -> Path | None:
        """The database's file; None on PostgreSQL."""
        return Path(self.url.removeprefix("sqlite:///")) if self.url.startswith("sqlite") else None

    @contextlib.asynccontextmanager
    async def browser(self, person: hired.Hired | None = None) -> AsyncIterator["Browser"]:
        """Open a browser; signed in under a cookie of its own if somebody is named."""
        async with httpx.AsyncClient(base_url=self.address, trust_env=False, timeout=30.0) as http:
            opened = Browser(http, origin=self.address)
            if person is not None:
                opened.wears(await desk.cookie(self.store, person.who))
            yield opened

    async def settled(self) -> None:
        """Wait until the bot has done what it does by itself when it starts."""
        before: object = None
        while before != (before := await world.rows_of(self.store, self.bea.organisation_id)):
            await asyncio.sleep(1.5)

    async def invite(self, name: str = "Ana") -> invites.Created:
        """Enter a patient of Dr Bea's, and return the link and the code of the invite."""
        return await cast.invite(self.store, self.bea, self.catalog, now=MONDAY, name=name)


class Browser(desk.Browser):
    """A browser that speaks over the network, as the bot's own pages do."""

    def __init__(self, http: httpx.AsyncClient, *, origin: str) -> None:
        super().__init__(http)
        self.origin = origin

    def wears(self, cookie: str) -> None:
        """Put a cookie where the console would put it, so that the next one takes its place."""
        self.client.cookies.set("reminderbot", cookie, domain="127.0.0.1")

    async def send(self, path: str, form: dict[str, str] | None = None, *, seen: str = "", **given) -> httpx.Response:
        """Send a form as the page `seen` (by default the page of the same path) shows it, with its tokens."""
        shown = await self.client.get(f"/console{seen or path}")
        tokens = {"_csrf": desk.CSRF.search(shown.text), "_once": desk.ONCE.search(shown.text)}
        tokens["version"] = VERSION.search(shown.text)
        words = {name: found[1] for name, found in tokens.items() if found} | (form or {})
        return await self.client.post(f"/console{path}", data=words, headers={"Origin": self.origin}, **given)

    async def post(self, path: str, form: dict[str, str] | None = None, **given) -> httpx.Response:
        """Send a form with the right token, without looking at its page first."""
        words = {"_csrf": await self.token(), **(form or {})}
        headers = {"Origin": self.origin, **given.pop("headers", {})}
        return await self.client.post(f"/console{path}", data=words, headers=headers, **given)


@contextlib.asynccontextmanager
async def opened(folder: Path, url: str) -> AsyncIterator[Stage]:
    """Fill a database, run the bot on it with all its doors, a webhook and the console, until the block ends."""
    await migrate.upgrade(url)
    store = await works.Store.open(url, vault.Masters.read(terminal.KEY))
    catalog = catalogs.Catalog.load()
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(store.close)
        bea, carls = [await _clinic(store, catalog, name) for name in ("Bea Skin", "Carl Skin")]
        given = {"now": MONDAY}
        own = await world.filled(store, catalog, bea, telegram_id=41, name=OWN, **given)
        foreign = await world.filled(store, catalog, carls, telegram_id=42, name=FOREIGN, **given)
        staff = {
            "admin": await hired.hire(store, bea, access.Role.ADMIN, "ada"),
            "clinician": await hired.hire(store, bea, access.Role.CLINICIAN, "clem"),
            "desk": await hired.hire(store, bea, access.Role.DESK, "dana", has_second=False, has_pin=True),
            "carl": await hired.hire(store, carls, access.Role.ADMIN, "carl"),
        }
        telegram = await stack.enter_async_context(server.serve(server.Simulator()))
        simulated = await stack.enter_async_context(client.Simulated(telegram))
        port = ports.free()
        settings = {
            "telegram_url": telegram,
            "database_url": url,
            "webhook_url": f"http://127.0.0.1:{port}{PATH}",
            "clock": f"{MONDAY.isoformat()}*1",
        }
        bot = stack.enter_context(process.started(folder, port=port, **settings))
        await bot.ready()
        on = Stage(folder, url, store, catalog, bot, simulated, bea, carls, own, foreign, staff)
        await on.settled()
        yield on


async def _clinic(store: works.Store, catalog: catalogs.Catalog, name: str) -> clinics.ClinicView:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
        return await cast.clinic(work, catalog, now=MONDAY, name=name)
