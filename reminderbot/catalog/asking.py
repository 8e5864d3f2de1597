"""Questions as words: folded, cut into single questions, and compared word by word with typos forgiven."""

import dataclasses
import itertools
import re
import unicodedata
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from rapidfuzz import fuzz

MAX_CHARACTERS: Final = 600
"""More than that is a letter, not a question; its beginning is read."""

NEAR: Final = 80
"""rapidfuzz's ratio from which one word may be a slip for another: one wrong letter in five."""

MOST_CHARACTERS: Final = 4096
"""As many as Telegram lets a message have: worries and topics are looked for in all of it."""

Spelt = Callable[[Sequence[str]], Sequence[str]]
"""How words are written out that people write short, or two as one."""

_SHORTEST_SLIP: Final = 4
SHORTEST_STEM: Final = 5
_LONGEST_ENDING: Final = 5
_SHORT: Final = 5
_STOPS = re.compile(r"[?!.;:,\n¿¡؟،]+")
_ARABIC = str.maketrans({"ة": "ه", "ى": "ي", "ـ": None})  # written either way, and drawn out
_SENTENCES = re.compile(r"[^?!.;:\n¡؟]*[?!.;:\n؟]+|[^?!.;:\n؟]+$")
_APOSTROPHES = re.compile(r"['’`´]")
_ALONE = re.compile(r"(?<!\w)([à-öø-ÿ])(?!\w)", re.IGNORECASE)  # Portuguese "é" is no "e" that joins two questions
_MARK: Final = "ː"
_OTHER = re.compile(r"[\W_]+")


@dataclasses.dataclass(frozen=True)
class Clause:
    """The folded words of a part of a text; `asks`: a question mark stands behind it, with no comma between.

    `follows`: a joining word stands before it, so that it asks where the one before it does.
    """

    words: tuple[str, ...]
    asks: bool
    follows: bool = False


def as_written(said: Sequence[str]) -> Sequence[str]:
    """Return words as they are."""
    return said


def clauses(text: str, joins: AbstractSet[str], long: Spelt = as_written) -> list[Clause]:
    """Return the parts of a whole text, cut at punctuation and at the words of `joins`; `long` writes words out."""
    cut: list[Clause] = []
    for sentence in _SENTENCES.findall(text[:MOST_CHARACTERS]):
        parts = [part for part in _STOPS.split(sentence) if part.strip()]
        is_asked = sentence.rstrip().endswith(("?", "؟"))
        for part in parts:
            asks = is_asked and part is parts[-1]
            marked = _folded(_ALONE.sub(rf"\1{_MARK}", part)).split()
            joined = _parted(long(marked), joins)
            cut += [Clause(words, asks, follows=at > 0) for at, words in enumerate(joined)]
    return cut


def _parted(words: Sequence[str], joins: AbstractSet[str]) -> list[tuple[str, ...]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word in joins:
            parts.append([])
        else:
            parts[-1].append(word.removesuffix(_MARK))
    return [tuple(part) for part in parts if part]


def fold(text: str) -> str:
    """Return `text` in small letters without accents, apostrophes, punctuation and emoji, single-spaced."""
    return _folded(text[:MAX_CHARACTERS])


def _folded(text: str) -> str:
    bare = text.lower() if text.isascii() else _bare(text)
    return " ".join(_OTHER.sub(" ", _APOSTROPHES.sub("", bare)).split())


def _bare(text: str) -> str:
    wide = unicodedata.normalize("NFKC", text).casefold().translate(_ARABIC)
    return "".join(itertools.filterfalse(unicodedata.combining, unicodedata.normalize("NFKD", wide)))


def questions(text: str, joins: AbstractSet[str], long: Spelt = as_written) -> list[list[str]]:
    """Return the words of each question in `text`: cut at punctuation and at the words of `joins`."""
    cut: list[list[str]] = []
    for sentence in _STOPS.split(text[:MAX_CHARACTERS]):
        cut.append([])
        for word in long(fold(sentence).split()):
            if word in joins:
                cut.append([])
            else:
                cut[-1].append(word)
    return [words for words in cut if words]


def words(phrase: str) -> tuple[str, ...]:
    """Return the words of a phrase, each once, in their order."""
    return tuple(dict.fromkeys(fold(phrase).split()))


def likeness(one: str, other: str) -> float:
    """Return 1 for the same word, less for a slip or another ending of it, 0 for a different word."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < _SHORTEST_SLIP or abs(len(one) - len(other)) > _LONGEST_ENDING:
        return 0.0
    if one[0] != other[0] and max(len(one), len(other)) <= _SHORT:
        return 0.0  # "sun" and "run", "hello" and "vello": in short words, the first letter is seldom the slip
    ratio = fuzz.ratio(one, other, score_cutoff=NEAR) / 100
    return float(ratio or (0.85 if _same_stem(one, other) else 0.0))


def _same_stem(one: str, other: str) -> bool:
    shared = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= max(SHORTEST_STEM, 0.6 * max(len(one), len(other)))
