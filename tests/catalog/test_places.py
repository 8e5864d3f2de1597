"""Places found by what people type: a city, a country, a slip, an IANA name, or the time on their clock."""

from datetime import UTC, datetime, time

import pytest

from reminderbot.catalog import places

NOW = datetime(2026, 11, 23, 13, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "language", "zone"),
    [
        ("madird", "es", "Europe/Madrid"),
        ("Ciudad de México", "es", "America/Mexico_City"),
        ("Nueva York", "es", "America/New_York"),
        ("tokio", "en", "Asia/Tokyo"),
        ("Peru", "en", "America/Lima"),
        ("US/Pacific", "en", "US/Pacific"),
        ("Kiev", "en", "Europe/Kiev"),
        ("Saigon", "fr", "Asia/Saigon"),
    ],
)
def test_a_place_is_found_as_people_write_it(typed: str, language: str, zone: str) -> None:
    assert places.near(typed, language) == (zone,)


def test_a_country_of_several_clocks_offers_them_all() -> None:
    assert set(places.near("España", "es")) == {"Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"}


@pytest.mark.parametrize("typed", ["", "xx", "Barcelona", "../../etc/passwd", "😀" * 4000])
def test_what_is_not_near_any_place_finds_nothing(typed: str) -> None:
    assert places.near(typed, "en") == ()


def test_a_clock_that_is_a_few_minutes_off_still_finds_its_zone() -> None:
    assert places.showing(time(14, 0), now=NOW, among=("Europe/Madrid", "Europe/London")) == ("Europe/Madrid",)


def test_a_clock_that_no_common_zone_shows_is_looked_for_in_the_whole_world() -> None:
    assert places.showing(time(18, 49), now=NOW, among=("Europe/Madrid",)) == ("Asia/Kathmandu",)
