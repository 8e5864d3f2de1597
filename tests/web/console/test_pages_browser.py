"""Every page of the console in a real Chromium, wide and narrow: it fits, and axe finds nothing serious."""

import asyncio
import contextlib
import os
import re
import shutil
import socket
from collections.abc import AsyncIterator
from datetime import datetime
from importlib import resources
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.async_api import BrowserContext, async_playwright
from playwright.async_api import Page as Tab
from sqlalchemy import update

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics
from reminderbot.store import tables
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from reminderbot.web.console.pages import Open, Page
from tests.web.console import desk, test_matrix, world

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run")
SHOTS = os.environ.get("CONSOLE_SHOTS")
"""A folder to keep a picture of every page in, at both widths."""

AXE = resources.files("axe_playwright_python").joinpath("axe.min.js")
GRAVE = {"serious", "critical"}
WIDE, NARROW = 1280, 390
RULES = ["target-size", "scrollable-region-focusable", "link-name", "button-name", "label", "html-has-lang"]
"""What a narrow page may lack that a wide one has not; on wide pages every rule is asked."""

FOUND = """async (rules) => {
  const only = rules ? { runOnly: rules } : {};
  const found = await axe.run(document, { resultTypes: ["violations"], ...only });
  const shown = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 150));
  return found.violations.map((one) => [one.impact, one.id, shown(one.nodes)]);
}"""
DOWNLOADS = (".csv", ".json", ".xlsx", ".toml")  # a browser saves them, and shows nothing
PAGES = [
    page
    for page in consoles.ALL
    if page.method == "GET" and not page.is_part and "{token}" not in page.path and not page.path.endswith(DOWNLOADS)
]


@contextlib.asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an app on a real port for the length of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """Where the console is served on a real port."""
    async with served(app) as place:
        yield place


@contextlib.asynccontextmanager
async def chromium(width: int = 1280) -> AsyncIterator[BrowserContext]:
    """Open a Chromium of one width."""
    assert CHROMIUM, "A Chromium is needed: install it (Debian: apt-get install chromium), or set CHROMIUM to its path"
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport={"width": width, "height": 844}, locale="en-GB")
        context.set_default_timeout(90_000)
        yield context
        await browser.close()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_every_page_fits_both_widths_in_both_languages_and_axe_finds_nothing_serious(
    store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, address: str, now: datetime
) -> None:
    things = await world.filled(store, catalog, bea, now=now, telegram_id=41)
    who = await desk.employ(store, bea, access.Role.ADMIN, name="Dana Admin")
    cookie = {"name": "reminderbot", "value": await desk.cookie(store, who), "url": address}
    wrong, told = [], list[str]()
    async with chromium() as context:
        opened = await context.new_page()
        opened.on("console", lambda said: told.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: told.append(str(error)))
        for language in ("en", "es"):
            async with store.writing() as work:
                await work.run(update(tables.staff).values(language=language))
            for page in PAGES:
                await context.clear_cookies()
                if page.policy is not Open.ANYBODY:
                    await context.add_cookies([cookie])
                told.clear()
                found = await looked_at(opened, address, page, things, is_original=language == "en")
                wrong += [f"{page.name} ({language}) {fault}" for fault in (*told, *found)]

    assert wrong == []


async def looked_at(opened: Tab, address: str, page: Page, things: world.Things, *, is_original: bool) -> list[str]:
    """Return what is wrong with how one page looks; its picture is kept where that is asked for.

    The markup is the same in every language: axe reads it in the original, the widths are held in both.
    """
    faults: list[str] = []
    answer = await opened.goto(address + test_matrix.filled(page, things | test_matrix.SHARED))
    if answer is None or not (answer.headers.get("content-type") or "").startswith("text/html"):
        return faults
    if is_original:
        await opened.evaluate(AXE.read_text("utf-8"))
    for width, rules in ((WIDE, None), (NARROW, RULES)):
        await opened.set_viewport_size({"width": width, "height": 844})
        if await opened.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append(f"is wider than {width} pixels")
        found = await opened.evaluate(FOUND, rules) if is_original else []
        faults += [f"{impact} at {width}: {rule} {nodes}" for impact, rule, nodes in found if impact in GRAVE]
        if SHOTS and is_original == (width == WIDE):
            name = re.sub(r"\W+", "-", page.path).strip("-")
            await opened.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    return faults
