"""Ports for processes that are started with one: none that the kernel hands out by itself in between."""

import random
import socket
from typing import Final

OURS: Final = range(10_240, 32_000)
"""Below the ports of which the kernel gives one to every connection that leaves: of those any may be taken at once."""


def free() -> int:
    """Return a port of this machine that nobody listens on now, another each time."""
    while True:
        port = random.SystemRandom().choice(OURS)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            continue
