"""Which topic a text is most like, weighed by the words and the parts of words of what people have asked before."""

import collections
import dataclasses
import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from reminderbot.catalog import nearing

WORRY: Final = "worry"
"""The pseudo-topic of what people write to whom something is happening."""

COMMAND: Final = "command."
"""What the pseudo-topics of commands begin with."""

_PARTS: Final = (3, 4, 5)  # letters of a part: short ones forgive slips, long ones tell
_PART: Final = 0.35  # what a part tells, as a share of a word or of two neighbours
_SMOOTH: Final = 3.0  # measured on questions that were kept out: less trusts single lines, more trusts none
_NEAR: Final = 0.3  # measured likewise: what the one nearest line of a topic says, beside what all of its lines do
_START: Final = "^"


@dataclasses.dataclass(frozen=True)
class Guesser:
    """What tells topics apart in one language: complement naive Bayes over weighted words, neighbours and parts.

    And the nearest line of each topic, since one topic is asked for in ways that have nothing in common.
    `told` says how much more than elsewhere a feature stands in the lines of a topic; `base` what it says of none.
    """

    rarity: Mapping[str, float]
    told: Mapping[str, Mapping[str, float]]
    base: Mapping[str, float]
    spread: Mapping[str, float]
    size: Mapping[str, float]
    rarest: float
    nearest: nearing.Nearest

    @classmethod
    def of(cls, lines: Iterable[tuple[str, Sequence[str]]]) -> "Guesser":
        """Return the guesser of lines, given as words, by topic."""
        cut = functools.cache(_of_word)  # of the lines alone: what patients write is not kept
        asked = [(topic, frozenset(_features(words, cut))) for topic, words in lines]
        spread = collections.Counter(feature for _, features in asked for feature in features)
        rarity = {feature: math.log(1 + len(asked) / count) for feature, count in spread.items()}
        most = max(rarity.values(), default=1.0)
        weights = {feature: each * _kind(feature) for feature, each in rarity.items()}
        nearest = nearing.Nearest.of(asked, weights)
        counts: dict[str, dict[str, float]] = {}
        for (topic, features), length in zip(asked, nearest.lengths, strict=True):
            mine = counts.setdefault(topic, collections.defaultdict(float))
            for feature in features:
                mine[feature] += weights[feature] / length
        return _learnt(rarity, counts, most, nearest)

    def knows_any(self, words: Sequence[str]) -> bool:
        """Tell whether a word, and not just a letter, stands whole in any line."""
        return any(len(word) > 1 and f"={word}" in self.rarity for word in words)

    def scores(self, words: Sequence[str], *, near: float = _NEAR) -> dict[str, float]:
        """Return how much likelier than the others each topic is: standard deviations, times the share we know.

        `near` is what the nearest line of a topic says, as a share; all of its lines say the rest.
        """
        weighed = _weighed(frozenset(_features(words, _of_word)), self.rarity, self.rarest)
        known = {feature: weight for feature, weight in weighed.items() if feature in self.rarity}
        common = sum(weight * self.base[feature] for feature, weight in known.items())
        total = sum(known.values())
        found = {topic: common + total * self.spread[topic] for topic in self.size}
        for feature, weight in known.items():
            for topic, more in self.told[feature].items():
                found[topic] += weight * more
        share = math.sqrt(sum(weight * weight for weight in known.values()))
        standard = _standard({topic: score / self.size[topic] for topic, score in found.items()})
        if not near:
            return {topic: share * score for topic, score in standard.items()}
        alike = _standard(self.nearest.likeness(known))
        return {topic: share * ((1 - near) * score + near * alike[topic]) for topic, score in standard.items()}


def _learnt(
    rarity: Mapping[str, float], counts: Mapping[str, Mapping[str, float]], most: float, nearest: nearing.Nearest
) -> Guesser:
    total: dict[str, float] = collections.defaultdict(float)
    for mine in counts.values():
        for feature, weight in mine.items():
            total[feature] += weight
    all_of_it, smooth = sum(total.values()), _SMOOTH / 10
    base = {feature: -math.log(weight + smooth) for feature, weight in total.items()}
    told: dict[str, dict[str, float]] = {feature: {} for feature in total}
    spread, size, all_base = {}, {}, sum(base.values())
    for topic, mine in counts.items():
        for feature, weight in mine.items():
            told[feature][topic] = -math.log(total[feature] - weight + smooth) - base[feature]
        spread[topic] = math.log(all_of_it - sum(mine.values()) + smooth * len(total))
        size[topic] = len(total) * spread[topic] + all_base + sum(told[each][topic] for each in mine)
    mean = sum(size.values()) / len(size) if size else 1.0
    sizes = {topic: each / mean for topic, each in size.items()}
    return Guesser(rarity, told, base, spread, sizes, most, nearest)


def _of_word(word: str) -> tuple[str, ...]:
    framed = f"{_START}{word}$"
    return (
        f"={word}",
        *(framed[at : at + length] for length in _PARTS for at in range(len(framed) - length + 1)),
    )


def _features(words: Sequence[str], cut: Callable[[str], tuple[str, ...]]) -> Iterator[str]:
    for word in words:
        yield from cut(word)
    yield from (f"{one} {other}" for one, other in itertools.pairwise((_START, *words)))


def _weighed(features: frozenset[str], rarity: Mapping[str, float], most: float) -> dict[str, float]:
    """Return what each feature weighs, all of them together a length of one; what nobody has asked weighs most."""
    weights = {each: rarity.get(each, most) * _kind(each) for each in features}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {each: weight / length for each, weight in weights.items()}


def _kind(feature: str) -> float:
    """Return what a feature tells by its kind: a part of a word tells less than a word or two neighbours."""
    return 1.0 if feature[0] == "=" or " " in feature else _PART


def _standard(found: dict[str, float]) -> dict[str, float]:
    if not found:
        return {}
    mean = sum(found.values()) / len(found)
    deviation = math.sqrt(sum((score - mean) ** 2 for score in found.values()) / len(found)) or 1.0
    return {topic: (score - mean) / deviation for topic, score in found.items()}
