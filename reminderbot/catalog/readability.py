"""How hard a text is to read: its sentences, its US school grade, and the figures that it states. Pure."""

import re
from typing import Final

from reminderbot.catalog import telegram_html

LEAST_WORDS: Final = 8
"""Fewer words make no passage: a formula made for passages gives "Privacy" grade 20."""

MOST_GRADE: Final = 6
MOST_WORDS: Final = 20
"""Of a sentence that a tired person reads once."""

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_VOWELS = re.compile(r"[aeiouy]+")
_BRACES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


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
