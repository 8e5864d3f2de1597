"""What people of each language write: a worry is heard, a question before the session is no alarm, a topic is found."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reminderbot.catalog import catalog

CATALOG = catalog.Catalog.load()


def files(name: str) -> dict[str, dict[str, Any]]:
    """Return the tables beside this file under that name, by language."""
    found = sorted(Path(__file__).parent.glob(f"{name}.*.toml"))
    return {file.suffixes[0][1:]: tomllib.loads(file.read_text(encoding="utf-8")) for file in found}


SAID, ASKED = files("test_worries"), files("test_asked")


@pytest.mark.parametrize("language", SAID)
def test_who_tells_of_something_that_is_happening_is_heard(language: str) -> None:
    assert [text for text in SAID[language]["worries"] if not CATALOG.is_worry(language, text)] == []


@pytest.mark.parametrize("language", SAID)
def test_who_only_asks_is_not_sent_to_a_phone(language: str) -> None:
    asked = [*SAID[language]["questions"], *ASKED.get(language, ())]

    assert [text for text in asked if CATALOG.is_worry(language, text)] == []


@pytest.mark.parametrize("language", ASKED)
def test_a_question_is_answered_by_its_topic_alone(language: str) -> None:
    found = {text: sorted(each.topic for each in CATALOG.match(language, text).topics) for text in ASKED[language]}

    assert found == ASKED[language]
