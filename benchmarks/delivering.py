"""Our delivery as it ships, around a stand-in for Telegram that answers at once."""

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

from benchmarks import seeding
from reminderbot import clocks, ticker
from reminderbot.delivery import compose, dispatcher
from reminderbot.gateway import gate, meaning, pace, seat, transport
from reminderbot.planning import life
from reminderbot.simulator import server
from reminderbot.store import bots
from reminderbot.store.work import Store

UNPACED = pace.Limits(reminders=1e6, total=1e6, chat=1e6)
OPEN = (life.State.PLANNED, life.State.CLAIMED, life.State.SENDING)
NOWHERE = "http://127.0.0.1:9"


class AtOnce(transport.Transport):
    """A Telegram that accepts every message in the moment it is sent; `sent` is called in that moment."""

    def __init__(self, sent: Callable[[], None] = lambda: None) -> None:
        super().__init__(server.TOKEN, NOWHERE)
        self._numbers = itertools.count(1)
        self._sent = sent

    async def send(self, way: transport.Way, method: str, params: dict[str, Any], *, to: int) -> meaning.Answer:  # noqa: ARG002
        """Accept."""
        self._sent()
        return meaning.accepted({"message_id": next(self._numbers)})


@contextlib.asynccontextmanager
async def dispatching(store: Store, telegram: transport.Transport) -> AsyncIterator[None]:
    """Let a dispatcher run for the length of the block, with the shipped words and no pace."""
    owner = f"bench-{secrets.token_hex(4)}"
    post = seat.Seat(store, bot_id=telegram.bot_id, duty=bots.Duty.SENDER, owner=owner)
    async with ticker.Ticker() as ticks, post.kept():
        loop = dispatcher.Dispatcher(
            store,
            telegram,
            gate.Gate(UNPACED),
            compose.Composer(seeding.catalog()),
            clocks.Clock.real(),
            post,
            owner=owner,
            wake_at=lambda at: ticks.at(at, loop.wake, name="reminders"),
        )
        task = asyncio.create_task(loop.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
