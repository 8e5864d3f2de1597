"""The shipped plan: few steps, in order, each with a text that a locked phone may show."""

import itertools
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.content import shipped

MOST_STEPS = 9
LONGEST = 600
NAMES_THE_TREATMENT = re.compile(
    r"needl|skin treatment|collagen|treatment|puncture|aguja|tratamiento|colágeno|dermapen|derma.?roller"
    r"|nadel|behandl|kollagen|aiguille|traitement|collagène"
    r"|agulha|tratamento|إبر|ابر|علاج|كولاجين|وخز|ديرما",
    re.IGNORECASE,
)


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shipped.read("plans/microneedling.toml")["step"]
    return found


def roughly(moment: dict[str, Any] | str) -> timedelta:
    """The distance from a session at 15:30; a patient's morning counts as 08:30."""
    if isinstance(moment, str):
        return timedelta(0)
    if "hours" in moment:
        return timedelta(hours=moment["hours"])
    hour, minute = ("08:30" if moment["at"] == "morning" else moment["at"]).split(":")
    return timedelta(days=moment["days"], hours=int(hour) - 15.5, minutes=int(minute))


def test_a_plan_stays_short_enough_to_be_read_to_its_end() -> None:
    assert len(steps()) <= MOST_STEPS


def test_steps_come_in_the_order_in_which_they_fall() -> None:
    falls = [roughly(step["when"]) for step in steps()]

    assert falls == sorted(falls)


def test_every_step_is_useful_for_a_while_after_it_falls() -> None:
    spans = {step["key"]: roughly(step["until"]) - roughly(step["when"]) for step in steps()}

    assert {key for key, span in spans.items() if span < timedelta(hours=4)} == set()


def test_no_care_is_still_sent_when_the_next_care_falls() -> None:
    care = [step for step in steps() if step["part"] == "care"]

    overlaps = [
        (one["key"], two["key"])
        for one, two in itertools.pairwise(care)
        if roughly(one["until"]) > roughly(two["when"])
    ]
    assert overlaps == []


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_steps_and_texts_of_steps_are_the_same_set(language: str) -> None:
    written = shipped.entries(language, "steps.toml")

    assert {step["message"] for step in steps()} == set(written)


def test_step_keys_are_told_apart() -> None:
    keys = [step["key"] for step in steps()]

    assert len(set(keys)) == len(keys)


def test_only_reads_come_without_a_sound_and_only_care_asks() -> None:
    assert [step["key"] for step in steps() if step["silent"] != (step["part"] == "reads")] == []
    assert {step["part"] for step in steps() if step["asks"]} == {"care"}


def test_day_1_and_day_3_ask_how_the_skin_is_and_day_3_whether_reads_are_wanted() -> None:
    asks = {step["key"]: step["asks"] for step in steps() if step["asks"]}

    assert asks == {"day-1": ["skin"], "day-3": ["skin", "reads"]}


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_the_first_line_names_no_treatment(language: str) -> None:
    first_lines = {
        key: [filled.splitlines()[0] for filled in shipped.fillings(entry["text"])]
        for key, entry in shipped.entries(language, "steps.toml").items()
    }

    assert {key: lines for key, lines in first_lines.items() if NAMES_THE_TREATMENT.search(" ".join(lines))} == {}


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_a_step_is_read_in_half_a_minute(language: str) -> None:
    lengths = {
        key: max(map(len, shipped.fillings(entry["text"])))
        for key, entry in shipped.entries(language, "steps.toml").items()
    }

    assert {key: length for key, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_the_name_on_a_locked_phone_names_no_treatment(language: str) -> None:
    assert not NAMES_THE_TREATMENT.search(shipped.read(f"{language}/profile.toml")["name"])
