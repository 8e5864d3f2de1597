"""Connections that can be cut: uvicorn's own protocol, with the transport handed to the application."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

_KEY = "reminderbot.transport"
_BODY_MISSING = 64  # bytes promised by the header of an answer that is cut short, and never sent


class CuttableProtocol(H11Protocol):
    """HTTP as uvicorn speaks it; each scope carries the connection it came by under `extensions`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection whose requests know it."""
        super().connection_made(transport)
        # asyncio does this for sockets it makes itself; without it each answer waits 40 ms for an ACK.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        inner = self.app

        async def app(scope: Any, receive: Any, send: Any) -> None:
            scope.setdefault("extensions", {})[_KEY] = transport
            await inner(scope, receive, send)

        self.app = app


class QuietServer(uvicorn.Server):
    """A server that leaves the process's signals to whoever owns the process, and says when it is open."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._opened = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open, then say so."""
        await super().startup(sockets=sockets)
        self._opened.set()

    async def opened(self) -> None:
        """Wait until requests are taken."""
        await self._opened.wait()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch none."""
        yield


class Cut:
    """An answer that is none: the connection ends, in order or with a reset."""

    def __init__(self, *, reset: bool = False) -> None:
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, _: Send) -> None:
        """Close the transport and wait until that has arrived."""
        await _end(scope, receive, reset=self._reset)


class CutShort:
    """A 200 whose body ends before the length that its header promised."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the beginning, then end the connection."""
        length = str(len(self._body) + _BODY_MISSING).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": True})
        await _end(scope, receive, reset=False)


async def _end(scope: Scope, receive: Receive, *, reset: bool) -> None:
    transport: asyncio.Transport | None = scope.get("extensions", {}).get(_KEY)
    if transport is None:
        raise RuntimeError("only a server opened by server.serve can cut a connection")
    if reset:
        # Linger 0 makes the kernel send RST instead of FIN.
        connection: socket.socket = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    while (await receive())["type"] != "http.disconnect":
        pass
