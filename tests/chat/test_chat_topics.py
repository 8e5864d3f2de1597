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


async def test_a_question_in_another_language_is_answered_in_it_with_a_way_to_stay(ana: Phone) -> None:
    (answer,) = await ana.writes("¿puedo maquillarme?")

    assert "maquillaje" in answer.text
    assert answer.keys["Escríbeme en español"] == "lang:es"


async def test_a_question_that_the_source_does_not_answer_says_so(ana: Phone) -> None:
    assert "My source" in await ana.said("which sunscreen should i use")


async def test_a_topic_in_spanish(ana_es: Phone) -> None:
    (answer,) = await ana_es.writes("/care")

    assert "maquillaje" in answer.text
    assert "Hablar con una persona" in answer.keys


def test_the_profile_is_set_for_everyone_and_per_language(catalog: catalogs.Catalog) -> None:
    calls = profile.calls(catalog)

    methods = ["setMyName", "setMyDescription", "setMyShortDescription", "setMyCommands"]
    assert [method for method, _ in calls] == methods * 3
    assert [params.get("language_code") for _, params in calls[::4]] == [None, "en", "es"]


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
