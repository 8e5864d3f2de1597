"""Pictures of the ten phones when their stories are over: each one whole, and all of them on one sheet."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, async_playwright

from tests.journeys.ten import stage

WIDTH, HEIGHT = 390, 844
SETTLES = 500  # milliseconds in which a phone has scrolled down
LOG = "document.querySelector('.phone .log')"
OVERFLOWS = f"{LOG}.scrollWidth > {LOG}.clientWidth || document.documentElement.scrollWidth > innerWidth"
MORE = f"{LOG}.scrollHeight - {LOG}.clientHeight"
SHEET: Final = """<style>body{margin:0;padding:12px;display:grid;grid-template-columns:repeat(5,195px);gap:12px;
background:#dfe8ea;width:max-content;font:13px system-ui}img{width:195px;display:block}p{margin:0 0 4px}</style>"""


class Album:
    """Takes pictures into a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._titles: list[str] = []

    async def take(self, on: stage.Stage) -> None:
        """Take every phone of a story, the last screen and the whole chat; fail where something is cut off."""
        number = len(self._titles) + 1
        self._titles.append(on.page.title)
        async with _chromium() as browser:
            for place, phone in enumerate(on.phones, start=1):
                await self._phone(browser, phone, f"{number:02}-{place}")

    async def sheet(self, path: Path) -> None:
        """Put the last screen of each story's first phone on one sheet."""
        shots = [f"{number:02}-1.png" for number in range(1, len(self._titles) + 1)]
        parts = [
            f"<figure style='margin:0'><p>{title}</p><img src={shot}></figure>"
            for title, shot in zip(self._titles, shots, strict=True)
        ]
        index = self._folder / "sheet.html"
        index.write_text(f"<!doctype html><meta charset=utf-8>{SHEET}{''.join(parts)}", encoding="utf-8")
        async with _chromium() as browser:
            page = await browser.new_page(viewport={"width": 1060, "height": 400})
            await page.goto(index.as_uri())
            await page.screenshot(path=path, type="jpeg", quality=72, full_page=True)

    async def _phone(self, browser: Browser, phone: stage.Phone, name: str) -> None:
        page = await browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT},
            timezone_id=phone.zone,
            locale={"en": "en-GB"}.get(phone.language, phone.language),
            reduced_motion="reduce",
        )
        await page.goto(phone.address)
        await page.locator(".phone .message").last.wait_for()
        await page.wait_for_timeout(SETTLES)
        await page.screenshot(path=self._folder / f"{name}.png")
        assert not await page.evaluate(OVERFLOWS), f"{name} is wider than the phone"
        await page.set_viewport_size({"width": WIDTH, "height": HEIGHT + int(await page.evaluate(MORE))})
        await page.screenshot(path=self._folder / f"{name}-whole.png")
        await page.close()


@contextlib.asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "a Chromium is needed: set CHROMIUM to its path"
    async with async_playwright() as tools:
        browser = await tools.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        await browser.close()
