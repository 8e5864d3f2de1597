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


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("nyc", "America/New_York"),
        ("LA", "America/Los_Angeles"),
        ("sao paulo", "America/Sao_Paulo"),
        ("München", "Europe/Berlin"),
        ("Muenchen", "Europe/Berlin"),
        ("Cologne", "Europe/Berlin"),
        ("Genève", "Europe/Zurich"),
        ("Porto", "Europe/Lisbon"),
        ("CDMX", "America/Mexico_City"),
        ("Bombay", "Asia/Kolkata"),
        ("san fransisco", "America/Los_Angeles"),
        ("جدة", "Asia/Riyadh"),
        ("الإسكندرية", "Africa/Cairo"),
        ("uk", "Europe/London"),
        ("Madrid, Spain", "Europe/Madrid"),
        ("Paris France", "Europe/Paris"),
        ("I am in Hamburg", "Europe/Berlin"),
    ],
)
def test_a_large_city_is_found_though_no_zone_bears_its_name(typed: str, zone: str) -> None:
    assert places.near(typed, "en", others=("ar", "de", "es", "fr", "pt")) == (zone,)


def test_of_two_cities_of_one_name_the_larger_is_offered_first() -> None:
    assert places.near("Barcelona", "es") == ("Europe/Madrid", "America/Caracas")


def test_a_slip_offers_what_is_most_like_it_and_no_more() -> None:
    assert places.near("Hamburk", "en") == ("Europe/Berlin",)


def test_a_country_of_several_clocks_offers_them_all() -> None:
    assert set(places.near("España", "es")) == {"Europe/Madrid", "Africa/Ceuta", "Atlantic/Canary"}


@pytest.mark.parametrize(
    "typed", ["", "xx", "is it nice to be in the sun", "qwertz", "no", "../../etc/passwd", "😀" * 4000]
)
def test_what_is_not_near_any_place_finds_nothing(typed: str) -> None:
    assert places.near(typed, "en") == ()


def test_a_clock_that_is_a_few_minutes_off_still_finds_its_zone() -> None:
    assert places.showing(time(14, 0), now=NOW, among=("Europe/Madrid", "Europe/London")) == ("Europe/Madrid",)


def test_a_clock_that_no_common_zone_shows_is_looked_for_in_the_whole_world() -> None:
    assert places.showing(time(18, 49), now=NOW, among=("Europe/Madrid",)) == ("Asia/Kathmandu",)
