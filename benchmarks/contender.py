"""What every contender can be asked to do, so that all are measured by the same code."""

import abc
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar, Self

STEPS = 9  # reminders of one treatment
Ran = Callable[[], None]
"""What is called in the moment a job is carried out."""


class Contender(abc.ABC):
    """Something that keeps jobs until they are due, on a database of its own."""

    name: ClassVar[str]
    tables: ClassVar[tuple[str, ...]] = ()  # in which it keeps what is pending; none: in memory
    on_sqlite: ClassVar[bool] = False
    most: ClassVar[int] = 100_000  # pending jobs that it is measured with

    @classmethod
    @abc.abstractmethod
    def opened(cls, url: str, *, fresh: bool = True) -> contextlib.AbstractAsyncContextManager[Self]:
        """Open it on a database; a `fresh` one is given its tables first."""

    @abc.abstractmethod
    async def pending(self, count: int, *, due: datetime, apart: timedelta = timedelta(0)) -> None:
        """Put in `count` jobs, the first due at `due`; by the fastest way there is, since this is not measured."""

    async def expect(self, treatments: int) -> None:
        """Put in whoever is treated, where they are known: this is not measured."""
        del treatments  # a queue knows nobody

    @abc.abstractmethod
    async def schedule(self, treatments: int) -> None:
        """Keep the nine reminders of so many treatments, durably where it can, in one go where it can."""

    @abc.abstractmethod
    async def move(self) -> None:
        """Move the nine reminders of the next treatment that was scheduled by a day."""

    @abc.abstractmethod
    async def look(self) -> None:
        """Look once for what is due, as its loop does."""

    @abc.abstractmethod
    def serving(self, ran: Ran) -> contextlib.AbstractAsyncContextManager[None]:
        """Carry out what is due for the length of the block."""

    @abc.abstractmethod
    async def left(self) -> int:
        """Return how many jobs are not finished."""


def nine(first: datetime) -> list[datetime]:
    """Return when the reminders of a treatment fall: the days of the shipped plan are about these."""
    return [first + timedelta(days=day) for day in range(STEPS)]
