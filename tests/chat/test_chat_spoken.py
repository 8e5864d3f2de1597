"""The words of a button, typed, do what the button does; and a "yes" answers the zone that was asked about."""

import pytest

from reminderbot.catalog import asking
from reminderbot.catalog import catalog as catalogs
from reminderbot.chat import spoken
from reminderbot.chat.visit import BotFacts
from reminderbot.services import phrases
from reminderbot.store.work import Store
from tests.chat.conftest import Phone
from tests.chat.test_chat_sessions_kept import sent


async def test_typing_i_agree_is_consent(ana: Phone) -> None:
    await ana.writes("/start")

    assert "When is your session" in await ana.said("I agree")


async def test_a_yes_alone_is_no_consent(ana: Phone) -> None:
    await ana.writes("/start")

    assert "Is that all right with you" in await ana.said("yes")


async def test_a_session_is_told_by_typed_words_alone(ana: Phone) -> None:
    for text in ("/start", "I agree", "24 Nov 15:30", "Madrid", "yes", "8:30", "yes"):
        await ana.writes(text)

    assert "All right, I keep no phone" in await ana.said("Skip")
    assert "Tuesday 24 November, 15:30" in await ana.said("all my messages")


async def test_a_yes_takes_the_place_that_was_asked_about_and_not_the_one_before(ana: Phone) -> None:
    await ana.registers()
    for text in ("/timezone", "New York"):
        await ana.writes(text)

    assert "New York" in await ana.said("yes")


async def test_a_yes_after_a_place_that_may_be_several_takes_none(ana: Phone) -> None:
    for text in ("/start", "I agree", "24 Nov 15:30", "Madrid", "Mexico"):
        await ana.writes(text)

    assert "It is" not in await ana.said("yes")


@pytest.mark.parametrize("words", ["Undo: send them again", "undo", "Send me messages again", "Deshacer"])
async def test_a_stop_is_undone_by_the_words_of_its_button(ana: Phone, words: str) -> None:
    await ana.registers()
    await ana.writes("stop")

    assert "I write to you again" in await ana.said(words)


async def test_undo_alone_undoes_what_holds_most_back(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("todayonly")
    await ana.taps("pause:2026-11-26")

    assert "The pause is over" in await ana.said("undo")
    assert "later days come again" in await ana.said("undo")


@pytest.mark.parametrize("name", spoken.ANYWHERE)
async def test_every_button_that_can_be_said_is_answered(ana: Phone, name: str) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (answered, *_) = await ana.writes(ana.catalog.say_plain("en", f"button.{name}"))

    assert answered.text or answered.method == "sendDocument"
    assert "I do not know that" not in answered.text


async def test_nothing_is_erased_by_the_words_of_the_last_button(ana: Phone) -> None:
    await ana.registers()

    await ana.said("Yes, erase everything")

    assert "24 November" in await ana.said("/timeline")


async def test_an_answer_to_what_nobody_asked_is_no_answer(ana: Phone) -> None:
    await ana.registers()

    assert "You told us" not in await ana.said("As expected")


async def test_as_expected_answers_the_reminder_that_asked_last(ana: Phone) -> None:
    await ana.registers("23 Nov 12:00")
    await ana.taps("phone:skip")
    ana.wind(days=1)
    await sent(ana, "day-1")

    assert "You told us: as expected. Tuesday 24 November, 10:00" in await ana.said("as expected")


async def test_arabic_puts_its_own_comma_between_day_and_hour(store: Store, bot: BotFacts, ana: Phone) -> None:
    layla = Phone(store, ana.clock, ana.catalog, id=5_000_000_009, language="ar")
    await layla.registers("2026-11-24 15:30")

    assert ", " not in await layla.said("/timeline")


def test_every_button_that_means_the_same_everywhere_does_something() -> None:
    assert spoken.ANYWHERE.keys() == set(phrases.Button)


def test_no_words_of_a_button_mean_two_things(catalog: catalogs.Catalog) -> None:
    meant: dict[str, set[tuple[str, str]]] = {}
    for name, tap in spoken.ANYWHERE.items():
        for language in catalog.languages:
            meant.setdefault(asking.fold(catalog.say_plain(language, f"button.{name}")), set()).add(tap)

    assert {words: taps for words, taps in meant.items() if len(taps) > 1} == {}
