"""A clinic makes a plan for another treatment from nothing, with texts of its own, and words what the bot says."""

import re
from datetime import timedelta

from reminderbot.services import access
from tests.journeys import acting
from tests.journeys.conftest import Story
from tests.journeys.test_desk import at_the_desk, joins
from tests.web.console import desk

VERSION = re.compile(r'name="version" value="(\d+)"')
HASH = re.compile(r'name="hash" value="([0-9a-f]{64})"')
PLAN = "/plans/chemical-peel"
EVE = {"when_kind": "day", "when_days": "-1", "when_at": "19:30", "until_kind": "start"}
AFTER = {"when_kind": "day", "when_days": "1", "when_at": "10:00", "until_kind": "day", "until_days": "1"}
SAYS = {
    "en": "Your peel. Call {{ clinic_phone }} for anything, or tap I am worried.",
    "es": "Tu peeling. Llama al {{ clinic_phone }} o toca Me preocupa algo.",
}


async def adds(admin: desk.Browser, key: str, when: dict[str, str]) -> None:
    """Add a step with a text of its own."""
    found = VERSION.search((await admin.get(f"{PLAN}/steps/new")).text)
    step = {"key": key, "message": "own", "part": "care", "again": "yes", "until_at": "20:00", **when}
    await admin.send(f"{PLAN}/steps/new", {**step, "version": found[1] if found else ""})


async def writes(admin: desk.Browser, book: str, key: str, says: dict[str, str]) -> None:
    """Write a text in every language of the clinic."""
    for code, body in says.items():
        await admin.send(f"/wording/{book}/{key}/{code}", {"body": body, "source": "", "version": "0"})


async def publishes(admin: desk.Browser, book: str) -> str:
    """Publish what is written of a book; return what the page says that would come of it."""
    page = await admin.get(f"/wording/{book}/publish")
    hash = HASH.search(page.text)
    form = {"hash": hash[1] if hash else "", "reach": "all", "why": "New.", "review_on": "2027-05-01"}
    answer = await admin.send(f"/wording/{book}/publish", form)
    assert answer.status_code == 303, desk.text(answer)
    return desk.text(page)


async def test_a_plan_made_from_nothing_says_its_own_texts_on_the_phone_on_paper_and_in_the_time_machine(
    clinic_story: Story,
) -> None:
    story, ana = clinic_story, await clinic_story.person("Ana")
    async with at_the_desk(story, access.Role.ADMIN) as admin:
        await admin.send("/plans", {"name": "Chemical peel"})
        await adds(admin, "before", EVE)
        await adds(admin, "after", AFTER)
        too_soon = await admin.get(f"{PLAN}/publish")
        played = desk.text(await admin.get("/wording/chemical-peel/time-machine", source="drafts"))
        for step in ("before", "after"):
            says = {code: f"{step}: {words}" for code, words in SAYS.items()}
            await writes(admin, "chemical-peel", f"step.chemical-peel.{step}", says)
        rehearsed = desk.text(await admin.get("/wording/chemical-peel/time-machine", source="drafts"))
        await publishes(admin, "chemical-peel")
        found = VERSION.search((await admin.get(f"{PLAN}/steps/new")).text)
        form = {"reach": "new", "why": "", "version": found[1] if found else ""}
        published = await admin.send(f"{PLAN}/publish", form)

        path = await joins(admin, ana, plan="chemical-peel")
        paper = desk.text(await admin.get(f"{path}/plan"))
        listed = await ana.says("/timeline", "expect", "move", "drop")
        await ana.says("/move", "today")
        moved = await ana.says("2026-11-25 15:30", "save-move")
        await ana.taps("cancel")
        story.wind(acting.DUE["eve"] + timedelta(hours=1))
        before = await ana.phone.wait_for("before: Your peel. Call +34")
        story.wind(acting.DUE["day-1"] + timedelta(hours=3))
        after = await ana.phone.wait_for("after: Your peel. Call +34")

    assert 'href="/console/wording/chemical-peel/step.chemical-peel.before"' in too_soon.text
    assert "Your peel" not in played
    assert "before: Your peel" in rehearsed
    assert published.status_code == 303
    assert "after: Your peel. Call +34 600 000 000" in paper
    assert "+34 600 000 000" in before.text
    assert after.buttons
    assert ": before: Your peel. Call for anything, or tap I am worried" in listed.text
    assert ": before: Your peel. Call for anything, or tap I am worried" in moved.text


async def test_a_text_that_a_reminder_waits_for_is_not_withdrawn_into_silence(clinic_story: Story) -> None:
    story, ana = clinic_story, await clinic_story.person("Ana")
    async with at_the_desk(story, access.Role.ADMIN) as admin:
        await admin.send("/plans", {"name": "Chemical peel"})
        await adds(admin, "after", AFTER)
        await writes(admin, "chemical-peel", "step.chemical-peel.after", SAYS)
        await publishes(admin, "chemical-peel")
        found = VERSION.search((await admin.get(f"{PLAN}/steps/new")).text)
        await admin.send(f"{PLAN}/publish", {"reach": "new", "why": "", "version": found[1] if found else ""})
        await joins(admin, ana, plan="chemical-peel")
        edition = re.search(r"/editions/([0-9a-f]{32})", (await admin.get("/wording/chemical-peel/editions")).text)
        assert edition
        at = f"/wording/chemical-peel/editions/{edition[1]}"

        answer = await admin.send(f"{at}/withdraw", {"replacement": "shipped", "why": "Wrong."}, seen=at)

        assert answer.status_code == 422
        assert "Messages that are still to be sent need the text" in desk.text(answer)
        story.wind(acting.DUE["day-1"] + timedelta(hours=3))
        assert (await ana.phone.wait_for("Your peel")).buttons


async def test_the_bot_says_a_clinics_own_words_to_its_patients_and_to_nobody_else(clinic_story: Story) -> None:
    story, ana = clinic_story, await clinic_story.person("Ana")
    stranger = await story.person("Carl")
    own = {"en": "Ask the desk on the ground floor.", "es": "Pregunta en recepción, planta baja."}
    async with at_the_desk(story, access.Role.ADMIN) as admin:
        await joins(admin, ana)
        before = await ana.says("/nothing")
        await writes(admin, "words", "help.unknown-command", own)
        await writes(admin, "words", "button.person", {"en": "Call me back", "es": "Llamadme"})
        reach = await publishes(admin, "words")
        after = await ana.says("/nothing")
        await story.brings(ana, "eve")
        eve = await ana.told("step.eve")
        await stranger.agrees()
        theirs = await stranger.says("/nothing")

    assert own["en"] not in before.text
    assert own["en"] in after.text
    assert "1 patient" in reach
    assert "Call me back" in eve.buttons
    assert own["en"] not in theirs.text
