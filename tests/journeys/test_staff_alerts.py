"""A worried patient, the phones of those who look after her, and the console: who takes it, and what if nobody does."""

import time as clocks_of_the_machine
from datetime import timedelta

from fastapi import FastAPI

from reminderbot import clocks
from reminderbot.app import asking
from reminderbot.services import access, clinics, linking
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.journeys.acting import CATALOG, Operator, Person
from tests.journeys.conftest import Story
from tests.journeys.test_worries_and_invites import claims
from tests.web.console import desk

TAKE = CATALOG.say_plain("en", "console.alerts.take")
WITHIN = 5.0  # seconds in which an alert must be there (issue 4)


async def bea(story: Story) -> clinics.ClinicView:
    async with story.house.store.reading() as work:
        return await clinics.find(work, access.Operator(), "Dr Bea")


async def colleague(story: Story, role: access.Role, name: str) -> tuple[access.Staff, Person]:
    """Employ somebody who links a phone by the link of their own page; nobody asks them for consent."""
    who = await desk.employ(story.house.store, await bea(story), role, name=name)
    phone = await story.person(name)
    async with story.house.store.writing() as work:
        bot = story.house.settings.token.get_secret_value().split(":")[0]
        link = await linking.make(work, who, bot_id=int(bot), machine_now=clocks.machine())
    await phone.phone.start(link.address.partition("start=")[2])
    await phone.told("console.alerts.linked")
    assert len(await phone.bot_texts()) == 1
    return who, phone


async def page(story: Story, who: access.Staff, path: str) -> str:
    """Return what somebody of the staff reads on a page of the console."""
    house, app = story.house, FastAPI()
    words = asking.console_words(house.catalog)
    console = Console(house.store, house.catalog, words, house.clock.now, clocks.machine, 1, desk.ADDRESS)
    app.router.routes.extend(consoles.site(console))
    async with desk.browser(app) as browser:
        browser.client.cookies.set("reminderbot", await desk.cookie(house.store, who))
        return desk.text(await browser.get(path))


async def patient(story: Story, operator: Operator) -> Person:
    """Let Ana join by her link."""
    ana = await story.person("Ana")
    await claims(ana, await operator.invites(), "24.11.2026")
    return ana


async def test_the_clinicians_phone_rings_within_seconds_and_one_tap_takes_it(
    clinic_story: Story, operator: Operator
) -> None:
    dana, phone = await colleague(clinic_story, access.Role.CLINICIAN, "Dana")
    fred, desks = await colleague(clinic_story, access.Role.DESK, "Fred")
    ana = await patient(clinic_story, operator)
    await phone.phone.mark()

    began = clocks_of_the_machine.monotonic()
    await ana.phone.say("I am worried, there is pus")
    alert = await phone.phone.wait_for("is worried", timeout=WITHIN)
    took = clocks_of_the_machine.monotonic() - began
    heard = await desks.phone.wait_for("is worried", timeout=WITHIN)
    await phone.phone.tap(TAKE, message_id=alert.id)
    taken = await phone.phone.wait_for(lambda m: m.edited is not None)
    await desks.phone.tap(TAKE, message_id=heard.id)
    second = await desks.phone.wait_for(lambda m: m.edited is not None)

    assert took < WITHIN
    assert "there is pus" in alert.text
    assert "pus" not in heard.text
    assert "You have taken this" in taken.text
    assert not taken.buttons
    assert "Dana has taken this" in second.text
    assert "Ana Says: I am worried. Please call." in await page(clinic_story, dana, "/today")
    assert "acknowledged Dana" in await page(clinic_story, fred, "/today")
    assert "pus" not in await page(clinic_story, fred, "/today")


async def test_nobody_takes_it_so_the_next_person_and_the_patient_are_told(
    clinic_story: Story, operator: Operator
) -> None:
    _, first = await colleague(clinic_story, access.Role.CLINICIAN, "Dana")
    _, second = await colleague(clinic_story, access.Role.CLINICIAN, "Eva")
    ana = await patient(clinic_story, operator)
    await ana.phone.say("/worried")
    for phone in (first, second):
        await phone.phone.wait_for("is worried", timeout=WITHIN)
        await phone.phone.mark()
    await ana.phone.mark()

    clinic_story.wind(timedelta(minutes=31))
    late = await second.phone.wait_for("Nobody has taken this up in time", timeout=WITHIN)
    told = await ana.told("worry.nobody-yet")
    await first.phone.wait_for_silence()

    assert TAKE in late.buttons
    assert "+34 600 000 000" in told.text
    assert "+34 600 000 112" in told.text


async def test_at_night_the_patient_hears_when_it_is_read_and_whom_to_call_until_then(
    clinic_story: Story, operator: Operator
) -> None:
    ana = await patient(clinic_story, operator)
    clinic_story.wind(timedelta(hours=13))
    await ana.phone.mark()

    said = await ana.hears("/worried", "worry.read-later")

    assert "Nobody reads it before: tomorrow, Tuesday 24 November, 09:00" in said.text
    assert "call +34 600 000 112" in said.text


async def test_a_link_of_nobodys_links_nothing_and_begins_nothing(clinic_story: Story) -> None:
    carl = await clinic_story.person("Carl")

    await carl.phone.start("s-" + "x" * 43)

    assert (await carl.told("console.alerts.link-dead")).text == carl.words("console.alerts.link-dead")
    assert len(await carl.bot_texts()) == 1
