"""Telegram as it is reached in an outage: it refuses, breaks, hangs or asks to wait; before and after, it accepts.

It stands where the socket is: what it raises is what python-telegram-bot raises, cause and all, and `meaning.of`
decides what that means, as for the real transport.
"""

import asyncio
import dataclasses
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import httpx
from telegram import error

from reminderbot.gateway import meaning, transport
from tests.chaos import standin

WAY = 0.02  # seconds from us to Telegram, and back again
RETRY_AFTER = 600  # seconds that a 429 asks for


class Kind(StrEnum):
    """What an outage does to every call."""

    REFUSED = "refused"
    BROKEN = "502"
    HANG = "hang"
    WAIT = "429"


@dataclasses.dataclass(frozen=True)
class Accepted:
    """A message that Telegram took; `at` is the loop's second at which it came."""

    at: float
    chat: int
    message_id: int


class Telegram:
    """The interface of `transport.Transport`. `fails(now)` tells whether the outage lasts at a second of the loop."""

    def __init__(self, kind: Kind, fails: Callable[[float], bool]) -> None:
        self.kind = kind
        self.bot_id = standin.BOT
        self.timeouts = transport.Timeouts()
        self.accepted: list[Accepted] = []
        self.sends: list[float] = []  # when a message came, whatever became of it
        self.probes = 0
        self._fails = fails

    async def call(self, way: transport.Way, method: str, params: dict[str, Any]) -> meaning.Answer:  # noqa: ARG002 - one way for all
        """Carry out one call, or fail it as the outage does."""
        try:
            await asyncio.sleep(WAY)
            return meaning.accepted(await self._served(method, params))
        except Exception as raised:
            return meaning.of(raised)

    async def send(self, way: transport.Way, method: str, params: dict[str, Any], *, to: int) -> meaning.Answer:
        """Call a method for a chat."""
        return await self.call(way, method, {"chat_id": to, **params})

    async def poll(self, offset: int | None, *, at_once: bool = False) -> meaning.Answer:
        """Nobody writes during these runs."""
        raise NotImplementedError

    async def _served(self, method: str, params: dict[str, Any]) -> Any:
        now = asyncio.get_running_loop().time()
        self.probes += method == "getMe"
        if method in standin.WRITES:
            self.sends.append(now)
        if self._fails(now):
            await self._fail()
        made: dict[str, Any] = standin.ME
        if method in standin.WRITES:
            self.accepted.append(Accepted(now, params["chat_id"], len(self.accepted) + 1))
            made = {"message_id": len(self.accepted)}
        await asyncio.sleep(WAY)
        return made

    async def _fail(self) -> None:
        """Raise what the library raises, after the seconds that this takes."""
        match self.kind:
            case Kind.REFUSED:
                raise error.NetworkError("httpx.ConnectError: refused") from httpx.ConnectError("refused")
            case Kind.BROKEN:
                await asyncio.sleep(WAY)
                raise error.NetworkError("Bad Gateway")
            case Kind.HANG:
                await asyncio.sleep(self.timeouts.read)
                raise error.TimedOut from httpx.ReadTimeout("")
            case Kind.WAIT:
                await asyncio.sleep(WAY)
                raise error.RetryAfter(RETRY_AFTER)
