"""Works off the stored updates: each one's effects, replies owed and `processed_at` in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from reminderbot import clocks
from reminderbot.gateway import keyless
from reminderbot.store import bells, inbox, vault
from reminderbot.store.work import Store, Work

Handle = Callable[[Work, dict[str, Any], int, datetime], Awaitable[None]]
"""What serves one update: `handle(work, update, inbox_id, now)`.

`work` is the transaction in which all it does commits, with the update's `processed_at`; `update` is the raw update
as Telegram's JSON; `inbox_id` goes with what is owed in reply; `now` is the machine's instant. It awaits nothing on
the network. An error that it raises undoes the transaction: the update is tried three times, then parked; while a
master key is missing, no try is counted.
"""

AT_ONCE = 8  # chats served at the same time; SQLite's writers stand in line anyhow
WAITS = (timedelta(seconds=0.2), timedelta(seconds=1))  # before the second and the third try
LOOK = 1.0  # seconds between looks when no bell rings: another process may have stored an update
LIMIT = 64

log = structlog.get_logger(__name__)


class Worker:
    """Serves the updates of one bot: those of a chat in order, different chats side by side."""

    def __init__(self, store: Store, handle: Handle, *, bot_id: int) -> None:
        self._store = store
        self._handle = handle
        self._bot_id = bot_id
        self._keyless = keyless.Told()
        self._busy: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Serve until cancelled; what is being served then is finished first."""
        try:
            while True:
                wake = await self._round()
                await self._store.bells.wait(bells.Bell.INBOX, at_most=min(LOOK, wake))
        finally:
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=5)

    async def _round(self) -> float:
        """Start what can be started; return the seconds until something else may be."""
        try:
            async with self._store.reading() as work:
                heads = await inbox.heads(work, self._bot_id, limit=LIMIT)
        except Exception:
            log.error("the inbox could not be read", exc_info=True)
            return LOOK
        for head in heads:
            if head.wait <= 0 and head.id not in self._busy and len(self._busy) < AT_ONCE:
                self._start(head.id)
        return min((head.wait for head in heads if head.wait > 0), default=LOOK)

    def _start(self, id: int) -> None:
        task = asyncio.create_task(self._serve(id))
        self._busy[id] = task
        task.add_done_callback(lambda _: self._done(id))

    def _done(self, id: int) -> None:
        """Look again at once: the next update of the chat may go."""
        self._busy.pop(id, None)
        self._store.bells.ring([bells.Bell.INBOX])

    async def _serve(self, id: int) -> None:
        try:
            async with self._store.writing() as work:
                update = await inbox.take(work, id)
                if update is None:
                    return
                await self._handle(work, update, id, clocks.machine())
                await inbox.done(work, id)
        except vault.KeyMissing:  # nothing is wrong with the update: it waits for a process that has the key
            await self._noted(lambda work: inbox.put_off(work, id, retry_in=keyless.RETRY), id)
            self._keyless.tell()
        except Exception as error:  # a poisoned update must not stop the others
            log.error("an update could not be served", inbox=id, error=type(error).__name__, exc_info=True)
            await self._failed(id, type(error).__name__)

    async def _failed(self, id: int, fault: str) -> None:
        if await self._noted(lambda work: inbox.failed(work, id, fault=fault, waits=WAITS), id):
            log.error("an update is parked", inbox=id, error=fault)

    async def _noted(self, note: Callable[[Work], Awaitable[object]], id: int) -> object:
        """Note what became of a try, in a visit of its own."""
        try:
            async with self._store.writing() as work:
                return await note(work)
        except Exception:
            log.error("a failure could not be noted", inbox=id, exc_info=True)
            await asyncio.sleep(LOOK)
            return None
