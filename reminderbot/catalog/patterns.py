"""Patterns of words: what must stand in a sentence, in any order, for it to speak of something; slips are forgiven."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from reminderbot.catalog import asking

_SHORTEST_SLIP: Final = 5  # letters: "sun" and "fun", "cena" and "cera" are two words
_SAME_START: Final = 6  # up to so many letters, the first is seldom the slip
_TWO_SLIPS: Final = 9  # letters from which two slips are one word still: "invented" is not "infected"
_LONG_STEM: Final = 7  # letters of a stem that is known by its beginning, whatever its ending and with a slip in it

Run = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Pattern:
    """What must stand in a sentence, and what must not: each term is one of several runs of words.

    Written with spaces between terms: `how_long heal*|recover -makeup` wants "how long" side by side, a word that
    begins with "heal" or is "recover", and no "makeup". `*creme*` is a part of a word.
    """

    needs: tuple[tuple[Run, ...], ...]
    bars: tuple[tuple[Run, ...], ...] = ()

    @classmethod
    def of(cls, written: str) -> "Pattern":
        """Return the pattern as a file writes it."""
        terms = written.split()
        needs = tuple(_runs(term) for term in terms if not term.startswith("-"))
        return cls(needs, tuple(_runs(term[1:]) for term in terms if term.startswith("-")))

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems that it is made of."""
        return frozenset(atom for term in (*self.needs, *self.bars) for run in term for atom in run)

    def weight(self, words: Sequence[str]) -> int:
        """Return how many words of a sentence speak for it; 0 where something is missing or barred."""
        if any(_longest(words, term) for term in self.bars):
            return 0
        found = [_longest(words, term) for term in self.needs]
        return sum(found) if found and all(found) else 0

    def places(self, words: Sequence[str]) -> list[int]:
        """Return where its first term begins, if the rest of it is there as well."""
        if not self.weight(words):
            return []
        return [at for at in range(len(words)) if any(_is_run(words, at, run) for run in self.needs[0])]


@dataclasses.dataclass(frozen=True)
class Index:
    """Which of many patterns can stand in a sentence at all: those whose first term has a word there."""

    by_word: Mapping[str, tuple[int, ...]]
    by_stem: Mapping[str, tuple[int, ...]]
    by_part: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, patterns: Sequence[Pattern]) -> "Index":
        """Return the index of patterns by their places."""
        found: tuple[dict[str, list[int]], ...] = ({}, {}, {})
        for place, pattern in enumerate(patterns):
            for atom in {run[0] for run in pattern.needs[0]} if pattern.needs else ():
                kind = 2 if atom.startswith("*") else 1 if atom.endswith("*") else 0
                found[kind].setdefault(atom.strip("*"), []).append(place)
        return cls(*({key: tuple(places) for key, places in each.items()} for each in found))

    def near(self, words: Iterable[str]) -> list[int]:
        """Return the places of the patterns that are worth a look, in order."""
        places: set[int] = set()
        for word in set(words):
            places.update(self.by_word.get(word, ()))
            for end in range(1, len(word) + 1):
                places.update(self.by_stem.get(word[:end], ()))
            places.update(place for part, each in self.by_part.items() if part in word for place in each)
        return sorted(places)


@dataclasses.dataclass(frozen=True)
class Spelling:
    """The words that a language's patterns and phrases know; an unknown word may be a slip for one of them."""

    known: frozenset[str]
    stems: tuple[str, ...]
    targets: tuple[str, ...]
    short: Mapping[str, Run] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, known: Iterable[str], atoms: Iterable[str], short: Mapping[str, Run]) -> "Spelling":
        """Return the spelling of `known` words, of which those of the patterns' `atoms` are worth a correction."""
        wanted = set(atoms)
        stems = tuple(sorted(atom.strip("*") for atom in wanted if "*" in atom))
        plain = {atom for atom in wanted if "*" not in atom}
        targets = sorted(word for word in plain | set(stems) if len(word) >= _SHORTEST_SLIP)
        return cls(frozenset(known) | plain, stems, tuple(targets), short)

    def knows(self, word: str) -> bool:
        """Tell whether a word needs no correction."""
        return word in self.known or any(len(stem) > 3 and word.startswith(stem) for stem in self.stems)

    def mended(self, words: Sequence[str]) -> list[str]:
        """Return the words with slips mended, and written out where they are short."""
        long = [each for word in words for each in self.short.get(word, (word,))]
        return [word if self.knows(word) else self._near(word) for word in long]

    def _near(self, word: str) -> str:
        if len(word) < _SHORTEST_SLIP or word.isdigit():
            return word
        most = 2 if len(word) >= _TWO_SLIPS else 1
        found = process.extractOne(word, self.targets, scorer=OSA.distance, score_cutoff=most)
        if found is None:
            return self._stem(word)
        if len(word) <= _SAME_START and found[0][0] != word[0]:
            return word  # "bingers" are no "fingers"
        return str(found[0])

    def _stem(self, word: str) -> str:
        long = (stem for stem in self.stems if _LONG_STEM <= len(stem) < len(word))
        return next((stem for stem in long if OSA.distance(word[: len(stem)], stem, score_cutoff=1) <= 1), word)


def _runs(term: str) -> tuple[Run, ...]:
    return tuple(tuple(_atom(part) for part in run.split("_")) for run in term.split("|"))


def _atom(part: str) -> str:
    start, end = "*" * part.startswith("*"), "*" * part.endswith("*")
    return f"{start}{asking.fold(part)}{end}"


def _longest(words: Sequence[str], term: tuple[Run, ...]) -> int:
    return max((len(run) for run in term if any(_is_run(words, at, run) for at in range(len(words)))), default=0)


def _is_run(words: Sequence[str], at: int, run: Run) -> bool:
    if at + len(run) > len(words):
        return False
    return all(_is(words[at + place], atom) for place, atom in enumerate(run))


def _is(word: str, atom: str) -> bool:
    if atom.startswith("*"):
        return atom.strip("*") in word
    return word.startswith(atom[:-1]) if atom.endswith("*") else word == atom
