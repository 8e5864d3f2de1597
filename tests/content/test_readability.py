"""Every shipped text can be read by a tired person: its grade, its sentences, its limits."""

import warnings

import pytest

from tests.content import shipped

with warnings.catch_warnings():  # textstat 0.7.4 imports pkg_resources, which warns that it is old
    warnings.simplefilter("ignore")
    import textstat

MOST_GRADE = 6
MOST_WORDS = 20
COMMANDS = {
    *(
        "start",
        "session",
        "timeline",
        "move",
        "worried",
        "next",
        "expect",
        "what",
        "how",
        "uses",
        "visit",
        "care",
        "home",
        "topics",
    ),
    *("settings", "clinic", "language", "timezone", "less", "stop", "privacy", "forget", "mydata", "help"),
}


def grade(text: str) -> float:
    return float(textstat.flesch_kincaid_grade(text))


def passages(language: str) -> dict[str, tuple[str, str]]:
    """The fillings of each text that is long enough to be graded."""
    filled = {name: shipped.fillings(text) for name, text in shipped.texts(language)}
    return {name: both for name, both in filled.items() if len(both[0].split()) >= shipped.LEAST_WORDS}


def test_english_is_plain_enough_for_the_sixth_grade() -> None:
    grades = {name: max(map(grade, both)) for name, both in passages("en").items()}

    assert {name: found for name, found in grades.items() if found > MOST_GRADE} == {}


def test_the_grade_can_tell_a_hard_text() -> None:
    hard = "Postprocedural photoprotection facilitates physiological regeneration of compromised epidermal tissue."

    assert grade(hard) > MOST_GRADE


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_no_sentence_is_longer_than_twenty_words(language: str) -> None:
    long = [
        (name, sentence)
        for name, text in shipped.texts(language)
        for filled in shipped.fillings(text)
        for sentence in shipped.sentences(filled)
        if len(sentence.split()) > MOST_WORDS
    ]

    assert long == []


def test_a_sentence_ends_at_its_point_and_at_the_end_of_its_line() -> None:
    assert shipped.sentences("One two.\n\n• three\n• four? Five!") == ["One two.", "• three", "• four?", "Five!"]


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_the_profile_fits_what_telegram_allows(language: str) -> None:
    profile = shipped.read(f"{language}/profile.toml")

    assert len(profile["name"]) <= 64
    assert len(profile["description"].strip()) <= 512
    assert len(profile["short_description"]) <= 120


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_every_command_is_described_in_a_few_words(language: str) -> None:
    commands = shipped.read(f"{language}/profile.toml")["commands"]

    assert set(commands) == COMMANDS
    assert {name: words for name, words in commands.items() if not 0 < len(words) <= 60} == {}
