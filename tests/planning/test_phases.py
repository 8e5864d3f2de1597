"""How far a patient is from the session, by the hour before it and by the calendar after it."""

from datetime import date, time

import pytest

from reminderbot.planning import phases, timeline
from tests.planning.cases import MADRID, NEW_YORK, SESSION, utc


@pytest.mark.parametrize(
    ("now", "phase"),
    [
        ("2026-11-01 12:00", "before"),
        ("2026-11-23 02:29", "before"),
        ("2026-11-23 02:30", "eve"),  # 36 hours before
        ("2026-11-24 14:29", "eve"),
        ("2026-11-24 14:30", "during"),
        ("2026-11-24 15:59", "during"),
        ("2026-11-24 16:00", "today"),
        ("2026-11-24 22:59", "today"),
        ("2026-11-24 23:00", "day-1"),  # midnight in Madrid
        ("2026-11-26 12:00", "day-2"),
        ("2026-11-27 12:00", "day-3"),
        ("2026-11-28 12:00", "days"),
        ("2026-11-30 22:59", "days"),
        ("2026-12-01 12:00", "weeks"),
        ("2026-12-21 22:59", "weeks"),
        ("2026-12-22 12:00", "months"),
        ("2027-11-22 12:00", "months"),
    ],
)
def test_the_phase_follows_the_hours_before_and_the_calendar_after(now: str, phase: str) -> None:
    assert phases.expected_phase(SESSION, utc(now)) == phase


def test_without_a_treatment_there_is_no_phase() -> None:
    assert phases.expected_phase(None, utc("2026-11-24 12:00")) is phases.Phase.NONE


def test_an_hour_after_a_session_at_half_past_eleven_it_is_still_on_and_later_it_is_the_day_after() -> None:
    late = timeline.Anchor(date(2026, 11, 24), time(23, 30), MADRID)

    assert phases.expected_phase(late, utc("2026-11-24 23:30")) is phases.Phase.DURING
    assert phases.expected_phase(late, utc("2026-11-25 00:00")) is phases.Phase.DAY_1


def test_the_date_now_is_the_patients_own() -> None:
    now = utc("2026-11-25 01:00")  # the 25th in Madrid, the 24th in New York

    assert phases.expected_phase(SESSION, now) is phases.Phase.DAY_1
    assert phases.expected_phase(SESSION, now, zone=NEW_YORK) is phases.Phase.TODAY


@pytest.mark.parametrize(("now", "days"), [("2026-11-23 12:00", -1), ("2026-11-24 12:00", 0), ("2027-02-22 12:00", 90)])
def test_days_since_the_session_are_calendar_days(now: str, days: int) -> None:
    assert phases.days_since(SESSION, utc(now)) == days
