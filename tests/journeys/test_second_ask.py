"""A check-in that nobody answers is asked once more, and never a third time; an answer on it settles both."""

import re
from datetime import timedelta

from reminderbot.services import access
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.journeys.test_desk import at_the_desk, joins
from tests.web.console import desk

STEP = "/plans/microneedling/steps/day-1"
DAY_1 = {"message": "step.day-1", "part": "care", "again": "yes", "asks": "skin", "asks_again_after": "4"}
WHEN = {"when_kind": "day", "when_days": "1", "until_kind": "day", "until_days": "1", "until_at": "20:00"}
VERSION = re.compile(r'name="version" value="(\d+)"')


async def asks_again(admin: desk.Browser) -> None:
    """Have the day after the session ask once more, four hours later, from now on."""
    found = VERSION.search((await admin.get(STEP)).text)
    await admin.send(STEP, {**DAY_1, **WHEN, "version": found[1] if found else ""})
    found = VERSION.search((await admin.get(STEP)).text)
    form = {"reach": "new", "why": "", "version": found[1] if found else ""}
    answer = await admin.send("/plans/microneedling/publish", form)
    assert answer.status_code == 303, desk.text(answer)


async def test_who_does_not_answer_is_asked_once_more_and_their_answer_settles_both(clinic_story: Story) -> None:
    story, ana, leo = clinic_story, await clinic_story.person("Ana"), await clinic_story.person("Leo")
    async with at_the_desk(story, access.Role.ADMIN) as admin:
        await asks_again(admin)
        await joins(admin, ana)
        await joins(admin, leo, name="Leo Ruiz")
        story.wind(acting.DUE["day-1"] + timedelta(minutes=1))
        first = await ana.asked("as_expected", "worried")
        await leo.asked("as_expected", "worried")
        coming = await ana.timeline()
        await leo.taps("as_expected")
        await ana.phone.mark()
        await leo.phone.mark()

        story.wind(timedelta(hours=4))
        second = await ana.told("checkin.again")
        told = await ana.timeline()
        await ana.taps("as_expected", message_id=second.id)
        story.wind(timedelta(hours=6))
        await ana.taps("as_expected", message_id=first.id)
        story.wind(acting.DUE["day-2"] + timedelta(minutes=1))
        for each in (ana, leo):
            await each.told("step.day-2")

    assert ana.words("title.again") in coming
    assert second.buttons == [ana.button("as_expected"), ana.button("worried")]
    assert ana.words("title.again") in told
    gist = ana.gist("checkin.again")
    assert [gist in text for text in await ana.bot_texts()].count(True) == 1
    assert not any(gist in text for text in await leo.bot_texts())
    assert ana.words("reason.answered") in await leo.timeline()
