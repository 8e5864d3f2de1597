"""The words of every shipped language, read from `messages/<language>/dates.toml` and CLDR."""

import dataclasses
import functools
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import babel
from babel import dates as cldr

from reminderbot import errors
from reminderbot.catalog import files as texts
from reminderbot.catalog.reading import senses
from reminderbot.catalog.reading.lexicon import Lexicon, Part, Phrase, Words, phrase
from reminderbot.catalog.reading.senses import Sense, Sort

UNITS = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "fortnight": 20160, "month": -1, "year": -12}
"""Units in minutes; those without a fixed length as negative months."""

_COUNTED = {
    "months": Sort.MONTH,
    "weekdays": Sort.WEEKDAY,
    "days": Sort.DAY,
    "toward": Sort.TOWARD,
    "numbers": Sort.NUMBER,
    "ordinals": Sort.ORDINAL,
    "spans": Sort.SPAN,
    "shifts": Sort.SHIFT,
}
_NESTED = {"joined", "counted"}
_TABLES = {*_COUNTED, *_NESTED, "parts", "times", "units", "turns", "signs"}
Tables = Mapping[str, Any]

MISTYPED = {Sort.MONTH, Sort.WEEKDAY, Sort.DAY, Sort.TIME}
"""Sorts of words that may be meant by a misspelling: a slip in "the" or "at" proves nothing."""


@functools.cache
def load(folder: Path | None = None) -> Words:
    """Return the words of every language below `folder` (the shipped `messages/` if None); read once.

    Unusable names the file, the key and what to do.
    """
    folder = folder or texts.default_folder()
    files = sorted(folder.glob("*/dates.toml"))
    if not files:
        raise errors.Unusable(f"{folder}: no language has a dates.toml; put the folder `messages` back")
    lexicons = {file.parent.name: _lexicon(file) for file in files}
    return Words.of(lexicons, _merged(lexicons.values()))


def _lexicon(file: Path) -> Lexicon:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as cause:
        raise errors.Unusable(f"{file}: cannot be read ({cause}); correct it") from cause
    endings = tables.pop("endings", {}).get("ordinal", [])
    compounds = tables.pop("compounds", {})
    pairs = [*_entries(file, tables), *_calendar(file)]
    pairs += _compounds(file, pairs, compounds, tables)
    return _built(pairs, frozenset(senses.folded(ending) for ending in endings))


def _entries(file: Path, tables: Tables) -> Iterator[tuple[str, Sense]]:
    for key, rows in _flattened(tables):
        try:
            yield from _row(key, rows, tables)
        except (KeyError, ValueError, TypeError, AttributeError) as cause:
            raise errors.Unusable(
                f"{file}: [{key[0]}] {'.'.join(key[1:])} is not as expected ({cause}); see the English file"
            ) from cause


def _flattened(tables: Tables) -> Iterator[tuple[tuple[str, ...], object]]:
    for table, rows in tables.items():
        if table not in _TABLES or not isinstance(rows, dict):
            yield (table,), None
            continue
        for name, value in rows.items():
            if table in _NESTED and isinstance(value, dict):
                yield from (((table, name, number), words) for number, words in value.items())
            else:
                yield (table, name), value


def _row(key: tuple[str, ...], value: object, tables: Tables) -> Iterator[tuple[str, Sense]]:
    if value is None:
        raise ValueError(f"unknown table; the tables are {', '.join(sorted(_TABLES))}")
    sense = _sense(key, value, tables)
    texts = value["words"] if isinstance(value, dict) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) and phrase(text) for text in texts):
        raise ValueError("a list of phrases")
    yield from ((text, sense) for text in texts)


def _sense(key: tuple[str, ...], value: object, tables: Tables) -> Sense:
    table, name = key[:2]
    match table:
        case "parts":
            return Sense(Sort.PART, data=_part(name, value))
        case "joined":
            parts = tables["parts"]
            return Sense(Sort.DAY, int(key[2]), data=_part(name, parts[name]))
        case "counted":
            return Sense(Sort.COUNTED, int(key[2]), data=UNITS[name])
        case "times":
            hour, minute = name.split(":")
            return Sense(Sort.TIME, int(hour) * 60 + int(minute))
        case "units":
            return Sense(Sort.UNIT, UNITS[name])
        case "turns":
            return Sense(Sort.TURN, data=senses.Turn(name))
        case "signs":
            return Sense(Sort(name))
        case _:
            return Sense(_COUNTED[table], int(name))


def _compounds(
    file: Path, pairs: list[tuple[str, Sense]], compounds: Tables, tables: Tables
) -> Iterator[tuple[str, Sense]]:
    """Yield weekdays with a part of the day in one word: German "Dienstagabend"."""
    weekdays = [(name, sense) for name, sense in pairs if sense.sort is Sort.WEEKDAY and len(phrase(name)) == 1]
    for name, endings in compounds.items():
        try:
            part = _part(name, tables["parts"][name])
        except (KeyError, TypeError, ValueError) as cause:
            raise errors.Unusable(f"{file}: [compounds] {name} is no name of [parts.…] ({cause})") from cause
        for weekday, sense in weekdays:
            yield from ((f"{weekday}{ending}", dataclasses.replace(sense, data=part)) for ending in endings)


def _part(name: str, value: object) -> Part:
    if not isinstance(value, dict):
        raise ValueError("a part has words, from and to")
    return Part(name=name, start=int(value["from"]), end=int(value["to"]))


def _calendar(file: Path) -> Iterator[tuple[str, Sense]]:
    try:
        locale = babel.Locale.parse(file.parent.name)
    except (babel.UnknownLocaleError, ValueError) as cause:
        raise errors.Unusable(f"{file}: CLDR does not know the language; rename the folder") from cause
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            months = cldr.get_month_names(width, context, locale)
            weekdays = cldr.get_day_names(width, context, locale)
            yield from ((name, Sense(Sort.MONTH, number)) for number, name in months.items())
            yield from ((name, Sense(Sort.WEEKDAY, number + 1)) for number, name in weekdays.items())


def _built(pairs: list[tuple[str, Sense]], endings: frozenset[str]) -> Lexicon:
    phrases: dict[Phrase, tuple[Sense, ...]] = {}
    for text, sense in pairs:
        known = phrases.get(phrase(text), ())
        if sense not in known:
            phrases[phrase(text)] = (*known, sense)
    return _lexicon_of(phrases, endings)


def _merged(lexicons: Iterable[Lexicon]) -> Lexicon:
    phrases: dict[Phrase, tuple[Sense, ...]] = {}
    endings: frozenset[str] = frozenset()
    for lexicon in lexicons:
        endings |= lexicon.endings
        for words, known in lexicon.phrases.items():
            phrases[words] = tuple(dict.fromkeys((*phrases.get(words, ()), *known)))
    merged = _lexicon_of(phrases, endings)
    return merged.heeding(merged.blocking)


def _lexicon_of(phrases: Mapping[Phrase, tuple[Sense, ...]], endings: frozenset[str]) -> Lexicon:
    mistyped = sorted(
        words[0]
        for words, known in phrases.items()
        if len(words) == 1 and len(words[0]) >= 4 and any(sense.sort in MISTYPED for sense in known)
    )
    hours = sorted(words[0] for words, known in phrases.items() if len(words) == 1 and Sense(Sort.OCLOCK) in known)
    return Lexicon(phrases, endings, max(len(words) for words in phrases), tuple(mistyped), tuple(hours))
