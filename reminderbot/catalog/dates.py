"""Dates and times as a reader of each language writes them, by CLDR; already-local times are handed in."""

import functools
import re
from collections.abc import Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Final

import babel
from babel import dates as cldr

_REGION: Final = {"en": "en_GB"}
"""Where a language alone would mean a region whose form differs from the rest: CLDR's plain "en" is the United
States. en_GB gives "Tuesday 24 November" and "15:30", which nobody can take for another day or hour."""

_WEEKDAY_AND_DATE_IN_ONE_BREATH: Final = frozenset({"en", "es"})
"""Languages whose readers write "martes 24 de noviembre"; CLDR sets a comma after the weekday."""

_NO_WORDS: Final[Mapping[int, str]] = MappingProxyType({})
_DAY_OF_ANY_YEAR: Final = "MMMMEEEEd"
_YEAR_AT_THE_END = re.compile(r"[,،\s]*(?:'[^']*'\s*)?y+(?:\s*'[^']*')?\.?$")
_YEAR_AT_THE_START = re.compile(r"^y+年?\s*")


def day(on: date, language: str, *, today: date) -> str:
    """Return "Tuesday 24 November"; the year is said only when it is not the year of `today`."""
    pattern = _pattern(language, with_year=on.year != today.year)
    return cldr.format_date(on, format=pattern, locale=_locale(language))


def clock(at: time, language: str) -> str:
    """Return "15:30", or what the language's readers write for it."""
    # CLDR joins "3:30" and "PM" with a narrow no-break space, which some phones show as a box.
    return cldr.format_time(at, format="short", locale=_locale(language)).replace("\u202f", "\u00a0")


def moment(local: datetime, language: str, *, today: date, near: Mapping[int, str] = _NO_WORDS) -> str:
    """Return "tomorrow, Tuesday 24 November, 15:30": the weekday always, and first the word of a day near today.

    `near` holds a language's words by days from today: -1 yesterday, 0 today, 1 tomorrow.
    """
    said = [near.get((local.date() - today).days, "")]
    said += [day(local.date(), language, today=today), clock(local.time(), language)]
    return _comma(language).join(part for part in said if part)


@functools.cache
def _locale(language: str) -> babel.Locale:
    return babel.Locale.parse(_REGION.get(language, language.replace("-", "_")))


@functools.cache
def _pattern(language: str, *, with_year: bool) -> str:
    locale = _locale(language)
    pattern = str(locale.date_formats["full"].pattern)
    if not with_year:
        short = locale.datetime_skeletons.get(_DAY_OF_ANY_YEAR)
        pattern = str(short.pattern) if short else _YEAR_AT_THE_START.sub("", _YEAR_AT_THE_END.sub("", pattern))
    return pattern.replace("EEEE,", "EEEE") if language in _WEEKDAY_AND_DATE_IN_ONE_BREATH else pattern


def _comma(language: str) -> str:
    return "، " if _locale(language).text_direction == "rtl" and _locale(language).language != "he" else ", "
