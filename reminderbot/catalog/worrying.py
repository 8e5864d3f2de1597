"""Whether a text tells that something is happening to who writes it: never judged, only heard, and in doubt heard."""

import dataclasses
import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reminderbot.catalog import asking, patterns

LISTS: Final = ("signs", "always", "unless", "none_of", "supposes", "wonders", "claims", "ends")
"""The lists of a language's `worrying.toml`; its header says what each is for."""

_REACH: Final = 4
"""So many words before a sign may deny it: "no pain", "I do not have any fever"."""


@dataclasses.dataclass(frozen=True)
class Words:
    """A language's lists, as patterns."""

    signs: patterns.Patterns = patterns.NONE
    always: patterns.Patterns = patterns.NONE
    unless: patterns.Patterns = patterns.NONE
    none_of: frozenset[str] = frozenset()
    supposes: patterns.Patterns = patterns.NONE
    wonders: patterns.Patterns = patterns.NONE
    claims: patterns.Patterns = patterns.NONE
    ends: frozenset[str] = frozenset()

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[str]], shown: Mapping[str, str] | None = None) -> "Words":
        """Return the words as a file lists them; KeyError where one names a list that is not there."""
        known = patterns.lists(dict(shown or {}))
        written = {name: [patterns.Pattern.of(patterns.named(line, known)) for line in lists[name]] for name in LISTS}
        made = {name: patterns.Patterns.of(each) for name, each in written.items()}
        loose = {name: frozenset(asking.fold(word) for word in lists[name]) for name in ("none_of", "ends")}
        return cls(**{**made, **loose})  # type: ignore[arg-type]  # the two sets take the place of their patterns

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems of the signs: what a slip may stand for."""
        return frozenset(atom for each in (*self.signs.every, *self.always.every) for atom in each.atoms)

    @property
    def said(self) -> frozenset[str]:
        """The whole words of what hushes a sign or lets it be heard: known, and nothing that a slip stands for."""
        lists = (self.unless, self.supposes, self.wonders, self.claims)
        atoms = (atom for list_ in lists for each in list_.every for atom in each.atoms)
        return self.none_of | self.ends | frozenset(atom for atom in atoms if "*" not in atom)


@dataclasses.dataclass(frozen=True)
class Own:
    """A clinic's own worrying words: a line is heard when all of its words stand in one sentence."""

    lines: tuple[str, ...] = ()

    def is_heard(self, words: Sequence[str]) -> bool:
        """Tell whether one of the lines stands in a sentence, slips forgiven."""
        return any(_has_all(asking.words(line), words) for line in self.lines)


class Heard(enum.StrEnum):
    """How a worry was heard."""

    NOT = "not"
    PERHAPS = "perhaps"  # by a sign, which people also have in questions
    SURELY = "surely"  # by what is a worry wherever it stands, or by a clinic's own words


def heard(
    clauses: Iterable[asking.Clause], words: Words, spelling: patterns.Spelling, *, own: Own | None = None
) -> Heard:
    """Tell whether one of the clauses is a worry. `own` lines count as signs do, asked or not."""
    found = Heard.NOT
    for clause in clauses:
        for said in _parts(clause.words, words.ends):
            mended = spelling.mended(said)
            if (own and own.is_heard(said)) or words.always.any_stands(mended):
                return Heard.SURELY
            if _is_worry(mended, words, asks=clause.asks):
                found = Heard.PERHAPS
    return found


def is_hushed(said: Sequence[str], words: Words) -> bool:
    """Tell whether a text has a sign that was weighed, or only supposes: what it is like has then no say."""
    lists = (words.signs, words.always, words.unless, words.supposes)
    return any(each.any_stands(said) for each in lists)


def _is_worry(said: list[str], words: Words, *, asks: bool) -> bool:
    if not any(_stands(each, said, words.none_of) for each in words.signs.near(said)):
        return False
    if words.unless.any_stands(said) or words.supposes.any_stands(said):
        return False
    return not (asks or words.wonders.any_stands(said)) or words.claims.any_stands(said)


def _stands(sign: patterns.Pattern, said: Sequence[str], none_of: frozenset[str]) -> bool:
    """Tell whether a sign stands there and is not denied."""
    return any(not none_of.intersection(said[max(at - _REACH, 0) : at]) for at in sign.places(said))


def _parts(words: Sequence[str], ends: frozenset[str]) -> list[list[str]]:
    """Cut a sentence at "but" and the like: what is denied before it is not denied after."""
    cut: list[list[str]] = [[]]
    for word in words:
        if word in ends:
            cut.append([])
        else:
            cut[-1].append(word)
    return [part for part in cut if part]


def _has_all(wanted: Sequence[str], words: Sequence[str]) -> bool:
    return bool(wanted) and all(any(asking.likeness(word, other) for other in words) for word in wanted)
