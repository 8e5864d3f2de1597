"""An admin moves a step in a real Chromium while patients stand at every stage: each has it once, or not at all."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from reminderbot.services import access
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.journeys.test_desk import at_the_desk, joins
from tests.journeys.test_wording_browser import at_a_browser

GIST = "step.day-2"
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
"""Noon in Madrid, on the second day after the session of who came the day before yesterday."""


async def count(person: acting.Person) -> int:
    """Return how often the phone shows the step that moves."""
    gist = person.gist(GIST)
    return sum(gist in text for text in await person.bot_texts())


async def test_a_step_that_moves_comes_once_at_its_new_hour_to_whoever_is_still_to_have_it(
    clinic_story: Story,
) -> None:
    story = clinic_story
    ahead, after, past, gone = [await story.person(name) for name in ("Ana", "Bo", "Cleo", "Dora")]
    async with at_the_desk(story, access.Role.ADMIN) as front:
        await joins(front, ahead, name="Ana García", day="2026-11-25")
        await joins(front, after, name="Bo Ruiz", day="2026-11-22")
        await joins(front, past, name="Cleo Gil", day="2026-11-20")
        await joins(front, gone, name="Dora Paz", day="2026-11-22")
        await gone.says("stop", "undo")
        had = await count(past)

    async with at_a_browser(story) as admin:
        page, main = admin.page, admin.page.locator("main")
        await admin.link("Plans")
        await admin.link("Microneedling")
        await admin.click(main.get_by_role("link", name="Change: day-2", exact=True))
        await page.locator("#when_at").fill("12:00")
        await admin.button("Save the step")
        await admin.button("Check and publish")
        await page.get_by_label("Whom it reaches").select_option("all")
        await admin.button("Show what it does")
        await expect(main).to_contain_text("2 messages move")
        await expect(main).to_contain_text("0 repeat")
        await expect(main).to_contain_text("Bo Ruiz")
        await admin.button("Publish")
        await expect(main).to_contain_text("Version 1")

    story.wind(NOON - timedelta(minutes=1))
    early = await count(after)
    story.wind(timedelta(minutes=1))
    assert await after.told(GIST)
    story.wind(timedelta(days=3))
    assert await ahead.told(GIST)

    assert early == 0
    assert [await count(each) for each in (ahead, after, past, gone)] == [1, 1, had, 0]
