"""The product clock runs at its rate, is wound forward, and never goes back."""

from datetime import UTC, datetime, timedelta

import pytest

from reminderbot import clocks

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_fast_clock_runs_at_its_rate() -> None:
    machine = iter([NOON, NOON + timedelta(seconds=10)])
    clock = clocks.Clock(start=NOON, since=NOON, rate=60, machine=lambda: next(machine))

    assert clock.now() == NOON
    assert clock.now() == NOON + timedelta(minutes=10)


def test_a_wound_clock_shows_the_later_hour() -> None:
    clock = clocks.Clock.starting(NOON, rate=0)

    clock.wind(timedelta(days=1))

    assert clock.now() == NOON + timedelta(days=1)


def test_the_clock_is_never_wound_back() -> None:
    with pytest.raises(ValueError, match="never goes back"):
        clocks.Clock.real().wind(timedelta(seconds=-1))


def test_a_fast_clock_is_waited_for_in_machine_seconds() -> None:
    clock = clocks.Clock(start=NOON, since=NOON, rate=60, machine=lambda: NOON)

    assert clock.machine_delay(NOON + timedelta(hours=1)) == 60.0


def test_a_clock_that_stands_still_is_not_waited_for() -> None:
    clock = clocks.Clock.starting(NOON, rate=0)

    assert clock.machine_delay(NOON + timedelta(hours=1)) is None
    assert clock.machine_delay(NOON) == 0.0
