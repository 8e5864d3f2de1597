"""The short forms of `make chaos`: every kind of outage, hours and days of it, and every law kept."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from reminderbot import clocks
from tests import sizes
from tests.outages import dark, laws, report, runs, virtual


@pytest.mark.parametrize(
    ("kind", "hours"), [(dark.Kind.REFUSED, 6), (dark.Kind.BROKEN, 72), (dark.Kind.HANG, 72), (dark.Kind.WAIT, 6)]
)
def test_an_outage_loses_nothing_and_drains_at_the_pace(kind: dark.Kind, hours: int, sqlite_url: str) -> None:
    outcome = runs.through(runs.Plan(kind, hours, sizes.of(120, whole=300)), sqlite_url)

    assert not outcome.report.broken, report.table([outcome])


def test_days_pass_in_a_moment_in_the_order_of_the_timers() -> None:
    start, rung = datetime(2026, 11, 23, 8, tzinfo=UTC), []

    async def wait() -> None:
        loop = asyncio.get_running_loop()
        for days in (3, 1, 2):
            loop.call_later(days * 86_400, rung.append, days)
        await asyncio.sleep(4 * 86_400)
        assert clocks.machine() == start + timedelta(days=4)

    virtual.run(start, wait)

    assert rung == [1, 2, 3]


def test_a_loop_in_which_nothing_can_happen_any_more_says_so() -> None:
    with pytest.raises(virtual.Stuck):
        virtual.run(datetime(2026, 11, 23, tzinfo=UTC), asyncio.Event().wait)


def test_a_peak_is_counted_over_every_second() -> None:
    assert laws.peak_of([0.0, 0.5, 1.4, 1.45, 2.4]) == 3
