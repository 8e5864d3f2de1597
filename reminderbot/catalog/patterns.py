"""Patterns of words: what must stand in a sentence, in any order, for it to speak of something; slips are forgiven."""

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from reminderbot.catalog import asking

_SHORTEST_SLIP: Final = 5  # letters: "sun" and "fun", "cena" and "cera" are two words
_SAME_START: Final = 6  # up to so many letters, the first is seldom the slip
_TWO_SLIPS: Final = 9  # letters from which two slips are one word still: "invented" is not "infected"
_SHORTEST_STEM: Final = 4  # letters of a stem by which a word is known
_LONG_STEM: Final = 7  # letters of a stem that is known by its beginning, whatever its ending and with a slip in it

_SHORTEST_PART: Final = 2  # letters of what is left of a word

_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_NAMED = re.compile(r"@([\w-]+)")

Run = tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Term:
    """Runs of words of which one must stand in a sentence; those of one word are kept apart, to be found at once."""

    runs: tuple[Run, ...]
    whole: frozenset[str]
    starts: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    @functools.lru_cache(maxsize=8192)  # a named list stands in hundreds of patterns
    def of(cls, written: str) -> "Term":
        """Return the term as a file writes it: `a_b|word*|*part*`."""
        runs = tuple(tuple(_atom(part) for part in run.split("_")) for run in written.split("|"))
        single = [run[0] for run in runs if len(run) == 1]
        return cls(
            tuple(sorted((run for run in runs if len(run) > 1), key=len, reverse=True)),
            frozenset(atom for atom in single if "*" not in atom),
            tuple(atom[:-1] for atom in single if atom.endswith("*") and not atom.startswith("*")),
            tuple(atom.strip("*") for atom in single if atom.startswith("*")),
        )

    @property
    def firsts(self) -> frozenset[str]:
        """The atoms of which one must be there for the term to stand at all."""
        stems = {f"{start}*" for start in self.starts} | {f"*{part}*" for part in self.parts}
        return self.whole | stems | {run[0] for run in self.runs}

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems that it is made of."""
        return self.firsts | {atom for run in self.runs for atom in run}

    def longest(self, words: Sequence[str]) -> int:
        """Return of how many words the longest of its runs is that stands there; 0 for none."""
        run = next((run for run in self.runs if _has_run(words, run)), ())
        return len(run) or int(any(self.has(word) for word in words))

    def has(self, word: str) -> bool:
        """Tell whether a word alone is one of its runs."""
        return word in self.whole or word.startswith(self.starts) or any(part in word for part in self.parts)

    def places(self, words: Sequence[str]) -> list[int]:
        """Return where one of its runs begins."""
        return [
            at for at, word in enumerate(words) if self.has(word) or any(_is_run(words, at, run) for run in self.runs)
        ]


@dataclasses.dataclass(frozen=True)
class Pattern:
    """What must stand in a sentence, and what must not: each term is one of several runs of words.

    Written with spaces between terms: `how_long heal*|recover -makeup` wants "how long" side by side, a word that
    begins with "heal" or is "recover", and no "makeup". `*creme*` is a part of a word. `@name` is what the language's
    list of that name holds.
    """

    needs: tuple[Term, ...]
    bars: tuple[Term, ...] = ()

    @classmethod
    def of(cls, written: str) -> "Pattern":
        """Return the pattern as a file writes it."""
        terms = written.split()
        needs = tuple(Term.of(term) for term in terms if not term.startswith("-"))
        return cls(needs, tuple(Term.of(term[1:]) for term in terms if term.startswith("-")))

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems that it is made of."""
        return frozenset(atom for term in (*self.needs, *self.bars) for atom in term.atoms)

    def weight(self, words: Sequence[str]) -> int:
        """Return how many words of a sentence speak for it; 0 where something is missing or barred."""
        found = 0
        for term in self.needs:
            if not (longest := term.longest(words)):
                return 0
            found += longest
        return 0 if any(term.longest(words) for term in self.bars) else found

    def places(self, words: Sequence[str]) -> list[int]:
        """Return where its first term begins, if the rest of it is there as well."""
        return self.needs[0].places(words) if self.weight(words) else []


def lists(written: Mapping[str, str]) -> dict[str, str]:
    """Return lists of words by name, in which one may name those above it; KeyError for one that is not there."""
    done: dict[str, str] = {}
    for name, words in written.items():
        done[name] = named(words, done)
    return done


def named(written: str, lists: Mapping[str, str]) -> str:
    """Return a pattern with each `@name` written out; KeyError for a list that is not there."""
    return _NAMED.sub(lambda found: lists[found[1]], written)


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
            for atom in pattern.needs[0].firsts if pattern.needs else ():
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
class Patterns:
    """Many patterns in their order, of which only those are looked at that can stand in a sentence."""

    every: tuple[Pattern, ...] = ()
    index: Index = dataclasses.field(default_factory=lambda: Index.of(()), repr=False)

    @classmethod
    def of(cls, patterns: Iterable[Pattern]) -> "Patterns":
        """Return the patterns with their index."""
        every = tuple(patterns)
        return cls(every, Index.of(every))

    def near(self, words: Sequence[str]) -> Iterator[Pattern]:
        """Yield the patterns that are worth a look, in order."""
        return (self.every[place] for place in self.index.near(words))

    def any_stands(self, words: Sequence[str]) -> bool:
        """Tell whether one of them stands in a sentence."""
        return any(pattern.weight(words) for pattern in self.near(words))


NONE: Final = Patterns()


@dataclasses.dataclass(frozen=True)
class Spelling:
    """The words that a language's patterns and phrases know; an unknown word may be a slip for one of them.

    `short` are words that people write short; `attached` those that may be written as one with the next, unless the
    word they make is one of `whole`.
    """

    known: frozenset[str]
    stems: tuple[str, ...]
    targets: tuple[str, ...]
    short: Mapping[str, Run] = dataclasses.field(default_factory=dict)
    attached: tuple[str, ...] = ()
    whole: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        known: Iterable[str],
        atoms: Iterable[str],
        short: Mapping[str, Run],
        attached: Iterable[str] = (),
        whole: Iterable[str] = (),
    ) -> "Spelling":
        """Return the spelling of `known` words, of which those of the patterns' `atoms` are worth a correction."""
        wanted = set(atoms)
        stems = tuple(sorted(atom.strip("*") for atom in wanted if "*" in atom))
        plain = {atom for atom in wanted if "*" not in atom}
        targets = sorted(word for word in plain | set(stems) if len(word) >= _SHORTEST_SLIP)
        return cls(frozenset(known) | plain, stems, tuple(targets), short, tuple(attached), frozenset(whole) | plain)

    def knows(self, word: str) -> bool:
        """Tell whether a word needs no correction."""
        return word in self.known or self._begins(word)

    def mended(self, words: Sequence[str]) -> list[str]:
        """Return the words with slips mended, and written out where they are short."""
        return [word if self.knows(word) else self._near(word) for word in self.long(words)]

    def long(self, words: Sequence[str]) -> list[str]:
        """Return the words written out where people write them short, or two as one."""
        return [each for word in words for each in self.short.get(word) or self._parted(word)]

    def _parted(self, word: str) -> Run:
        """Return a word we do not know as the words that are written as one in it, if the last of them is known."""
        if self.attached and word not in self.whole and not self._begins(word):
            for one in self.attached:
                rest = word.removeprefix(one)
                if not _SHORTEST_PART <= len(rest) < len(word):
                    continue
                parts = (rest,) if self.knows(rest) else self._parted(rest)
                if self.knows(parts[-1]):
                    return (one, *parts)
        return (word,)

    def _begins(self, word: str) -> bool:
        ends = range(_SHORTEST_STEM, min(len(word), self._longest) + 1)
        return any(word[:end] in self._beginnings for end in ends)

    @functools.cached_property
    def _beginnings(self) -> frozenset[str]:
        """The stems by which a word is known: looked up, for there are a thousand and every word is asked for."""
        return frozenset(stem for stem in self.stems if len(stem) >= _SHORTEST_STEM)

    @functools.cached_property
    def _longest(self) -> int:
        return max(map(len, self._beginnings), default=0)

    def _near(self, word: str) -> str:
        if (plain := self._plain(word)) != word:
            return plain
        if len(word) < _SHORTEST_SLIP or word.isdigit():
            return word
        most = 2 if len(word) >= _TWO_SLIPS else 1
        found = process.extractOne(word, self.targets, scorer=OSA.distance, score_cutoff=most)
        if found is None:
            return self._stem(word)
        if len(word) <= _SAME_START and found[0][0] != word[0]:
            return word  # "bingers" are no "fingers"
        return str(found[0])

    def _plain(self, word: str) -> str:
        """Return a word that is drawn out ("sooo", "pleaseeee") as it is spelt, if that is one we know."""
        shorter = (_DRAWN_OUT.sub(r"\1" * letters, word) for letters in (2, 1))
        return next((each for each in shorter if each != word and self.knows(each)), word)

    def _stem(self, word: str) -> str:
        long = (stem for stem in self.stems if _LONG_STEM <= len(stem) < len(word))
        return next((stem for stem in long if OSA.distance(word[: len(stem)], stem, score_cutoff=1) <= 1), word)


def _atom(part: str) -> str:
    start, end = "*" * part.startswith("*"), "*" * part.endswith("*")
    return f"{start}{asking.fold(part)}{end}"


def _has_run(words: Sequence[str], run: Run) -> bool:
    if "*" not in run[0] and run[0] not in words:
        return False
    return any(_is_run(words, at, run) for at in range(len(words) - len(run) + 1))


def _is_run(words: Sequence[str], at: int, run: Run) -> bool:
    if at + len(run) > len(words):
        return False
    return all(_is(words[at + place], atom) for place, atom in enumerate(run))


def _is(word: str, atom: str) -> bool:
    if atom.startswith("*"):
        return atom.strip("*") in word
    return word.startswith(atom[:-1]) if atom.endswith("*") else word == atom
