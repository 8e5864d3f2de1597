"""A patient's phone and the clinic's console together: a letter, its answer, and an answer back."""

import contextlib
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update

from reminderbot import clocks
from reminderbot.services import access, clinics
from reminderbot.store import tables
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.journeys import acting
from tests.journeys.acting import Operator, Person
from tests.journeys.conftest import Story
from tests.journeys.test_worries_and_invites import claims
from tests.web.console import desk

HOSTILE = "<b>Is it</b> </p><script>alert(1)</script> & fine?"


@contextlib.asynccontextmanager
async def console(story: Story, *, clinic: str = "Dr Bea") -> AsyncIterator[desk.Browser]:
    """Open the clinic's console beside the phone, over the same database and clock."""
    made = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    house = story.house
    stands = Console(house.store, house.catalog, house.catalog, story.clock.now, clocks.machine, 1, desk.ADDRESS)
    made.router.routes.extend(consoles.site(stands))
    async with house.store.reading() as work:
        bea = await clinics.find(work, access.Operator(), clinic)
    async with desk.signed_in(made, house.store, bea, access.Role.CLINICIAN) as browser:
        yield browser


async def thread_of(browser: desk.Browser) -> tuple[str, httpx.Response]:
    """Return the path of the one thread there is, and its page."""
    listed = await browser.get("/letters")
    found = re.search(r"/console(/letters/[0-9a-f]{32})", listed.text)
    assert found
    return found[1], await browser.get(found[1])


@pytest.mark.parametrize("language", acting.LANGUAGES)
async def test_a_letter_goes_to_the_console_and_its_answer_comes_to_the_phone(
    clinic_story: Story, operator: Operator, language: str
) -> None:
    ana = await clinic_story.person("Ana", language=language)
    await claims(ana, await operator.invites(lang=language), "24 Nov")
    await ana.says("/worried", "letter")
    await ana.taps("letter")
    await ana.told("thread.prompt")
    await ana.hears(HOSTILE, "thread.received")
    await ana.hears("It is about my cream.", "thread.more")

    async with console(clinic_story) as browser:
        path, thread = await thread_of(browser)
        await browser.send(path, {"letter_words": f"Yes.\n{HOSTILE}"})
        answer = await ana.asked("letter-answer")
        delivered = await acting.eventually(lambda: seen(browser, path, "· sent"))
        await ana.taps("letter-answer")
        await ana.told("thread.prompt")
        await ana.hears("Thank you!", "thread.received")
        again = await browser.get(path)

    assert f"{HOSTILE} " in desk.text(thread)
    assert "<script>" not in thread.text.replace('<script src="', "")
    assert answer.text.splitlines()[0] in ("Dr Bea writes:", "Dr Bea te escribe:")
    assert HOSTILE in answer.text
    assert delivered
    assert "Thank you!" in desk.text(again)


async def seen(browser: desk.Browser, path: str, words: str) -> bool:
    return words in desk.text(await browser.get(path))


async def test_under_phone_only_the_phone_is_said_and_the_console_stays_empty(
    clinic_story: Story, operator: Operator
) -> None:
    ana = await clinic_story.person("Ana")
    await claims(ana, await operator.invites(), "24 Nov")
    async with clinic_story.house.store.writing() as work:
        await work.run(update(tables.clinics).values(phone_only=True))

    way = await ana.hears("/worried", "worry.phone-only", clinic_name="Dr Bea")

    async with console(clinic_story) as browser:
        assert "No patient has written yet" in desk.text(await browser.get("/letters"))
    assert ana.button("letter") not in way.buttons


async def test_an_answer_written_once_serves_the_next_who_asks(clinic_story: Story, operator: Operator) -> None:
    ana, eva = await clinic_story.person("Ana"), await clinic_story.person("Eva")
    await claims(ana, await operator.invites("Ana"), "24 Nov")
    await claims(eva, await operator.invites("Eva"), "24 Nov")
    await ana.hears("is there a car park", "question.kept", clinic_name="Dr Bea")

    async with console(clinic_story) as browser:
        waiting = desk.text(await browser.get("/questions"))
        form = {"title": "Parking", "language": "en", "phrases": "is there a car park\nwhere can I park"}
        await browser.send("/questions/new", {**form, "body": "Behind the house.", "act": "save"})

    said = await answered(eva, "where can I park?")
    assert "is there a car park" in waiting
    assert said == "Dr Bea says:\n\nBehind the house."


async def answered(person: Person, text: str) -> str:
    await person.phone.say(text)
    return (await person.asked("topics", "person")).text
