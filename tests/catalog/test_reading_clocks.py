"""Dates typed where clocks change, where it is another day already, and at the edges of the year."""

from datetime import UTC, datetime

import pytest

from reminderbot import errors
from reminderbot.catalog import reading

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def read(text: str, *, zone: str = "Europe/Madrid", now: datetime = MONDAY, language: str = "en") -> reading.Read:
    """Read `text` with the shipped words."""
    return reading.read(text, language=language, zone=zone, now=now, words=reading.load())


@pytest.mark.parametrize(
    ("zone", "typed", "later"),
    [
        ("Europe/Madrid", "2027-03-28 02:30", "2027-03-28T03:30"),
        ("America/New_York", "2027-03-14 02:30", "2027-03-14T03:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-04T02:45"),  # a gap of half an hour
    ],
)
def test_a_wall_time_that_the_clock_skips_is_offered_later_by_the_gap(zone: str, typed: str, later: str) -> None:
    found = read(typed, zone=zone)

    assert (found.kind, found.says.key, found.choices) == (reading.Kind.ASK, "ask.date.skipped", (later,))


@pytest.mark.parametrize(
    ("zone", "typed", "both"),
    [
        ("Europe/Madrid", "2026-10-25 02:30", ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00")),
        ("America/New_York", "1 nov 2026 01:30", ("2026-11-01T01:30-04:00", "2026-11-01T01:30-05:00")),
        ("Australia/Lord_Howe", "2026-04-05 01:45", ("2026-04-05T01:45+11:00", "2026-04-05T01:45+10:30")),
    ],
)
def test_a_wall_time_that_happens_twice_is_asked_about(zone: str, typed: str, both: tuple[str, str]) -> None:
    found = read(typed, zone=zone)

    assert (found.kind, found.says.key, found.choices) == (reading.Kind.ASK, "ask.date.twice", both)


@pytest.mark.parametrize(("typed", "fold"), [("2026-10-25T02:30+02:00", 0), ("2026-10-25T02:30+01:00", 1)])
def test_a_choice_with_its_offset_is_the_first_or_the_second_of_two_equal_times(typed: str, fold: int) -> None:
    found = read(typed)

    assert isinstance(found.value, datetime)
    assert (found.value.hour, found.value.minute, found.value.fold) == (2, 30, fold)


def test_an_hour_ago_inside_the_repeated_hour_is_an_instant() -> None:
    found = read("1 hour ago", now=datetime(2026, 10, 25, 1, 45, tzinfo=UTC))

    assert found.value == datetime(2026, 10, 25, 2, 45, fold=0)  # noqa: DTZ001
    assert found.kind is reading.Kind.INSTANT


def test_an_offset_of_another_zone_is_asked_about() -> None:
    found = read("2026-11-24T15:30Z")

    assert (found.says.key, found.choices) == ("ask.date.offset", ("2026-11-24T16:30", "2026-11-24T15:30"))


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Europe/Madrid", "2026-11-24"), ("America/New_York", "2026-11-23"), ("Pacific/Kiritimati", "2026-11-24")],
)
def test_today_is_the_date_on_the_patients_own_clock(zone: str, day: str) -> None:
    found = read("today", zone=zone, now=datetime(2026, 11, 23, 23, 30, tzinfo=UTC))

    assert str(found.value) == day


@pytest.mark.parametrize(
    ("now", "typed", "expected"),
    [
        ("2026-11-23", "2025-11-23", "2025-11-23"),
        ("2026-11-23", "2025-11-22", "refusal.date.too-far-past"),
        ("2026-11-23", "2027-11-23", "2027-11-23"),
        ("2026-11-23", "2027-11-24", "refusal.date.too-far-ahead"),
        ("2028-02-29", "a year ago", "2027-02-28"),
        ("2028-02-29", "in a year", "2029-02-28"),
        ("2028-02-29", "29 feb", "2028-02-29"),
        ("2027-06-01", "29 feb", "2028-02-29"),
        ("2026-11-23", "29 feb", "refusal.date.no-such-date"),
        ("2026-12-31", "1 jan", "2027-01-01"),
        ("2026-01-01", "31 dec", "2025-12-31"),
        ("2026-12-31", "the 1st", "2027-01-01"),
    ],
)
def test_a_date_lies_at_most_a_year_away_and_without_its_year_is_the_nearest(
    now: str, typed: str, expected: str
) -> None:
    found = read(typed, now=datetime.fromisoformat(f"{now}T12:00+00:00"))

    assert expected in {str(found.value), found.says.key}


@pytest.mark.parametrize(
    ("language", "typed", "expected"),
    [
        ("en", "next friday", ("2026-11-27", "2026-12-04")),
        ("en", "last monday", ("2026-11-16", "2026-11-23")),
        ("en", "this monday", ("2026-11-23", "2026-11-30")),
        ("en", "next monday", "2026-11-30"),
        ("en", "last friday", "2026-11-20"),
        ("en", "past monday", "2026-11-23"),
        ("en", "wednesday", ("2026-11-18", "2026-11-25", "2026-12-02")),
        ("es", "el lunes pasado", "2026-11-23"),
        ("es", "el viernes que viene", "2026-11-27"),
        ("es", "este viernes", "2026-11-27"),
        ("es", "fue el lunes", "2026-11-23"),
    ],
)
def test_a_weekday_is_decided_by_its_wording_or_asked_about(
    language: str, typed: str, expected: str | tuple[str, ...]
) -> None:
    wednesday = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)

    found = read(typed, now=wednesday, language=language)

    assert expected in {str(found.value), found.choices}


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(errors.Invalid, match="unknown_zone"):
        read("today", zone="Mars/Olympus")
