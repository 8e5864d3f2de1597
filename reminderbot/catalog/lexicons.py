"""A language's phrases as words with weights, and how nearly a question says the same as one of them."""

import collections
import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from rapidfuzz import fuzz, process

from reminderbot.catalog import asking, shelf

THRESHOLD: Final = 62.0
"""The least score of an answer: half of a question's telling words may be unknown only if the rest fit exactly."""

MISSPELT: Final = 85.0
"""The least score where no telling word is spelt as we know it: "mexico" is one letter from Spanish "medico"."""

COMMON: Final = 0.15
"""What a common word tells, as a share of the most telling one: enough to keep "how" and "how long" apart."""

_SHORTEST_PART: Final = 3


@dataclasses.dataclass(frozen=True)
class Lexicon:
    """One language's phrases and how much each of their words tells."""

    language: shelf.Language
    phrases: tuple[tuple[str, tuple[str, ...]], ...]  # topic, its telling words
    weights: Mapping[str, float]
    vocabulary: Mapping[str, frozenset[str]]  # by topic
    exact: Mapping[frozenset[str], str]  # a phrase's words: its topic
    starts: Mapping[str, tuple[str, ...]]  # the words, by their first letters


def of(language: shelf.Language, given: Iterable[tuple[str, tuple[str, ...]]]) -> Lexicon:
    """Return the lexicon of the phrases that are given, by topic."""
    phrases = tuple(given)
    vocabulary: dict[str, set[str]] = collections.defaultdict(set)
    for topic, words in phrases:
        vocabulary[topic].update(words)
    spread = collections.Counter(word for words in vocabulary.values() for word in words)
    weights = {word: math.log(1 + len(vocabulary) / count) for word, count in spread.items()}
    most = max(weights.values(), default=1.0)
    weights |= dict.fromkeys(language.common, COMMON * most)
    exact = {frozenset(words): topic for topic, words in reversed(phrases)}
    by_topic = {topic: frozenset(words) for topic, words in vocabulary.items()}
    starts: dict[str, list[str]] = collections.defaultdict(list)
    for word in weights:
        starts[word[: asking.SHORTEST_STEM]].append(word)
    by_start = {start: tuple(words) for start, words in starts.items()}
    return Lexicon(language, phrases, weights, by_topic, exact, by_start)


def phrases(read: shelf.Shelf, language: shelf.Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield how people ask for each shipped topic in a language."""
    topics = {topic.message: topic.key for topic in read.topics.values()}
    for (code, key), message in read.messages.items():
        for phrase in message.phrases if code == language.code and key in topics else ():
            yield topics[key], asking.words(phrase)


def surest(questions: list[list[str]], lexicon: Lexicon) -> tuple[str, float] | None:
    """Return the topic whose phrases are nearest to a question, or to several read as one, and its score: 0 to 100."""
    return _surest(_spelt_as(questions, lexicon), lexicon)


def _spelt_as(questions: list[list[str]], lexicon: Lexicon) -> list[str]:
    return [word for words in questions for word in _respelled(words, lexicon)]


def _respelled(words: list[str], lexicon: Lexicon) -> list[str]:
    """Return the words with compounds written as the phrases write them: "dermaroller", "make up"."""
    respelled: list[str] = []
    for word in words:
        if respelled and _is_one_word(respelled[-1], word, lexicon):
            respelled[-1] += word
        else:
            respelled += _split(word, lexicon)
    return respelled


def _is_one_word(one: str, other: str, lexicon: Lexicon) -> bool:
    # Both known, they stay two: "que me" is not "quemé".
    return one + other in lexicon.weights and not (one in lexicon.weights and other in lexicon.weights)


def _split(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1) if word not in lexicon.weights else ():
        if word[:cut] in lexicon.weights and word[cut:] in lexicon.weights:
            return word[:cut], word[cut:]
    return (word,)


def _surest(words: list[str], lexicon: Lexicon) -> tuple[str, float] | None:
    told = _Told.of(tuple(dict.fromkeys(words)), lexicon)
    fits: dict[str, float] = {}
    for topic, phrase in lexicon.phrases:
        fits[topic] = max(fits.get(topic, 0.0), told.fit(phrase))
    scores = {topic: 50 * (fit + told.covered_by(lexicon.vocabulary[topic])) for topic, fit in fits.items()}
    surest = max(scores, key=lambda topic: scores[topic], default="")
    least = THRESHOLD if told.has_known(lexicon.language.common) else MISSPELT
    return (surest, scores[surest]) if surest and scores[surest] >= least else None


@dataclasses.dataclass(frozen=True)
class _Told:
    """A question's words, each with its weight and with the words of the phrases that it may be a slip for."""

    words: tuple[tuple[float, Mapping[str, float]], ...]
    spelt: tuple[str, ...]
    said: Mapping[str, float]  # every word of the phrases that the question says, and how nearly
    weights: Mapping[str, float]

    @classmethod
    def of(cls, words: tuple[str, ...], lexicon: Lexicon) -> "_Told":
        most = max(lexicon.weights.values(), default=1.0)  # a word of no phrase tells as much as any
        near = {word: _near(word, lexicon) for word in words}
        said: dict[str, float] = {}
        for others in near.values():
            for other, likeness in others.items():
                said[other] = max(likeness, said.get(other, 0.0))
        weighed = tuple((lexicon.weights.get(word, most), near[word]) for word in words)
        return cls(weighed, words, said, lexicon.weights)

    def has_known(self, common: Iterable[str]) -> bool:
        """Tell whether a telling word of the question stands in a phrase letter by letter."""
        return any(word in self.weights for word in set(self.spelt).difference(common))

    def fit(self, phrase: tuple[str, ...]) -> float:
        """Return how well question and phrase say the same: the harmonic mean of what each covers of the other."""
        total = sum(self.weights[word] for word in phrase)
        there = self.covered_by(phrase)
        back = sum(self.weights[word] * self.said.get(word, 0.0) for word in phrase) / total if total else 0.0
        return 2 * there * back / (there + back) if there and back else 0.0

    def covered_by(self, words: Iterable[str]) -> float:
        """Return which share of what the question tells is said by `words`, too."""
        total = sum(weight for weight, _ in self.words)
        known = tuple(words)
        said = sum(weight * max((near.get(word, 0.0) for word in known), default=0.0) for weight, near in self.words)
        return said / total if total else 0.0


def _near(word: str, lexicon: Lexicon) -> dict[str, float]:
    """Return the words that are alike: only what shares most letters, or the first ones, is worth a closer look."""
    alike = process.extract(word, lexicon.weights.keys(), scorer=fuzz.ratio, score_cutoff=asking.NEAR, limit=None)
    others = {other for other, _, _ in alike}.union(lexicon.starts.get(word[: asking.SHORTEST_STEM], ()))
    return {other: likeness for other in sorted(others) if (likeness := asking.likeness(word, other))}
