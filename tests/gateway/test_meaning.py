"""The table of outcomes, line by line over real sockets: a server that does one thing wrong at a time."""

import asyncio
import contextlib
import json
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from telegram import error

from reminderbot.gateway import meaning, transport
from reminderbot.gateway.meaning import Outcome

TOKEN = "4200000001:AAE-a-token-that-opens-nothing-at-all"
BRISK = transport.Timeouts(connect=0.5, read=0.5, write=0.5, pool=0.3)
Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[str]:
    """Serve every connection by `behaviour`; yields the address."""

    open_now: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        open_now.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await behaviour(reader, writer)
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in open_now:
            task.cancel()
        await asyncio.gather(*open_now, return_exceptions=True)


async def read_request(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))


def answering(status: str, body: bytes, *, said_length: int | None = None) -> Behaviour:
    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        head = f"HTTP/1.1 {status}\r\nContent-Length: {said_length or len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    return behave


def refusing(status: str, description: str, **parameters: int) -> Behaviour:
    body = {"ok": False, "error_code": int(status[:3]), "description": description}
    return answering(status, json.dumps(body | ({"parameters": parameters} if parameters else {})).encode())


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    await asyncio.sleep(5)


async def close_after_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def reset_after_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte whenever the read time-out is about to strike."""
    await read_request(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(40):
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.2)


async def called(url: str, limits: transport.Timeouts = BRISK) -> meaning.Answer:
    way = transport.Transport(TOKEN, url, timeouts=limits)
    await way.open()
    try:
        return await way.send(transport.Way.REMINDER, "sendMessage", {"text": "Good morning"}, to=1)
    finally:
        await way.close()


OK = json.dumps({"ok": True, "result": {"message_id": 7}}).encode()


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        pytest.param(answering("200 OK", OK), Outcome.ACCEPTED, id="ok"),
        pytest.param(hang, Outcome.UNKNOWN, id="read time-out"),
        pytest.param(close_after_the_request, Outcome.UNKNOWN, id="close after the request"),
        pytest.param(reset_after_the_request, Outcome.UNKNOWN, id="reset after the request"),
        pytest.param(trickle, Outcome.UNKNOWN, id="a trickle of bytes"),
        pytest.param(answering("200 OK", OK[:20], said_length=len(OK)), Outcome.UNKNOWN, id="200 cut short"),
        pytest.param(answering("200 OK", b"<html>Welcome</html>"), Outcome.UNKNOWN, id="200 with HTML"),
        pytest.param(answering("200 OK", b'{"ok":true,"result":'), Outcome.UNKNOWN, id="200 with broken JSON"),
        pytest.param(answering("200 OK", b"[]"), Outcome.UNKNOWN, id="200 with a list"),
        pytest.param(answering("200 OK", b'{"ok":true}'), Outcome.UNKNOWN, id="200 without a result"),
        pytest.param(refusing("500 Internal Server Error", "Internal"), Outcome.UNKNOWN, id="500"),
        pytest.param(answering("502 Bad Gateway", b"<html></html>"), Outcome.UNKNOWN, id="502 with HTML"),
        pytest.param(refusing("504 Gateway Timeout", "Gateway Timeout"), Outcome.UNKNOWN, id="504"),
        pytest.param(refusing("413 Request Entity Too Large", "Request Entity Too Large"), Outcome.REJECTED, id="413"),
        pytest.param(answering("413 Too Large", b"<html></html>"), Outcome.REJECTED, id="413 with HTML"),
        pytest.param(
            refusing("400 Bad Request", "Bad Request: can't parse entities: <Ana>"), Outcome.REJECTED, id="400 parse"
        ),
        pytest.param(refusing("400 Bad Request", "Bad Request: chat not found"), Outcome.REJECTED, id="400 chat"),
        pytest.param(
            refusing("400 Bad Request", "Bad Request: upgraded", migrate_to_chat_id=-100),
            Outcome.REJECTED,
            id="400 migrated",
        ),
        pytest.param(
            refusing("400 Bad Request", "Bad Request: message is not modified: same"), Outcome.ACCEPTED, id="unmodified"
        ),
        pytest.param(refusing("403 Forbidden", "Forbidden: bot was blocked by the user"), Outcome.BLOCKED, id="403"),
        pytest.param(refusing("401 Unauthorized", "Unauthorized"), Outcome.HALT, id="401"),
        pytest.param(refusing("404 Not Found", "Not Found"), Outcome.HALT, id="404"),
        pytest.param(refusing("409 Conflict", "Conflict: terminated by other"), Outcome.CONFLICT, id="409"),
        pytest.param(
            refusing("429 Too Many Requests", "Too Many Requests: retry after 7", retry_after=7),
            Outcome.WAIT,
            id="429",
        ),
        pytest.param(answering("429 Too Many Requests", b"slow down"), Outcome.WAIT, id="429 of something between"),
    ],
)
async def test_what_an_answer_means(behaviour: Behaviour, outcome: Outcome) -> None:
    async with serving(behaviour) as url:
        answer = await called(url)

    assert answer.outcome is outcome


async def test_a_429_says_how_long_to_wait() -> None:
    async with serving(refusing("429 Too Many Requests", "Too Many Requests", retry_after=7)) as url:
        answer = await called(url)

    assert answer.retry_after == timedelta(seconds=7)


async def test_a_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    answer = await called(f"http://127.0.0.1:{port}")

    assert answer.outcome is Outcome.NOT_SENT


async def test_a_name_that_does_not_resolve_sent_nothing() -> None:
    answer = await called("http://no-such-host.invalid")

    assert answer.outcome is Outcome.NOT_SENT


async def test_a_connection_that_is_never_taken_up_sent_nothing() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())

        answer = await called(f"http://127.0.0.1:{full.getsockname()[1]}")
        for each in waiting:
            each.close()

    assert answer.outcome is Outcome.NOT_SENT
    assert "ConnectTimeout" in answer.detail


async def test_a_handshake_that_stalls_sent_nothing() -> None:
    async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(3)

    async with serving(stall) as url:
        answer = await called(url.replace("http:", "https:"))

    assert answer.outcome is Outcome.NOT_SENT


async def test_a_stranger_instead_of_tls_sent_nothing() -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()
        await reader.read()

    assert ssl.HAS_TLSv1_2
    async with serving(babble) as url:
        answer = await called(url.replace("http:", "https:"))

    assert answer.outcome is Outcome.NOT_SENT


async def test_an_exhausted_pool_sent_nothing() -> None:
    async with serving(hang) as url:
        way = transport.Transport(TOKEN, url, timeouts=BRISK)
        await way.open()
        calls = [
            way.send(transport.Way.REMINDER, "sendMessage", {"text": "Hello"}, to=1)
            for _ in range(transport.IN_FLIGHT + 1)
        ]
        answers = await asyncio.gather(*calls)
        await way.close()

    outcomes = [answer.outcome for answer in answers]
    assert (outcomes.count(Outcome.UNKNOWN), outcomes.count(Outcome.NOT_SENT)) == (transport.IN_FLIGHT, 1)


async def test_only_a_hung_answer_counts_as_hung() -> None:
    async with serving(hang) as url:
        hung = await called(url)
    async with serving(answering("502 Bad Gateway", b"")) as url:
        refused = await called(url)

    assert (hung.is_hung, refused.is_hung) == (True, False)


async def test_the_detail_of_a_refusal_names_no_content() -> None:
    words = "Bad Request: can't parse entities: unsupported start tag <Ana Garcia> at byte offset 3"
    async with serving(refusing("400 Bad Request", words)) as url:
        answer = await called(url)

    assert answer.detail == "BadRequest: Can't parse entities"


async def test_a_malformed_answer_does_not_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async with serving(answering("200 OK", b"<html>Ana Garcia</html>")) as url:
        await called(url)

    assert "Ana Garcia" not in caplog.text


def test_an_endpoint_that_is_not_found_stops_all_sends() -> None:
    assert meaning.of(error.EndPointNotFound("sendMessage")).outcome is Outcome.HALT


async def test_a_retry_after_is_understood_as_number_and_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    as_delta = meaning.of(error.RetryAfter(3))
    monkeypatch.setenv("PTB_TIMEDELTA", "false")
    with pytest.warns(DeprecationWarning, match="retry_after"):
        raised = error.RetryAfter(3)

    assert meaning.of(raised).retry_after == as_delta.retry_after == timedelta(seconds=3)
