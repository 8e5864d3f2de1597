"""How often a password may be tried: ten thousand tries, few hashes (S6)."""

import asyncio
from datetime import timedelta

import pytest

from reminderbot import clocks, errors
from reminderbot.services import throttling
from reminderbot.store import work as works

NOW = clocks.machine()


@pytest.mark.parametrize("counted", [throttling.account("dana"), throttling.address("8.8.8.8")])
@pytest.mark.parametrize(
    "pause", [timedelta(0), timedelta(milliseconds=1), timedelta(milliseconds=100), timedelta(seconds=5)]
)
def test_of_ten_thousand_tries_a_hundred_at_most_are_looked_at(counted: throttling.Counted, pause: timedelta) -> None:
    now, until, looked_at = NOW, NOW, 0
    for _ in range(10_000):
        if now >= until:
            looked_at += 1
            until = now + (throttling.wait_after(looked_at, free=counted.free) or timedelta(0))
        now += pause

    assert looked_at <= 100


def test_a_few_slips_cost_no_waiting_and_no_wait_is_longer_than_a_quarter_of_an_hour() -> None:
    waits = [throttling.wait_after(failures, free=5) for failures in range(1, 50)]

    assert waits[:6] == [None, None, None, None, timedelta(seconds=1), timedelta(seconds=2)]
    assert max(wait for wait in waits if wait) == timedelta(minutes=15)


async def test_fifty_tries_at_once_are_counted_one_by_one(store: works.Store) -> None:
    async def tried() -> bool:
        try:
            async with store.writing() as work:
                await throttling.take(
                    work, [throttling.account("dana"), throttling.address("8.8.8.8")], machine_now=NOW
                )
        except errors.NotAllowed:
            return False
        return True

    taken = await asyncio.gather(*(tried() for _ in range(50)))

    assert sum(taken) == 5


async def test_a_count_is_forgotten_after_two_quiet_hours(store: works.Store) -> None:
    counted = [throttling.account("dana")]
    for _ in range(5):
        async with store.writing() as work:
            await throttling.take(work, counted, machine_now=NOW)
    later = NOW + throttling.FORGOTTEN + timedelta(minutes=1)
    for _ in range(4):
        async with store.writing() as work:
            await throttling.take(work, counted, machine_now=later)

    async with store.reading() as work:
        await throttling.refuse_early(work, counted, machine_now=later)
