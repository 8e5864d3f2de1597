"""What differs between two texts, word by word, for whoever compares them side by side."""

import collections
import dataclasses
import difflib
import re
from enum import StrEnum
from typing import Final

MOST: Final = 10_000_000
"""Comparisons of two words that a difference may take, one or two seconds' worth: of texts that may take more, since
they are long and say the same again and again, one is shown as taken out and the other as put in, whole."""

_FEW: Final = 200
"""Words from which on difflib looks for none that makes up more than a hundredth of a text."""

_PIECES = re.compile(r"(?:\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|\w+|[^\w\s])[ ]?|\s+", re.DOTALL)


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclasses.dataclass(frozen=True)
class Piece:
    """A run of words."""

    kind: Kind
    text: str


@dataclasses.dataclass(frozen=True)
class Difference:
    """Two texts beside each other: the older one's same and removed pieces, the newer one's same and added ones."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


def between(before: str, after: str) -> Difference:
    """Return what differs between two texts; blanks, tags and words are each a piece, with the gap behind it."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if _work(old, new) > MOST:
        return Difference((Piece(Kind.REMOVED, before),), (Piece(Kind.ADDED, after),))
    left: list[Piece] = []
    right: list[Piece] = []
    for what, i, j, k, m in difflib.SequenceMatcher(a=old, b=new).get_opcodes():
        same = what == "equal"
        left += [Piece(Kind.SAME if same else Kind.REMOVED, "".join(old[i:j]))] if j > i else []
        right += [Piece(Kind.SAME if same else Kind.ADDED, "".join(new[k:m]))] if m > k else []
    return Difference(tuple(left), tuple(right))


def _work(old: list[str], new: list[str]) -> int:
    """Return how many comparisons difflib makes at worst: it looks for the longest run, then on either side of it."""
    times, others = collections.Counter(old), collections.Counter(new)
    most = len(new) if len(new) < _FEW else len(new) // 100 + 1
    found = sum(times[piece] * count for piece, count in others.items() if count <= most)
    return (found + len(old)) * min(len(old), len(new))
