"""Sends that overlap, over python-telegram-bot's stock transport: why delivery keeps eight in flight."""

import asyncio
import time

import telegram
from telegram.request import HTTPXRequest

from benchmarks import stand_in
from benchmarks.figures import Measure
from benchmarks.measures import Bench
from reminderbot.simulator import server

ROUND_TRIP = 30  # milliseconds until the stand-in answers, as a near Telegram does
OVERLAPS = (1, 2, 4, 8, 16, 32)


async def flight(bench: Bench) -> None:
    """Send with so many in flight, all by one client."""
    for round in range(bench.sizes.drain_rounds):
        with stand_in.running("quick", ROUND_TRIP) as address:
            for overlap in OVERLAPS if round % 2 == 0 else reversed(OVERLAPS):
                rate = await _rate(address, overlap, bench.sizes.sends)
                measure = Measure(f"flight-{overlap}", f"sends, {overlap} in flight", "a second", more_is_better=True)
                bench.figures.note(measure, "PTB's transport", rate)


async def _rate(address: str, overlap: int, sends: int) -> float:
    request = HTTPXRequest(connection_pool_size=overlap, httpx_kwargs={"trust_env": False})
    bot = telegram.Bot(server.TOKEN, base_url=f"{address}/bot", request=request)
    await request.initialize()
    turns = asyncio.Semaphore(overlap)

    async def send() -> None:
        async with turns:
            await bot.send_message(1, "x")

    await asyncio.gather(*(send() for _ in range(overlap)))  # opens the connections
    began = time.perf_counter()
    await asyncio.gather(*(send() for _ in range(sends)))
    took = time.perf_counter() - began
    await request.shutdown()
    return sends / took
