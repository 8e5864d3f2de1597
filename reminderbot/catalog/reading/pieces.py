"""What the grammar finds in a text: pieces that speak of a day, and pieces that speak of an hour."""

import dataclasses

from reminderbot.catalog.reading.lexicon import Part
from reminderbot.catalog.reading.senses import Turn


@dataclasses.dataclass(frozen=True)
class Calendar:
    """A day by its number; without a month or a year it recurs."""

    day: int
    month: int | None = None
    year: int | None = None
    swapped: bool = False  # digits that another reading takes the other way round


@dataclasses.dataclass(frozen=True)
class Offset:
    """A day so many days or months from today."""

    days: int = 0
    months: int = 0


@dataclasses.dataclass(frozen=True)
class Weekday:
    """A weekday (1 is Monday), perhaps with the word that decides which."""

    number: int
    turn: Turn | None = None


@dataclasses.dataclass(frozen=True)
class Period:
    """A whole week or month, `turn` from the present one: only together with a day in it."""

    month: bool
    turn: int


@dataclasses.dataclass(frozen=True)
class Month:
    """A month without its day: too little."""

    number: int


DayPiece = Calendar | Offset | Weekday | Period | Month


@dataclasses.dataclass(frozen=True)
class Clock:
    """A time as it was written. `padded` has a leading zero; `bare` is a number that could be something else."""

    hour: int
    minute: int = 0
    padded: bool = False
    bare: bool = False


@dataclasses.dataclass(frozen=True)
class Moment:
    """An instant so many minutes from now."""

    minutes: int


@dataclasses.dataclass(frozen=True)
class Stamp:
    """An ISO date-time with its offset from UTC in minutes."""

    iso: str


@dataclasses.dataclass(frozen=True)
class Found:
    """One way to understand a whole text: its pieces in order, and what was skipped."""

    days: tuple[DayPiece, ...] = ()
    clocks: tuple[Clock, ...] = ()
    parts: tuple[Part, ...] = ()
    moments: tuple[Moment | Stamp, ...] = ()
    tense: int = 0  # −1 it was, +1 it will be
    either: bool = False  # "or" stands between
    unknown: int = 0

    def plus(self, *pieces: DayPiece | Clock | Part | Moment | Stamp) -> "Found":
        """Return this with `pieces` added, each to its kind."""
        return dataclasses.replace(
            self,
            days=(*self.days, *(piece for piece in pieces if isinstance(piece, DayPiece))),
            clocks=(*self.clocks, *(piece for piece in pieces if isinstance(piece, Clock))),
            parts=(*self.parts, *(piece for piece in pieces if isinstance(piece, Part))),
            moments=(*self.moments, *(piece for piece in pieces if isinstance(piece, Moment | Stamp))),
        )

    @property
    def crowded(self) -> bool:
        """Whether it says more than one session needs."""
        return len(self.days) > 3 or len(self.clocks) > 2 or len(self.parts) > 2 or len(self.moments) > 1


Piece = DayPiece | Clock | Part | Moment | Stamp
