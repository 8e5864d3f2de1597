"""Places whose clocks people share: found by the name of a city or a country as typed, or by what a clock shows."""

import collections
import functools
import importlib.resources
import zoneinfo
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

import babel
from babel import dates as cldr
from rapidfuzz import fuzz, process

from reminderbot.catalog import asking
from reminderbot.planning import hours

LIKE: Final = 80
"""rapidfuzz's ratio from which a name may be a slip for another: "Barcelna" is not Madrid, "Madird" is."""

OFF: Final = timedelta(minutes=7, seconds=30)
"""How wrong a typed time may be: half of the 15 minutes by which the world's offsets differ at least."""

_SHORTEST_SLIP: Final = 4
_TABLE: Final = "zone.tab"  # of the tz database: code of the country, coordinates, zone


def city(zone: str, language: str) -> str:
    """Return the name of the city that a zone is called after: "Europe/Madrid" is "Madrid"."""
    return str(cldr.get_timezone_location(zone, locale=_locale(language), return_city=True))


def country(zone: str) -> str:
    """Return the code of the country that a zone is in ("ES"); empty where it is in none, or under an old name."""
    return _countries().get(zone, "US" if zone.startswith("US/") else "")


def near(text: str, language: str, *, most: int = 6) -> tuple[str, ...]:
    """Return the zones of the cities or countries that `text` names, or nearly names; the likeliest first.

    An exact IANA name is itself. Empty when nothing is near.
    """
    if hours.is_zone(text.strip()):
        return (text.strip(),)
    wanted, names = asking.fold(text), _names(language)
    if wanted in names:
        return names[wanted][:most]
    if len(wanted) < _SHORTEST_SLIP:
        return ()
    found = process.extract(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=LIKE, limit=most)
    zones = dict.fromkeys(zone for name, _, _ in found for zone in names[name])
    return tuple(zones)[:most]


def showing(at: time, *, now: datetime, among: tuple[str, ...], most: int = 8) -> tuple[str, ...]:
    """Return the zones whose clocks show about `at` at the instant `now`: those of `among`, else any of the world."""
    chosen = tuple(zone for zone in among if hours.is_zone(zone) and _shows(zone, at, now))
    return (chosen or tuple(zone for zone in _zones() if _shows(zone, at, now)))[:most]


def _shows(zone: str, at: time, now: datetime) -> bool:
    local = hours.to_local(now, zone).replace(tzinfo=None)
    away = abs(datetime.combine(local.date(), at) - local)
    return min(away, timedelta(days=1) - away) <= OFF


@functools.cache
def _names(language: str) -> dict[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = collections.defaultdict(dict)
    for name, zone in _named(language):
        names[asking.fold(name)][zone] = None
    return {name: tuple(zones) for name, zones in names.items() if name}


def _named(language: str) -> Iterator[tuple[str, str]]:
    locales = (_locale(language), _locale("en"))
    for country, zone in _rows():
        yield zone.rsplit("/", 1)[-1].replace("_", " "), zone
        for locale in locales:
            yield cldr.get_timezone_location(zone, locale=locale, return_city=True), zone
            yield locale.territories.get(country, ""), zone


@functools.cache
def _zones() -> tuple[str, ...]:
    return tuple(zone for _, zone in _rows())


@functools.cache
def _countries() -> dict[str, str]:
    return {zone: code for code, zone in _rows()}


@functools.cache
def _rows() -> tuple[tuple[str, str], ...]:
    table = (importlib.resources.files("tzdata") / "zoneinfo" / _TABLE).read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    known = zoneinfo.available_timezones()
    return tuple((row[0], row[2].strip()) for row in rows if row[2].strip() in known)


@functools.cache
def _locale(language: str) -> babel.Locale:
    return babel.Locale.parse(language.replace("-", "_"))
