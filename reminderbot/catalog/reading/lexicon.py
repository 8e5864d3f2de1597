"""What a language knows of dates: its phrases and their senses, and the form in which words are compared."""

import dataclasses
import functools
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from reminderbot.catalog.reading import senses
from reminderbot.catalog.reading.senses import Sense, Sort

Phrase = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Part:
    """A part of the day: hours from `start` to `end` (not included); `end` < `start` runs past midnight."""

    name: str
    start: int
    end: int

    def holds(self, hour: int) -> bool:
        """Return whether the hour of the day (0–23) lies in this part."""
        if self.end < self.start:
            return hour >= self.start or hour < self.end
        return self.start <= hour < self.end

    @property
    def overnight(self) -> bool:
        """Whether it runs past midnight, so that its small hours belong to two days."""
        return self.end < self.start


@dataclasses.dataclass(frozen=True)
class Lexicon:
    """Every phrase of one language (or several, merged) with its senses."""

    phrases: Mapping[Phrase, tuple[Sense, ...]]
    endings: frozenset[str]
    longest: int
    mistyped: tuple[str, ...]  # single words close enough to be meant by a misspelling
    hours: tuple[str, ...] = ()  # single words that make the digits before them an hour

    @property
    def blocking(self) -> frozenset[Phrase]:
        """The phrases that turn the meaning: Spanish "no" says not, though Portuguese "no" says on the."""
        return frozenset(words for words, known in self.phrases.items() if Sense(Sort.BLOCK) in known)

    def heeding(self, blocking: AbstractSet[Phrase]) -> "Lexicon":
        """Return the lexicon in which what blocks elsewhere is not skipped over."""
        turned = {words: _not_filling(self.phrases[words]) for words in blocking & self.phrases.keys()}
        return dataclasses.replace(self, phrases={**self.phrases, **turned}) if turned else self


_NAMING = {Sort.DAY, Sort.TIME, Sort.PART}  # not weekdays and months: "sun" and "may" say other things, too


@dataclasses.dataclass(frozen=True)
class Words:
    """The lexicons of all shipped languages, and one of all of them together."""

    lexicons: Mapping[str, Lexicon]
    merged: Lexicon

    @functools.cached_property
    def single(self) -> frozenset[str]:
        """Every word that stands in a phrase of any language."""
        return frozenset(word for words in self.merged.phrases for word in words)

    @functools.cached_property
    def naming(self) -> frozenset[str]:
        """The words that name a day, or a part of one, by themselves."""
        alone = {words[0]: known for words, known in self.merged.phrases.items() if len(words) == 1}
        return frozenset(word for word, known in alone.items() if {each.sort for each in known} & _NAMING)

    _orders: Mapping[str, tuple[Lexicon, ...]] = dataclasses.field(repr=False)

    @classmethod
    def of(cls, lexicons: Mapping[str, Lexicon], merged: Lexicon) -> "Words":
        """Return the words; no language skips over what turns the meaning in the chat's own."""
        orders = {}
        for language, first in lexicons.items():
            others = (lexicon.heeding(first.blocking) for key, lexicon in sorted(lexicons.items()) if key != language)
            orders[language] = (first, *others, merged)
        return cls(lexicons, merged, orders)

    def order(self, language: str) -> tuple[Lexicon, ...]:
        """Return the lexicons to try: the chat's language, the others, then all words at once."""
        return self._orders.get(language) or (*(each for _, each in sorted(self.lexicons.items())), self.merged)


def _not_filling(known: tuple[Sense, ...]) -> tuple[Sense, ...]:
    return (*(sense for sense in known if sense.sort is not Sort.FILL), Sense(Sort.BLOCK))


def phrase(text: str) -> Phrase:
    """Return the words of `text` in the form in which they are compared."""
    return tuple(re.findall(r"[^\W\d_]+|@", apostrophes(senses.folded(text))))


def apostrophes(text: str) -> str:
    """Return `text` without the marks that stand within words."""
    return re.sub(r"(?<=[^\W\d_])['’‘`´](?=[^\W\d_])", "", text)
