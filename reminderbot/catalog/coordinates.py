"""Which clocks are kept near a place of the map: the nearest cities of the tz database, a guess as good as any."""

import functools
import importlib.resources
import math
import re
import zoneinfo
from typing import Final, NamedTuple

MOST: Final = 4
FURTHER: Final = 1.3
"""A city that is no more than so much further than the nearest, and EDGE, may be the one whose clocks are kept."""

EDGE: Final = 30.0
"""Kilometres by which a border may be off."""

_EARTH: Final = 6371.0  # kilometres from its centre
_TABLE: Final = "zone.tab"  # of the tz database: code of the country, coordinates, zone
_SIGNED: Final = re.compile(r"([+-])(\d{2,3})(\d{2})(\d{2})?$")


class Row(NamedTuple):
    """A line of the table: the country's code, the zone, and where its city is, in degrees."""

    country: str
    zone: str
    latitude: float
    longitude: float


def zones_near(latitude: float, longitude: float) -> tuple[str, ...]:
    """Return the zones of the cities nearest to a place, the nearest first; none for what is no place on earth."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # false for what is no number, too
        return ()
    away = sorted((_kilometres(latitude, longitude, row), row.zone) for row in rows())
    limit = away[0][0] * FURTHER + EDGE
    return tuple(zone for distance, zone in away[:MOST] if distance <= limit)


@functools.cache
def rows() -> tuple[Row, ...]:
    """Return the table, but for zones that this machine does not know."""
    table = (importlib.resources.files("tzdata") / "zoneinfo" / _TABLE).read_text("utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    known = zoneinfo.available_timezones()
    return tuple(_row(line) for line in lines if line[2].strip() in known)


def _row(line: list[str]) -> Row:
    at = max(line[1].rfind("+"), line[1].rfind("-"))  # where the longitude begins
    return Row(line[0], line[2].strip(), _degrees(line[1][:at]), _degrees(line[1][at:]))


def _degrees(text: str) -> float:
    """Return what the table writes as ±DDMM, ±DDDMM or with seconds."""
    found = _SIGNED.match(text)
    if found is None:
        raise ValueError(text)
    sign, degrees, minutes, seconds = found.groups()
    return float(f"{sign}1") * (int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600)


def _kilometres(latitude: float, longitude: float, row: Row) -> float:
    """Return how far a place is from a city, over the sphere."""
    one, other = math.radians(latitude), math.radians(row.latitude)
    across = math.sin(math.radians(row.longitude - longitude) / 2) ** 2 * math.cos(one) * math.cos(other)
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, math.sin((other - one) / 2) ** 2 + across)))
