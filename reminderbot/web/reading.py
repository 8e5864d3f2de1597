"""A reading of the database that is answered in time, whatever the database does."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Generic, TypeVar

ANSWER_WITHIN = 4.0  # seconds; a supervisor's own limit is five

T = TypeVar("T")


class Reading(Generic[T]):
    """One reading at a time: those who ask while it lasts share it."""

    def __init__(self, read: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._read = read
        self._task: asyncio.Task[T] | None = None

    async def result(self) -> T | None:
        """Return what was read; None if that takes too long.

        What hangs is left to itself, since to cancel it may hang as well; it is one connection, however many ask.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._read())
        done, _ = await asyncio.wait({self._task}, timeout=ANSWER_WITHIN)
        return self._task.result() if done else None
