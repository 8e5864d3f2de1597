"""What the texts rest on: every fact is said, nothing rests on a fact that is not there."""

from typing import Any

import pytest

from tests.content import shipped

IDS = {
    f"{section}{number}"
    for section, count in {"A": 4, "B": 5, "C": 6, "D": 3, "E": 5, "F": 5}.items()
    for number in range(1, count + 1)
}
PHRASES = range(12, 26)
HOURS = ("before", "eve", "during", "today", "day-1", "day-2", "day-3", "days", "weeks", "months", "none")


def topics() -> dict[str, dict[str, Any]]:
    return shipped.read("topics.toml")


def test_the_facts_are_the_28_of_the_article() -> None:
    assert set(shipped.read("facts.toml")) == IDS


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_every_fact_is_said_in_a_topic_that_a_button_opens(language: str) -> None:
    texts = shipped.entries(language, "topics.toml")
    said = {fact for topic in topics().values() if "command" in topic for fact in texts[topic["message"]]["facts"]}

    assert IDS - said == set()


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_texts_rest_on_facts_that_exist(language: str) -> None:
    used = shipped.entries(language, *shipped.CONTENT)

    assert {key: entry["facts"] for key, entry in used.items() if not set(entry["facts"]) <= IDS} == {}


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_a_topic_names_the_facts_of_its_text(language: str) -> None:
    texts = shipped.entries(language, "topics.toml")

    assert {topic["message"]: topic["facts"] for topic in topics().values()} == {
        key: entry["facts"] for key, entry in texts.items()
    }


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_every_language_says_the_same_things(language: str) -> None:
    english, theirs = (
        {key: entry["facts"] for key, entry in shipped.entries(code, *shipped.CONTENT).items()}
        for code in ("en", language)
    )

    assert theirs == english


def test_a_nearer_topic_belongs_to_one_that_a_button_opens() -> None:
    lost = [key for key, topic in topics().items() if "command" not in topics()[topic.get("parent", key)]]

    assert lost == []


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_every_topic_knows_a_dozen_ways_of_being_asked(language: str) -> None:
    counts = {key: len(set(entry["phrases"])) for key, entry in shipped.entries(language, "topics.toml").items()}

    assert {key: count for key, count in counts.items() if count not in PHRASES} == {}


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_no_question_leads_to_two_answers(language: str) -> None:
    phrases = [phrase for entry in shipped.entries(language, "topics.toml").values() for phrase in entry["phrases"]]

    assert {phrase for phrase in phrases if phrases.count(phrase) > 1} == set()


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_every_hour_has_its_text(language: str) -> None:
    assert set(shipped.entries(language, "expect.toml")) == {f"expect.{hour}" for hour in HOURS}


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_what_the_source_does_not_say_leads_to_the_clinic(language: str) -> None:
    texts = shipped.entries(language, "topics.toml")
    unsaid = [topic["message"] for topic in topics().values() if not topic.get("said", True)]
    phone = shipped.read("blanks.toml")["clinic_phone"]["sample"]

    assert [key for key in unsaid if phone not in shipped.fillings(texts[key]["text"])[0]] == []
    assert len(unsaid) >= 6
