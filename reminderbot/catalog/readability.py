"""How hard a text is to read: its sentences, its US school grade, and the figures that it states. Pure."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Final

from reminderbot.catalog import blanks, shelf, telegram_html

LEAST_WORDS: Final = 8
"""Fewer words make no passage: a formula made for passages gives "Privacy" grade 20."""

GRADED: Final = "en"
"""The one language that the formula is made for."""

MOST_GRADE: Final = 6
MOST_WORDS: Final = 20
"""Of a sentence that a tired person reads once."""

_SENTENCE = re.compile(r"(?<=[.!?…؟])\s+|\n+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_VOWELS = re.compile(r"[aeiouy]+")
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


@dataclasses.dataclass(frozen=True)
class Measures:
    """How hard a text is to read. `grade` is None where there is none: for a few words, or in another language.

    `figures` are those that it states itself and the shipped text does not.
    """

    grade: float | None
    longest: str
    figures: tuple[str, ...]

    @property
    def words(self) -> int:
        """How many words the longest sentence has."""
        return len(self.longest.split())

    @property
    def is_winding(self) -> bool:
        """Tell whether a sentence is longer than one reads at once."""
        return self.words > MOST_WORDS

    @property
    def is_hard(self) -> bool:
        """Tell whether the grade is above what a tired person reads."""
        return self.grade is not None and self.grade > MOST_GRADE


def of(text: str, *, language: str, shipped: str, known: Mapping[str, shelf.Blank]) -> Measures:
    """Return how hard a text is to read, with usual values in its blanks `known`; as written where it has a fault."""
    plain, stated = telegram_html.plain(_usual(text, known)), figures(shipped)
    return Measures(
        grade=grade(plain) if language == GRADED else None,
        longest=longest(plain),
        figures=tuple(figure for figure in figures(text) if figure not in stated),
    )


def _usual(text: str, known: Mapping[str, shelf.Blank]) -> str:
    try:
        return blanks.compile(text).fill({name: blank.sample for name, blank in known.items()})
    except blanks.BlankError:
        return text


def sentences(plain: str) -> list[str]:
    """Return the sentences of a text without markup; a line's end ends one too."""
    return [part for part in _SENTENCE.split(plain) if part.strip()]


def longest(plain: str) -> str:
    """Return the sentence with the most words; empty where there is none."""
    return max(sentences(plain), key=lambda sentence: len(sentence.split()), default="")


def grade(plain: str) -> float | None:
    """Return the grade of an English text by Flesch and Kincaid; None for one of a few words."""
    words = _WORD.findall(plain)
    if len(plain.split()) < LEAST_WORDS or not words:
        return None
    ended = [sentence for sentence in sentences(plain) if _WORD.search(sentence)]
    return round(0.39 * len(words) / len(ended) + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59, 1)


def figures(text: str) -> tuple[str, ...]:
    """Return the figures that a text states itself, each once: not those of its blanks, conditions and links."""
    return tuple(dict.fromkeys(_FIGURE.findall(telegram_html.plain(_BRACES.sub(" ", text)))))


def _syllables(word: str) -> int:
    lower = word.lower()
    groups = len(_VOWELS.findall(lower))
    is_silent = lower.endswith(("e", "es", "ed")) and not lower.endswith(("le", "ted", "ded"))
    return max(1, groups - is_silent)
