"""Which answers a question asks for, the topics or a clinic's own: its words weighed against their phrases."""

import collections
import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from reminderbot.catalog import asking, shelf

THRESHOLD: Final = 62.0
"""The least score of an answer: half of a question's telling words may be unknown only if the rest fit exactly."""

MISSPELT: Final = 85.0
"""The least score where no telling word is spelt as we know it: "mexico" is one letter from Spanish "medico"."""

COMMON: Final = 0.15
"""What a common word tells, as a share of the most telling one: enough to keep "how" and "how long" apart."""

FOREIGN: Final = 80.0
"""The least score in a language that is not the chat's: "hello" is one letter from Spanish "vello"."""

OWN_LANGUAGE: Final = 5.0
"""What the chat's language is ahead of the others: "normal" and "laser" are words of both."""

_SHORTEST_PART: Final = 3

MOST: Final = 3
"""Topics of one answer; whoever asks more at once gets the surest."""

OWN: Final = 72.0
"""The least score of a clinic's own answer, whose few phrases leave more room for chance than the shipped ones."""


@dataclasses.dataclass(frozen=True)
class Found:
    """A topic that a question asks for, and how surely: 0 to 100. `is_own`: it is the key of a clinic's own answer."""

    topic: str
    score: float
    is_own: bool = False


@dataclasses.dataclass(frozen=True)
class Own:
    """An answer of a clinic's own: its key, its language, and how people ask for it."""

    key: str
    language: str
    phrases: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Match:
    """What a question asks for, best first; empty when nothing is near enough. `language` is the question's own."""

    topics: tuple[Found, ...]
    language: str

    @property
    def score(self) -> float:
        """How surely the first topic is meant; 0 when there is none."""
        return self.topics[0].score if self.topics else 0.0


@dataclasses.dataclass(frozen=True)
class _Lexicon:
    """One language's phrases and how much each of their words tells."""

    language: shelf.Language
    phrases: tuple[tuple[str, tuple[str, ...]], ...]  # topic, its telling words
    weights: Mapping[str, float]
    vocabulary: Mapping[str, frozenset[str]]  # by topic


@dataclasses.dataclass(frozen=True)
class Matcher:
    """Knows every topic's phrases in every language; and those of a clinic's own answers, which go first."""

    _lexicons: Mapping[str, _Lexicon]
    _own: Mapping[str, _Lexicon] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, read: shelf.Shelf) -> "Matcher":
        """Return the matcher of a shelf's topics."""
        return cls({code: _lexicon(language, _phrases(read, language)) for code, language in read.languages.items()})

    def before(self, answers: Sequence[Own]) -> "Matcher":
        """Return a matcher that gives a clinic's own answers first, unless a shipped topic fits a question better."""
        own: dict[str, _Lexicon] = {}
        for code in {each.language for each in answers} & self._lexicons.keys():
            phrases = (
                (each.key, asking.words(phrase)) for each in answers for phrase in each.phrases if each.language == code
            )
            own[code] = _lexicon(self._lexicons[code].language, phrases)
        return dataclasses.replace(self, _own=own)

    def match(self, text: str, language: str) -> Match:
        """Return what `text` asks for. The chat's `language` is tried first, then the others; on a tie it wins."""
        spoken = self._lexicons.get(language)
        best = Match(_search(text, spoken, self._own.get(language)) if spoken else (), language)
        for code in sorted(self._lexicons.keys() - {language}):
            found = _search(text, self._lexicons[code], self._own.get(code))
            ahead = OWN_LANGUAGE if best.language == language else 0.0
            if found and found[0].score > max(best.score + ahead, FOREIGN):
                best = Match(found, code)
        return best


def _lexicon(language: shelf.Language, given: Iterable[tuple[str, tuple[str, ...]]]) -> _Lexicon:
    phrases = tuple(given)
    vocabulary: dict[str, set[str]] = collections.defaultdict(set)
    for topic, words in phrases:
        vocabulary[topic].update(words)
    spread = collections.Counter(word for words in vocabulary.values() for word in words)
    weights = {word: math.log(1 + len(vocabulary) / count) for word, count in spread.items()}
    most = max(weights.values(), default=1.0)
    weights |= dict.fromkeys(language.common, COMMON * most)
    return _Lexicon(language, phrases, weights, {topic: frozenset(words) for topic, words in vocabulary.items()})


def _phrases(read: shelf.Shelf, language: shelf.Language) -> Iterator[tuple[str, tuple[str, ...]]]:
    topics = {topic.message: topic.key for topic in read.topics.values()}
    for (code, key), message in read.messages.items():
        for phrase in message.phrases if code == language.code and key in topics else ():
            yield topics[key], asking.words(phrase)


def _search(text: str, lexicon: _Lexicon, own: _Lexicon | None) -> tuple[Found, ...]:
    asked = asking.questions(text, lexicon.language.joins)
    singly = [found for words in asked if (found := _answered([words], lexicon, own))]
    # The text as a whole counts only where none of its single questions was understood.
    whole = _answered(asked, lexicon, own) if not singly else None
    best: dict[str, Found] = {}
    for found in [*singly, whole]:
        if found and (found.topic not in best or found.score > best[found.topic].score):
            best[found.topic] = found
    ranked = sorted(best.values(), key=lambda found: (-found.score, found.topic))
    return tuple(dataclasses.replace(found, score=round(found.score, 1)) for found in ranked[:MOST])


def _answered(questions: list[list[str]], lexicon: _Lexicon, own: _Lexicon | None) -> Found | None:
    """Return the answer of one question, or of several read as one: the clinic's own unless a topic fits better."""
    shipped = _surest(_spelt_as(questions, lexicon), lexicon)
    ours = _surest(_spelt_as(questions, own), own) if own else None
    if ours is None or ours.score < max(OWN, shipped.score if shipped else 0.0):
        return shipped
    return dataclasses.replace(ours, is_own=True)


def _spelt_as(questions: list[list[str]], lexicon: _Lexicon) -> list[str]:
    return [word for words in questions for word in _respelled(words, lexicon)]


def _respelled(words: list[str], lexicon: _Lexicon) -> list[str]:
    """Return the words with compounds written as the phrases write them: "dermaroller", "make up"."""
    respelled: list[str] = []
    for word in words:
        if respelled and _is_one_word(respelled[-1], word, lexicon):
            respelled[-1] += word
        else:
            respelled += _split(word, lexicon)
    return respelled


def _is_one_word(one: str, other: str, lexicon: _Lexicon) -> bool:
    # Both known, they stay two: "que me" is not "quemé".
    return one + other in lexicon.weights and not (one in lexicon.weights and other in lexicon.weights)


def _split(word: str, lexicon: _Lexicon) -> tuple[str, ...]:
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1) if word not in lexicon.weights else ():
        if word[:cut] in lexicon.weights and word[cut:] in lexicon.weights:
            return word[:cut], word[cut:]
    return (word,)


def _surest(words: list[str], lexicon: _Lexicon) -> Found | None:
    told = _Told.of(tuple(dict.fromkeys(words)), lexicon)
    fits: dict[str, float] = {}
    for topic, phrase in lexicon.phrases:
        fits[topic] = max(fits.get(topic, 0.0), told.fit(phrase))
    scores = {topic: 50 * (fit + told.covered_by(lexicon.vocabulary[topic])) for topic, fit in fits.items()}
    surest = max(scores, key=lambda topic: scores[topic], default="")
    least = THRESHOLD if told.has_known(lexicon.language.common) else MISSPELT
    return Found(surest, scores[surest]) if surest and scores[surest] >= least else None


@dataclasses.dataclass(frozen=True)
class _Told:
    """A question's words, each with its weight and with the words of the phrases that it may be a slip for."""

    words: tuple[tuple[float, Mapping[str, float]], ...]
    spelt: tuple[str, ...]
    said: Mapping[str, float]  # every word of the phrases that the question says, and how nearly
    weights: Mapping[str, float]

    @classmethod
    def of(cls, words: tuple[str, ...], lexicon: _Lexicon) -> "_Told":
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


def _near(word: str, lexicon: _Lexicon) -> dict[str, float]:
    return {other: likeness for other in lexicon.weights if (likeness := asking.likeness(word, other))}
