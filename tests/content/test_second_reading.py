"""Every sentence about the treatment was read by a second person: `docs/reading.md` says on which facts it rests."""

import hashlib
import re
from pathlib import Path

import pytest

from tests.content import shipped

READING = Path(__file__).parents[2] / "docs" / "reading.md"
WHAT_TO_DO = (
    "Somebody who did not write the change reads the text in both languages against its facts, "
    "then corrects its rows and its digits in docs/reading.md."
)


def rows(columns: int) -> list[list[str]]:
    """Return the cells of the rows that begin with a key, of the tables with that many columns."""
    lines = [line for line in READING.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    cells = [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if len(row) == columns]


def judged() -> dict[tuple[str, str], str]:
    """Return what each sentence rests on: facts, or "no claim (…)"."""
    return {(key, sentence): carried for key, sentence, carried, _ in rows(4)}


def spoken() -> set[tuple[str, str]]:
    """Return every English sentence under its key, as people with a clinic and people without one read it."""
    return {
        (key, sentence.strip())
        for key, entry in shipped.entries("en", *shipped.CONTENT).items()
        for filled in shipped.fillings(entry["text"])
        for sentence in shipped.sentences(filled)
    }


def digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def test_every_english_sentence_was_read_and_none_is_left_of_an_older_text() -> None:
    unread, gone = spoken() - set(judged()), set(judged()) - spoken()

    assert (sorted(unread), sorted(gone)) == ([], []), f"Unread, then gone. {WHAT_TO_DO}"


def test_every_spanish_text_is_the_one_that_was_read() -> None:
    shipped_now = {key: digits(entry["text"]) for key, entry in shipped.entries("es", *shipped.CONTENT).items()}
    as_read = {row[0]: row[1] for row in rows(2)}

    assert shipped_now == as_read, f"A Spanish text is not the one that was read. {WHAT_TO_DO}"


@pytest.mark.parametrize("language", shipped.LANGUAGES)
def test_a_text_names_the_facts_that_carry_its_sentences_and_no_others(language: str) -> None:
    named = {key: set(entry["facts"]) for key, entry in shipped.entries(language, *shipped.CONTENT).items()}
    carrying: dict[str, set[str]] = {key: set() for key in named}
    for (key, _), carried in judged().items():
        carrying[key] |= set(re.findall(r"\b[A-F]\d\b", carried))

    assert carrying == named, WHAT_TO_DO


def test_every_sentence_rests_on_facts_or_claims_nothing() -> None:
    form = re.compile(r"[A-F]\d(, [A-F]\d)*|no claim \([^)]+\)")

    assert {row: carried for row, carried in judged().items() if not form.fullmatch(carried)} == {}
