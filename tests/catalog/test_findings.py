"""What stands against publishing a book, over texts handed in; and what differs between two texts."""

import dataclasses
import time

import pytest

from reminderbot.catalog import differences, findings, previews, shelf

NAME = shelf.Blank("first_name", "", "Ana", "A" * 64, 1)
PHONE = shelf.Blank("clinic_phone", "", "+34 600", "+34 600 000 000", 1)
TEXT = findings.Candidate(
    key="step.day-1",
    language="en",
    shipped="Rest. Tap I am worried.",
    before="Rest. Tap I am worried.",
    after="Rest well. Tap I am worried.",
    source="",
    source_before="",
    known={"first_name": NAME, "clinic_phone": PHONE},
    person=("I am worried", "Talk to a person"),
)
SPANISH = dataclasses.replace(
    TEXT, language="es", shipped="Descansa.", before="Descansa.", after="Descansa bien.", person=("Me preocupa",)
)


def found(*texts: findings.Candidate, fallback: bool = False) -> set[tuple[str, str]]:
    every = findings.of_book(texts, fallback=fallback, speaks_reminders=True)
    return {(each.level.value, each.name) for each in every}


def worded(after: str, **changed: object) -> findings.Candidate:
    return dataclasses.replace(TEXT, after=after, **changed)  # type: ignore[arg-type]


def test_a_plain_change_has_nothing_against_it() -> None:
    assert found(TEXT) == set()


def test_a_shipped_text_is_not_judged_anew() -> None:
    hard = "Wait 3 days. Postprocedural photoprotection facilitates physiological regeneration."

    assert found(worded(hard, shipped=hard, before=hard)) == {("stop", "nothing")}


def test_going_back_to_the_shipped_text_is_a_change() -> None:
    assert found(worded(TEXT.shipped or "", before="Another one.")) == set()


def test_the_length_is_that_of_the_longest_values() -> None:
    text = "{{ first_name }} " * 63 + "I am worried"

    assert len(text) < 4096
    assert ("stop", "long") in found(worded(text))


def test_a_phone_is_a_way_to_a_person_too() -> None:
    assert found(worded("Rest. Call {{ clinic_phone }}.")) == set()
    assert found(worded("Rest.")) == {("warning", "contact")}


@pytest.mark.parametrize("text", ["{{ day }}", "<a href='http://x'>I am worried</a>", "I am worried & more", "{% if"])
def test_what_cannot_be_said_holds_it_back(text: str) -> None:
    assert findings.stops(findings.of_book([worded(text)], fallback=True, speaks_reminders=True))


def test_a_source_that_is_named_afterwards_is_something_to_publish() -> None:
    same = worded(TEXT.after, before=TEXT.after)

    assert found(same) == {("stop", "nothing")}
    assert found(dataclasses.replace(same, source="Our protocol")) == set()


def test_figures_of_the_shipped_text_need_no_source_and_new_ones_do() -> None:
    text = "Wait 30 minutes. Then 2 days. I am worried."

    assert found(worded(text, shipped="It takes 30 minutes.")) == {("stop", "source")}
    assert found(worded(text, source="Our protocol")) == set()


def test_a_language_that_is_missing_or_older_is_taken_knowingly_only() -> None:
    missing = dataclasses.replace(SPANISH, shipped=None, before="", after="")
    older = dataclasses.replace(SPANISH, after=SPANISH.before)

    assert found(TEXT, missing) == {("stop", "language")}
    assert found(TEXT, missing, fallback=True) == {("warning", "language")}
    assert found(TEXT, older) == {("stop", "older")}
    assert found(TEXT, older, fallback=True) == {("warning", "older")}


def test_a_translation_says_the_blanks_of_its_original() -> None:
    original = worded("{{ first_name }}, rest. I am worried.")

    assert ("stop", "differs") in found(original, SPANISH, fallback=True)


def test_a_hard_text_is_only_pointed_at() -> None:
    hard = "Postprocedural photoprotection facilitates physiological regeneration of tissue. I am worried."

    assert found(worded(hard)) == {("warning", "grade")}
    assert found(worded("Keep out of the sun today. Rest a bit. Or tap I am worried.")) == set()


def test_words_that_differ_are_told_apart_and_both_sides_are_whole() -> None:
    before, after = "Rest <b>today</b>, {{ first_name }}.", "Rest <b>tonight</b>, {{ first_name }}!"

    found = differences.between(before, after)

    assert [piece.text for piece in found.before if piece.kind is differences.Kind.REMOVED] == ["today", "."]
    assert [piece.text for piece in found.after if piece.kind is differences.Kind.ADDED] == ["tonight", "!"]
    assert ("".join(piece.text for piece in found.before), "".join(piece.text for piece in found.after)) == (
        before,
        after,
    )


def test_very_long_texts_are_shown_whole() -> None:
    found = differences.between("a " * 5000, "b " * 5000)

    assert [piece.kind for piece in (*found.before, *found.after)] == ["removed", "added"]


ANCHORS = [f"w{number % 105} " for number in range(1990)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x " * 2000, "y " * 2000),
        ("x " * 3999, "x y " * 99),
        (
            "".join(f"{each}q{n} " for n, each in enumerate(ANCHORS)),
            "".join(f"{each}r{n} " for n, each in enumerate(ANCHORS)),
        ),
    ],
    ids=["gaps", "short and long", "anchors"],
)
def test_texts_that_repeat_themselves_are_compared_in_time(before: str, after: str) -> None:
    began = time.process_time()

    found = differences.between(before, after)

    assert time.process_time() - began < 5
    assert "".join(piece.text for piece in found.after) == after


def test_the_editor_and_the_gates_measure_a_text_alike() -> None:
    hard = "Postprocedural photoprotection facilitates physiological regeneration, {{ first_name }}. I am worried."
    look = previews.look(hard, key=TEXT.key, language="en", shipped="", known=TEXT.known, sample={"first_name": "Zoe"})

    every = findings.of_book([worded(hard)], fallback=False, speaks_reminders=True)
    [grade] = [each.said["count"] for each in every if each.name == "grade"]
    assert look.measures.is_hard
    assert grade == round(look.measures.grade or 0)
