"""The webhook: who does not know the secret leaves no row, what is stored is answered, and it stays pointed at us."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from sqlalchemy import select, text

from reminderbot import errors
from reminderbot.gateway import pointing, poller, transport, webhook
from reminderbot.simulator import client, server
from reminderbot.store import bots, tables
from reminderbot.store.work import Store
from reminderbot.web import ops
from reminderbot.web import server as web
from tests.conftest import MONDAY
from tests.delivery import cast

SECRET = webhook.secret(server.TOKEN)
KNOWN = {webhook.HEADER: SECRET}
PATH = "/telegram"


@pytest.fixture
async def hook_url(store: Store) -> AsyncIterator[str]:
    """The address of a process with the route, over a real socket."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    route = webhook.route(store, bot_id=cast.BOT, path=PATH, secret=SECRET)
    site = ops.site(ops.Gauge(store, bot_id=cast.BOT, now=lambda: MONDAY), more=[route])
    listener = web.take("127.0.0.1", 0)
    running = asyncio.create_task(web.serve(site, listener))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}{PATH}"
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


@pytest.fixture
async def outside() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pointing, "LOOK", 0.1)
    monkeypatch.setattr(pointing, "SOON", 0.1)


@contextlib.asynccontextmanager
async def pointed(store: Store, telegram: transport.Transport, url: str, owner: str = "here") -> AsyncIterator[None]:
    hook = pointing.Hook(url, SECRET)
    task = asyncio.create_task(pointing.Pointer(store, telegram, hook, owner=owner).run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def stored(store: Store) -> list[int]:
    async with store.reading() as work:
        return list((await work.run(select(tables.inbox.c.update_id).order_by(tables.inbox.c.id))).scalars())


async def until_stored(store: Store, count: int) -> list[int]:
    async with asyncio.timeout(10):
        while len(found := await stored(store)) < count:
            await asyncio.sleep(0.02)
    return found


async def until_heard(store: Store, *, heard: bool) -> None:
    async with asyncio.timeout(10):
        while True:
            async with store.reading() as work:
                polls = await bots.polls(work, cast.BOT)
            if polls.returned is not None and (polls.heard == polls.returned) is heard:
                return
            await asyncio.sleep(0.02)


async def info(telegram: transport.Transport) -> dict[str, object]:
    found: dict[str, object] = (await telegram.call(transport.Way.REPLY, "getWebhookInfo", {})).result
    return found


def test_the_secret_is_of_telegrams_alphabet_and_tells_nothing_of_the_token() -> None:
    assert len(SECRET) == 64
    assert set(SECRET) <= set("0123456789abcdef")
    assert webhook.secret("1:other") != SECRET


@pytest.mark.parametrize("given", [{}, {webhook.HEADER: ""}, {webhook.HEADER: "wrong"}, {webhook.HEADER: SECRET[:-1]}])
async def test_who_does_not_know_the_secret_is_refused_and_leaves_no_row(
    given: dict[str, str], hook_url: str, outside: httpx.AsyncClient, store: Store
) -> None:
    answer = await outside.post(hook_url, json={"update_id": 1}, headers=given)

    assert (answer.status_code, answer.content) == (403, b"")
    assert await stored(store) == []


async def test_a_stranger_is_refused_before_a_byte_of_the_body_is_read(hook_url: str) -> None:
    parts = httpx.URL(hook_url)
    reader, writer = await asyncio.open_connection(parts.host, parts.port)
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n".encode())

    async with asyncio.timeout(5):
        line = await reader.readline()
    writer.close()

    assert b" 403 " in line


async def test_an_update_is_stored_once_however_often_it_is_posted(
    hook_url: str, outside: httpx.AsyncClient, store: Store
) -> None:
    for _ in range(2):
        answer = await outside.post(hook_url, json={"update_id": 7}, headers=KNOWN)

        assert (answer.status_code, answer.content) == (200, b"")
    assert await stored(store) == [7]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"{}",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": -1}',
        b'{"update_id": 99999999999999999999}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
async def test_what_is_no_update_is_refused_and_not_logged(
    body: bytes, hook_url: str, outside: httpx.AsyncClient, store: Store
) -> None:
    with structlog.testing.capture_logs() as lines:
        answer = await outside.post(hook_url, content=body, headers=KNOWN)

    assert answer.status_code == 400
    assert await stored(store) == []
    assert [set(line) for line in lines] == [{"event", "log_level", "error"}]


async def test_a_body_that_is_too_long_is_refused_announced_or_not(
    hook_url: str, outside: httpx.AsyncClient, store: Store
) -> None:
    async def trickled() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * 65536

    for body in (b" " * (webhook.LARGEST + 1), trickled()):
        answer = await outside.post(hook_url, content=body, headers=KNOWN)

        assert answer.status_code == 413
    assert await stored(store) == []


@pytest.mark.parametrize("more", ["/", "/more", "%2F", "x"])
async def test_the_path_is_met_exactly(more: str, hook_url: str, outside: httpx.AsyncClient) -> None:
    answer = await outside.post(f"{hook_url}{more}", json={"update_id": 7}, headers=KNOWN)

    assert answer.status_code == 404


async def test_only_a_post_is_taken(hook_url: str, outside: httpx.AsyncClient) -> None:
    assert (await outside.get(hook_url, headers=KNOWN)).status_code == 405


async def test_a_database_that_is_away_lets_telegram_post_again(
    hook_url: str, outside: httpx.AsyncClient, owned: Store
) -> None:
    async with owned.writing() as work:
        await work.run(text("ALTER TABLE inbox RENAME TO inbox_gone"))
    away = await outside.post(hook_url, json={"update_id": 7}, headers=KNOWN)
    async with owned.writing() as work:
        await work.run(text("ALTER TABLE inbox_gone RENAME TO inbox"))

    back = await outside.post(hook_url, json={"update_id": 7}, headers=KNOWN)

    assert (away.status_code, back.status_code) == (503, 200)


async def test_what_a_person_writes_comes_by_the_webhook(
    store: Store, telegram: transport.Transport, phone: client.Phone, simulated: client.Simulated, hook_url: str
) -> None:
    async with pointed(store, telegram, hook_url):
        await phone.say("hello")
        found = await until_stored(store, 2)
        await until_heard(store, heard=True)

    assert len(set(found)) == 2
    assert await simulated.updates() == []
    assert await simulated.calls(method="getUpdates") == []
    assert set((await info(telegram))["allowed_updates"]) == set(transport.UPDATES)  # type: ignore[call-overload]


async def test_a_webhook_that_somebody_else_has_moved_is_set_again(
    store: Store, telegram: transport.Transport, phone: client.Phone, hook_url: str
) -> None:
    async with pointed(store, telegram, hook_url):
        await until_stored(store, 1)
        for method, params in (("setWebhook", {"url": "http://127.0.0.1:9/x"}), ("deleteWebhook", {})):
            await telegram.call(transport.Way.REPLY, method, params)
            async with asyncio.timeout(5):
                while (await info(telegram))["url"] != hook_url:
                    await asyncio.sleep(0.02)
        await phone.say("still there?")
        await until_stored(store, 2)


async def test_who_stands_by_leaves_the_webhook_alone(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, hook_url: str
) -> None:
    async with pointed(store, telegram, hook_url, "one"):
        await until_heard(store, heard=True)
        async with pointed(store, telegram, "http://127.0.0.1:9/other", "two"):
            await asyncio.sleep(1.0)
            sets = await simulated.calls(method="setWebhook")

    assert len(sets) == 1


async def test_a_webhook_that_telegram_cannot_reach_makes_us_deaf(
    store: Store, telegram: transport.Transport, phone: client.Phone
) -> None:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)

    async with pointed(store, telegram, "http://127.0.0.1:9/telegram"):
        await until_heard(store, heard=False)


@pytest.mark.parametrize("fault", ["server_error", "cut", "conflict"])
async def test_a_telegram_that_does_not_answer_the_look_is_told_and_waited_out(
    fault: str, store: Store, telegram: transport.Transport, simulated: client.Simulated, hook_url: str
) -> None:
    await simulated.fault(fault, method="getWebhookInfo", times=None)
    async with pointed(store, telegram, hook_url):
        await until_heard(store, heard=False)
        await simulated.heal()
        await until_heard(store, heard=True)


async def test_a_token_that_stays_refused_ends_the_webhook(
    store: Store, telegram: transport.Transport, simulated: client.Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    monkeypatch.setattr(poller, "REVOKED", 0.3)
    await simulated.fault("unauthorized", times=None)

    with pytest.raises(errors.Unusable, match="BotFather"):
        await asyncio.wait_for(
            pointing.Pointer(store, telegram, pointing.Hook("http://127.0.0.1:9/x", SECRET), owner="x").run(), 10
        )


async def test_an_error_that_is_long_past_is_no_news() -> None:
    stale = {"pending_update_count": 3, "last_error_date": 1000}

    assert not pointing._fails(stale, 1000 + pointing.FRESH)
    assert pointing._fails(stale, 1000 + pointing.FRESH - 1)


async def test_polling_takes_a_webhook_away_and_loses_nothing_that_waits(
    store: Store, telegram: transport.Transport, phone: client.Phone
) -> None:
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
    await telegram.call(transport.Way.REPLY, "setWebhook", {"url": "http://127.0.0.1:9/x"})
    await phone.say("do not lose me")
    polling = asyncio.create_task(poller.Poller(store, telegram, owner="here").run())

    found = await until_stored(store, 2)
    polling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await polling

    assert len(found) == 2
    assert (await info(telegram))["url"] == ""


def test_the_parameters_hold_no_token() -> None:
    assert server.TOKEN not in json.dumps(pointing.Hook("https://bot.example.org/telegram", SECRET).params)
