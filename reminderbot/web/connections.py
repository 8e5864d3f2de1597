"""Connections that cannot be kept from others: an exchange ends in time, and where there are too many one gives way."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

import h11
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reminderbot import observability
from reminderbot.web import headers

MOST: Final = 200  # at once; a process may commonly have 256 or 1,024 files open, the database's among them
WITHIN: Final = 120.0  # seconds from one answer's end to the next one's: the largest list, by a slow line
BACKLOG: Final = 100  # that the system takes for us; asyncio accepts as many before it looks at any
FRAMINGS: Final = frozenset({b"content-length", b"transfer-encoding"})

log = observability.logger()


class Bounded(H11Protocol):
    """HTTP as uvicorn speaks it, which by itself waits for ever for the rest of a request, on any number of them."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin a connection; the one that has waited longest gives way to it where there are too many."""
        super().connection_made(transport)
        self._begin()
        give_way(each for each in self.connections if isinstance(each, Bounded))

    def on_response_complete(self) -> None:
        """Wait for another request, no longer than for the first."""
        super().on_response_complete()
        self._ends.cancel()
        self._begin()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, with the headers of every answer; no application has seen it."""
        log.warning("a request was no HTTP")
        told = [(name.lower().encode(), value.encode()) for name, value in headers.ALL.items()]
        told += [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
        answer = h11.Response(status_code=400, headers=told, reason=b"Bad Request")
        for event in (answer, h11.Data(data=msg.encode()), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        self._ends.cancel()
        super().connection_lost(exc)

    @property
    def rank(self) -> tuple[bool, float]:
        """Who gives way first: whose request is not whole, and of those who has waited longest."""
        cycle: Any = self.cycle
        is_served = cycle is not None and not cycle.more_body and not cycle.response_complete
        return is_served, self._since

    def drop(self) -> None:
        """End it at once, whatever is on its way."""
        self.transport.abort()

    def _begin(self) -> None:
        self._since = self.loop.time()
        self._ends = self.loop.call_later(WITHIN, self.drop)


def give_way(connections: Iterable[Bounded]) -> None:
    """Drop the first by rank, if there are more than MOST."""
    open_ = [each for each in connections if not each.transport.is_closing()]
    if len(open_) > MOST:
        min(open_, key=lambda each: each.rank).drop()


class Framed:
    """An application that refuses a request which says in two ways where it ends, and ends the connection.

    A proxy might believe the other way, and take what follows for another's request (RFC 9112, section 6.1).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what ends in one way."""
        is_twofold = scope["type"] == "http" and {name for name, _ in scope["headers"]} >= FRAMINGS
        refused = Response(status_code=400, headers={**headers.ALL, "Connection": "close"})
        app = refused if is_twofold else self._app
        await app(scope, receive, send)
