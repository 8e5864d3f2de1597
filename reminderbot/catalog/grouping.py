"""Questions that ask much the same, brought together by the likeness of their telling words."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from rapidfuzz import fuzz, process

from reminderbot.catalog import asking

ALIKE: Final = 75
"""rapidfuzz's ratio of the sorted telling words from which two questions stand together."""


def alike(texts: Sequence[str], common: AbstractSet[str]) -> list[list[int]]:
    """Return the places of `texts` in groups, the largest first; each text is near the first one of its group.

    `common` are the words that tell nothing; a text of nothing else is compared as a whole.
    """
    gists = [_gist(text, common) for text in texts]
    groups: dict[str, list[int]] = {}
    for place, gist in enumerate(gists):
        near = gist if gist in groups else _nearest(gist, list(groups))
        groups.setdefault(near if near is not None else gist, []).append(place)
    return sorted(groups.values(), key=lambda places: (-len(places), places[0]))


def _nearest(gist: str, others: Sequence[str]) -> str | None:
    found = process.extractOne(gist, others, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return found[0] if found else None


def _gist(text: str, common: AbstractSet[str]) -> str:
    words = asking.words(text)
    return " ".join(sorted(word for word in words if word not in common)) or " ".join(words)
