"""What CLDR knows of a language: which form a number takes in it, and from which side it is read."""

import functools
from typing import Final

import babel

FORMS: Final = ("zero", "one", "two", "few", "many")
"""CLDR's forms of a number beside "other", which a text says after {% else %}."""

_ENOUGH: Final = 201
"""Up to here every form of every language has come by, but those of millions and of fractions."""


def form(number: int, language: str) -> str:
    """Return the form that a whole number takes: in Arabic 1 is "one", 2 "two", 3 to 10 "few", 11 to 99 "many"."""
    locale = _locale(language)
    return str(locale.plural_form(abs(number))) if locale else "other"


@functools.cache
def samples(language: str) -> tuple[int, ...]:
    """Return the least number of each form of a language: one of them for every way that a text can come out."""
    least: dict[str, int] = {}
    for number in range(_ENOUGH):
        least.setdefault(form(number, language), number)
    return tuple(least.values())


@functools.cache
def forms(language: str) -> frozenset[str]:
    """Return the forms of a language beside "other"."""
    return frozenset(form(number, language) for number in samples(language)) - {"other"}


@functools.cache
def is_right_to_left(language: str) -> bool:
    """Tell whether a language is read from the right; an unknown one is not."""
    locale = _locale(language)
    return locale is not None and locale.text_direction == "rtl"


@functools.cache
def _locale(language: str) -> babel.Locale | None:
    try:
        return babel.Locale.parse(language.replace("-", "_"))
    except (babel.UnknownLocaleError, ValueError):  # a folder that CLDR does not know is told of elsewhere
        return None
