"""How near a text comes, topic by topic, to the one line of it that people have asked before and that is most alike."""

import array
import dataclasses
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet


@dataclasses.dataclass(frozen=True)
class Nearest:
    """Lines by their features: `places` says in which lines one stands, `lengths` how much all of a line's weigh."""

    topics: tuple[str, ...]
    places: Mapping[str, "array.array[int]"]
    lengths: tuple[float, ...]
    weights: Mapping[str, float]

    @classmethod
    def of(cls, lines: Iterable[tuple[str, AbstractSet[str]]], weights: Mapping[str, float]) -> "Nearest":
        """Return the lines, given as features by topic, with what each feature weighs."""
        topics: list[str] = []
        lengths: list[float] = []
        places = {feature: array.array("I") for feature in weights}
        squares = {feature: weight * weight for feature, weight in weights.items()}
        for number, (topic, features) in enumerate(lines):
            for feature in features:
                places[feature].append(number)
            topics.append(topic)
            lengths.append(sum(map(squares.__getitem__, features)) ** 0.5 or 1.0)
        return cls(tuple(topics), places, tuple(lengths), weights)

    def likeness(self, weighed: Mapping[str, float]) -> dict[str, float]:
        """Return the cosine between a text, given as weighed features of length one, and each topic's nearest line."""
        shared = [0.0] * len(self.topics)
        for feature, weight in weighed.items():
            both = weight * self.weights.get(feature, 0.0)
            for place in self.places.get(feature, ()):
                shared[place] += both
        found = dict.fromkeys(self.topics, 0.0)
        for topic, each, length in zip(self.topics, shared, self.lengths, strict=True):
            if each > found[topic] * length:
                found[topic] = each / length
        return found
