"""The words by which a question shows its topic, however long it is: a language's `cues.toml`, read as patterns."""

import dataclasses
import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reminderbot.catalog import asking, patterns

OFF: Final = "off"
"""The pseudo-topic of what the article does not speak of, though a word of it might seem to."""

WEAK: Final = "~"
"""A cue that begins so counts only where no other one of the whole text does."""

LONGEST: Final = 6
"""Words of a fragment."""


@dataclasses.dataclass(frozen=True)
class Cue:
    """One pattern of a topic; the earlier `rank` wins where two say as much."""

    topic: str
    pattern: patterns.Pattern
    is_weak: bool
    rank: int


@dataclasses.dataclass(frozen=True)
class Cues:
    """A language's cues. `openers` are the words that a question begins with.

    `leans` are those that a fragment begins with, `small` and the common ones may follow, `persons` may not; `times`
    are one by themselves. `short` are the words that people write short, and what they stand for; `attached` those
    that may be written as one with the next.
    """

    cues: tuple[Cue, ...] = ()
    openers: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    leans: tuple[tuple[str, ...], ...] = ()
    times: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()
    commands: tuple[tuple[str, patterns.Pattern], ...] = ()
    short: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    attached: tuple[str, ...] = ()
    index: patterns.Index = dataclasses.field(default_factory=lambda: patterns.Index.of(()), repr=False)

    @classmethod
    def of(
        cls,
        *,
        topics: Mapping[str, Sequence[str]],
        short: Mapping[str, str],
        openers: Iterable[str],
        small: Iterable[str],
        commands: Mapping[str, Sequence[str]],
        leans: Iterable[str] = (),
        times: Iterable[str] = (),
        persons: Iterable[str] = (),
        attached: Iterable[str] = (),
        lists: Mapping[str, str] | None = None,
    ) -> "Cues":
        """Return the cues as a file lists them, by topic; `lists` are those that a cue names; KeyError for another."""
        written = functools.partial(_pattern, lists=patterns.lists(lists or {}))
        made = tuple(
            Cue(topic, written(line.removeprefix(WEAK)), line.startswith(WEAK), rank)
            for rank, (topic, lines) in enumerate(topics.items())
            for line in lines
        )
        asked = tuple((name, written(line)) for name, lines in commands.items() for line in lines)
        long = {asking.fold(word): tuple(asking.fold(says).split()) for word, says in short.items()}
        loose = tuple(asking.fold(word) for word in attached)
        return cls(
            cues=made,
            openers=_folded(openers),
            small=_folded(small),
            leans=tuple(sorted((tuple(asking.fold(run).split()) for run in leans), key=len, reverse=True)),
            times=_folded(times),
            persons=_folded(persons),
            commands=asked,
            short=long,
            attached=loose,
            index=patterns.Index.of([cue.pattern for cue in made]),
        )

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems of all cues."""
        return frozenset(atom for each in self.cues for atom in each.pattern.atoms)

    @property
    def said(self) -> frozenset[str]:
        """The whole words of the commands: known, and nothing that a slip stands for."""
        atoms = (atom for _, pattern in self.commands for atom in pattern.atoms)
        return frozenset(atom for atom in atoms if "*" not in atom)

    def weights(self, words: Sequence[str], *, weak: bool) -> dict[str, int]:
        """Return by how many words a clause speaks of each topic; those in the order of the file."""
        found: dict[str, int] = {}
        for each in (self.cues[place] for place in self.index.near(words)):
            if each.is_weak is weak and (weight := each.pattern.weight(words)):
                found[each.topic] = max(found.get(each.topic, 0), weight + (each.topic == OFF))
        return found

    def opens(self, words: Sequence[str]) -> bool:
        """Tell whether a clause begins as a question does, after "so", "and", "hi" and the like."""
        return any(word in self.openers for word in words[:3])

    def command(self, words: Sequence[str]) -> str:
        """Return which command a text gives in other words; empty for none."""
        return next((name for name, pattern in self.commands if pattern.weight(words)), "")

    def is_fragment(self, words: Sequence[str], common: frozenset[str]) -> bool:
        """Tell a question that stands on the one before it: "and for how long?", "why is that", "next week".

        It is short, and a time alone, or it begins as what leans on something does, and goes on in small words only.
        """
        small = common | self.small | self.times
        rest = self._after_lean(words)
        leans = len(rest) < len(words) and all(word in small and word not in self.persons for word in rest)
        return len(words) <= LONGEST and (leans or self.is_time(words))

    def is_time(self, words: Sequence[str]) -> bool:
        """Tell a time or a degree from a question, after "and" or "what about" too: no dialogue takes one for that."""
        rest = self._after_lean(words)
        return all(word in self.times for word in rest) and not all(word.isdigit() for word in rest)

    def _after_lean(self, words: Sequence[str]) -> Sequence[str]:
        run = next((run for run in self.leans if tuple(words[: len(run)]) == run), ())
        return words[len(run) :]


def _pattern(line: str, lists: Mapping[str, str]) -> patterns.Pattern:
    return patterns.Pattern.of(patterns.named(line, lists))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(asking.fold(word) for word in words)
