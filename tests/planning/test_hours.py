"""Wall clocks: gaps, repeated hours, zones that do not exist, quiet hours over changes of the clock."""

import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from reminderbot import errors
from reminderbot.planning import hours
from tests.planning.cases import MADRID, NEW_YORK, NIGHT, NO_QUIET, utc

EXACT, SKIPPED, TWICE = hours.Kind.EXACT, hours.Kind.SKIPPED, hours.Kind.TWICE


@pytest.mark.parametrize(
    ("day", "at", "zone", "instant", "kind"),
    [
        ("2026-11-24", "15:30", MADRID, "2026-11-24 14:30", EXACT),
        ("2026-03-29", "02:30", MADRID, "2026-03-29 01:30", SKIPPED),  # shown as 03:30
        ("2026-03-29", "02:00", MADRID, "2026-03-29 01:00", SKIPPED),
        ("2026-03-29", "01:59", MADRID, "2026-03-29 00:59", EXACT),
        ("2026-03-29", "03:00", MADRID, "2026-03-29 01:00", EXACT),
        ("2026-10-25", "02:30", MADRID, "2026-10-25 00:30", TWICE),
        ("2026-10-25", "03:00", MADRID, "2026-10-25 02:00", EXACT),
        ("2027-03-28", "02:30", MADRID, "2027-03-28 01:30", SKIPPED),
        ("2027-10-31", "02:30", MADRID, "2027-10-31 00:30", TWICE),
        ("2026-03-08", "02:30", NEW_YORK, "2026-03-08 07:30", SKIPPED),
        ("2026-11-01", "01:30", NEW_YORK, "2026-11-01 05:30", TWICE),
        ("2026-03-29", "00:15", "Asia/Beirut", "2026-03-28 22:15", SKIPPED),  # the day begins at 01:00
        ("2026-10-24", "23:30", "Asia/Beirut", "2026-10-24 20:30", TWICE),
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03 15:45", SKIPPED),  # a gap of 30 minutes
        ("2026-04-05", "01:45", "Australia/Lord_Howe", "2026-04-04 14:45", TWICE),
        ("2026-02-15", "02:30", "Africa/Casablanca", "2026-02-15 01:30", TWICE),  # Ramadan begins
        ("2026-03-22", "02:30", "Africa/Casablanca", "2026-03-22 02:30", SKIPPED),  # and is over
        ("2011-12-30", "10:00", "Pacific/Apia", "2011-12-30 20:00", SKIPPED),  # the date does not exist
        ("2026-11-24", "15:30", "Asia/Kathmandu", "2026-11-24 09:45", EXACT),
    ],
)
def test_a_wall_time_has_one_instant_and_says_when_the_clock_skips_or_repeats_it(
    day: str, at: str, zone: str, instant: str, kind: hours.Kind
) -> None:
    found = hours.local_to_instant(date.fromisoformat(day), time.fromisoformat(at), zone)

    assert found == hours.Wall(utc(instant), kind)
    assert found.instant.tzinfo is UTC


def test_a_skipped_time_moves_forward_by_the_length_of_the_gap() -> None:
    madrid = hours.local_to_instant(date(2026, 3, 29), time(2, 30), MADRID).instant
    island = hours.local_to_instant(date(2026, 10, 4), time(2, 15), "Australia/Lord_Howe").instant

    assert hours.to_local(madrid, MADRID).time() == time(3, 30)
    assert hours.to_local(island, "Australia/Lord_Howe").time() == time(2, 45)


def test_a_time_that_asks_for_the_second_of_two_still_gets_the_first() -> None:
    second = hours.local_to_instant(date(2026, 10, 25), time(2, 30, fold=1), MADRID)

    assert second.instant == utc("2026-10-25 00:30")


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "Europe",
        "Europe/",
        "europe/madrid",
        "Europe/Madrid ",
        "Europe/Madrid\0",
        "\0",
        "../../etc/passwd",
        "Europe/../Europe/Madrid",
        "/usr/share/zoneinfo/Europe/Madrid",
        "posix/Europe/Madrid",
        "tzdata.zi",
        "localtime",
        "posixrules",
        "Factory",
        "UTC+2",
        "Madrid",
        "😀",
        "Europe/Madrid" * 9999,
    ],
)
def test_a_zone_that_does_not_exist_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(errors.Invalid) as refusal:
        hours.zone(name)

    assert refusal.value.key == "refusal.unknown_zone"
    assert name.startswith(refusal.value.values["text"])


def test_the_refusal_of_a_zone_repeats_only_the_beginning_of_a_long_name() -> None:
    with pytest.raises(errors.Invalid) as refusal:
        hours.local_to_instant(date(2026, 11, 24), time(9), "x" * 5000)

    assert len(refusal.value.values["text"]) == 64


@pytest.mark.parametrize("name", ["UTC", MADRID, "America/Argentina/ComodRivadavia", "Etc/GMT+12"])
def test_a_zone_of_the_database_is_found(name: str) -> None:
    assert hours.zone(name).key == name
    assert hours.is_zone(name)


def test_a_naive_instant_is_a_bug_and_not_the_zone_of_the_machine() -> None:
    naive = datetime(2026, 11, 24, 12)  # noqa: DTZ001

    with pytest.raises(ValueError, match="aware"):
        hours.to_local(naive, MADRID)


@pytest.mark.parametrize(
    ("at", "covered"),
    [("20:59", False), ("21:00", True), ("23:59", True), ("00:00", True), ("07:59", True), ("08:00", False)],
)
def test_quiet_hours_over_midnight_hold_their_start_and_not_their_end(at: str, covered: bool) -> None:
    assert NIGHT.covers(time.fromisoformat(at)) is covered


def test_quiet_hours_within_a_day_do_not_wrap() -> None:
    siesta = hours.Quiet(time(14), time(16))

    assert siesta.covers(time(15))
    assert not siesta.covers(time(16))
    assert not siesta.covers(time(2))


@pytest.mark.parametrize("hour", range(24))
def test_the_same_time_twice_means_no_quiet_hours(hour: int) -> None:
    assert hours.quiet_end_after(utc(f"2026-11-24 {hour:02}:00"), NO_QUIET, MADRID) is None


@pytest.mark.parametrize(
    ("instant", "quiet", "zone", "end"),
    [
        ("2026-11-24 19:59", NIGHT, MADRID, None),
        ("2026-11-24 20:00", NIGHT, MADRID, "2026-11-25 07:00"),
        ("2026-11-25 06:59", NIGHT, MADRID, "2026-11-25 07:00"),
        ("2026-11-25 07:00", NIGHT, MADRID, None),
        ("2026-03-28 22:00", NIGHT, MADRID, "2026-03-29 06:00"),  # a night one hour shorter
        ("2026-10-24 21:00", NIGHT, MADRID, "2026-10-25 07:00"),  # and one hour longer
        ("2026-03-29 00:30", hours.Quiet(time(21), time(2, 30)), MADRID, "2026-03-29 01:30"),
        ("2026-10-25 00:10", hours.Quiet(time(21), time(2, 30)), MADRID, "2026-10-25 00:30"),
        ("2026-10-25 01:10", hours.Quiet(time(21), time(2, 30)), MADRID, "2026-10-25 01:30"),
        ("2026-10-25 00:45", hours.Quiet(time(2, 35), time(2, 30)), MADRID, "2026-10-25 01:30"),  # it comes again
        ("2026-03-28 21:00", hours.Quiet(time(22), time(0)), "Asia/Beirut", "2026-03-28 22:00"),
        ("2011-12-30 09:30", NIGHT, "Pacific/Apia", "2011-12-30 18:00"),  # the 29th, then the 31st at 08:00
        ("2026-03-29 00:30", hours.Quiet(time(3, 15), time(2, 30)), MADRID, "2026-03-30 00:30"),
    ],
)
def test_quiet_hours_end_when_the_patients_own_clock_says_so(
    instant: str, quiet: hours.Quiet, zone: str, end: str | None
) -> None:
    assert hours.quiet_end_after(utc(instant), quiet, zone) == (utc(end) if end else None)


@pytest.mark.parametrize(
    ("instant", "quiet", "before"),
    [
        ("2026-11-24 20:00", NIGHT, "2026-11-24 19:45"),
        ("2026-11-25 06:00", NIGHT, "2026-11-24 19:45"),
        ("2026-11-25 07:00", NIGHT, None),
        ("2026-11-24 13:30", hours.Quiet(time(14), time(16)), "2026-11-24 12:45"),
        ("2026-03-29 01:10", hours.Quiet(time(2, 30), time(8)), "2026-03-29 00:15"),  # it begins in a gap
        ("2026-10-25 01:40", hours.Quiet(time(2, 30), time(8)), "2026-10-25 00:15"),
    ],
)
def test_a_quarter_of_an_hour_before_quiet_hours(instant: str, quiet: hours.Quiet, before: str | None) -> None:
    assert hours.before_quiet(utc(instant), quiet, MADRID) == (utc(before) if before else None)


@pytest.fixture
def machine_rules() -> Iterator[None]:
    yield
    zoneinfo.reset_tzpath()
    hours.forget()


@pytest.mark.usefixtures("machine_rules")
def test_pinned_rules_are_read_from_the_package_and_not_from_the_machine() -> None:
    hours.use_pinned_rules()

    assert zoneinfo.TZPATH == ()
    assert hours.local_to_instant(date(2026, 3, 29), time(2, 30), MADRID).kind is SKIPPED
