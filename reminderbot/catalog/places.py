"""Places whose clocks people share: found by the name of a city or a country as typed, or by what a clock shows."""

import collections
import functools
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Final

import babel
from babel import dates as cldr
from rapidfuzz import fuzz, process

from reminderbot.catalog import asking, coordinates
from reminderbot.planning import hours

LIKE: Final = 80
"""rapidfuzz's ratio from which a name may be a slip for another: "Barcelna" is not Madrid, "Madird" is."""

OFF: Final = timedelta(minutes=7, seconds=30)
"""How wrong a typed time may be: half of the 15 minutes by which the world's offsets differ at least."""

_SHORTEST_SLIP: Final = 4
_CONTINENTS: Final = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})


def city(zone: str, language: str) -> str:
    """Return the name of the city that a zone is called after: "Europe/Madrid" is "Madrid"."""
    return str(cldr.get_timezone_location(zone, locale=_locale(language), return_city=True))


def country(zone: str) -> str:
    """Return the code of the country that a zone is in ("ES"); empty where it is in none, or under an old name."""
    return _countries().get(zone, "US" if zone.startswith("US/") else "")


def near(text: str, language: str, *, others: tuple[str, ...] = (), most: int = 6) -> tuple[str, ...]:
    """Return the zones of the cities or countries that `text` names, or nearly names; the likeliest first.

    Names are read in `language`, in English and in the `others`: a traveller writes a place as they know it. An exact
    IANA name is itself. Empty when nothing is near.
    """
    if hours.is_zone(text.strip()):
        return (text.strip(),)
    wanted, names = asking.fold(text), _names(language, tuple(sorted(others)))
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
def _names(language: str, others: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = collections.defaultdict(dict)
    for name, zone in _named(dict.fromkeys((language, "en", *others))):
        names[asking.fold(name)][zone] = None
    for name, zone in _former():
        if not names[asking.fold(name)]:
            names[asking.fold(name)][zone] = None
    return {name: tuple(zones) for name, zones in names.items() if name}


def _named(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    locales = [_locale(language) for language in languages]
    for country, zone, *_ in coordinates.rows():
        yield zone.rsplit("/", 1)[-1].replace("_", " "), zone
        for locale in locales:
            yield cldr.get_timezone_location(zone, locale=locale, return_city=True), zone
            yield locale.territories.get(country, ""), zone


def _former() -> Iterator[tuple[str, str]]:
    """Yield the cities of zones under names that the tz database keeps for old times' sake: Kiev, Saigon."""
    for zone in sorted(zoneinfo.available_timezones() - set(_zones())):
        if zone.partition("/")[0] in _CONTINENTS:
            yield zone.rsplit("/", 1)[-1].replace("_", " "), zone


@functools.cache
def _zones() -> tuple[str, ...]:
    return tuple(row.zone for row in coordinates.rows())


@functools.cache
def _countries() -> dict[str, str]:
    return {row.zone: row.country for row in coordinates.rows()}


@functools.cache
def _locale(language: str) -> babel.Locale:
    return babel.Locale.parse(language.replace("-", "_"))
