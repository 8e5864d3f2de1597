"""A loop whose time jumps to the next timer when nothing else is left to do: three days pass in seconds.

Nothing is left to do when no callback is ready, no socket has news and no thread works for the database.
"""

import asyncio
import queue
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiosqlite import core

from reminderbot import clocks


class Stuck(Exception):
    """Nothing is left that could ever happen, and the run has not ended."""


class Loop(asyncio.SelectorEventLoop):
    """An event loop that begins at second 0 and never waits for the time to pass."""

    def __init__(self) -> None:
        self.busy = 0  # operations that threads are at
        self._now = 0.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Return the virtual seconds since the loop began."""
        return self._now

    def jump(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds


class _Selector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    """Asks the operating system as ever, and waits for it only while a thread works."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        """Return what has news; with none, and nobody at work, let `timeout` seconds pass at once."""
        if timeout == 0 or self._loop.busy:
            return super().select(timeout and None)
        found = super().select(0)
        if not found:
            if timeout is None:
                raise Stuck
            self._loop.jump(timeout)
        return found


def run(start: datetime, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Run `main` in a loop of its own, the machine's clock showing the aware instant `start` when it begins."""
    with pytest.MonkeyPatch.context() as patch, asyncio.Runner(loop_factory=Loop) as runner:
        loop = runner.get_loop()
        assert isinstance(loop, Loop)
        patch.setattr(clocks, "machine", lambda: start.astimezone(UTC) + timedelta(seconds=loop.time()))
        patch.setattr(core, "SimpleQueue", lambda: _Queue(loop))
        return runner.run(main())


class _Queue(queue.SimpleQueue[Any]):
    """What a connection's thread is asked for: counted until whoever asked has the answer."""

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        """Ask the thread for something."""
        future, _ = item
        if future is not None:
            self._loop.busy += 1
            future.add_done_callback(self._answered)
        super().put_nowait(item)

    def _answered(self, _: asyncio.Future[Any]) -> None:
        self._loop.busy -= 1
