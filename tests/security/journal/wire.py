"""Bytes as no browser would send them: requests written by hand, and connections that are left half open."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Final

WITHIN: Final = 5.0  # seconds that an answer may take


def request(method: str, path: str, *headers: str, body: bytes = b"", host: str = "console.example") -> bytes:
    """Return a request that announces its body and asks to be the last one of its connection."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def answers(port: int, sent: bytes, *, within: float = WITHIN) -> bytes:
    """Send bytes; return all that comes back until the other side closes, or for so many seconds."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    got = bytearray()
    try:
        writer.write(sent)
        async with asyncio.timeout(within):
            while part := await reader.read(65536):
                got += part
    except (TimeoutError, ConnectionError):
        pass
    finally:
        await closed(writer)
    return bytes(got)


async def closed(*writers: asyncio.StreamWriter) -> None:
    """Close connections, whatever the other side has done to them."""
    for each in writers:
        each.close()
    for each in writers:
        with contextlib.suppress(ConnectionError):
            await each.wait_closed()


def statuses(got: bytes) -> list[int]:
    """Return the status of each answer that came."""
    return [int(line.split()[1]) for line in got.split(b"\r\n") if line.startswith(b"HTTP/1.")]


async def status(port: int, sent: bytes, *, within: float = WITHIN) -> int:
    """Return the status of the first answer; 0 if none came."""
    return next(iter(statuses(await answers(port, sent, within=within))), 0)


async def seconds(port: int, path: str) -> float:
    """Return how long a look at a page takes; WITHIN if it is not served."""
    began = time.monotonic()
    served = await status(port, request("GET", path)) == 200
    return time.monotonic() - began if served else WITHIN


@contextlib.asynccontextmanager
async def held_open(port: int, count: int, sent: bytes) -> AsyncIterator[None]:
    """Hold connections on which something was begun and nothing is ended."""
    held = []
    try:
        for _ in range(count):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            held.append(writer)
        await asyncio.sleep(0.5)
        yield
    finally:
        await closed(*held)
