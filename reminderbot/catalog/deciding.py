"""Which topics a text asks for: what it is like as a whole, what its clauses show by their cues, and what each is like.

The numbers are in standard deviations of likeness, and were found on questions that had been kept out.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from reminderbot.catalog import cues, guessing

CUE: Final = 1.05
"""What one word of a cue says beside what a text is like; further words add less and less."""

WEAK: Final = 0.4
"""What a weak cue says, as a share of that."""

TOLD: Final = 0.5
"""What a cue says that is told and not asked, as a share, where something else is asked."""

LEAST: Final = 2.6
"""How likely a topic must be to be answered at all."""

BESIDE: Final = 0.4
"""Two topics that are nearer than this cannot be told apart: both are answered, or neither."""

DOUBT: Final = 0.6
"""What speaks beforehand for a topic that the article does not answer: to leave a question is the lesser harm."""

ALONE: Final = 5.5
"""How likely a clause makes a further topic that the whole text does not show."""

NEAR: Final = 4
"""So many of the likeliest topics of the whole text may be a further one's, if a clause shows it."""

FURTHER: Final = 1.5
"""How likely the clause must make it then."""

CALM: Final = 3.2
"""How like something else a text must be for a sign of the list to be passed over, and a short one without a cue."""

SHORT: Final = 3
"""Words of a text that is short: of so few, a part of one alone would decide."""

FAR: Final = 3.4
"""How likely a worry must be that no sign of the list tells."""

NONE: Final = 0.4
"""How unlikely it must be, in each part of a text, where a sign of the list does."""

FEW: Final = 4
"""Words of a clause that may ask without looking like a question: "hair loss, and scars, does it help?"."""


@dataclasses.dataclass(frozen=True)
class Shown:
    """What one clause shows: topics by strong and weak cues, and what it is like. `words` is their number."""

    asks: bool
    words: int
    strong: Mapping[str, int]
    weak: AbstractSet[str]
    like: Mapping[str, float]

    def by_cue(self, topic: str) -> float:
        """Return what its cues say for a topic."""
        if topic in self.strong:
            return float(CUE * self.strong[topic] ** 0.7)
        return CUE * WEAK if topic in self.weak else 0.0

    def ranked(self) -> list[tuple[float, str]]:
        """Return every topic with how likely the clause makes it, likeliest first."""
        asked = {topic: like for topic, like in self.like.items() if not _is_told(topic)}
        return _ranked({topic: like + self.by_cue(topic) for topic, like in asked.items()})


def decided(clauses: Sequence[Shown], whole: Mapping[str, float], unsaid: AbstractSet[str]) -> list[tuple[str, float]]:
    """Return the topics that are asked for, each with how likely it is; empty where none is sure enough.

    `whole` is what the text as a whole is like, `unsaid` are the topics that the article does not answer.
    """
    asked = {topic: like for topic, like in whole.items() if topic != guessing.WORRY}
    ranked = _ranked({topic: like + _cued(clauses, topic) + DOUBT * (topic in unsaid) for topic, like in asked.items()})
    if not ranked or ranked[0][0] < _least(clauses, ranked[0][1]):
        return []
    first, near = ranked[0], [topic for _, topic in ranked[:NEAR]]
    more = _further(clauses, first[1], near, unsaid)
    if more or len(ranked) == 1 or first[0] - ranked[1][0] >= BESIDE:
        return [(first[1], first[0]), *more]
    # Nearly as likely: which of two answers is meant is for the reader to say, not whether there is one.
    both = [(topic, sure) for sure, topic in ranked[:2]]
    return [] if any(topic in unsaid for topic, _ in both) else both


def is_by_far(topic: str, whole: Mapping[str, float]) -> bool:
    """Tell whether a text is so much more like one topic than like any other that it may be acted upon."""
    ranked = _ranked(whole)[:2]
    return len(ranked) > 1 and ranked[0][1] == topic and ranked[0][0] >= FAR and ranked[0][0] - ranked[1][0] >= 1.0


def is_none(topic: str, parts: Sequence[Mapping[str, float]]) -> bool:
    """Tell whether a text, whole and in parts, is like something else and nowhere like a topic that we know well."""
    whole = _ranked(parts[0])
    has_other = bool(whole) and whole[0][0] >= CALM
    return has_other and all(part.get(topic, FAR) < NONE for part in parts if part)


def _least(clauses: Sequence[Shown], topic: str) -> float:
    is_short = 0 < sum(clause.words for clause in clauses) <= SHORT
    return CALM if is_short and not any(clause.by_cue(topic) for clause in clauses) else LEAST


def _is_told(topic: str) -> bool:
    return topic == guessing.WORRY or topic.startswith(guessing.COMMAND)


def _further(
    clauses: Sequence[Shown], first: str, near: Sequence[str], unsaid: AbstractSet[str]
) -> list[tuple[str, float]]:
    """Return what the clauses ask for beside the first topic, surest first."""
    any_asks = any(clause.asks for clause in clauses)
    found: dict[str, float] = {}
    for clause in clauses if len(clauses) > 1 else ():
        ranked = clause.ranked()
        if len(ranked) < 2 or _is_over(ranked[0][1], first):
            continue
        (sure, topic), (next_, _) = ranked[:2]
        has_cue = clause.by_cue(topic) > 0
        if any_asks and not clause.asks and (clause.words > FEW or topic not in clause.strong):
            continue
        if first in unsaid and topic not in unsaid and topic not in clause.strong:
            continue  # what we know of is not put beside "the article does not say" on likeness alone
        is_near = topic in near and sure >= (FURTHER if has_cue else LEAST) and (topic in unsaid or first not in unsaid)
        if is_near or (sure >= ALONE and sure - next_ >= 1.0):
            found[topic] = max(found.get(topic, 0.0), sure)
    return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def _is_over(topic: str, other: str) -> bool:
    """Tell whether a topic is another one, or the wider one that it belongs to."""
    return topic == other or other.startswith(f"{topic}.")


def _cued(clauses: Sequence[Shown], topic: str) -> float:
    any_asks = any(clause.asks for clause in clauses)
    told = 1.0 if not any_asks or topic == cues.OFF else TOLD
    return max((clause.by_cue(topic) * (1.0 if clause.asks else told) for clause in clauses), default=0.0)


def _ranked(sure: Mapping[str, float]) -> list[tuple[float, str]]:
    return sorted(((value, topic) for topic, value in sure.items()), key=lambda each: (-each[0], each[1]))


UNSAID: Final = frozenset({cues.OFF})
"""What no text of ours answers, whatever topics there are."""
