"""The demo in a real Chromium: a person clicks through a first session, winds the clock and reads a reminder."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from datetime import time

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from reminderbot.simulator import client
from tests.journeys import acting

CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
)
SOON = 90_000  # milliseconds


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A page that must not complain."""
    assert CHROMIUM, "a Chromium is needed: set CHROMIUM to its path"
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(timezone_id="Europe/Madrid", locale="en-GB")
        opened.set_default_timeout(SOON)
        complaints: list[str] = []
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        yield opened
        await browser.close()
        assert complaints == []


@pytest.mark.parametrize(("width", "which"), [(1280, 0), (390, 1)])
async def test_a_patient_clicks_through_a_session_and_reads_a_reminder(
    fresh_demo: str, page: Page, width: int, which: int
) -> None:
    """At the narrow width the second phone is chosen by its tab: Lucía's, who reads Spanish."""
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(fresh_demo)
    phone = page.locator(".pair > .phone").nth(which)
    await phone.wait_for(state="attached")
    if which:
        await page.get_by_role("tab").nth(which).click()
    reader = acting.Person(
        client.Phone(client.Simulated(fresh_demo), 0), "es" if which else "en"
    )  # for the words alone
    await _register(phone, reader)
    await page.get_by_role("button", name="To the next reminder").click()

    await expect(phone.get_by_role("log")).to_contain_text(reader.gist("step.eve"), timeout=SOON)
    await expect(page.locator("#said")).to_contain_text("1 message came.", timeout=SOON)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def _register(phone: Locator, reader: acting.Person) -> None:
    """Go the whole way of a first session by clicks alone: the fifteenth of next month at ten."""
    is_spanish = reader.language == "es"
    await _tap(phone, "Iniciar" if is_spanish else "Start")
    await _tap(phone, reader.button("agree"))
    await _tap(phone, reader.button("other-day"))
    month = phone.get_by_role("button", name=re.compile(r"\w+ 20\d\d$")).last
    this_month = await month.inner_text()
    await _tap(phone, "›")
    await expect(month).not_to_have_text(this_month)
    await _tap(phone, "15")
    await _tap(phone, reader.clock(time(10)))
    await phone.get_by_role("button", name=re.compile("· Madrid" if is_spanish else "· London")).last.click()
    await _tap(phone, reader.clock(time(8, 30)))
    await _tap(phone, reader.button("save"))
    await _tap(phone, reader.button("skip"))


async def _tap(phone: Locator, words: str) -> None:
    await phone.get_by_role("button", name=words, exact=True).last.click()
