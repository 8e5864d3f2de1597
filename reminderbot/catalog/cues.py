"""The words by which a question shows its topic, however long it is: a language's `cues.toml`, read as patterns."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reminderbot.catalog import asking, patterns

OFF: Final = "off"
"""The pseudo-topic of what the article does not speak of, though a word of it might seem to."""

WEAK: Final = "~"
"""A cue that begins so counts only where no other one of the whole text does."""

SURE: Final = 90.0
"""The score of a topic by one word of a cue; each further word adds one."""

FAINT: Final = 75.0
"""The score of a topic by a weak cue."""

_MOST_WORDS: Final = 9


@dataclasses.dataclass(frozen=True)
class Cue:
    """One pattern of a topic; the earlier `rank` wins where two say as much."""

    topic: str
    pattern: patterns.Pattern
    is_weak: bool
    rank: int


@dataclasses.dataclass(frozen=True)
class Hit:
    """A topic that a clause speaks of, by how many words; `asks`: the clause is a question."""

    topic: str
    weight: int
    is_weak: bool
    asks: bool

    @property
    def score(self) -> float:
        """How surely the topic is meant."""
        return (FAINT if self.is_weak else SURE) + min(self.weight, _MOST_WORDS) - 1


@dataclasses.dataclass(frozen=True)
class Cues:
    """A language's cues. `openers` are the words that a question begins with; `small` those of a fragment.

    `short` are the words that people write short, and what they stand for.
    """

    cues: tuple[Cue, ...] = ()
    openers: frozenset[str] = frozenset()
    small: frozenset[str] = frozenset()
    commands: tuple[tuple[str, patterns.Pattern], ...] = ()
    short: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
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
    ) -> "Cues":
        """Return the cues as a file lists them, by topic."""
        made = tuple(
            Cue(topic, patterns.Pattern.of(line.removeprefix(WEAK)), line.startswith(WEAK), rank)
            for rank, (topic, lines) in enumerate(topics.items())
            for line in lines
        )
        asked = tuple((name, patterns.Pattern.of(line)) for name, lines in commands.items() for line in lines)
        long = {asking.fold(word): tuple(asking.fold(says).split()) for word, says in short.items()}
        return cls(
            made, _folded(openers), _folded(small), asked, long, patterns.Index.of([cue.pattern for cue in made])
        )

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems of all cues."""
        return frozenset(atom for each in self.cues for atom in each.pattern.atoms)

    def hit(self, words: Sequence[str], *, asks: bool, weak: bool) -> Hit | None:
        """Return the topic that a clause speaks of by the most words."""
        best: tuple[int, int, Cue] | None = None
        for each in (self.cues[place] for place in self.index.near(words)):
            if each.is_weak is weak and (weight := each.pattern.weight(words)):
                ranked = (weight + (each.topic == OFF), -each.rank, each)
                best = ranked if best is None or ranked[:2] > best[:2] else best
        return Hit(best[2].topic, best[0], weak, asks) if best else None

    def opens(self, words: Sequence[str]) -> bool:
        """Tell whether a clause begins as a question does, after "so", "and", "hi" and the like."""
        return any(word in self.openers for word in words[:3])

    def command(self, words: Sequence[str]) -> str:
        """Return which command a text gives in other words; empty for none."""
        return next((name for name, pattern in self.commands if pattern.weight(words)), "")

    def is_fragment(self, words: Sequence[str], common: frozenset[str]) -> bool:
        """Tell a question that stands on the one before it: short, and of nothing but small words."""
        return 0 < len(words) <= 6 and all(word in common or word in self.small for word in words)


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(asking.fold(word) for word in words)


def chosen(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits that a text is answered by, in their order: those that are asked, before those that are told."""
    strong = [hit for hit in hits if not hit.is_weak]
    asked = [hit for hit in strong if hit.asks]
    return _distinct(asked or strong or [hit for hit in hits if hit.asks] or list(hits))


def _distinct(hits: Sequence[Hit]) -> list[Hit]:
    return list({hit.topic: hit for hit in reversed(hits)}.values())[::-1]
