"""The ticker wakes routines on time, late ones too, and never twice at a time."""

import asyncio
from datetime import timedelta

from reminderbot import clocks, ticker


class Count:
    """A routine that counts how often it runs, and how many run at the same time."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.runs = 0
        self.most = 0
        self._now = 0
        self._seconds = seconds

    async def __call__(self) -> None:
        self.runs += 1
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(self._seconds)
        self._now -= 1


async def test_a_routine_runs_at_its_instant() -> None:
    routine = Count()

    async with ticker.Ticker() as ticks:
        ticks.at(clocks.machine() + timedelta(seconds=0.2), routine, name="alarm")
        await asyncio.sleep(0.05)
        early = routine.runs
        await asyncio.sleep(0.5)

    assert (early, routine.runs) == (0, 1)


async def test_an_instant_that_has_passed_is_not_dropped() -> None:
    routine = Count()

    async with ticker.Ticker() as ticks:
        ticks.at(clocks.machine() - timedelta(hours=3), routine, name="alarm")
        await asyncio.sleep(0.3)

    assert routine.runs == 1


async def test_an_alarm_set_again_takes_the_place_of_the_first() -> None:
    routine = Count()

    async with ticker.Ticker() as ticks:
        ticks.at(clocks.machine() + timedelta(seconds=0.2), routine, name="alarm")
        ticks.at(clocks.machine() + timedelta(seconds=30), routine, name="alarm")
        await asyncio.sleep(0.5)

    assert routine.runs == 0


async def test_a_slow_routine_never_runs_beside_itself() -> None:
    routine = Count(seconds=0.3)

    async with ticker.Ticker() as ticks:
        ticks.every(0.1, routine, name="tick")
        await asyncio.sleep(0.8)

    assert routine.most == 1
    assert routine.runs >= 2


async def test_a_dropped_routine_is_forgotten() -> None:
    routine = Count()

    async with ticker.Ticker() as ticks:
        ticks.every(0.1, routine, name="tick")
        ticks.drop("tick")
        ticks.drop("tick")
        await asyncio.sleep(0.3)

    assert routine.runs == 0
