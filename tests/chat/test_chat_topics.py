"""Questions: by command, by button and in one's own words; and how the bot shows itself in Telegram."""

import pytest

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import places
from reminderbot.chat import profile
from reminderbot.planning import life
from tests.chat.conftest import Phone

TOPICS = {"what": "What microneedling is", "visit": "At the session", "uses": "What it is used for"}


@pytest.mark.parametrize("command", TOPICS)
async def test_a_topic_answers_its_command_with_topics_near_it_and_a_person(ana: Phone, command: str) -> None:
    (answer,) = await ana.writes(f"/{command}")

    assert TOPICS[command] in answer.text
    assert [data.split(":")[0] for data in answer.keys.values()] == ["topic", "topic", "worry"]
    assert answer.params["protect_content"] is True


async def test_the_list_of_topics_opens_each_of_them(ana: Phone, catalog: catalogs.Catalog) -> None:
    (shown,) = await ana.writes("/topics")

    assert len(shown.keys) == len(catalog.menu) + 1
    for data in shown.keys.values():
        assert await ana.tapped(data)


@pytest.mark.parametrize(
    ("asked", "answered"), [("can i wear makeup?", "make-up"), ("what is microneedling", "What microneedling is")]
)
async def test_a_question_in_own_words_finds_its_topic(ana: Phone, asked: str, answered: str) -> None:
    assert answered in await ana.said(asked)


async def test_a_fragment_asks_what_was_asked_last_again(ana: Phone) -> None:
    await ana.agrees()
    await ana.taps("cancel")
    await ana.writes("can i wear makeup?")

    assert "make-up" in await ana.said("and for how long?")
    ana.wind(hours=2)
    assert "how many days that is" in await ana.said("and for how long?")


async def test_an_answer_says_the_hour_and_that_it_is_general(ana: Phone) -> None:
    await ana.registers()
    ana.wind(days=2, hours=6)

    said = await ana.said("can i wear makeup?")

    assert all(words in said for words in ("Your session was", "general information"))


async def test_two_questions_get_two_answers_the_last_with_the_buttons(ana: Phone) -> None:
    first, last = await ana.writes("can I wear makeup and when can I go in the sun?")

    assert all(words in first.text + last.text for words in ("Leave make-up off", "Stay out of direct sun"))
    assert (first.keys, "worry" in last.keys.values()) == ({}, True)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("please delete all my data", "forget:yes"),
        ("can you text me later in the evening", "set:hour"),
        ("please stop sending me messages", "resume"),
    ],
)
async def test_what_the_bot_is_told_to_do_leads_to_the_screen_of_it(ana: Phone, words: str, shown: str) -> None:
    await ana.registers()
    if words.startswith("can"):
        await ana.taps("phone:skip")

    *_, answer = await ana.writes(words)

    assert shown in answer.keys.values()


async def test_a_question_in_another_language_is_answered_in_it_with_a_way_to_stay(ana: Phone) -> None:
    (answer,) = await ana.writes("¿puedo maquillarme?")

    assert "maquillaje" in answer.text
    assert answer.keys["Escríbeme en español"] == "lang:es"


async def test_what_nobody_knows_is_said_in_the_questions_language_and_saves_none(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (said,) = await ana.writes("Wo kann ich hier in der Nähe mein Auto parken?")

    assert said.text.startswith("Das weiß ich nicht.")
    assert said.keys["Mit einem Menschen sprechen"] == "worry"
    assert said.keys["Bitte auf Deutsch schreiben"] == "lang:de"
    assert "I do not know" in await ana.said("where can i park my car around here?")


async def test_a_few_words_that_nobody_knows_are_answered_in_the_chats_language(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    assert "I do not know" in await ana.said("¿tatuajes lunares?")


async def test_what_to_expect_now_is_told_in_the_questions_language(ana: Phone) -> None:
    await ana.registers()
    ana.wind(days=2)

    said = await ana.said("was soll ich jetzt gerade erwarten?")

    assert "Ihrer Sitzung" in said


async def test_a_question_that_the_source_does_not_answer_says_so(ana: Phone) -> None:
    assert "My source" in await ana.said("which sunscreen should i use")


async def test_a_topic_in_spanish(ana_es: Phone) -> None:
    (answer,) = await ana_es.writes("/care")

    assert "maquillaje" in answer.text
    assert "Hablar con una persona" in answer.keys


def test_the_profile_is_set_for_everyone_and_per_language(catalog: catalogs.Catalog) -> None:
    calls = profile.calls(catalog)

    methods = ["setMyName", "setMyDescription", "setMyShortDescription", "setMyCommands"]
    assert [params.get("language_code") for _, params in calls[::4]] == [None, *catalog.languages]
    assert [method for method, _ in calls] == methods * (1 + len(catalog.languages))


def test_the_profile_keeps_telegrams_limits(catalog: catalogs.Catalog) -> None:
    limits = {"name": 64, "description": 512, "short_description": 120}
    for _, params in profile.calls(catalog):
        assert all(len(params[field]) <= most for field, most in limits.items() if field in params)
        assert all(1 <= len(each["description"]) <= 256 for each in params.get("commands", []))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_state_reason_and_step_has_words(catalog: catalogs.Catalog, language: str) -> None:
    steps = [step.key for key in catalog.plan_keys for step in catalog.plan(key).steps]
    wanted = [f"reason.{reason}" for reason in life.Reason] + [f"title.{step}" for step in steps]
    waiting = {life.State.PLANNED, life.State.CLAIMED, life.State.SENDING, life.State.SENT}
    wanted += [f"state.{state}" for state in life.State if state not in waiting]

    assert [key for key in wanted if not catalog.has(language, key)] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_common_zone_exists_and_has_a_city(catalog: catalogs.Catalog, language: str) -> None:
    zones = catalog.message(language, "words.zones").phrases

    assert [places.near(zone, language) for zone in zones] == [(zone,) for zone in zones]
    assert all(places.city(zone, language) for zone in zones)


@pytest.mark.parametrize("words", ["thanks", "OK, thanks!", "Danke schön", "شكرا"])
async def test_thanks_are_no_question_and_repeat_no_answer(ana: Phone, words: str) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("can i wear makeup")

    (said,) = await ana.writes(words)

    assert said.text == "You are welcome. You can ask me something else at any time."
    assert list(said.keys.values()) == ["topics", "worry"]
