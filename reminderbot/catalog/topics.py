"""Which topics of the article a question asks for: its words weighed against each topic's phrases."""

import collections
import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Final

from reminderbot.catalog import asking, shelf

THRESHOLD: Final = 62.0
"""The least score of an answer: half of a question's telling words may be unknown only if the rest fit exactly."""

COMMON: Final = 0.15
"""What a common word tells, as a share of the most telling one: enough to keep "how" and "how long" apart."""

OWN_LANGUAGE: Final = 5.0
"""What the chat's language is ahead of the others: "normal" and "laser" are words of both."""

MOST: Final = 3
"""Topics of one answer; whoever asks more at once gets the surest."""


@dataclasses.dataclass(frozen=True)
class Found:
    """A topic that a question asks for, and how surely: 0 to 100."""

    topic: str
    score: float


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
    """Knows every topic's phrases in every language."""

    _lexicons: Mapping[str, _Lexicon]

    @classmethod
    def of(cls, read: shelf.Shelf) -> "Matcher":
        """Return the matcher of a shelf's topics."""
        return cls({code: _lexicon(read, language) for code, language in read.languages.items()})

    def match(self, text: str, language: str) -> Match:
        """Return what `text` asks for. The chat's `language` is tried first, then the others; on a tie it wins."""
        best = Match((), language)
        for code in sorted(self._lexicons, key=lambda code: (code != language, code)):
            found = _search(text, self._lexicons[code])
            ahead = OWN_LANGUAGE if best.topics and best.language == language else 0.0
            if found and found[0].score > best.score + ahead:
                best = Match(found, code)
        return best


def _lexicon(read: shelf.Shelf, language: shelf.Language) -> _Lexicon:
    phrases = tuple(_phrases(read, language))
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


def _search(text: str, lexicon: _Lexicon) -> tuple[Found, ...]:
    asked = asking.questions(text, lexicon.language.joins)
    whole = [word for words in asked for word in words]
    best: dict[str, float] = {}
    for words in asked if len(asked) == 1 else (*asked, whole):
        found = _surest(words, lexicon)
        # The text as a whole counts only where none of its single questions was understood.
        if found and (words is not whole or not best):
            best[found.topic] = max(found.score, best.get(found.topic, 0.0))
    ranked = sorted(best.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Found(topic, round(score, 1)) for topic, score in ranked[:MOST])


def _surest(words: list[str], lexicon: _Lexicon) -> Found | None:
    told = tuple(dict.fromkeys(words))
    scores: dict[str, float] = {}
    for topic, phrase in lexicon.phrases:
        scores[topic] = max(scores.get(topic, 0.0), _fit(told, phrase, lexicon))
    for topic in scores:
        scores[topic] = 100 * (scores[topic] + _covered(told, lexicon.vocabulary[topic], lexicon)) / 2
    surest = max(scores, key=lambda topic: scores[topic], default="")
    return Found(surest, scores[surest]) if surest and scores[surest] >= THRESHOLD else None


def _fit(told: tuple[str, ...], phrase: tuple[str, ...], lexicon: _Lexicon) -> float:
    """Return how well a question and a phrase say the same: the harmonic mean of how much each covers the other."""
    there, back = _covered(told, phrase, lexicon), _covered(phrase, told, lexicon)
    return 2 * there * back / (there + back) if there + back else 0.0


def _covered(words: tuple[str, ...], by: tuple[str, ...] | frozenset[str], lexicon: _Lexicon) -> float:
    """Return which share of what `words` tell is said in `by`, too; a word of no phrase tells as much as any."""
    most = max(lexicon.weights.values(), default=1.0)
    total = said = 0.0
    for word in words:
        near = max((asking.likeness(word, other) for other in by), default=0.0)
        weight = lexicon.weights.get(word, most)
        total += weight
        said += weight * near
    return said / total if total else 0.0
