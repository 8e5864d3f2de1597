"""Stop, at once and in plain words; the way back; and a bot that is blocked."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.journeys.acting import DUE, LANGUAGES
from tests.journeys.conftest import Story

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
"""Noon of the first day: the evening before and the way home are over, the first day's care is still of use."""


async def test_a_plain_word_stops_everything_at_once(story: Story) -> None:
    said = [("en", "stop"), ("en", "Please stop!"), ("es", "basta"), ("es", "STOP"), ("en", "/stop")]
    people = [(await story.person("Ana", language=language), word) for language, word in said]
    for ana, word in people:
        await ana.registers()
        stopped = await ana.hears(word, "stop.done", on_the_way=0)
        assert ana.button("undo") in stopped.buttons
    before = len(await story.simulated.sends())

    story.wind(timedelta(days=100))
    await people[0][0].phone.wait_for_silence(0.4)

    assert len(await story.simulated.sends()) == before
    for ana, _ in people:
        assert (await ana.timeline()).count(ana.words("reason.stopped")) == 9


@pytest.mark.parametrize("language", LANGUAGES)
async def test_undo_brings_back_what_is_still_of_use_and_no_burst(either_story: Story, language: str) -> None:
    story, ana = either_story, await either_story.person("Ana", language=language)
    await ana.registers()
    await ana.says("stop", "undo")
    story.wind(NOON)
    await ana.phone.wait_for_silence(0.3)
    before = len(await ana.bot_texts())

    await ana.taps("undo")
    await ana.told("stop.resumed", count=7, count_late=2)
    await ana.asked("as_expected")
    await ana.phone.wait_for_silence(0.3)

    assert len(await ana.bot_texts()) == before + 1
    await story.brings(ana, "day-2", "day-3")


async def test_undo_at_once_loses_nothing(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    before = await ana.timeline()
    await ana.says("stop", "undo")

    await ana.taps("undo")
    await ana.told("stop.resumed", count=9, count_late=0)

    assert await ana.timeline() == before


async def test_undo_twice_is_undone_once(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    said = await ana.says("stop", "undo")
    await ana.taps("undo")
    await ana.told("stop.resumed", count=9, count_late=0)

    answered = await ana.phone.press("resume", message_id=said.id)

    assert answered is not None
    assert answered.text == ana.words("toast.not-stopped")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_start_after_a_stop_offers_the_way_back(story: Story, language: str) -> None:
    ana = await story.person("Ana", language=language)
    await ana.registers()
    await ana.says("stop", "undo")
    await ana.phone.start()
    await ana.told("start.stopped")

    await ana.taps("resume")
    await ana.told("stop.resumed", count=9, count_late=0)

    await story.brings(ana, "eve")


async def test_a_stop_in_the_middle_of_a_dialogue_is_a_stop(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await ana.says("/session", "today")

    await ana.says("stop", "undo")

    assert (await ana.timeline()).count(ana.words("reason.stopped")) == 9


async def test_who_has_stopped_still_gets_answers(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await ana.says("stop", "undo")

    answered = await ana.hears("/what", "topic.what-it-is")
    refused = await ana.hears("/session", "refusal.stopped")

    assert ana.button("person") in answered.buttons
    assert refused.buttons == [ana.button("resume")]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_block_holds_all_and_its_end_resumes_what_is_of_use(either_story: Story, language: str) -> None:
    story, ana = either_story, await either_story.person("Ana", language=language)
    await ana.registers()
    await story.brings(ana, "eve")
    before = len(await ana.bot_texts())

    await ana.phone.block()
    await ana.phone.wait_for_silence(0.4)  # the word of it arrives before the clock is wound
    story.wind(DUE["ride-home"])
    story.wind(NOON)
    await ana.phone.wait_for_silence(0.4)
    await ana.phone.unblock()
    missed = await ana.told("missed.back")
    await ana.asked("as_expected")
    await ana.phone.wait_for_silence(0.3)

    assert ana.words("title.ride-home") in missed.text
    assert len(await ana.bot_texts()) == before + 2  # what was missed, and the one message that is still of use
    await story.brings(ana, "day-2")


async def test_a_block_that_we_learn_of_by_a_refusal_holds_all_too(story: Story) -> None:
    ana = await story.person("Ana")
    await ana.registers()
    await story.simulated.fault("blocked", method="sendMessage", chat=ana.phone.person)
    story.wind(DUE["eve"])
    await ana.phone.wait_for_silence(0.4)

    shown = await ana.timeline()  # whoever writes is back

    assert ana.words("title.eve") in shown
    await story.brings(ana, "ride-home")
