"""The way to Telegram: python-telegram-bot's Bot over HTTP, one client each for polls, replies and reminders."""

import asyncio
import dataclasses
import functools
import json
import os
import ssl
import urllib.parse
from datetime import timedelta
from enum import StrEnum
from typing import Any

import httpx
import telegram
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from reminderbot.gateway import meaning

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's switch: else every 429 raises a deprecation warning

POLL_SECONDS = 25  # Telegram allows 50; the watchdog looks for a poll that returned within 90
POLL_MARGIN = 10.0  # seconds that an answer to a poll may be late
POLL_POOL = 4  # the library's own advice for getUpdates
IN_FLIGHT = 8  # the library's transport slows down as more sends overlap: 280/s at 8, 72/s at 32
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WITH_TEXT = frozenset({"sendMessage", "editMessageText"})
_WITH_CAPTION = frozenset({"sendPhoto", "sendDocument"})


class Way(StrEnum):
    """Which client a call takes, so that a flood of one kind holds up no other."""

    POLL = "poll"
    REPLY = "reply"
    REMINDER = "reminder"


@dataclasses.dataclass(frozen=True)
class Timeouts:
    """Seconds after which a part of a call is given up, and what the commit of its record may take."""

    connect: float = 5.0
    read: float = 15.0
    write: float = 5.0
    pool: float = 3.0
    commit: float = 10.0
    margin: float = 5.0

    @property
    def call(self) -> float:
        """Return the seconds after which a whole call is given up: a slow trickle of bytes passes every other limit."""
        return self.connect + self.read + self.write + self.pool

    @property
    def lease(self) -> timedelta:
        """Return how long a sender holds a row: longer than a call and the commit of its record can take."""
        return timedelta(seconds=self.call + self.commit + self.margin)


class Transport:
    """Telegram, as one bot reaches it. `url` is Telegram's address without the token."""

    def __init__(
        self, token: str, url: str, *, timeouts: Timeouts | None = None, poll_seconds: int = POLL_SECONDS
    ) -> None:
        self.bot_id = int(token.partition(":")[0])
        self.timeouts = timeouts or Timeouts()
        self.poll_seconds = poll_seconds
        is_here = urllib.parse.urlsplit(url).hostname in _LOOPBACK
        # No proxy of the environment stands before this machine itself. One context for all clients.
        self._httpx = {"trust_env": not is_here, "verify": _certificates(not is_here)}
        self._bots = {way: self._client(token, url.rstrip("/"), way) for way in Way}

    async def open(self) -> None:
        """Open the connections' pools."""
        for bot in self._bots.values():
            for request in _requests(bot):
                await request.initialize()

    async def close(self) -> None:
        """Close all connections."""
        for bot in self._bots.values():
            for request in _requests(bot):
                await request.shutdown()

    async def call(self, way: Way, method: str, params: dict[str, Any]) -> meaning.Answer:
        """Call a method and say what became of it; nothing is raised but the cancellation of the caller."""
        try:
            async with asyncio.timeout(self.timeouts.call):
                return meaning.accepted(await self._bots[way].do_api_request(method, api_kwargs=params))
        except Exception as raised:  # whatever it is, the call may have been made
            return meaning.of(raised)

    async def send(self, way: Way, method: str, params: dict[str, Any], *, to: int) -> meaning.Answer:
        """Call a method for a chat: HTML, no link previews. Answers to taps go without a chat."""
        answers_tap = method == "answerCallbackQuery"
        return await self.call(way, method, _worded(method, params if answers_tap else {"chat_id": to, **params}))

    async def poll(self, offset: int | None, *, at_once: bool = False) -> meaning.Answer:
        """Wait for updates, and confirm those before `offset`; the result is a list of raw updates."""
        waited = 0 if at_once else self.poll_seconds
        params: dict[str, Any] = {"timeout": waited, "allowed_updates": list(UPDATES)}
        if offset is not None:
            params["offset"] = offset
        seconds = waited + POLL_MARGIN
        try:
            async with asyncio.timeout(seconds + self.timeouts.call):
                bot = self._bots[Way.POLL]
                return meaning.accepted(await bot.do_api_request("getUpdates", api_kwargs=params, read_timeout=seconds))
        except Exception as raised:
            return meaning.of(raised)

    def _client(self, token: str, url: str, way: Way) -> telegram.Bot:
        pool = POLL_POOL if way is Way.POLL else IN_FLIGHT
        return _Bot(
            token,
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            request=self._request(pool),
            get_updates_request=self._request(POLL_POOL),
        )

    def _request(self, pool: int) -> "_Request":
        return _Request(
            connection_pool_size=pool,
            connect_timeout=self.timeouts.connect,
            read_timeout=self.timeouts.read,
            write_timeout=self.timeouts.write,
            pool_timeout=self.timeouts.pool,
            httpx_kwargs=self._httpx,
        )


class _Bot(telegram.Bot):
    """The library's bot, spoken to in the API's own words: rows hold methods and parameters as JSON."""

    @classmethod
    def _warn(cls, *_args: Any, **_kwargs: Any) -> None:
        """Keep silent: do_api_request advises the typed method, whose answer may fail to parse once it is accepted."""


class _Request(HTTPXRequest):
    """The library's client, which does not write a malformed answer's body into the log."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer; TelegramError with its cause, as the library raises it, if it is no JSON object."""
        try:
            answer = json.loads(payload.decode("utf-8", "replace"))
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(answer, dict):
            raise TelegramError("Invalid server response")
        return answer


@functools.lru_cache(maxsize=2)  # to read the certificates takes longer than a call
def _certificates(by_environment: bool) -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=by_environment)


def _requests(bot: telegram.Bot) -> list[Any]:
    return list(bot._request)  # both are opened and closed without the getMe that Bot.initialize makes


def _worded(method: str, params: dict[str, Any]) -> dict[str, Any]:
    if method in _WITH_TEXT:
        return {"parse_mode": "HTML", "link_preview_options": {"is_disabled": True}, **params}
    if method in _WITH_CAPTION and "caption" in params:
        params = {"parse_mode": "HTML", **params}
    return _filed(params) if method == "sendDocument" else params


def _filed(params: dict[str, Any]) -> dict[str, Any]:
    """Have a file of text, which rows hold by its name and its words, go as one."""
    held = params.get("document")
    if not isinstance(held, dict):
        return params
    return {**params, "document": telegram.InputFile(held["text"].encode(), filename=held["name"])}
