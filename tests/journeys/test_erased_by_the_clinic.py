"""A patient asks her clinic: it hands out all that is kept about her, and erases it while her phone looks on."""

import re
from datetime import timedelta

import pytest

from reminderbot.services import access
from reminderbot.store import erasure_list
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.journeys.test_desk import at_the_desk, joins
from tests.journeys.test_privacy_and_settings import found_in
from tests.web.console import desk

NAME = "Anastasia Quiñones"
TYPED = "it throbs like a xylophone"
HOME = re.compile(r"/console(/patients/([0-9a-f]{32}))")


@pytest.mark.parametrize("language", acting.LANGUAGES)
async def test_who_asks_her_clinic_gets_all_that_is_kept_and_is_erased(
    clinic_story: Story, sqlite_url: str, language: str
) -> None:
    ana = await clinic_story.person("Anastasia", language=language)
    async with at_the_desk(clinic_story, access.Role.ADMIN) as front:
        await joins(front, ana, name=NAME, language=language)
        await clinic_story.brings(ana, "eve")
        await ana.says("/worried", "letter")
        await ana.taps("letter")
        await ana.told("thread.prompt")
        await ana.hears(TYPED, "thread.received")
        found = HOME.search((await front.get("/patients")).text)
        assert found
        whole = (await front.get(f"{found[1]}/copy.json")).json()
        page = desk.text(await front.get(f"{found[1]}/copy"))

        await ana.phone.mark()
        before = len(await ana.bot_texts())
        wrong = await front.send(f"{found[1]}/erase", {"name": "Anastasia"})
        gone = await front.send(f"{found[1]}/erase", {"name": NAME})
        last = await ana.told("told.erased")
        after = await front.get(found[1])
    clinic_story.wind(timedelta(days=100))
    await ana.phone.wait_for_silence(0.4)

    assert [row["words"] for row in whole["letters"]] == [TYPED]
    assert [row["telegram_id"] for row in whole["chats"]] == [str(ana.phone.person)]
    assert all(words in page for words in (TYPED, ana.gist("step.eve"), NAME))
    assert (wrong.status_code, gone.status_code, after.status_code) == (422, 303, 404)
    assert last.text.startswith("Dr Bea")
    assert (await ana.bot_texts())[before:] == [last.text]
    assert found_in(sqlite_url, NAME, "Anastasia", TYPED, str(ana.phone.person), ana.gist("told.erased")) == []
    listed = erasure_list.ErasureList(clinic_story.house.settings.erasure_list)
    assert {each.kind: each.id for each in listed.read()}["patient"] == found[2]


@pytest.mark.parametrize("language", acting.LANGUAGES)
async def test_who_was_erased_by_the_clinic_may_begin_anew(clinic_story: Story, language: str) -> None:
    ana = await clinic_story.person("Anastasia", language=language)
    async with at_the_desk(clinic_story, access.Role.ADMIN) as front:
        await joins(front, ana, name=NAME, language=language)
        found = HOME.search((await front.get("/patients")).text)
        assert found
        await front.send(f"{found[1]}/erase", {"name": NAME})
    await ana.told("told.erased")

    none = await ana.timeline()
    await ana.registers()

    assert none == ana.words("timeline.none")
    await clinic_story.brings(ana, "eve")
