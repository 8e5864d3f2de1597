"""Connections at the server itself: half-open ones hold nobody up, end in time, and a request ends in one way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Request

from reminderbot.web import connections, headers, server
from tests.security.journal import wire


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[int]:
    """Serve one page on a port."""
    site = FastAPI()

    @site.get("/")
    async def page() -> str:
        return "here"

    @site.post("/")
    async def form(request: Request) -> str:
        return (await request.body()).decode()

    with server.take("127.0.0.1", 0) as listener:
        task = asyncio.create_task(server.serve(site, listener))
        try:
            yield int(listener.getsockname()[1])
        finally:
            await asyncio.sleep(0.2)  # so that it sees who has gone
            task.cancel()
            await asyncio.wait({task})


async def ended(reader: asyncio.StreamReader) -> bool:
    """Tell whether a connection ends, in order or not, without an answer."""
    try:
        return await asyncio.wait_for(reader.read(), 5) == b""
    except ConnectionError:
        return True


@pytest.mark.parametrize(
    "begun", [b"GET / HTTP/1.1\r\nX: ", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx", b""]
)
async def test_of_too_many_half_open_connections_the_longest_waiting_give_way(
    monkeypatch: pytest.MonkeyPatch, begun: bytes
) -> None:
    monkeypatch.setattr(connections, "MOST", 5)
    async with served() as port:
        first, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(begun)
        async with wire.held_open(port, 20, begun):
            status = await wire.status(port, wire.request("GET", "/"))
            assert await ended(first)
            await wire.closed(writer)

    assert status == 200


async def test_a_connection_on_which_nothing_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WITHIN", 0.3)
    async with served() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX: ")

        assert await ended(reader)
        await wire.closed(writer)


async def test_a_request_that_says_twice_where_it_ends_is_refused_and_nothing_behind_it_is_read() -> None:
    sent = b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
    async with served() as port:
        got = await wire.answers(port, sent + wire.request("GET", "/"))

    assert wire.statuses(got) == [400]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01 no HTTP\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    ],
)
async def test_what_no_application_sees_is_refused_with_the_headers_of_every_answer(sent: bytes) -> None:
    async with served() as port:
        got = (await wire.answers(port, sent)).decode("latin-1").lower()

    assert got.startswith("http/1.1 400")
    assert [name for name, value in headers.ALL.items() if f"\r\n{name}: {value}\r\n".lower() not in got] == []
    assert "\r\nserver:" not in got
