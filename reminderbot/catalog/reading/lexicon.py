"""What a language knows of dates: its phrases and their senses, and the form in which words are compared."""

import dataclasses
import re
from collections.abc import Mapping

from reminderbot.catalog.reading import senses
from reminderbot.catalog.reading.senses import Sense

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


@dataclasses.dataclass(frozen=True)
class Words:
    """The lexicons of all shipped languages, and one of all of them together."""

    lexicons: Mapping[str, Lexicon]
    merged: Lexicon

    def order(self, language: str) -> tuple[Lexicon, ...]:
        """Return the lexicons to try: the chat's language, the others, then all words at once."""
        first = [self.lexicons[language]] if language in self.lexicons else []
        others = [lexicon for key, lexicon in sorted(self.lexicons.items()) if key != language]
        return (*first, *others, self.merged)


def phrase(text: str) -> Phrase:
    """Return the words of `text` in the form in which they are compared."""
    return tuple(re.findall(r"[^\W\d_]+|@", apostrophes(senses.folded(text))))


def apostrophes(text: str) -> str:
    """Return `text` without the marks that stand within words."""
    return re.sub(r"(?<=[^\W\d_])['’‘`´](?=[^\W\d_])", "", text)
