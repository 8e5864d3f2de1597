"""A clinic words its own messages: written, refused, published, on the phone; rolled back, withdrawn, corrected."""

import re

from reminderbot.services import access, wording
from tests.journeys.conftest import Story
from tests.journeys.test_desk import at_the_desk, joins
from tests.web.console import desk

HOME = "/wording/microneedling"
HASH = re.compile(r'name="hash" value="([0-9a-f]{64})"')
PERSON = {"en": "tap <b>I am worried</b>", "es": "toca <b>Me preocupa algo</b>"}


async def writes(story: Story, who: access.Staff | None, step: str, words: str) -> None:
    """Let an admin have written a step anew in both languages."""
    assert who
    house, key = story.house, f"step.{step}"
    given = {"catalog": house.catalog, "now": story.clock.now()}
    for code in ("en", "es"):
        body = f"{words} {PERSON[code]}."
        async with house.store.writing() as work:
            texts = await wording.texts(work, who, "microneedling", **given)
            [text] = [each for each in texts if (each.key, each.language) == (key, code)]
            version = text.draft.version if text.draft else 0
            await wording.save(work, who, "microneedling", key, code, body, version=version, **given)


async def publishes(admin: desk.Browser) -> tuple[str, str]:
    """Send the form of the page as it stands; return where it leads, and what the answer says."""
    page = await admin.get(f"{HOME}/publish")
    hash = HASH.search(page.text)
    form = {"hash": hash[1] if hash else "", "reach": "all", "why": "Plainer.", "review_on": "2027-05-01"}
    answer = await admin.send(f"{HOME}/publish", form)
    return answer.headers.get("location", "").removeprefix("/console").partition("?")[0], desk.text(answer)


async def test_what_an_admin_publishes_reaches_the_phone_and_is_rolled_back_withdrawn_and_corrected(
    clinic_story: Story,
) -> None:
    story, ana = clinic_story, await clinic_story.person("Ana")
    async with at_the_desk(story, access.Role.ADMIN) as admin:
        await joins(admin, ana)
        await story.brings(ana, "eve", "ride-home")

        await writes(story, admin.who, "day-1", "Keep it plain, {{ frist_name }}, and")
        refused = await publishes(admin)
        await writes(story, admin.who, "day-1", "Keep it plain today, and")
        impact = desk.text(await admin.get(f"{HOME}/publish"))
        first, _ = await publishes(admin)
        await story.brings(ana, "day-1")
        day_1 = await ana.phone.wait_for("Keep it plain today")

        await writes(story, admin.who, "day-2", "Stay in the shade, and")
        await publishes(admin)
        rolled_back = await admin.send(f"{first}/restore", {"reach": "all", "review_on": "2027-05-01"}, seen=first)
        third = rolled_back.headers["location"].removeprefix("/console").partition("?")[0]
        await story.brings(ana, "day-2")
        day_2 = await ana.told("step.day-2")

        await writes(story, admin.who, "day-3", "Rest, and")
        fourth, _ = await publishes(admin)
        form = {"replacement": third.rsplit("/", 1)[1], "why": "Too short."}
        await admin.send(f"{fourth}/withdraw", form, seen=fourth)
        await story.brings(ana, "day-3")
        day_3 = await ana.told("step.day-3")

        await admin.send(f"{first}/withdraw", {"why": "Too plain."}, seen=first)
        who_got_it = desk.text(await admin.get(first))
        await ana.phone.mark()
        await admin.send(f"{first}/correct", {"words-en": "No cream today, please."}, seen=first)
        correction = await ana.phone.wait_for("No cream today, please.")

    texts = await ana.bot_texts()
    assert "Did you mean “first_name”?" in refused[1]
    assert "It reaches 1 session under way: 1 gets the new text, 0 repeat." in impact
    assert "Stay in the shade" not in day_2.text
    assert "Rest, and" not in day_3.text
    assert "Ana García" in who_got_it
    assert "correction" in correction.text
    assert sum("Keep it plain today" in text for text in texts) == 1
    assert day_1.buttons
