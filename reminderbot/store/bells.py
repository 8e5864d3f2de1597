"""Bells that wake a sleeping loop after a commit: in this process at once, between processes by LISTEN/NOTIFY."""

import asyncio
import contextlib
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

CHANNEL = "reminderbot"
RETRY = 5.0  # seconds before a lost listening connection is made again; a look a second covers the gap


class Bell(StrEnum):
    """What has changed."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    REMINDERS = "reminders"
    ROUNDS = "rounds"


class Bells:
    """The bells of one process."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._events = {bell: asyncio.Event() for bell in Bell}
        self._listener: asyncio.Task[None] | None = None

    def ring(self, bells: Iterable[Bell]) -> None:
        """Wake those who wait in this process."""
        for bell in bells:
            self._events[bell].set()

    async def wait(self, bell: Bell, *, at_most: float) -> None:
        """Return when `bell` has rung since the last wait for it, or after `at_most` seconds of the machine."""
        self._listen()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):  # 3.11's wait_for may swallow a cancellation
                await self._events[bell].wait()
        self._events[bell].clear()

    async def close(self) -> None:
        """Stop listening to other processes."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listener

    def _listen(self) -> None:
        if self._listener is None and self._engine.dialect.name == "postgresql":
            self._listener = asyncio.create_task(self._hear())

    async def _hear(self) -> None:
        address = self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while True:
            with contextlib.suppress(psycopg.Error, OSError):
                async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    async for notice in connection.notifies():
                        self.ring({bell for bell in Bell if bell in notice.payload.split()})
            await asyncio.sleep(RETRY)


async def announce(connection: AsyncConnection, bells: Iterable[Bell]) -> Any:
    """Tell the other processes; PostgreSQL delivers it if and when the transaction commits."""
    words = " ".join(sorted(bells))
    if words and connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_notify(:channel, :words)"), {"channel": CHANNEL, "words": words})
