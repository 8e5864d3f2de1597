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

    signs: tuple[patterns.Pattern, ...] = ()
    always: tuple[patterns.Pattern, ...] = ()
    unless: tuple[patterns.Pattern, ...] = ()
    none_of: frozenset[str] = frozenset()
    supposes: tuple[patterns.Pattern, ...] = ()
    wonders: tuple[patterns.Pattern, ...] = ()
    claims: tuple[patterns.Pattern, ...] = ()
    ends: frozenset[str] = frozenset()
    index: patterns.Index = dataclasses.field(default_factory=lambda: patterns.Index.of(()), repr=False)

    @classmethod
    def of(cls, lists: Mapping[str, Sequence[str]], shown: Mapping[str, str] | None = None) -> "Words":
        """Return the words as a file lists them; KeyError where one names a list that is not there."""
        known = patterns.lists(dict(shown or {}))
        made = {name: tuple(patterns.Pattern.of(patterns.named(line, known)) for line in lists[name]) for name in LISTS}
        loose = {name: frozenset(asking.fold(word) for word in lists[name]) for name in ("none_of", "ends")}
        index = patterns.Index.of(made["signs"])
        return cls(**{**made, **loose}, index=index)  # type: ignore[arg-type]  # the two sets take the place of their patterns

    @property
    def atoms(self) -> frozenset[str]:
        """The words and stems of the signs: what a slip may stand for."""
        return frozenset(atom for each in (*self.signs, *self.always) for atom in each.atoms)

    @property
    def said(self) -> frozenset[str]:
        """The whole words of what hushes a sign or lets it be heard: known, and nothing that a slip stands for."""
        lists = (*self.unless, *self.supposes, *self.wonders, *self.claims)
        atoms = (atom for each in lists for atom in each.atoms)
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
            if (own and own.is_heard(said)) or any(each.weight(mended) for each in words.always):
                return Heard.SURELY
            if _is_worry(mended, words, asks=clause.asks):
                found = Heard.PERHAPS
    return found


def is_hushed(said: Sequence[str], words: Words) -> bool:
    """Tell whether a text has a sign that was weighed, or only supposes: what it is like has then no say."""
    lists = (words.signs, words.always, words.unless, words.supposes)
    return any(each.weight(said) for patterns_ in lists for each in patterns_)


def _is_worry(said: list[str], words: Words, *, asks: bool) -> bool:
    near = (words.signs[place] for place in words.index.near(said))
    if not any(_stands(each, said, words.none_of) for each in near):
        return False
    if any(each.weight(said) for each in words.unless):
        return False
    if any(each.weight(said) for each in words.supposes):
        return False
    is_asked = asks or any(each.weight(said) for each in words.wonders)
    return not is_asked or any(each.weight(said) for each in words.claims)


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
