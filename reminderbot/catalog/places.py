"""Places whose clocks people share: found by the name of a city or a country as typed, or by what a clock shows."""

import collections
import functools
import importlib.resources
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
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

CLOSE: Final = 5
"""Points of that ratio by which one slip may be less like than the best and is still offered beside it."""

_SLIPS: Final = 6
_SHORTEST_SLIP: Final = 4
_WORDS: Final = 5  # a longer text is a question, which may hold "nice" and "reading"
_CITIES: Final = "cities.tsv"
_SHORT: Final = {"us": "US", "usa": "US", "uk": "GB", "uae": "AE", "england": "GB", "scotland": "GB"}
"""Names of countries that CLDR does not have."""

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
    for name in (wanted, asking.fold(text.partition(",")[0])):  # "Madrid, Spain"
        if name in names:
            return names[name][:most]
    found = _slips(wanted, names) or _within(wanted, names)
    return tuple(dict.fromkeys(zone for name in found for zone in names[name]))[:most]


def _slips(wanted: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the names that are most like what was typed, if any is like it."""
    if len(wanted) < _SHORTEST_SLIP:
        return []
    found = process.extract(wanted, names.keys(), scorer=fuzz.ratio, score_cutoff=LIKE, limit=_SLIPS)
    return [name for name, score, _ in found if score >= found[0][1] - CLOSE]


def _within(wanted: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the longest name that stands in a few words, the first of several: "I am in Madrid"."""
    words = wanted.split() if wanted.count(" ") < _WORDS else []
    spans = [" ".join(words[at : at + size]) for size in range(len(words), 0, -1) for at in range(len(words))]
    return [name for name in spans if len(name) >= _SHORTEST_SLIP and name in names][:1]


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
    further: dict[str, dict[str, None]] = collections.defaultdict(dict)
    for name, zone in _named(dict.fromkeys((language, "en", *others))):
        names[asking.fold(name)][zone] = None
    for name, zone in (*_former(), *_large()):
        if asking.fold(name) not in names:
            further[asking.fold(name)][zone] = None
    names |= further
    return {name: tuple(zones) for name, zones in names.items() if name}


def _named(languages: Iterable[str]) -> Iterator[tuple[str, str]]:
    locales = [_locale(language) for language in languages]
    for country, zone, *_ in coordinates.rows():
        yield zone.rsplit("/", 1)[-1].replace("_", " "), zone
        for locale in locales:
            yield cldr.get_timezone_location(zone, locale=locale, return_city=True), zone
            yield locale.territories.get(country, ""), zone
        yield from ((short, zone) for short, code in _SHORT.items() if code == country)


def _former() -> Iterator[tuple[str, str]]:
    """Yield the cities of zones under names that the tz database keeps for old times' sake: Kiev, Saigon."""
    for zone in sorted(zoneinfo.available_timezones() - set(_zones())):
        if zone.partition("/")[0] in _CONTINENTS:
            yield zone.rsplit("/", 1)[-1].replace("_", " "), zone


def _large() -> Iterator[tuple[str, str]]:
    """Yield the large cities after which no zone is called (Munich, Barcelona, Mumbai), the largest first."""
    known = set(_zones())
    table = importlib.resources.files("reminderbot.catalog").joinpath(_CITIES).read_text("utf-8")
    for line in table.splitlines():
        zone, _, names = line.partition("\t")
        if zone in known:
            yield from ((name, zone) for name in names.split("|"))


@functools.cache
def _zones() -> tuple[str, ...]:
    return tuple(row.zone for row in coordinates.rows())


@functools.cache
def _countries() -> dict[str, str]:
    return {row.zone: row.country for row in coordinates.rows()}


@functools.cache
def _locale(language: str) -> babel.Locale:
    return babel.Locale.parse(language.replace("-", "_"))
