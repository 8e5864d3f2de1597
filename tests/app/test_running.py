"""`run` as an operator starts it: on one machine, with Telegram away, and as one process a door."""

import asyncio
import contextlib
import socket
from pathlib import Path
from typing import Any

from reminderbot.app import running
from reminderbot.catalog import catalog as catalogs
from reminderbot.simulator import client, server
from reminderbot.web import faults
from reminderbot.web import server as web
from tests import ports
from tests.app import postbox, process
from tests.cli import terminal
from tests.journeys import acting


async def test_a_token_and_a_key_are_enough_on_one_machine(tmp_path: Path, telegram: str) -> None:
    async with client.Simulated(telegram) as simulated:
        ana = await simulated.person("Ana")
        await ana.start()  # the first poll returns at once
    with process.started(tmp_path, cold=True, telegram_url=telegram) as bot:
        alive = await bot.until("/healthz", lambda status, _: status == 200)
        figures = await bot.ready()
        measured = await asyncio.to_thread(bot.metrics)
        code, took = await bot.stop()

    assert alive == {"status": "ok"}
    assert (tmp_path / "reminderbot.sqlite").exists()  # made and migrated by itself
    assert (figures["status"], figures["migrations"], figures["faults"]) == ("ready", "current", [])
    assert figures["last_poll_seconds"] < 75
    assert "reminderbot_ready 1.0" in measured
    assert 'reminderbot_polls_total{outcome="accepted"} 1.0' in measured
    assert not any(word in measured for word in (terminal.TOKEN, "Ana", str(ana.person)))
    assert (code, took < 10) == (0, True)
    assert "Traceback" not in bot.said
    assert terminal.TOKEN not in bot.said


async def test_a_bot_that_starts_before_telegram_waits_for_it(tmp_path: Path, sqlite_url: str) -> None:
    port = ports.free()
    address = f"http://127.0.0.1:{port}"
    with process.started(tmp_path, telegram_url=address, database_url=sqlite_url) as bot:
        await bot.until("/healthz", lambda status, _: status == 200 and "a poll failed" in bot.said)
        async with server.serve(server.Simulator(), port=port), client.Simulated(address) as simulated:
            ana = acting.Person(await simulated.person("Ana"))
            await ana.phone.start()
            await ana.asked("agree", timeout=process.PATIENCE)
            figures = await bot.ready()

    assert figures["faults"] == []
    assert "Traceback" not in bot.said


async def test_one_process_a_door_on_one_postgresql_delivers_a_reminder(tmp_path: Path, postgres_url: str) -> None:
    await delivered(tmp_path, postgres_url, beside=["web"])


async def test_two_processes_on_one_sqlite_deliver_a_reminder(tmp_path: Path, sqlite_url: str) -> None:
    await delivered(tmp_path, sqlite_url, beside=[])


async def delivered(folder: Path, database: str, *, beside: list[str]) -> None:
    """Ana registers by the door of the chat; half an hour later by its clock, delivery's process sends."""
    async with server.serve(server.Simulator()) as telegram, client.Simulated(telegram) as simulated:
        settings = {"telegram_url": telegram, "database_url": database, "clock": "2026-11-24T15:30Z*0"}
        with contextlib.ExitStack() as stack:

            def opened(door: str, **more: str) -> process.Bot:
                return stack.enter_context(process.started(folder, "run", "--only", door, **settings | more))

            ana = acting.Person(await simulated.person("Ana"))
            await ana.phone.start()  # the first poll returns at once
            bots = [opened(door) for door in ("chat", *beside)]
            figures = [await bot.ready() for bot in bots]
            await ana.registers("2026-11-24 15:30")
            bots.append(opened("delivery", clock="2026-11-24T16:00:01Z*0"))
            reminder = await ana.phone.wait_for(ana.gist("step.ride-home"), timeout=process.PATIENCE)
            ends = [await bot.stop() for bot in bots]

    assert {each["status"] for each in figures} == {"ready"}
    assert reminder.buttons
    assert [code for code, _ in ends] == [0] * len(bots)
    assert not any("Traceback" in bot.said for bot in bots)


async def test_with_a_webhook_the_bot_answers_without_a_poll(tmp_path: Path, url: str) -> None:
    async with server.serve(server.Simulator()) as telegram, client.Simulated(telegram) as simulated:
        port = ports.free()
        settings = {
            "telegram_url": telegram,
            "database_url": url,
            "webhook_url": f"http://127.0.0.1:{port}/telegram",
        }
        with process.started(tmp_path, port=port, **settings) as bot:
            ana = acting.Person(await simulated.person("Ana"))
            await ana.phone.start()
            await ana.asked("agree", timeout=process.PATIENCE)
            figures = await bot.ready()
            code, _ = await bot.stop()
        polls = await simulated.calls(method="getUpdates")

    assert (code, figures["faults"], polls) == (0, [], [])
    assert "Traceback" not in bot.said
    assert terminal.TOKEN not in bot.said


IMPATIENT = """
import asyncio, datetime, functools
from reminderbot import observability, settings
from reminderbot.app import alerting, notices, running

alerting.LOOK = 0.5
notices.Patience = functools.partial(notices.Patience, first=datetime.timedelta(seconds=1))
observability.configure()
asyncio.run(running.run(settings.load(), doors=frozenset(running.Door)))
"""


async def test_a_bot_that_cannot_poll_tells_whoever_is_on_call_by_mail(tmp_path: Path) -> None:
    async with postbox.opened() as box:
        settings = {"telegram_url": terminal.NOWHERE, "alert_mail": "oncall@clinic.example", "smtp_url": box.url}
        with process.started(tmp_path, script=IMPATIENT, **settings) as bot:
            await bot.until("/healthz", lambda *_: bool(box.mails))
            code, _ = await bot.stop()

    assert faults.DEAF.sentence in " ".join(box.mails[0].get_content().split())
    assert code == 0
    assert "Traceback" not in bot.said


def test_answers_are_not_held_back_by_a_delayed_ack() -> None:
    with web.take("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        accepted, _ = listener.accept()
        with accepted:
            is_set = accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert is_set


async def test_all_languages_are_learnt_while_others_are_served() -> None:
    catalog, turns = catalogs.Catalog.load(), list[None]()
    catalog.knows("redness")  # reads which words there are, but learns nothing

    async def serves() -> None:
        while True:
            turns.append(None)
            await asyncio.sleep(0.01)

    serving = asyncio.create_task(serves())
    await running.learn_the_rest(catalog, after=0.0)
    serving.cancel()

    spoken = catalog._matcher._spoken
    assert [code for code in catalog.languages if not is_learnt(spoken[code].guesser)] == []
    assert len(turns) > len(catalog.languages) + 1  # more than what waits between two languages


def is_learnt(guesser: Any) -> bool:
    return bool(guesser.cache_info().currsize)
