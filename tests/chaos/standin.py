"""A stand-in for Telegram in a process of its own: strict, quick, and its log is written before it answers.

It is killed by nobody, so what its log says was accepted is the truth. Faults are ordered over /control.
"""

import asyncio
import contextlib
import dataclasses
import json
import os
import random
import socket
import struct
import time
import urllib.parse
from pathlib import Path
from typing import Any

TOKEN = "4200000001:AAE-stand-in-token-of-nobody-at-all"
BOT = int(TOKEN.partition(":")[0])
ME = {"id": BOT, "is_bot": True, "first_name": "Stand-in", "username": "standin_bot"}
HOUR = 3600.0

WRITES = frozenset({"sendMessage", "editMessageText", "editMessageReplyMarkup", "sendPhoto", "sendDocument"})
"""Methods that name a chat, and are logged when they are accepted."""

PLAIN = frozenset(
    {
        "answerCallbackQuery",
        "deleteMessage",
        "deleteWebhook",
        "setChatMenuButton",
        "setMyCommands",
        "setMyDescription",
        "setMyName",
        "setMyShortDescription",
        "setWebhook",
    }
)
"""Methods that are answered with true."""

FAULTS = (
    "cut_before",  # reset, not accepted
    "cut_after",  # reset, accepted
    "hang_before",  # silence until the caller leaves, not accepted
    "hang_after",  # the same, accepted
    "error_before",  # 502, not accepted
    "error_after",  # 502, accepted
    "short",  # 200, accepted, the body cut in the middle
    "too_many",  # 429, not accepted
)
"""Faults that are drawn by chance; `refused` and `blocked` are ordered for a chat only."""


class _Cut(Exception):
    """The connection is reset instead of an answer."""


@dataclasses.dataclass
class Hold:
    """A call that waits in our hands, `before` it is accepted or after, until it is let go."""

    before: bool
    accept: bool = True
    free: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)


class Standin:
    """The bot's Telegram: what it accepts, what is to go wrong, the updates that wait."""

    def __init__(self, log: Path) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        self._message = 0
        self._chance = random.Random(1)
        self._share, self._kinds = 0.0, FAULTS
        self._ordered: dict[int, list[str]] = {}  # of a chat, used up in order
        self._wanted: list[Hold] = []
        self._held: list[Hold] = []
        self._updates: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()
        self._polls = 0

    def note(self, event: str, **more: Any) -> None:
        """Write one line of the log; it is in the kernel's hands when this returns."""
        os.write(self._log, json.dumps({"event": event, "at": time.time(), **more}).encode() + b"\n")

    async def call(self, method: str, given: dict[str, Any]) -> bytes:
        """Carry out one call of the Bot API and return the answer; _Cut if there is none."""
        if method == "getMe":
            return _ok(ME)
        if method == "getUpdates":
            return await self._poll(given)
        if method in PLAIN:
            self.note("called", method=method)
            return _ok(True)
        if method not in WRITES:
            return _refusal(404, "Not Found")
        return await self._write(method, given)

    async def control(self, what: str, given: dict[str, Any]) -> bytes:
        """Do what the test asks for."""
        match what:
            case "hold":
                self._wanted.append(Hold(given["before"]))
            case "release":
                self._wanted.clear()
                for hold in self._held:
                    hold.accept = given["accept"]
                    hold.free.set()
                self._held.clear()
            case "faults":
                self._share, self._kinds = given["share"], tuple(given.get("kinds", FAULTS))
                self._chance = random.Random(given.get("seed", 1))
            case "order":
                self._ordered.setdefault(given["chat"], []).extend(given["kinds"])
            case "updates":
                self._updates.extend(given["updates"])
                self._arrived.set()
            case _:
                return _refusal(404, "Not Found")
        return _ok(True)

    async def _poll(self, given: dict[str, Any]) -> bytes:
        """Forget what the caller confirms, and wait for something to hand out; a later poll ends this one by a 409.

        All of it as Telegram does, but that a batch comes in another order, though not that of a chat.
        """
        offset, limit = int(given.get("offset", 0)), int(given.get("limit", 100))
        self._polls += 1
        mine = self._polls
        self._arrived.set()
        if offset:
            self._updates = [each for each in self._updates if each["update_id"] >= offset]
            self.note("confirmed", offset=offset)
        if not self._updates:
            self._arrived = asyncio.Event()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), float(given.get("timeout", 0)) or 0.01)
        if mine != self._polls:
            return _refusal(409, "Conflict: terminated by other getUpdates request")
        batch = self._updates[:limit]
        if batch:
            self.note("handed", ids=[each["update_id"] for each in batch])
        return _ok(self._mixed(batch))

    def _mixed(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        chats: dict[int, list[dict[str, Any]]] = {}
        for each in batch:
            chats.setdefault(each["message"]["chat"]["id"], []).append(each)
        of_chat = [chat for chat, theirs in chats.items() for _ in theirs]
        self._chance.shuffle(of_chat)
        return [chats[chat].pop(0) for chat in of_chat]

    async def _write(self, method: str, given: dict[str, Any]) -> bytes:
        fault = _wrong(method, given)
        if fault is not None:
            return _refusal(400, f"Bad Request: {fault}")
        chat = int(given["chat_id"])
        self.note("seen", method=method, chat=chat)
        if not await self._hold(chat, before=True):
            raise _Cut
        answer = await self._meet(self._draw(chat), method, chat, given)
        await self._hold(chat, before=False)
        self.note("answered", method=method, chat=chat)
        return answer

    def _draw(self, chat: int) -> str:
        if self._ordered.get(chat):
            return self._ordered[chat].pop(0)
        return self._chance.choice(self._kinds) if self._chance.random() < self._share else ""

    async def _hold(self, chat: int, *, before: bool) -> bool:
        """Keep a call if one is wanted at this point; False if it is not to be accepted."""
        wanted = next((each for each in self._wanted if each.before is before), None)
        if wanted is None:
            return True
        self._wanted.remove(wanted)
        self._held.append(wanted)
        self.note("held", chat=chat, before=before)
        await wanted.free.wait()
        return wanted.accept

    async def _meet(self, fault: str, method: str, chat: int, given: dict[str, Any]) -> bytes:
        """Return the answer of a call that a fault may strike before or after it is accepted."""
        if fault:
            self.note("fault", kind=fault, chat=chat)
        match fault:
            case "cut_before":
                raise _Cut
            case "hang_before":
                await asyncio.sleep(HOUR)
            case "error_before":
                return _page(502, "Bad Gateway")
            case "too_many":
                return _refusal(429, "Too Many Requests: retry after 1", retry_after=1)
            case "refused":
                return _refusal(400, "Bad Request: chat not found")
            case "blocked":
                return _refusal(403, "Forbidden: bot was blocked by the user")
        accepted = self._accept(method, chat, given)
        match fault:
            case "cut_after":
                raise _Cut
            case "hang_after":
                await asyncio.sleep(HOUR)
            case "error_after":
                return _page(502, "Bad Gateway")
            case "short":
                return accepted[:-20]
        return accepted

    def _accept(self, method: str, chat: int, given: dict[str, Any]) -> bytes:
        self._message += 1
        text = str(given.get("text") or given.get("caption") or "")
        self.note("accepted", method=method, chat=chat, message=self._message, text=text)
        made = {"message_id": self._message, "date": int(time.time()), "chat": {"id": chat, "type": "private"}}
        return _ok({**made, "from": ME, "text": text})


def _wrong(method: str, given: dict[str, Any]) -> str | None:
    """Say what Telegram would refuse about the parameters; None if nothing."""
    if not str(given.get("chat_id", "")).lstrip("-").isdigit():
        return "chat_id is empty"
    if method == "sendMessage" and not 0 < len(str(given.get("text", ""))) <= 4096:
        return "message text is empty"
    markup = given.get("reply_markup", "{}")
    if not isinstance(json.loads(markup) if isinstance(markup, str) else markup, dict):
        return "can't parse reply keyboard markup JSON object"
    return None


def _ok(result: Any) -> bytes:
    return _http(200, "OK", json.dumps({"ok": True, "result": result}))


def _refusal(code: int, words: str, **parameters: Any) -> bytes:
    body = {"ok": False, "error_code": code, "description": words}
    return _http(code, "Refused", json.dumps({**body, "parameters": parameters} if parameters else body))


def _page(code: int, words: str) -> bytes:
    return _http(code, words, f"<html><h1>{words}</h1></html>", kind="text/html")


def _http(code: int, words: str, body: str, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {code} {words}\r\nContent-Type: {kind}\r\nContent-Length: {len(body.encode())}\r\n\r\n"
    return (head + body).encode()


async def _serve(standin: Standin, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection: its requests, one after another."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            path, kind, length = _read_head(head)
            given = _read_body(kind, await reader.readexactly(length))
            writer.write(answer := await _answered(standin, path, given))
            await writer.drain()
            if _is_short(answer):
                break
        writer.close()
    except _Cut:
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # a reset, and no end
        writer.transport.abort()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _answered(standin: Standin, path: str, given: dict[str, Any]) -> bytes:
    parts = path.strip("/").split("/")
    match parts:
        case ["control", what]:
            return await standin.control(what, given)
        case [bot, method] if bot == f"bot{TOKEN}":
            return await standin.call(method, given)
        case _:
            return _refusal(401, "Unauthorized")


def _read_head(head: bytes) -> tuple[str, str, int]:
    """Return the path, the kind of body and its length."""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return first.split()[1].partition("?")[0], headers.get("content-type", ""), int(headers.get("content-length", 0))


def _read_body(kind: str, body: bytes) -> dict[str, Any]:
    if kind.startswith("application/json"):
        return dict(json.loads(body or b"{}"))
    return dict(urllib.parse.parse_qsl(body.decode(), keep_blank_values=True))


def _is_short(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    return f"Content-Length: {len(body)}".encode() not in head


async def _run(log: Path) -> None:
    standin = Standin(log)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _serve(standin, reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**20)
    standin.note("open", port=server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()


def main(spec: dict[str, Any]) -> None:
    """Serve until the process is ended; the log's first line names the port."""
    asyncio.run(_run(Path(spec["journal"])))
