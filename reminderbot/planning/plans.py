"""A plan of aftercare and its steps: what is sent, when it falls, until when it is useful."""

import dataclasses
from datetime import time, timedelta
from enum import StrEnum


class Ask(StrEnum):
    """What a step asks of the patient."""

    SKIN = "skin"  # "how is your skin": as expected / I am worried
    READS = "reads"  # "short reads later?": yes / no


class Part(StrEnum):
    """Which part of a plan a step belongs to; a patient may decline the reads and keep the care."""

    CARE = "care"
    READS = "reads"


@dataclasses.dataclass(frozen=True)
class After:
    """An instant that lies `delay` after the treatment's start."""

    delay: timedelta


@dataclasses.dataclass(frozen=True)
class OnDay:
    """A wall time on the calendar date `days` after the treatment's (negative: before).

    `at` is a wall time in the patient's zone; None means the patient's own morning hour.
    """

    days: int
    at: time | None = None


@dataclasses.dataclass(frozen=True)
class AtStart:
    """The instant at which the treatment starts."""


When = After | OnDay
Until = After | OnDay | AtStart


@dataclasses.dataclass(frozen=True)
class Step:
    """One entry of a plan. `key` never changes across versions; `budget` is 0 or 1 resends after UNKNOWN.

    `message` is the key of the text. `silent` asks Telegram not to ring. A step may ask several things, in order.
    `asks_again_after` its message was sent, it asks once more if nobody has answered; None: it does not.
    """

    key: str
    message: str
    when: When
    until: Until
    budget: int = 1
    asks: tuple[Ask, ...] = ()
    part: Part = Part.CARE
    silent: bool = False
    asks_again_after: timedelta | None = None


@dataclasses.dataclass(frozen=True)
class Plan:
    """The ordered steps of aftercare under a key; `steps` are in the order a patient gets them."""

    key: str
    steps: tuple[Step, ...]

    def step(self, key: str) -> Step:
        """Return the step under `key`; KeyError if the plan has none."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)
