"""Faults on demand: what the client library makes of each, and whether the message was accepted."""

import contextlib
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot, error

from reminderbot.simulator import client, server

_OUTCOMES: list[tuple[dict[str, Any], type[Exception], type[Exception] | None, bool]] = [
    ({"kind": "too_many"}, error.RetryAfter, None, False),
    ({"kind": "server_error"}, error.NetworkError, None, False),
    ({"kind": "server_error", "accepted": True}, error.NetworkError, None, True),
    ({"kind": "server_error", "html": True}, error.NetworkError, error.TelegramError, False),
    ({"kind": "cut"}, error.NetworkError, httpx.RemoteProtocolError, False),
    ({"kind": "cut", "accepted": True}, error.NetworkError, httpx.RemoteProtocolError, True),
    ({"kind": "cut", "accepted": True, "reset": True}, error.NetworkError, httpx.ReadError, True),
    ({"kind": "short"}, error.NetworkError, httpx.RemoteProtocolError, True),
    ({"kind": "html"}, error.TelegramError, json.JSONDecodeError, True),
    ({"kind": "broken_json"}, error.TelegramError, json.JSONDecodeError, True),
    ({"kind": "hang", "seconds": 1}, error.TimedOut, httpx.ReadTimeout, False),
    ({"kind": "hang", "seconds": 1, "accepted": True}, error.TimedOut, httpx.ReadTimeout, True),
    ({"kind": "unauthorized"}, error.InvalidToken, None, False),
    ({"kind": "blocked"}, error.Forbidden, None, False),
    ({"kind": "conflict"}, error.Conflict, None, False),
]


@pytest.mark.parametrize(("fault", "raised", "cause", "accepted"), _OUTCOMES)
async def test_each_fault_looks_as_it_does_with_telegram(
    bot: Bot,
    ana: client.Phone,
    simulated: client.Simulated,
    fault: dict[str, Any],
    raised: type[Exception],
    cause: type[Exception] | None,
    accepted: bool,
) -> None:
    await simulated.fault(**fault, method="sendMessage")

    with pytest.raises(raised) as met:
        await bot.send_message(ana.person, "x", read_timeout=0.3)

    assert type(met.value.__cause__) is (cause or type(None))
    assert len(await simulated.sends()) == accepted


async def test_a_hang_that_the_caller_outwaits_ends_in_the_true_answer(
    bot: Bot, ana: client.Phone, simulated: client.Simulated
) -> None:
    await simulated.fault("hang", method="sendMessage", seconds=0.2)

    assert (await bot.send_message(ana.person, "x")).text == "x"


async def test_nobody_listening_is_a_refused_connection(simulator: server.Simulator) -> None:
    async with server.serve(simulator) as url:
        pass

    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


async def test_retry_after_says_how_long(bot: Bot, ana: client.Phone, simulated: client.Simulated) -> None:
    await simulated.fault("too_many", method="sendMessage", seconds=7)

    with pytest.raises(error.RetryAfter) as met:
        await bot.send_message(ana.person, "x")

    assert met.value.retry_after == timedelta(seconds=7)


async def test_a_rule_strikes_only_the_chat_it_names_and_only_so_often(
    bot: Bot, ana: client.Phone, simulated: client.Simulated
) -> None:
    other = await simulated.person("Ana")
    await other.start()
    await simulated.fault("blocked", method="send*", chat=ana.person, skip=1, times=1)

    outcomes = []
    for chat in (other.person, ana.person, ana.person, ana.person):
        try:
            await bot.send_message(chat, "x")
            outcomes.append("sent")
        except error.Forbidden:
            outcomes.append("blocked")

    assert outcomes == ["sent", "sent", "blocked", "sent"]


async def test_chance_repeats_itself_for_the_same_seed(
    bot: Bot, ana: client.Phone, simulated: client.Simulated
) -> None:
    runs = []
    for _ in range(2):
        await simulated.heal()
        before = len(await simulated.calls())
        await simulated.fault("server_error", method="sendMessage", times=None, probability=0.5, seed=3)
        for _ in range(12):
            with contextlib.suppress(error.NetworkError):
                await bot.send_message(ana.person, "x")
        runs.append([call["outcome"] for call in (await simulated.calls())[before:]])

    assert runs[0] == runs[1]
    assert set(runs[0]) == {"200", "server_error"}


async def test_healing_ends_all_faults(bot: Bot, ana: client.Phone, simulated: client.Simulated) -> None:
    await simulated.fault("cut", times=None)
    await simulated.heal()

    assert (await bot.send_message(ana.person, "x")).text == "x"


async def test_the_log_on_disk_holds_what_was_accepted_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "sends.jsonl"
    async with server.serve(server.Simulator(log=path)) as url, client.Simulated(url) as simulated:
        ana = await simulated.person("Ana")
        await ana.start()
        await simulated.fault("cut", method="sendMessage", accepted=True)
        async with httpx.AsyncClient(base_url=f"{url}/bot{server.TOKEN}", trust_env=False) as raw:
            with pytest.raises(httpx.RemoteProtocolError):
                await raw.post("/sendMessage", data={"chat_id": ana.person, "text": "kept"})
            await raw.post("/sendMessage", data={"chat_id": 1, "text": "refused"})
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        sends = await simulated.sends()

    assert [(line["chat"], line["text"]) for line in lines] == [(ana.person, "kept")]
    assert lines == sends
    assert server.TOKEN not in str(lines)


async def test_the_real_limits_can_be_switched_on() -> None:
    hour = [0.0]
    strict = server.Simulator(limits=True, monotonic=lambda: hour[0])
    async with server.serve(strict) as url, client.Simulated(url) as simulated:
        ana = await simulated.person("Ana")
        await ana.start()
        async with httpx.AsyncClient(base_url=f"{url}/bot{server.TOKEN}", trust_env=False) as raw:
            message = {"chat_id": ana.person, "text": "x"}
            burst = [(await raw.post("/sendMessage", data=message)) for _ in range(4)]
            hour[0] += 1
            later = await raw.post("/sendMessage", data=message)

    assert [answer.status_code for answer in burst] == [200, 200, 200, 429]
    assert burst[-1].json()["parameters"] == {"retry_after": 1}
    assert later.status_code == 200
