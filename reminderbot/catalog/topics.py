"""Which answers a question asks for, the topics or a clinic's own: by cues first, then by the likeness of phrases."""

import dataclasses
import functools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from reminderbot.catalog import asking, cues, deciding, guessing, lexicons, patterns, shelf, worrying

_MARKUP = re.compile(r"<[^>]*>|{[{%].*?[%}]}")

MOST: Final = 3
"""Topics of one answer; whoever asks more at once gets the surest."""

OWN: Final = 72.0
"""The least score of a clinic's own answer, whose few phrases leave more room for chance than the shipped ones."""

SURE: Final = 90.0
"""The score of a topic that is shown by a cue; how likely it is comes on top."""

FEW: Final = 2
"""Words of a text that do not tell in which language it is, so many or fewer: "ok", "no, die", "botox hifu"."""

SHORTEST: Final = 3
"""Words of a text that may be taken for a worry by what it is like: of fewer, one alone would decide."""

EXACT: Final = 2
"""Words that a clause counts for more if it is one of our phrases word for word."""


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

    `is_fragment`: it stands on the question before it; `is_time`: it is a time alone, which may be an answer to
    another question. `command` is what it tells the bot to do, if anything.
    """

    topics: tuple[Found, ...]
    language: str
    is_fragment: bool = False
    is_time: bool = False
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
    guesser: Callable[[], guessing.Guesser]
    exact: Mapping[frozenset[str], str]
    unsaid: frozenset[str] = deciding.UNSAID

    def likely(self, words: Sequence[str]) -> Mapping[str, float]:
        """Return how likely each topic is by all that people have asked before and by the nearest of it."""
        return self.guesser().scores(words) if self._can_be_told(words) else {}

    def felt(self, words: Sequence[str]) -> Mapping[str, float]:
        """Return how likely each topic is by all lines alike: no single line that is near makes a worry a question."""
        return self.guesser().scores(words, near=0.0) if self._can_be_told(words) else {}

    def _can_be_told(self, words: Sequence[str]) -> bool:
        numbers = sum(word.isdigit() for word in words)
        is_date = numbers > 1 and numbers > len(words) - numbers  # "24 Nov 15:30" is like nothing that is asked
        # Parts of words alone would make a topic of any greeting.
        return bool(self.language.cue_words.cues) and not is_date and self.guesser().knows_any(words)

    def label(self, text: str) -> str:
        """Return the topic of the example that a whole text is, word for word; empty for none."""
        return self.exact.get(frozenset(self.spelling.long(asking.fold(text).split())), "")

    def only_asks(self, text: str, clauses: Sequence[asking.Clause]) -> bool:
        """Tell whether a text is like a question, and no part of it in the least like what worried people write."""
        said = [self.spelling.mended(clause.words) for clause in clauses if len(clause.words) > SHORTEST]
        parts = [self.felt(words) for words in (self.spelling.mended(asking.fold(text).split()), *said)]
        return deciding.is_none(guessing.WORRY, parts)

    def sounds_worried(self, text: str) -> bool:
        """Tell whether a text is far more like what worried people write than like any question."""
        if label := self.label(text):
            return label == guessing.WORRY
        said = self.spelling.mended(asking.fold(text).split())
        if len(said) < SHORTEST or worrying.is_hushed(said, self.language.worry_words):
            return False
        return deciding.is_by_far(guessing.WORRY, self.felt(said))


@dataclasses.dataclass(frozen=True)
class Matcher:
    """Knows every topic's cues and phrases in every language; and a clinic's own answers, which go first."""

    _learnt: Callable[[], Mapping[str, _Spoken]]
    _own: Mapping[str, lexicons.Lexicon] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, read: shelf.Shelf) -> "Matcher":
        """Return the matcher of a shelf's topics; each language is learnt by `learn`, or at its first question."""
        return cls(
            functools.cache(lambda: {code: _spoken(read, language) for code, language in read.languages.items()})
        )

    def learn(self, languages: Iterable[str]) -> None:
        """Learn what can be asked in some languages, which takes half a second for each."""
        for code in self._spoken.keys() & set(languages):
            self._spoken[code].guesser()

    @property
    def _spoken(self) -> Mapping[str, _Spoken]:
        return self._learnt()

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
        """Return what `text` asks for. The language that knows most of its words reads it; of two, the chat's.

        What nothing is found for is told so in that language too, unless it is of too few words to tell one by.
        """
        if not self._spoken:
            return Match((), language)
        codes = self._by_words(text, language)
        found = [self._read(text, code) for code in codes]
        first = next((match for match in found if match.topics or match.command), None)
        return first or dataclasses.replace(found[0], language=language if _is_short(text) else codes[0])

    def worried_in(self, text: str, language: str, *, own: worrying.Own | None = None) -> str:
        """Return the language in which a text is a worry: the chat's, or one that knows more of its words; "" for none.

        A few words that are one in several languages, none of them the chat's, are answered in the chat's.
        """
        codes = self._by_words(text, language)
        heard = (code for code in codes if self._hears(text, code, own) or self._spoken[code].sounds_worried(text))
        first = next(heard, "")
        return language if first and _is_short(text) and next(heard, "") else first

    def knows(self, text: str) -> bool:
        """Tell whether a word of a text is one of ours in any language, however common."""
        words = set(asking.fold(text).split())
        return any(words & spoken.said for spoken in self._spoken.values())

    def _hears(self, text: str, code: str, own: worrying.Own | None) -> bool:
        spoken = self._spoken[code]
        joins, long = spoken.language.joins, spoken.spelling.long
        # Once in parts, so that what is asked in one does not hush the next; once whole: "hot and swollen" is one sign.
        clauses = [*asking.clauses(text, joins, long), *asking.clauses(text, frozenset(), long)]
        heard = worrying.heard(clauses, spoken.language.worry_words, spoken.spelling, own=own)
        return heard is worrying.Heard.SURELY or (
            heard is worrying.Heard.PERHAPS and not spoken.label(text) and not spoken.only_asks(text, clauses)
        )

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
        found = _asked_for(text, spoken, own) if spoken.language.cue_words.cues else _phrased(text, spoken, own)
        words = spoken.spelling.mended(asking.fold(text).split())
        known, is_own = spoken.language.cue_words, any(each.is_own for each in found)
        label = spoken.label(text)
        command = ("" if label else known.command(words)) or ("" if is_own else _command(found))
        topics = [each for each in found if not each.topic.startswith(guessing.COMMAND)]
        ranked = sorted(topics, key=lambda each: (-each.score, each.topic))[:MOST]
        is_fragment = known.is_fragment(words, spoken.language.common)
        return Match(tuple(ranked), code, is_fragment=is_fragment, is_time=known.is_time(words), command=command)


def _is_short(text: str) -> bool:
    return len(asking.fold(text).split()) <= FEW


def _command(found: Sequence[Found]) -> str:
    """Return the command that a text is most like, if it is more like one than like any question."""
    topic = found[0].topic if found else ""
    return topic.removeprefix(guessing.COMMAND) if topic.startswith(guessing.COMMAND) else ""


def _spoken(read: shelf.Shelf, language: shelf.Language) -> _Spoken:
    lexicon = lexicons.of(language, lexicons.phrases(read, language))
    known = language.cue_words.atoms | language.worry_words.atoms
    small = language.cue_words.openers | language.cue_words.small
    whole = frozenset(lexicon.weights) | language.common | language.joins | small
    told = language.cue_words.said | language.worry_words.said
    folded = [(topic, asking.fold(line).split()) for topic, lines in language.examples.items() for line in lines]
    asked_with = frozenset(word for _, line in folded for word in line)  # a rare one is no slip for one that alarms
    words = whole | told | _written(read, language) | asked_with
    shown = language.cue_words
    spelling = patterns.Spelling.of(words, known, shown.short, shown.attached, whole)
    long = {word: spelling.long([word]) for word in asked_with}
    asked = [(topic, [each for word in line for each in long[word]]) for topic, line in folded]
    lines = [*lexicon.phrases, *asked]
    guesser = functools.cache(lambda: guessing.Guesser.of(lines))  # learnt when first asked: most chats need one
    said = words | {atom for atom in known if "*" not in atom}
    said |= {word for topic, line in asked if topic != cues.OFF for word in line}
    exact = {**{frozenset(line): topic for topic, line in reversed(asked)}, **lexicon.exact}
    unsaid = deciding.UNSAID.union(topic.key for topic in read.topics.values() if not topic.said)
    return _Spoken(language, lexicon, spelling, said, guesser, exact, unsaid)


def _written(read: shelf.Shelf, language: shelf.Language) -> frozenset[str]:
    """Return every word that our own texts are written with: none of them is a slip for another."""
    texts = (message.text for (code, _), message in read.messages.items() if code == language.code)
    return frozenset(word for text in texts for word in asking.fold(_MARKUP.sub(" ", text)).split())


def _asked_for(text: str, spoken: _Spoken, own: lexicons.Lexicon | None) -> list[Found]:
    """Return what a text asks for: a clinic's own answers, and the topics that stand in no clause of theirs."""
    label = spoken.label(text)
    is_known = bool(label) and label != guessing.WORRY
    if is_known and not own:
        return _labelled(label)
    clauses = asking.clauses(text, spoken.language.joins, spoken.spelling.long)
    shown = [_shown(clause, asks, spoken) for clause, asks in zip(clauses, _asked(clauses, spoken), strict=True)]
    ours, others = [], []
    for clause, each in zip(clauses, shown, strict=True):
        if own and (mine := lexicons.surest([list(clause.words)], own)) and mine[1] >= max(OWN, _score(each)):
            ours.append(Found(mine[0], round(mine[1], 1), is_own=True))
        else:
            others.append(each)
    if ours:
        return [*_once(ours), *_beside(others)]
    if is_known:
        return _labelled(label)
    found = deciding.decided(shown, _whole(text, clauses, shown, spoken), spoken.unsaid)
    return [Found(topic, round(min(SURE + sure, 100.0), 1)) for topic, sure in found if topic != cues.OFF]


def _labelled(label: str) -> list[Found]:
    return [Found(label, 100.0)] if label != cues.OFF else []


def _shown(clause: asking.Clause, asks: bool, spoken: _Spoken) -> deciding.Shown:
    known, words = spoken.language.cue_words, spoken.spelling.mended(clause.words)
    strong, weak = known.weights(words, weak=False), known.weights(words, weak=True)
    exact = spoken.exact.get(frozenset(clause.words))
    if exact and (cues.OFF not in strong or exact not in spoken.lexicon.exact.values()):
        strong = {exact: len(words) + EXACT}
    return deciding.Shown(asks, len(words), strong, weak.keys(), spoken.likely(words))


def _whole(
    text: str, clauses: Sequence[asking.Clause], shown: Sequence[deciding.Shown], spoken: _Spoken
) -> Mapping[str, float]:
    """Return what a whole text is like: what its one clause is, if it has no more."""
    words = spoken.spelling.mended(asking.fold(text).split())
    is_one = len(clauses) == 1 and words == spoken.spelling.mended(clauses[0].words)
    return shown[0].like if is_one else spoken.likely(words)


def _asked(clauses: Sequence[asking.Clause], spoken: _Spoken) -> list[bool]:
    """Return which clauses ask: what is joined to one that does asks as well, and so do a few words before it."""
    known = spoken.language.cue_words
    asked: list[bool] = []
    for clause in clauses:
        asks = clause.asks or known.opens(clause.words)
        if asks and clause.follows and len(clauses[len(asked) - 1].words) <= deciding.FEW:
            asked[-1] = True
        asked.append(asks or (clause.follows and asked[-1]))
    return asked


def _score(shown: deciding.Shown) -> float:
    """Return how surely the cues of a clause show a topic of ours; 0 for none."""
    weights = [weight for topic, weight in shown.strong.items() if topic != cues.OFF]
    return SURE + max(weights) if weights else 0.0


def _beside(shown: Sequence[deciding.Shown]) -> list[Found]:
    """Return the topics that other clauses ask for by their cues, beside an answer of the clinic's own."""
    asked = [max(each.strong.items(), key=lambda one: one[1]) for each in shown if each.asks and each.strong]
    return _once([Found(topic, SURE + weight) for topic, weight in asked if topic != cues.OFF])


def _phrased(text: str, spoken: _Spoken, own: lexicons.Lexicon | None) -> list[Found]:
    """Return what a text asks for by the likeness of the phrases, in a language without cues."""
    asked = asking.questions(text, spoken.language.joins, spoken.spelling.long)
    singly = [found for words in asked if (found := _likely([words], spoken, own))]
    # The text as a whole counts only where none of its single questions was understood.
    whole = _likely(asked, spoken, own) if not singly else None
    return _once([*singly, *([whole] if whole else [])])


def _likely(questions: list[list[str]], spoken: _Spoken, own: lexicons.Lexicon | None) -> Found | None:
    """Return the answer of one question, or of several read as one: the clinic's own unless a topic fits better."""
    shipped = lexicons.surest(questions, spoken.lexicon)
    ours = lexicons.surest(questions, own) if own else None
    if ours and ours[1] >= max(OWN, shipped[1] if shipped else 0.0):
        return Found(ours[0], round(ours[1], 1), is_own=True)
    return Found(shipped[0], round(shipped[1], 1)) if shipped else None


def _once(found: Sequence[Found]) -> list[Found]:
    """Return each topic once, by its best score."""
    best: dict[str, Found] = {}
    for each in found:
        if each.topic not in best or each.score > best[each.topic].score:
            best[each.topic] = each
    return list(best.values())
