"""The program as it is run, over HTTP, at the default pace: evenness, fairness, and how soon people are answered."""

import asyncio
import bisect
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
from reminderbot.store import vault
from reminderbot.store.work import Store

FEW = 5  # reminders of the clinic that comes second
STARTS_IN = 2.0  # seconds, about; the second clinic's few fall due in the middle of the first one's backlog
PEOPLE = 10  # who write to the bot meanwhile
PAUSE = 4.0  # seconds between one person's messages: about 2.5 a second in all, of the 3 that are kept for replies
ROOT = Path(__file__).parents[1]
READY_WITHIN = 60.0

START = Measure("whole-start", "`reminderbot run`: process start to /readyz", "s")
WINDOW = Measure("window", "most messages in any sliding second (limit 30)", "messages")
TOGETHER = Measure("window-live", "the same while people write (limit 30)", "messages")
RATE = Measure("rate", "reminders sent, of the pace that is set", "%", more_is_better=True)
FAIR = Measure("fair", f"another clinic's {FEW} wait behind the backlog, at most", "s")
REPLY_P50 = Measure("reply-p50", "a person is answered while it drains, p50", "s")
REPLY_P99 = Measure("reply-p99", "a person is answered while it drains, p99", "s")


async def live(bench: Bench) -> None:
    """Let a backlog drain while nobody writes, and again while people write; each time another clinic comes second."""
    if bench.sizes.paced:
        _, sends, soon = await _drained(bench, bench.sizes.paced, people=0)
        _paced(bench, sends, bench.sizes.paced)
        _fair(bench, sends, bench.sizes.paced, soon)
    if bench.sizes.live:
        waits, sends, soon = await _drained(bench, bench.sizes.live, people=PEOPLE)
        _answered(bench, waits, sends)
        _fair(bench, sends, bench.sizes.live, soon)


async def _drained(bench: Bench, due: int, *, people: int) -> tuple[list[float], list[dict[str, Any]], datetime]:
    """Run the program on a backlog; return people's waits, all sends, and when the second clinic's fell due."""
    with stand_in.running("simulator", seeding.FIRST_CHAT, due + FEW) as telegram:
        async with database.made(bench.server) as url, client.Simulated(telegram) as simulated:
            soon = await _seeded(url, due)
            began = time.perf_counter()
            async with _running(database.as_program(url), telegram) as ready:
                bench.figures.note(START, ours.Ours.name, ready - began)
                waits, sends = await _watched(simulated, due + FEW, people)
    return waits, sends, soon


async def _seeded(url: str, due: int) -> datetime:
    """Put both clinics' reminders in; return when the second clinic's fall due."""
    await database.migrate(url)
    store = await Store.open(url, vault.Masters.read(os.environ[ours.KEY]))
    now = datetime.now(UTC)
    first, second = await seeding.clinic(store, "First"), await seeding.clinic(store, "Second")
    soon = now + timedelta(seconds=STARTS_IN + due / pace.Limits().reminders / 2)
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


async def _watched(simulated: client.Simulated, count: int, people: int) -> tuple[list[float], list[dict[str, Any]]]:
    """Return how long people waited for their answers, and all that was sent, once `count` reminders were."""
    waits: list[float] = []
    sends: list[dict[str, Any]] = []
    writers = [asyncio.create_task(_writing(simulated, waits, number)) for number in range(people)]
    try:
        while sum(_is_reminder(send, count) for send in sends) < count:
            await asyncio.sleep(1)
            sends += await simulated.sends(after=len(sends))
            _raise_what_failed(writers)
        return waits, sends
    finally:
        for writer in writers:
            writer.cancel()
        await asyncio.gather(*writers, return_exceptions=True)


def _raise_what_failed(writers: list[asyncio.Task[None]]) -> None:
    for writer in writers:
        if writer.done():
            writer.result()


async def _writing(simulated: client.Simulated, waits: list[float], number: int) -> None:
    phone = await simulated.person(f"Person {number}")
    await asyncio.sleep(PAUSE * number / PEOPLE)
    while True:
        began = time.perf_counter()
        await phone.say("/help")
        await phone.wait_for(timeout=60)
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(max(0.0, PAUSE * random.uniform(0.8, 1.2) - waits[-1]))


def _paced(bench: Bench, sends: list[dict[str, Any]], due: int) -> None:
    last = max(send["monotonic"] for send in sends if _is_reminder(send, due))
    sent = [send["monotonic"] for send in sends if _is_reminder(send, due + FEW) and send["monotonic"] <= last]
    bench.figures.note(WINDOW, ours.Ours.name, _most(sends))
    bench.figures.note(RATE, ours.Ours.name, 100 * (len(sent) - 1) / (last - min(sent)) / pace.Limits().reminders)


def _answered(bench: Bench, waits: list[float], sends: list[dict[str, Any]]) -> None:
    bench.figures.note(TOGETHER, ours.Ours.name, _most(sends))
    bench.figures.note(REPLY_P50, ours.Ours.name, percentile(waits, 0.5))
    bench.figures.note(REPLY_P99, ours.Ours.name, percentile(waits, 0.99))


def _fair(bench: Bench, sends: list[dict[str, Any]], due: int, soon: datetime) -> None:
    few = [send for send in sends if _is_reminder(send, due + FEW) and not _is_reminder(send, due)]
    late = max((datetime.fromisoformat(send["at"]) - soon).total_seconds() for send in few)
    bench.figures.note(FAIR, ours.Ours.name, late)


def _most(sends: list[dict[str, Any]]) -> int:
    """Return how many messages lie in the fullest second, wherever it begins."""
    moments = sorted(send["monotonic"] for send in sends)
    return max(bisect.bisect_left(moments, at + 1) - place for place, at in enumerate(moments))


def _is_reminder(send: dict[str, Any], count: int) -> bool:
    return bool(seeding.FIRST_CHAT <= send["chat"] < seeding.FIRST_CHAT + count)
