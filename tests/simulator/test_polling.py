"""Updates reach the bot once they are there, in order, until they are confirmed, by one poller."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, error

from reminderbot.simulator import client, server


async def test_an_update_is_told_again_until_it_is_confirmed(bot: Bot, ana: client.Phone) -> None:
    first = await bot.get_updates()
    again = await bot.get_updates()
    after = await bot.get_updates(offset=first[-1].update_id + 1)

    assert [u.update_id for u in first] == [u.update_id for u in again]
    assert after == ()


async def test_updates_come_in_order_and_no_more_than_asked_for(bot: Bot, ana: client.Phone) -> None:
    for word in ("one", "two", "three"):
        await ana.say(word)

    updates = await bot.get_updates(limit=3)

    assert [u.message.text for u in updates if u.message] == ["/start", "one", "two"]


async def test_a_negative_offset_keeps_the_last_ones_and_forgets_the_rest(bot: Bot, ana: client.Phone) -> None:
    await ana.say("one")
    await ana.say("two")

    updates = await bot.get_updates(offset=-1)

    assert [u.message.text for u in updates if u.message] == ["two"]
    assert len(await bot.get_updates()) == 1


async def test_a_long_poll_returns_as_soon_as_something_is_said(bot: Bot, ana: client.Phone) -> None:
    confirmed = (await bot.get_updates())[-1].update_id + 1
    poll = asyncio.create_task(bot.get_updates(offset=confirmed, timeout=20))
    await asyncio.sleep(0.1)
    await ana.say("now")

    async with asyncio.timeout(2):
        assert [u.message.text for u in await poll if u.message] == ["now"]


async def test_a_second_poller_ends_the_first_one_with_a_conflict(bot: Bot, simulated: client.Simulated) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(bot.get_updates(timeout=0))

    with pytest.raises(error.Conflict, match="terminated by other getUpdates request"):
        await first
    assert await second == ()


async def test_kinds_that_were_not_asked_for_do_not_come(bot: Bot, ana: client.Phone) -> None:
    confirmed = (await bot.get_updates(allowed_updates=["callback_query"]))[-1].update_id + 1
    await ana.say("unheard")
    await ana.press("heard", wait=0)

    updates = await bot.get_updates(offset=confirmed)

    assert [u.callback_query.data for u in updates if u.callback_query] == ["heard"]
    assert len(updates) == 1


async def test_updates_older_than_a_day_are_lost() -> None:
    hour = [0.0]
    async with server.serve(server.Simulator(monotonic=lambda: hour[0])) as url, client.Simulated(url) as simulated:
        ana = await simulated.person("Ana")
        await ana.start()
        hour[0] += 24 * 3600 - 1
        kept = await simulated.updates()
        hour[0] += 2

        assert (len(kept), len(await simulated.updates())) == (1, 0)


async def test_polling_is_refused_while_a_webhook_is_set(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")

    with pytest.raises(error.Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()


@pytest.mark.parametrize("address", ["http://bot.example/hook", "https://bot.example:8080/hook"])
async def test_a_webhook_needs_https_and_one_of_four_ports(bot: Bot, address: str) -> None:
    with pytest.raises(error.BadRequest, match=r"[Bb]ad webhook"):
        await bot.set_webhook(address)


async def test_a_webhook_gets_each_update_with_the_secret_until_it_takes_it(bot: Bot, ana: client.Phone) -> None:
    got: list[tuple[str, str]] = []
    taken = asyncio.Event()

    async def take(request: Request) -> Response:
        got.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], (await request.json())["message"]["text"]))
        if len(got) == 3:
            taken.set()
        return Response(status_code=500 if len(got) == 1 else 200)

    hook = Starlette(routes=[Route("/hook", take, methods=["POST"])])
    async with server.serve(server.Simulator(), app=hook) as there:
        await bot.set_webhook(f"{there}/hook", secret_token="s3cret")
        await ana.say("two")
        async with asyncio.timeout(5):
            await taken.wait()
        await asyncio.sleep(0.05)
        info = await bot.get_webhook_info()

    assert got == [("s3cret", "/start"), ("s3cret", "/start"), ("s3cret", "two")]
    assert (info.pending_update_count, info.last_error_message) == (
        0,
        "Wrong response from the webhook: 500 Internal Server Error",
    )


async def test_who_polls_and_goes_away_does_not_take_updates_along(raw: httpx.AsyncClient, ana: client.Phone) -> None:
    confirmed = (await raw.post("/getUpdates")).json()["result"][-1]["update_id"] + 1
    with pytest.raises(httpx.ReadTimeout):
        await raw.post("/getUpdates", data={"offset": confirmed, "timeout": 30}, timeout=0.2)
    await ana.say("hello")

    updates = (await raw.post("/getUpdates", data={"offset": confirmed})).json()["result"]

    assert [u["message"]["text"] for u in updates] == ["hello"]


async def test_a_poller_that_died_is_no_conflict(
    raw: httpx.AsyncClient, ana: client.Phone, simulated: client.Simulated
) -> None:
    confirmed = (await raw.post("/getUpdates")).json()["result"][-1]["update_id"] + 1
    with pytest.raises(httpx.ReadTimeout):
        await raw.post("/getUpdates", data={"offset": confirmed, "timeout": 30}, timeout=0.2)
    await asyncio.sleep(0.1)
    await raw.post("/getUpdates", data={"offset": confirmed})

    outcomes = [call["outcome"] for call in await simulated.calls(method="getUpdates")]
    assert outcomes == ["200", "gone", "200"]


async def test_a_restarted_simulator_repeats_no_update_id() -> None:
    ids = []
    for start in range(2):
        async with server.serve(server.Simulator()) as url, client.Simulated(url) as simulated:
            await (await simulated.person("Ana", id=5_000_000_000 + start)).start()
            ids.append((await simulated.updates())[0]["update_id"])
        await asyncio.sleep(1.0)

    assert ids[0] < ids[1]
