"""Which answers a question asks for, the topics or a clinic's own: by cues first, then by the likeness of phrases."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Final

from reminderbot.catalog import asking, cues, lexicons, patterns, shelf, worrying

_MARKUP = re.compile(r"<[^>]*>|{[{%].*?[%}]}")

MOST: Final = 3
"""Topics of one answer; whoever asks more at once gets the surest."""

OWN: Final = 72.0
"""The least score of a clinic's own answer, whose few phrases leave more room for chance than the shipped ones."""

LIKELY: Final = 80.0
"""The least score by phrases alone, where the language has cues and none of them was met."""


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
    """What a question asks for, best first; empty when nothing is near enough. `language` is the question's own.

    `is_fragment`: it stands on the question before it. `command` is what it tells the bot to do, if anything.
    """

    topics: tuple[Found, ...]
    language: str
    is_fragment: bool = False
    command: str = ""

    @property
    def score(self) -> float:
        """How surely the first topic is meant; 0 when there is none."""
        return self.topics[0].score if self.topics else 0.0


@dataclasses.dataclass(frozen=True)
class _Spoken:
    """One language: its phrases, its cues, and how its words are spelt. `said` are its words, to tell it by."""

    language: shelf.Language
    lexicon: lexicons.Lexicon
    spelling: patterns.Spelling
    said: frozenset[str]


@dataclasses.dataclass(frozen=True)
class Matcher:
    """Knows every topic's cues and phrases in every language; and a clinic's own answers, which go first."""

    _spoken: Mapping[str, _Spoken]
    _own: Mapping[str, lexicons.Lexicon] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, read: shelf.Shelf) -> "Matcher":
        """Return the matcher of a shelf's topics."""
        return cls({code: _spoken(read, language) for code, language in read.languages.items()})

    def before(self, answers: Sequence[Own]) -> "Matcher":
        """Return a matcher that gives a clinic's own answers first, unless a shipped topic fits a question better."""
        own: dict[str, lexicons.Lexicon] = {}
        for code in {each.language for each in answers} & self._spoken.keys():
            phrases = (
                (each.key, asking.words(phrase)) for each in answers for phrase in each.phrases if each.language == code
            )
            own[code] = lexicons.of(self._spoken[code].language, phrases)
        return dataclasses.replace(self, _own=own)

    def match(self, text: str, language: str) -> Match:
        """Return what `text` asks for. The language that knows most of its words reads it; of two, the chat's."""
        if not self._spoken:
            return Match((), language)
        codes = self._by_words(text, language)
        found = [self._read(text, code) for code in codes]
        first = next((match for match in found if match.topics or match.command), None)
        return first or dataclasses.replace(found[0], language=language)

    def is_worry(self, text: str, language: str, *, own: worrying.Own | None = None) -> bool:
        """Tell whether a text is a worry: in the chat's language, or in one that knows more of its words."""
        return any(self._hears(text, code, own) for code in self._by_words(text, language))

    def _hears(self, text: str, code: str, own: worrying.Own | None) -> bool:
        spoken = self._spoken[code]
        joins = spoken.language.joins
        # Once in parts, so that what is asked in one does not hush the next; once whole: "hot and swollen" is one sign.
        clauses = [*asking.clauses(text, joins), *asking.clauses(text, frozenset())]
        return worrying.is_heard(clauses, spoken.language.worry_words, spoken.spelling, own=own)

    def _by_words(self, text: str, language: str) -> list[str]:
        """Return the languages that a text may be in: those that know most of its words; the chat's if it lacks one."""
        words = set(asking.fold(text).split())
        known = {code: len(words & spoken.said) for code, spoken in self._spoken.items()}
        most = max(known.values())
        if known.get(language) == most:
            return [language]
        own = [language] if known.get(language, -1) >= most - 1 else []
        return own + [code for code in sorted(known) if known[code] == most]

    def _read(self, text: str, code: str) -> Match:
        spoken, own = self._spoken[code], self._own.get(code)
        found, is_off = _cued(text, spoken, own)
        if not found and not is_off:
            found = _phrased(text, spoken, own)
        words = spoken.spelling.mended(asking.fold(text).split())
        ranked = sorted(found, key=lambda each: (-each.score, each.topic))[:MOST]
        known = spoken.language.cue_words
        return Match(tuple(ranked), code, known.is_fragment(words, spoken.language.common), known.command(words))


def _spoken(read: shelf.Shelf, language: shelf.Language) -> _Spoken:
    lexicon = lexicons.of(language, lexicons.phrases(read, language))
    known = language.cue_words.atoms | language.worry_words.atoms
    small = language.cue_words.openers | language.cue_words.small
    words = frozenset(lexicon.weights) | language.common | language.joins | small | _written(read, language)
    spelling = patterns.Spelling.of(words, known, language.cue_words.short)
    return _Spoken(language, lexicon, spelling, words | {atom for atom in known if "*" not in atom})


def _written(read: shelf.Shelf, language: shelf.Language) -> frozenset[str]:
    """Return every word that our own texts are written with: none of them is a slip for another."""
    texts = (message.text for (code, _), message in read.messages.items() if code == language.code)
    return frozenset(word for text in texts for word in asking.fold(_MARKUP.sub(" ", text)).split())


def _cued(text: str, spoken: _Spoken, own: lexicons.Lexicon | None) -> tuple[list[Found], bool]:
    """Return what the clauses of a text show by their cues, and whether it asks for what nobody here answers."""
    known = spoken.language.cue_words
    ours: list[Found] = []
    hits: list[cues.Hit] = []
    is_asked = False
    for clause in asking.clauses(text, spoken.language.joins):
        words = spoken.spelling.mended(clause.words)
        is_asked = clause.asks or known.opens(words) or (clause.follows and is_asked)
        hit = _hit(words, clause, spoken, asks=is_asked)
        mine = lexicons.surest([list(clause.words)], own) if own else None
        if mine and mine[1] >= max(OWN, hit.score if hit else 0.0):
            ours.append(Found(mine[0], round(mine[1], 1), is_own=True))
        elif hit:
            hits.append(hit)
    picked = cues.chosen(hits)
    answered = [Found(hit.topic, hit.score) for hit in picked if hit.topic != cues.OFF]
    if ours and not any(hit.asks and not hit.is_weak for hit in picked):
        answered = []
    return [*_once(ours), *answered], bool(known.cues) and any(hit.topic == cues.OFF for hit in picked)


def _hit(words: list[str], clause: asking.Clause, spoken: _Spoken, *, asks: bool) -> cues.Hit | None:
    known = spoken.language.cue_words
    strong = known.hit(words, asks=asks, weak=False)
    exact = spoken.lexicon.exact.get(frozenset(clause.words))
    if known.cues and exact and not (strong and strong.topic == cues.OFF):
        return cues.Hit(exact, len(words), is_weak=False, asks=asks)
    return strong or known.hit(words, asks=asks, weak=True)


def _phrased(text: str, spoken: _Spoken, own: lexicons.Lexicon | None) -> list[Found]:
    """Return what a text asks for by the likeness of the phrases: where no cue was met, it must be nearer."""
    asked = asking.questions(text, spoken.language.joins)
    least = LIKELY if spoken.language.cue_words.cues else 0.0
    singly = [found for words in asked if (found := _likely([words], spoken, own, least))]
    # The text as a whole counts only where none of its single questions was understood.
    whole = _likely(asked, spoken, own, least) if not singly else None
    return _once([*singly, *([whole] if whole else [])])


def _likely(questions: list[list[str]], spoken: _Spoken, own: lexicons.Lexicon | None, least: float) -> Found | None:
    """Return the answer of one question, or of several read as one: the clinic's own unless a topic fits better."""
    shipped = lexicons.surest(questions, spoken.lexicon)
    ours = lexicons.surest(questions, own) if own else None
    if ours and ours[1] >= max(OWN, shipped[1] if shipped else 0.0):
        return Found(ours[0], round(ours[1], 1), is_own=True)
    return Found(shipped[0], round(shipped[1], 1)) if shipped and shipped[1] >= least else None


def _once(found: Sequence[Found]) -> list[Found]:
    """Return each topic once, by its best score."""
    best: dict[str, Found] = {}
    for each in found:
        if each.topic not in best or each.score > best[each.topic].score:
            best[each.topic] = each
    return list(best.values())
