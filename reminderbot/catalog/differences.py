"""What differs between two texts, word by word, for whoever compares them side by side."""

import dataclasses
import difflib
import re
from enum import StrEnum
from typing import Final

MOST: Final = 4000
"""Words and gaps of one text that are compared word by word; a longer one is shown as taken out and put in whole."""

_PIECES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|\w+|\s+|[^\w\s]", re.DOTALL)


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
    """Return what differs between two texts; blanks, tags and words are each a piece."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(old), len(new)) > MOST:
        return Difference((Piece(Kind.REMOVED, before),), (Piece(Kind.ADDED, after),))
    left: list[Piece] = []
    right: list[Piece] = []
    for what, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        same = what == "equal"
        left += [Piece(Kind.SAME if same else Kind.REMOVED, "".join(old[i:j]))] if j > i else []
        right += [Piece(Kind.SAME if same else Kind.ADDED, "".join(new[k:m]))] if m > k else []
    return Difference(tuple(left), tuple(right))
