"""Which clocks are kept near a place of the map."""

import math

import pytest

from reminderbot.catalog import coordinates


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (40.4168, -3.7038, "Europe/Madrid"),
        (-33.8688, 151.2093, "Australia/Sydney"),
        (40.7128, -74.0060, "America/New_York"),
        (30.0444, 31.2357, "Africa/Cairo"),
        (64.1466, -21.9426, "Atlantic/Reykjavik"),
        (-17.6, 179.9, "Pacific/Fiji"),
        (-17.6, -179.9, "Pacific/Fiji"),
    ],
)
def test_the_nearest_city_comes_first(latitude: float, longitude: float, zone: str) -> None:
    assert coordinates.zones_near(latitude, longitude)[0] == zone


def test_near_a_border_the_cities_on_both_sides_are_named() -> None:
    assert {"Europe/Lisbon", "Europe/Madrid"} <= set(coordinates.zones_near(38.88, -6.2))


@pytest.mark.parametrize("place", [(91, 0), (0, 181), (math.nan, 0), (math.inf, 0), (10**400, 0), (-90.1, -180.1)])
def test_what_is_no_place_on_earth_has_no_clocks(place: tuple[float, float]) -> None:
    assert coordinates.zones_near(*place) == ()


def test_every_city_of_the_table_is_nearest_to_itself() -> None:
    wrong = [row.zone for row in coordinates.rows() if row.zone not in coordinates.zones_near(*row[2:])]

    assert wrong == []
