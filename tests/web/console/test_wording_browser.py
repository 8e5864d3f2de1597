"""The wording editor in a real Chromium: typing is previewed and kept, a blank goes in at the cursor."""

import pytest
from playwright.async_api import Page, expect

from reminderbot.services import access, clinics
from reminderbot.store import work as works
from tests.web.console import desk
from tests.web.console.test_pages_browser import address, chromium  # noqa: F401 - a fixture

EVE = "/console/wording/microneedling/step.eve"

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


async def opened(page: Page, store: works.Store, who: access.Staff, address: str) -> None:  # noqa: F811
    cookie = {"name": "reminderbot", "value": await desk.cookie(store, who), "url": address}
    await page.context.add_cookies([cookie])  # type: ignore[list-item]
    await page.goto(address + EVE)


async def test_what_is_typed_is_previewed_and_kept_of_itself(
    store: works.Store,
    bea: clinics.ClinicView,
    address: str,  # noqa: F811
) -> None:
    who = await desk.employ(store, bea, access.Role.ADMIN, name="Dana Admin")
    async with chromium(390) as context:
        page = await context.new_page()
        await opened(page, store, who, address)
        area = page.locator("#body-en")
        await area.fill("Come rested, ")
        await area.press("End")
        side = page.locator("section").filter(has=area)
        await side.get_by_text("Blanks: what is filled in").click()
        await side.locator('[data-before="{{ first_name }}"]').click()
        await area.press_sequentially("!")
        await area.select_text()
        await side.get_by_role("button", name="Bold").click()

        await expect(page.locator("#look-en .said").first).to_have_text("Come rested, Ana!")
        await expect(page.locator("#look-en .said b").first).to_be_visible()
        await expect(page.locator("#look-en")).to_contain_text("Your clinic's own advice")
        await expect(page.locator("#kept-en")).to_contain_text("Draft kept, last changed by Dana Admin")
        await area.press("Control+End")
        async with page.expect_response(lambda seen: "/en?form=open" in seen.url and "oh" in seen.request.post_data):
            await area.press_sequentially(" <u>oh")
        await expect(page.locator("#look-en")).to_contain_text("<u> is never closed")
        await page.reload()
        await expect(area).to_have_value("<b>Come rested, {{ first_name }}!</b> <u>oh")
        assert await page.locator("#kept-en .aside").count() == 0


async def test_the_second_of_two_sees_who_was_first_while_typing(
    store: works.Store,
    bea: clinics.ClinicView,
    address: str,  # noqa: F811
) -> None:
    dana = await desk.employ(store, bea, access.Role.ADMIN, name="Dana Admin")
    eve = await desk.employ(store, bea, access.Role.ADMIN, name="Eve Admin")
    async with chromium(1280) as first, chromium(1280) as second:
        one, other = await first.new_page(), await second.new_page()
        await opened(one, store, dana, address)
        await opened(other, store, eve, address)
        await one.locator("#body-en").fill("The first.")
        await expect(one.locator("#kept-en")).to_contain_text("Draft kept")
        await other.locator("#body-en").fill("The second.")
        await expect(other.locator("#kept-en")).to_contain_text("Dana Admin changed this text before you.")
        await expect(other.locator("#body-en")).to_have_value("The second.")
        await other.get_by_role("button", name="Use this one").click()
        await expect(other.locator("#body-en")).to_have_value("The second.")
        await expect(other.locator(".aside")).to_contain_text("The first.")
