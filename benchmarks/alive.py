"""The program as it is run, over HTTP, at the default pace: evenness, fairness, and how soon people are answered."""

import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from benchmarks import database, ours, seeding, stand_in
from benchmarks.figures import Measure, percentile
from benchmarks.measures import Bench
from reminderbot.gateway import pace
from reminderbot.simulator import client, server
from reminderbot.store import migrate, vault
from reminderbot.store.work import Store

FEW = 5  # reminders of the clinic that comes second
SECOND_AFTER = timedelta(seconds=5)  # by when the first clinic's backlog is under way
PEOPLE = 10  # who write to the bot meanwhile
PAUSE = 4.0  # seconds between one person's messages: about 2.5 a second in all, of the 3 that are kept for replies
ROOT = Path(__file__).parents[1]
READY_WITHIN = 60.0

START = Measure("whole-start", "`reminderbot run`: process start to /readyz", "s")
WINDOW = Measure("window", "most messages in any sliding second (limit 30)", "messages")
RATE = Measure("rate", "reminders sent, of the pace that is set", "%", more_is_better=True)
FAIR = Measure("fair", f"another clinic's {FEW} wait behind the backlog, at most", "s")
REPLY_P50 = Measure("reply-p50", "a person is answered while it drains, p50", "s")
REPLY_P99 = Measure("reply-p99", "a person is answered while it drains, p99", "s")


async def live(bench: Bench) -> None:
    """Let one clinic's backlog drain while another clinic's few fall due and people write."""
    due = bench.sizes.live_due
    if not due:
        return
    with stand_in.running("simulator", seeding.FIRST_CHAT, due + FEW) as telegram:
        async with database.made(bench.server) as url, client.Simulated(telegram) as simulated:
            soon = await _seeded(url, due)
            began = time.perf_counter()
            async with _running(url, telegram) as ready:
                bench.figures.note(START, ours.Ours.name, ready - began)
                waits, sends = await _watched(simulated, due + FEW)
    _told(bench, waits, sends, due, soon)


async def _seeded(url: str, due: int) -> datetime:
    """Put both clinics' reminders in; return when the second clinic's fall due."""
    await migrate.upgrade(url)
    store = await Store.open(url, vault.Masters.read(os.environ[ours.KEY]))
    now = datetime.now(UTC)
    first, second = await seeding.clinic(store, "First"), await seeding.clinic(store, "Second")
    soon = now + SECOND_AFTER + timedelta(seconds=5)  # the process takes some of it to start
    await seeding.fill(store, seeding.Seed(due, now - timedelta(minutes=5), clinic_id=first))
    few = seeding.Seed(FEW, soon, clinic_id=second, first_chat=seeding.FIRST_CHAT + due)
    await seeding.fill(store, few)
    await store.close()
    return soon


@contextlib.asynccontextmanager
async def _running(url: str, telegram: str) -> AsyncIterator[float]:
    """Run the whole program; yield the moment in which it said that it is ready."""
    with tempfile.TemporaryDirectory() as folder:
        port = stand_in.free_port()
        settings = {
            "TOKEN": server.TOKEN,
            "KEY": os.environ[ours.KEY],
            "DATABASE_URL": url,
            "TELEGRAM_URL": telegram,
            "LISTEN": f"127.0.0.1:{port}",
            "LOG_LEVEL": "ERROR",
        }
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        environment |= {f"REMINDERBOT_{name}": value for name, value in settings.items()}
        words = (sys.executable, "-m", "reminderbot", "run")
        process = await asyncio.create_subprocess_exec(*words, cwd=folder, env=environment)
        try:
            await _ready(f"http://127.0.0.1:{port}/readyz")
            yield time.perf_counter()
        finally:
            process.terminate()
            await process.wait()


async def _ready(address: str) -> None:
    async with asyncio.timeout(READY_WITHIN), httpx.AsyncClient(trust_env=False) as http:
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await http.get(address)
                if answer.is_success or answer.json().get("last_poll_seconds") is not None:
                    return  # a backlog that is old makes it unready, and it serves all the same
            await asyncio.sleep(0.02)


async def _watched(simulated: client.Simulated, count: int) -> tuple[list[float], list[dict[str, Any]]]:
    """Return how long people waited for their answers, and all that was sent, once `count` reminders were."""
    waits: list[float] = []
    writers = [asyncio.create_task(_writing(simulated, waits, number)) for number in range(PEOPLE)]
    try:
        while True:
            sends = await simulated.sends()
            if sum(_is_reminder(send, count) for send in sends) >= count:
                return waits, sends
            await asyncio.sleep(2)
    finally:
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)


async def _writing(simulated: client.Simulated, waits: list[float], number: int) -> None:
    phone = await simulated.person(f"Person {number}")
    await asyncio.sleep(PAUSE * number / PEOPLE)
    while True:
        began = time.perf_counter()
        await phone.say("/help")
        await phone.wait_for(timeout=60)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, PAUSE * random.uniform(0.8, 1.2) - waits[-1]))


def _told(bench: Bench, waits: list[float], sends: list[dict[str, Any]], due: int, soon: datetime) -> None:
    name, note = ours.Ours.name, bench.figures.note
    moments = sorted(send["monotonic"] for send in sends)
    last = max(send["monotonic"] for send in sends if _is_reminder(send, due))
    paced = sorted(send["monotonic"] for send in sends if _is_reminder(send, due + FEW) and send["monotonic"] <= last)
    few = [send for send in sends if _is_reminder(send, due + FEW) and not _is_reminder(send, due)]
    note(WINDOW, name, max(sum(at <= other < at + 1 for other in moments) for at in moments))
    note(RATE, name, 100 * (len(paced) - 1) / (paced[-1] - paced[0]) / pace.Limits().reminders)
    note(FAIR, name, max((datetime.fromisoformat(send["at"]) - soon).total_seconds() for send in few))
    note(REPLY_P50, name, percentile(waits, 0.5))
    note(REPLY_P99, name, percentile(waits, 0.99))


def _is_reminder(send: dict[str, Any], count: int) -> bool:
    return bool(seeding.FIRST_CHAT <= send["chat"] < seeding.FIRST_CHAT + count)
