"""The demo in a real Chromium: what is done on the phone shows in the console's tab, and the other way round."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from reminderbot.demo import clinic
from reminderbot.simulator import client
from tests.demo.test_demo_browser import SOON, page
from tests.journeys import acting

__all__ = ["page"]  # a fixture
NAME = "Ana Torres"
LETTER = "That is usual on the first evening. I call you at six."
FITS = "document.documentElement.scrollWidth <= innerWidth"


async def test_a_patient_is_invited_joins_worries_and_is_answered(fresh_demo: str, page: Page) -> None:
    ana = acting.Person(client.Phone(client.Simulated(fresh_demo), 0))  # for the words alone
    await page.set_viewport_size({"width": 1280, "height": 844})
    await page.goto(fresh_demo)
    phone = page.locator(".pair > .phone").first
    await phone.wait_for(state="attached")
    desk = await _as(page, "front desk")
    await _joins(page, phone, ana, desk)
    await _tap(phone, ana.button("worried"))
    await expect(phone.get_by_role("log")).to_contain_text("Dr Bea Skin Clinic", timeout=SOON)

    doctor = await _as(page, "admin")
    hers = doctor.locator("#needs .need").nth(1)  # after Farah, whose worry has waited longer, and before all else
    await expect(hers).to_contain_text(NAME, timeout=SOON)
    await expect(hers).to_contain_text("worried")
    await doctor.get_by_role("button", name=f"Acknowledge: {NAME}").click()
    await expect(doctor.locator("#needs .need", has_text=NAME)).to_contain_text("acknowledged", timeout=SOON)

    await doctor.get_by_role("link", name=NAME).first.click()
    await doctor.get_by_label("Your answer").fill(LETTER)
    await doctor.get_by_role("button", name="Send to the chat").click()
    await expect(doctor.locator("#thread")).to_contain_text(LETTER, timeout=SOON)
    await expect(phone.get_by_role("log")).to_contain_text(LETTER, timeout=SOON)


async def test_the_door_and_today_of_the_demo_fit_a_phone(fresh_demo: str, page: Page) -> None:
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(fresh_demo)
    today = await _as(page, "front desk")
    await today.set_viewport_size({"width": 390, "height": 844})
    fits = await today.evaluate(FITS)
    await today.context.clear_cookies()
    await today.goto(today.url.replace("/today", "/sign-in"))
    await expect(today.get_by_label("Password")).to_be_visible(timeout=SOON)

    assert fits
    assert await today.evaluate(FITS)


async def _joins(page: Page, phone: Locator, ana: acting.Person, desk: Page) -> None:
    """Invite at the desk and join on the phone; the desk's page follows by itself."""
    link, code = await _invited(desk)
    await page.get_by_label("A link or QR code").fill(link)
    await page.get_by_role("button", name="Open it").click()
    await expect(desk.locator("#live .standing")).to_contain_text("opened", timeout=SOON)
    await _tap(phone, ana.button("agree"))
    await expect(phone.get_by_role("log")).to_contain_text(ana.gist("prompt.proof"), timeout=SOON)
    await phone.get_by_role("textbox").fill(code)
    await phone.get_by_role("textbox").press("Enter")
    await expect(desk.locator("#live .standing")).to_contain_text("joined", timeout=SOON)


async def _as(page: Page, role: str) -> Page:
    async with page.expect_popup() as opening:
        await page.get_by_role("button", name=role).click()
    console = await opening.value
    console.set_default_timeout(SOON)
    await expect(console.get_by_role("heading", name="Today", level=1)).to_be_visible(timeout=SOON)
    return console


async def _invited(console: Page) -> tuple[str, str]:
    tomorrow = datetime.now(ZoneInfo(clinic.ZONE)).date() + timedelta(days=1)
    await console.get_by_role("link", name="Invites").click()
    await console.get_by_role("button", name="New invite").click()
    await console.get_by_label("Name or initials").fill(NAME)
    await console.locator("#day").fill(tomorrow.isoformat())
    await console.locator("#at").fill("15:30")
    await console.get_by_role("button", name="Make").click()
    return await console.locator("#link").input_value(), await console.locator(".code").inner_text()


async def _tap(phone: Locator, words: str) -> None:
    await phone.get_by_role("button", name=words, exact=True).last.click()
