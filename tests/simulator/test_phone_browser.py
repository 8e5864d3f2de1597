"""The phone in a real Chromium: what Ana sees and does."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup

from reminderbot.catalog import catalog
from reminderbot.simulator import client

_CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture
async def page(url: str) -> AsyncIterator[Page]:  # closed before what it looks at
    assert _CHROMIUM, "a Chromium is needed: set CHROMIUM to its path"
    async with async_playwright() as tools:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await tools.chromium.launch(executable_path=_CHROMIUM, args=flags)
        opened = await browser.new_page(viewport={"width": 390, "height": 844})
        complaints: list[str] = []
        opened.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        yield opened
        await browser.close()
        assert complaints == []


async def test_ana_starts_reads_and_taps(page: Page, url: str, bot: Bot, simulated: client.Simulated) -> None:
    await bot.set_my_description("Reminders after your session.")
    ana = await simulated.person("Ana")
    await page.goto(f"{url}/phone/{ana.person}")
    await expect(page.get_by_text("Reminders after your session.")).to_be_visible()
    await page.get_by_role("button", name="Start", exact=True).click()
    update = (await bot.get_updates(timeout=5))[-1]
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes, I agree", callback_data="yes")]])
    await bot.send_message(ana.person, "Hello <b>Ana</b> &lt;3", parse_mode="HTML", reply_markup=keys)
    await expect(page.get_by_role("log").locator("strong")).to_have_text("Ana")
    await page.get_by_role("button", name="Yes, I agree").click()
    query = (await bot.get_updates(offset=update.update_id + 1, timeout=5))[-1].callback_query
    assert query is not None
    await query.answer("Noted")
    await query.edit_message_text("Done")

    await expect(page.get_by_role("status")).to_have_text("Noted")
    await expect(page.get_by_role("log").get_by_text("Done")).to_be_visible()
    await expect(page.get_by_role("log").get_by_text("edited")).to_be_visible()
    await expect(page.get_by_role("button", name="Yes, I agree")).to_have_count(0)


async def test_what_ana_writes_is_sent_and_markup_in_it_stays_text(
    page: Page, url: str, bot: Bot, ana: client.Phone
) -> None:
    await page.goto(f"{url}/phone/{ana.person}")
    await page.get_by_label("Message", exact=True).fill("<img src=x onerror=alert(1)>")
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("log").get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert (await ana.messages())[-1].text == "<img src=x onerror=alert(1)>"


async def test_the_menu_lists_commands_in_spanish_for_lucia(
    page: Page, url: str, bot: Bot, simulated: client.Simulated
) -> None:
    await bot.set_my_commands([BotCommand("stop", "Parar los mensajes")], language_code="es")
    lucia = await simulated.person("Lucía", language_code="es")
    await lucia.start()
    await page.goto(f"{url}/phone/{lucia.person}")
    await page.get_by_role("button", name="Comandos").click()
    await page.get_by_role("button", name="/stop Parar los mensajes").click()

    await expect(page.get_by_role("log").get_by_text("/stop")).to_be_visible()


async def test_an_alert_waits_for_ok_and_escape_closes_it(page: Page, url: str, bot: Bot, ana: client.Phone) -> None:
    await page.goto(f"{url}/phone/{ana.person}")
    await expect(page.get_by_role("log")).to_be_visible()
    await ana.press("any", wait=0)
    query = (await bot.get_updates())[-1].callback_query
    assert query is not None
    await asyncio.sleep(0.2)
    await query.answer("Call the clinic today", show_alert=True)
    await expect(page.get_by_role("alertdialog")).to_contain_text("Call the clinic today")
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("alertdialog")).to_have_count(0)


async def test_ana_blocks_the_bot_and_comes_back(page: Page, url: str, bot: Bot, ana: client.Phone) -> None:
    await page.goto(f"{url}/phone/{ana.person}")
    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Stop and block bot").click()
    await page.get_by_role("button", name="Restart").click()
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()

    updates = await bot.get_updates()
    assert [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member] == ["kicked", "member"]


async def test_a_photo_from_the_paperclip_reaches_the_bot(page: Page, url: str, bot: Bot, ana: client.Phone) -> None:
    await page.goto(f"{url}/phone/{ana.person}")
    await page.get_by_role("button", name="Attach").click()
    await page.get_by_role("button", name="Photo", exact=True).click()
    await expect(page.get_by_role("img", name="Photo")).to_be_visible()

    message = (await bot.get_updates())[-1].message
    assert message is not None
    assert message.photo


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_page_never_scrolls_sideways(page: Page, url: str, bot: Bot, ana: client.Phone, width: int) -> None:
    await bot.send_message(ana.person, "x" * 400 + " https://a.example/" + "y" * 300)
    await page.set_viewport_size({"width": width, "height": 844})
    await page.goto(f"{url}/phone/{ana.person}")
    await expect(page.locator(".message")).to_have_count(2)

    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("(l => l.scrollWidth <= l.clientWidth)(document.querySelector('.log'))")


async def test_the_list_of_phones_leads_to_each(page: Page, url: str, ana: client.Phone) -> None:
    await page.goto(f"{url}/phone/")
    await page.get_by_role("link", name="Ana").click()

    await expect(page.get_by_role("log")).to_be_visible()


async def test_the_pages_forbid_scripts_that_are_not_theirs(page: Page, url: str, ana: client.Phone) -> None:
    for path in ("/phone/", f"/phone/{ana.person}", "/phone/phone.js", "/phone/phone.css"):
        answer = await page.request.get(url + path)
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")
        assert "unsafe" not in answer.headers["content-security-policy"]


PLACES = """
(words) => {
  const text = document.querySelector(".message:last-of-type .text");
  const walk = document.createTreeWalker(text, NodeFilter.SHOW_TEXT), found = {};
  for (let node; (node = walk.nextNode()); ) for (const word of words) {
    const at = node.data.indexOf(word);
    if (at < 0) continue;
    const left = (from) => {
      const letter = document.createRange();
      letter.setStart(node, from);
      letter.setEnd(node, from + 1);
      return letter.getBoundingClientRect().left;
    };
    found[word] = [left(at), left(at + word.length - 1)];
  }
  return found;
}
"""
"""Where the first and the last letter of a word are drawn."""


async def test_an_arabic_text_is_read_from_the_right_and_a_phone_a_name_and_a_command_in_it_from_the_left(
    page: Page, url: str, bot: Bot, ana: client.Phone
) -> None:
    said = catalog.Catalog.load()
    call = said.say("ar", "worry.clinic", clinic_name="Clínica Sol", clinic_phone="+34 600 000 000")
    await bot.send_message(ana.person, f"{call}\n\n{said.say('ar', 'help.all')}", parse_mode="HTML")
    await page.goto(f"{url}/phone/{ana.person}")
    await expect(page.locator(".message").last).to_contain_text("Clínica Sol")

    drawn = await page.evaluate(PLACES, ["Clínica Sol", "+34 600 000 000", "/session", "أذكّرك"])
    assert {word: first < last for word, (first, last) in drawn.items()} == {
        "Clínica Sol": True,
        "+34 600 000 000": True,
        "/session": True,
        "أذكّرك": False,
    }
    assert await page.locator(".bubble").last.evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"
    assert await page.get_by_role("button", name="/worried").count() == 1  # an isolate does not hide a command


EDGES = """() => {
    const [long, short] = document.querySelectorAll('.theirs .bubble');
    const range = document.createRange();
    range.setStart(long.querySelector('.text').firstChild, 0);
    range.setEnd(long.querySelector('.text').firstChild, 3);
    const text = short.querySelector('.text').getBoundingClientRect();
    const meta = short.querySelector('.meta').getBoundingClientRect();
    return [long.getBoundingClientRect().right - range.getBoundingClientRect().right, text.left - meta.right];
}"""
"""How far an Arabic text begins from the right, and how far the hour stands from the last word, in pixels."""


async def test_the_first_line_of_an_arabic_text_begins_at_the_right_and_the_hour_keeps_its_distance(
    page: Page, url: str, bot: Bot, ana: client.Phone
) -> None:
    await bot.send_message(ana.person, "مرحبًا.\n\nهذه رسالة طويلة بعض الشيء كي تملأ السطر")
    await bot.send_message(ana.person, "مرحبًا")
    await page.goto(f"{url}/phone/{ana.person}")
    await expect(page.locator(".theirs .bubble")).to_have_count(2)

    first, hour = await page.evaluate(EDGES)
    assert abs(first) < 16
    assert hour > 8


async def test_what_a_link_hands_to_start_is_not_shown_as_in_telegram(page: Page, url: str, ana: client.Phone) -> None:
    await ana.start("secret-payload")
    await page.goto(f"{url}/phone/{ana.person}")

    await expect(page.locator(".mine .bubble .text").last).to_have_text("/start")


async def test_each_message_is_read_from_its_own_side(page: Page, url: str, bot: Bot, ana: client.Phone) -> None:
    await bot.send_message(ana.person, "\u2068Clínica Sol\u2069 مفتوحة الآن")
    await bot.send_message(ana.person, "Clínica Sol is عيادة")
    await page.goto(f"{url}/phone/{ana.person}")
    await expect(page.locator(".theirs .bubble")).to_have_count(2)

    sides = await page.locator(".theirs .bubble").evaluate_all("all => all.map((each) => each.dir)")
    assert sides == ["rtl", "ltr"]
