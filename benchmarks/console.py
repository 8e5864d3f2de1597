"""How long the console's list of patients takes in a clinic with many: whole requests, as a browser makes them."""

import os
import time
from datetime import datetime
from typing import Final

import httpx
from fastapi import FastAPI

from benchmarks import crowd, database, seeding
from benchmarks.everyone import ON_SQLITE, OURS
from benchmarks.figures import Measure, percentile
from benchmarks.measures import Bench
from benchmarks.ours import KEY
from reminderbot import clocks
from reminderbot.services import access, listing
from reminderbot.services.standings import Standing
from reminderbot.store import listing as lists
from reminderbot.store.work import Store
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console

ADDRESS: Final = "http://console.example"
DEEP: Final = 1_000  # pages before the one that is looked at, or half of them where there are fewer
LOOKS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "first": ("the first page", {}),
    "deep": ("a page 1,000 deep", {}),
    "rare-state": ("a rare state", {"standing": Standing.BLOCKED}),
    "common-state": ("a common state", {"standing": Standing.ENDED}),
    "common-name": ("a first name that 3 % have", {"q": crowd.COMMON}),
    "rare-name": ("a rare first name", {"q": crowd.RARE}),
    "two-names": ("a first and a last name", {"q": f"{crowd.COMMON} garcia"}),
    "soonest": ("sorted by the sessions ahead", {"order": "soonest"}),
    "by-state": ("sorted by state", {"order": "state"}),
    "deep-state": ("sorted by state, 1,000 deep", {"order": "state"}),
}


async def console(bench: Bench) -> None:
    """Ask for each look of the list many times, on both databases."""
    for name, server in ((OURS, bench.server), (ON_SQLITE, None)):
        async with database.made(server) as url:
            await _measured(bench, name, url)


async def _measured(bench: Bench, name: str, url: str) -> None:
    await database.migrate(url)
    now = crowd.at()
    async with database.opened(url, os.environ[KEY]) as owners:
        who = await crowd.fill(owners, seeding.catalog(), bench.sizes.listed, now=now)
    async with database.opened(database.as_program(url), os.environ[KEY]) as store:
        if not url.startswith("sqlite"):
            database.settle(url)
        async with _browser(store, await crowd.cookie(store, who), now) as browser:
            places = {"deep": listing.Order.LATEST, "deep-state": listing.Order.STATE}
            at = {key: await _place(store, who, order, bench.sizes.listed) for key, order in places.items()}
            for key, (words, asked) in LOOKS.items():
                took = [await _asked(browser, {**asked, "at": at.get(key, "")}) for _ in range(bench.sizes.asked)]
                _note(bench, name, key, words, sorted(took[1:] or took))


def _note(bench: Bench, name: str, key: str, words: str, took: list[float]) -> None:
    what = f"the console: {words}, of {bench.sizes.listed:,} patients"
    bench.figures.note(Measure(f"console-{key}-p50", f"{what}, median", "ms"), name, percentile(took, 0.5))
    bench.figures.note(Measure(f"console-{key}-p95", f"{what}, p95", "ms"), name, percentile(took, 0.95))


def _browser(store: Store, cookie: str, now: datetime) -> httpx.AsyncClient:
    catalog = seeding.catalog()
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    shown = Console(store, catalog, catalog, lambda: now, clocks.machine, seeding.BOT, ADDRESS)
    site.router.routes.extend(consoles.site(shown))
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url=ADDRESS, cookies={"reminderbot": cookie})


async def _asked(browser: httpx.AsyncClient, asked: dict[str, str]) -> float:
    """Return the milliseconds of one request; RuntimeError unless it shows patients."""
    began = time.perf_counter()
    answer = await browser.get("/console/patients", params={name: word for name, word in asked.items() if word})
    took = (time.perf_counter() - began) * 1000
    if answer.status_code != httpx.codes.OK or 'class="people"' not in answer.text:
        raise RuntimeError(f"the list answered {answer.status_code} to {asked}")
    return took


async def _place(store: Store, who: access.Staff, order: listing.Order, patients: int) -> str:
    """Return what leads to a page far down, found by one long look instead of a thousand."""
    pages = min(DEEP, patients // listing.SIZE // 2) or 1
    wanted = lists.Wanted(who.organisation_id, who.clinic_id)
    async with store.reading() as work:
        found = await lists.page(work, wanted, order, after=None, backwards=False, limit=pages * listing.SIZE)
    return listing.leading_to(found.rows[-1], order)
