"""A pause until a day: tapped or typed, told with what it holds, shown wherever one looks, undone by one tap."""

import pytest

from tests.chat.conftest import Phone


@pytest.fixture
async def patient(ana: Phone) -> Phone:
    """Ana, with a session on Tuesday, 24 November at 15:30 in Madrid; it is Monday."""
    await ana.registers()
    await ana.taps("phone:skip")
    return ana


async def test_days_are_offered_and_nothing_is_paused_yet(patient: Phone) -> None:
    *_, asked = await patient.taps("pause")

    offered = ["pause:2026-11-24", "pause:2026-11-26", "pause:2026-11-30", "pause:2026-12-07", "keep"]
    assert list(asked.keys.values()) == offered
    assert "no pause" in await patient.tapped("unpause")


async def test_a_pause_says_what_comes_late_and_what_will_not_come(patient: Phone) -> None:
    soon, later = await patient.tapped("pause:2026-11-26"), await patient.tapped("pause:2026-12-02")

    assert "Paused until <b>Thursday 26 November</b>" in soon
    assert ("3 messages will not come" in soon, "1 message comes late" in later) == (True, True)


@pytest.mark.parametrize("words", ["next week", "what about next week?", "weekend", "próxima semana"])
async def test_a_time_that_is_no_day_is_asked_again_and_answers_no_question(patient: Phone, words: str) -> None:
    await patient.writes("can i wear makeup?")
    await patient.taps("pause")

    first, asked = await patient.writes(words)

    assert "I did not understand that" in first.text
    assert "keep" in asked.keys.values()


@pytest.mark.parametrize("words", ["/timeline", "/next", "/start"])
async def test_a_pause_is_told_where_one_looks_with_the_way_back(patient: Phone, words: str) -> None:
    await patient.taps("pause:2026-11-26")

    (shown,) = await patient.writes(words)

    assert "Paused until Thursday 26 November" in shown.text
    assert "unpause" in shown.keys.values()


async def test_a_pause_is_undone_by_one_tap_and_a_second_one_is_told(patient: Phone) -> None:
    await patient.taps("pause:2026-11-26")

    assert "I write to you again" in await patient.tapped("unpause")
    assert "no pause" in await patient.tapped("unpause")
    assert "Paused" not in await patient.said("/timeline")


async def test_a_typed_day_is_taken(patient: Phone) -> None:
    await patient.taps("pause")

    assert "Paused until <b>Sunday 29 November</b>" in await patient.said("29 Nov")


async def test_a_typed_day_that_is_over_is_refused_and_another_is_taken(patient: Phone) -> None:
    await patient.taps("pause")

    assert "has begun or is over" in await patient.said("20 Nov")
    assert "Paused until <b>Sunday 29 November</b>" in await patient.said("29 Nov")


async def test_words_that_are_no_day_are_told_so_and_the_question_is_asked_again(patient: Phone) -> None:
    await patient.taps("pause")

    assert "Until when" in await patient.said("hmm")


async def test_a_pause_in_place_of_a_stop_undoes_the_stop(patient: Phone) -> None:
    await patient.writes("stop")
    await patient.taps("pause:2026-11-26")

    assert "not stopped" in await patient.tapped("resume")
    assert "Paused until Thursday 26 November" in await patient.said("/timeline")


@pytest.mark.parametrize(
    ("data", "told"),
    [("pause:2026-11-23", "has begun"), ("pause:2028-01-01", "a year"), ("pause:9999-12-31", "a year")],
)
async def test_a_day_that_cannot_be_is_refused(patient: Phone, data: str, told: str) -> None:
    assert told in await patient.tapped(data)


async def test_a_forged_tap_pauses_nothing(patient: Phone) -> None:
    await patient.taps("pause:<b>")

    assert "Paused" not in await patient.said("/timeline")


async def test_without_a_session_there_is_nothing_to_pause(ana: Phone) -> None:
    await ana.agrees()

    assert "Tell me about your session first" in await ana.tapped("pause:2026-11-26")


async def test_in_spanish_a_pause_says_the_same(ana_es: Phone) -> None:
    await ana_es.registers("24 nov 15:30")

    assert "3 mensajes no llegarán" in await ana_es.tapped("pause:2026-11-26")
