"""Dates that change: a session that moves, one that does not take place, and a second one beside the first."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.acting import LANGUAGES, Person
from tests.journeys.conftest import Story

CARE = ("eve", "ride-home", "day-1", "day-2")


async def moves(ana: Person, when: str) -> str:
    """Ask for a new date of the only session; return what it would do."""
    await ana.says("/move", "today")
    return (await ana.says(when, "save-move")).text


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_moved_date_shows_what_it_does_and_then_does_it(either_story: Story, language: str) -> None:
    story, ana = either_story, await either_story.person("Ana", language=language)
    await ana.registers()
    await story.brings(ana, *CARE)
    before = await ana.timeline()

    shown = await moves(ana, "2026-11-30 11:00")
    unsaved = await ana.timeline()
    await ana.taps("save-move")
    await ana.asked("worried", "topics")

    assert ana.words("count.moves", count=5) in shown
    assert ana.words("count.kept-sent", count=4) in shown
    assert unsaved == before
    assert (await ana.timeline()).count("✓") == 4
    await nothing_is_repeated(story, ana)


async def nothing_is_repeated(story: Story, ana: Person) -> None:
    """Wind past the new dates: what was sent does not come again, the rest comes at its new time, once."""
    sent = await ana.bot_texts()
    story.wind(datetime(2026, 12, 3, 7, 29, tzinfo=UTC))
    await ana.phone.wait_for_silence(0.3)
    third = datetime(2026, 12, 3, 7, 30, tzinfo=UTC)
    story.wind(third)
    came = await ana.came(third)
    assert came.text.startswith(ana.words("step.day-3")[:20])
    assert len(await ana.bot_texts()) == len(sent) + 1


async def test_a_tap_on_save_twice_moves_once(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await moves(ana, "2026-11-30 11:00")
    review = await ana.asked("save-move")
    await ana.taps("save-move")
    await ana.asked("worried", "topics")
    before = await ana.bot_texts()

    await ana.phone.press("save", message_id=review.id)
    await ana.phone.wait_for_silence(0.3)

    assert await ana.bot_texts() == before


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_session_that_does_not_take_place_brings_nothing_more(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    await story.brings(ana, "eve")
    await ana.says("/timeline", "drop")
    await ana.taps("drop")
    await ana.asked("drop-yes", "keep")

    await ana.taps("drop-yes")
    await ana.phone.wait_for(lambda m: ana.button("session") in m.buttons and m.edited is not None)
    before = await ana.bot_texts()
    story.wind(timedelta(days=100))
    await ana.phone.wait_for_silence(0.4)

    assert await ana.bot_texts() == before
    assert (await ana.timeline()).count(ana.words("reason.session_cancelled")) == 8
    assert await ana.hears("/next", "next.none")


async def test_a_session_is_left_as_it_is(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    before = await ana.timeline()
    await ana.taps("drop")
    await ana.asked("keep")

    await ana.taps("keep")
    await ana.told("done.kept")

    assert await ana.timeline() == before


async def test_a_review_of_a_move_is_not_saved_once_the_session_is_off(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await moves(ana, "2026-11-30 11:00")
    await ana.says("/timeline", "drop")
    await ana.taps("drop")
    await ana.asked("drop-yes")
    await ana.taps("drop-yes")
    await ana.phone.wait_for(lambda m: m.edited is not None)

    await ana.taps("save-move")
    refused = await ana.phone.wait_for(
        lambda m: m.text in {ana.words("refusal.session_cancelled"), ana.words("refusal.changed_meanwhile")}
    )

    assert refused
    assert ana.words("title.day-90") in await ana.timeline()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_second_session_runs_beside_the_first(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    first = await ana.timeline()
    await ana.says("/session", "today")
    await ana.says("2026-11-25 16:00", "zone-yes")
    await ana.taps("zone-yes")
    review = await ana.asked("save")
    await ana.taps("save")
    await ana.asked("worried", "topics")

    assert ana.words("review.beside", session="").split(".")[0] in review.text
    await both_come(story, ana)
    assert first.splitlines()[0] in "\n".join(await ana.bot_texts())


async def both_come(story: Story, ana: Person) -> None:
    """Wind through two days: the reminders of both sessions come, each at its own time."""
    eve_of_both = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
    ride_of_both = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
    await story.brings(ana, "eve", "ride-home")
    for at, step in ((eve_of_both, "eve"), (ride_of_both, "ride-home")):
        if step == "ride-home":
            await story.brings(ana, "day-1")
        await ana.phone.mark()
        story.wind(at)
        assert (await ana.came(at)).text.startswith(ana.words(f"step.{step}", session_day="", session_time="")[:8])


async def test_with_two_sessions_a_move_asks_which_one(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await ana.says("/session", "today")
    await ana.says("2026-12-25 16:00", "zone-yes")
    await ana.taps("zone-yes")
    await ana.asked("save")
    await ana.taps("save")
    await ana.asked("worried", "topics")

    which = await ana.hears("/move", "prompt.which-session")
    await ana.phone.tap(which.buttons[0])
    await ana.asked("today")
    shown = await ana.says("2026-12-26 16:00", "save-move")

    assert len(which.buttons) == 2
    assert which.buttons[0].split(",")[0] in shown.text
