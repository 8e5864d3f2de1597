"""The HTTP server of one process: a port taken before anything starts, signals left to the app."""

import contextlib
import os
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI

from reminderbot import errors
from reminderbot.web import connections

GRACE = 3  # seconds that open requests get when the process stops


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handlers: the app decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signal."""
        yield


def take(host: str, port: int) -> socket.socket:
    """Return a listening socket; Unusable if the port is in use or the address is not this machine's."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
        # asyncio does not set it on a listener that is handed in; a delayed ACK then holds an answer for 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, UnicodeError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise errors.Unusable(
            f"REMINDERBOT_LISTEN={host}:{port} cannot be listened on ({reason}). Choose another port or address."
        ) from None


async def serve(site: FastAPI, listener: socket.socket) -> None:
    """Serve until cancelled."""
    config = uvicorn.Config(
        connections.Framed(site),
        http=connections.Bounded,
        ws="none",
        backlog=connections.BACKLOG,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # web/console/guard.py reads them
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    try:
        await server.serve(sockets=[listener])
    finally:
        listener.close()
