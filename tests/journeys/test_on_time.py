"""A reminder is sent when it is due, not at the next look."""

from datetime import datetime, timedelta

import pytest

from reminderbot import clocks
from reminderbot.delivery import dispatcher
from reminderbot.simulator import client
from tests.conftest import MONDAY
from tests.journeys import conftest

RATE = 60.0  # product seconds a machine second


async def test_the_alarm_wakes_the_delivery_at_the_due_minute(
    simulated: client.Simulated, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "LONGEST_SLEEP", {"sqlite": 120.0})
    clock = clocks.Clock.starting(MONDAY, rate=RATE)
    async with conftest.told(simulated, sqlite_url, clock) as story:
        ana = await story.person("Ana")
        await ana.registers("today 8:45")  # in Madrid; the way home is due a quarter of an hour after the story begins

        came = await ana.phone.wait_for(ana.gist("step.ride-home"), timeout=60)

    assert datetime.fromisoformat(came.date) < MONDAY + timedelta(minutes=25)
