"""From a text to its words: a lattice of spans, each with the senses it may have."""

import functools
import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from reminderbot.catalog.reading import lexicon as lexicons
from reminderbot.catalog.reading import senses, words
from reminderbot.catalog.reading.lexicon import Lexicon
from reminderbot.catalog.reading.pieces import Calendar, Clock, Stamp
from reminderbot.catalog.reading.senses import Sense, Sort

Edge = tuple[int, Sense]
Lattice = list[list[Edge]]
Raw = tuple[str, str, bool]
"""The kind of a token, its text, and whether it follows the one before without a gap."""

_HALVES = re.compile(r"(?<![^\W\d_])([ap])\s?\.?\s?m(?![^\W\d_])\.?")
_JOINS = (
    (re.compile(r"(?<=\d)\s*/\s*(?=\d)"), "/"),
    (re.compile(r"(?<=\d)\s*:\s*(?=\d)"), ":"),
    (re.compile(r"\b(\d{1,2})\. (\d{1,2})\. (\d{4})\b"), r"\1.\2.\3"),
    (re.compile(r"\b(\d{1,2})\. (\d{1,2})\.(?!\d)"), r"\1.\2."),
    (re.compile(r"\b(\d{1,4}) ?- ?(\d{1,2}) ?- ?(\d{1,4})\b"), r"\1-\2-\3"),
)
_WRITTEN = r"""
    (?P<stamp>\d{4}-\d\d-\d\d(?:t|\ )\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?\ ?(?:z|\+\d\d:?\d\d)(?![\w:])
             |\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?-\d\d:?\d\d(?![\w:]))
    |(?P<iso>(?<!\d)\d{4}(?P<s1>[-/.])\d{1,2}(?P=s1)\d{1,2}(?!\d))
    |(?P<compact>(?<!\d)20\d{6}(?!\d))
    |(?P<three>(?<!\d)\d{1,2}(?P<s2>[-/.])\d{1,2}(?P=s2)(?:\d{4}|\d{2})(?![\d]))
    |(?P<clock>(?<!\d)\d{1,2}(?:[:]\d\d(?:[:]\d\d(?:[.,]\d+)?)?|h\d\d)(?![\d:]))
    |(?P<two>(?<!\d)\d{1,2}[-/.]\d{1,2}(?![\d:]|[-/.]\d|\s?(?:HOURS)(?![^\W\d_])))
    |(?P<dotclock>(?<!\d)\d{1,2}\.\d\d(?!\d|[./-]\d))
    |(?P<dash>(?<=\d)\s*[-–—]\s*(?=\d))
    |(?P<sign>(?<!\S)[-+−](?=\d))
    |(?P<glue>(?<=\d)t(?=\d))
    |(?P<number>\d+)
    |(?P<word>[^\W\d_]+|@)
    |(?P<odd>(?<=\d)[/:+](?=\d))
    """
"""HOURS stands for the words of a language that make digits an hour: "10.11" is a day, "10.11 h" is not."""


def lattice(text: str, lexicon: Lexicon, *, mistyped: bool) -> Lattice:
    """Return for each word of `text` the spans that start there; `mistyped` also reads words one slip away."""
    raw = list(_raw(text, lexicon.hours))
    edges: Lattice = [list(_edges(raw, at, lexicon)) for at in range(len(raw))]
    spans = {(at, end) for at, row in enumerate(edges) for end, _ in row}
    for at, (_, word, _) in enumerate(raw):
        edges[at] = [(end, sense) for end, sense in edges[at] if not _swallowed(at, end, spans)]
        if not any(start <= at < end for start, end in spans):
            edges[at] = [(at + 1, sense) for sense in _unknown(word, lexicon, mistyped=mistyped)]
    return edges


def _swallowed(at: int, end: int, spans: set[tuple[int, int]]) -> bool:
    """Return whether a longer phrase holds these words: "mañana" in "por la mañana" is not tomorrow."""
    return any(start <= at and end <= stop and stop - start > end - at for start, stop in spans)


def _raw(text: str, hours: tuple[str, ...]) -> Iterator[Raw]:
    text = _HALVES.sub(r"\1m ", lexicons.apostrophes(senses.folded(text)))
    for pattern, joined in _JOINS:
        text = pattern.sub(joined, text)
    last = -1
    for found in _written(hours).finditer(text):
        if found["glue"] is None:
            yield _group(found), found.group(), found.start() == last
        last = found.end()


@functools.cache
def _written(hours: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(_WRITTEN.replace("HOURS", "|".join((*hours, "[ap]m"))), re.VERBOSE)


def _group(found: re.Match[str]) -> str:
    return next(name for name, value in found.groupdict().items() if value is not None and name[1:] not in {"1", "2"})


def _edges(raw: list[Raw], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    group, text, _ = raw[at]
    if group == "number":
        yield from _number(raw, at, lexicon)
    elif group != "word":
        yield from ((at + 1, sense) for sense in _numeric(group, text))
    else:
        for end in range(at + 1, min(at + lexicon.longest, len(raw)) + 1):
            if raw[end - 1][0] != "word":
                break
            for sense in lexicon.phrases.get(tuple(word for _, word, _ in raw[at:end]), ()):
                yield end, sense


def _number(raw: list[Raw], at: int, lexicon: Lexicon) -> Iterator[Edge]:
    digits = raw[at][1]
    if len(digits) > 4:
        yield at + 1, Sense(Sort.BLOCK)
        return
    _, after, glued = raw[at + 1] if at + 1 < len(raw) else ("", "", False)
    if glued and after in lexicon.endings:
        yield at + 2, Sense(Sort.ORDINAL, int(digits), digits=digits)
    else:
        yield at + 1, Sense(Sort.NUMBER, int(digits), digits=digits)


def _numeric(group: str, text: str) -> Iterator[Sense]:
    match group:
        case "stamp":
            yield Sense(Sort.STAMP, data=Stamp(text.replace(" ", "T", 1).replace(" ", "").upper()))
        case "iso" | "compact":
            year, month, day = _ymd(text)
            yield Sense(Sort.NUMERIC, data=Calendar(day, month, year))
        case "three" | "two":
            yield from _dates(text)
        case "clock" | "dotclock":
            yield _clock(text)
        case "dash":
            yield Sense(Sort.OR)  # 10-11: from, to
        case _:
            yield Sense(Sort.BLOCK)


def _ymd(text: str) -> tuple[int, int, int]:
    year, month, day = re.split(r"\D", text) if not text.isdigit() else (text[:4], text[4:6], text[6:])
    return int(year), int(month), int(day)


def _dates(text: str) -> Iterator[Sense]:
    first, second, *rest = re.split(r"\D", text)
    year = (int(rest[0]) + (2000 if len(rest[0]) == 2 else 0)) if rest else None
    if "." in text:
        yield Sense(Sort.NUMERIC, data=Calendar(int(first), int(second), year))
        if not rest and len(second) == 2 and int(first) < 24 and int(second) < 60:
            yield _clock(text)
        return
    yield Sense(Sort.NUMERIC, data=Calendar(int(first), int(second), year, swapped=True))
    if first != second:
        yield Sense(Sort.NUMERIC, data=Calendar(int(second), int(first), year, swapped=True))


def _clock(text: str) -> Sense:
    hour, minute, *_ = re.split(r"\D", text)
    return Sense(Sort.CLOCK, data=Clock(int(hour), int(minute), padded=hour.startswith("0")))


def _unknown(word: str, lexicon: Lexicon, *, mistyped: bool) -> Iterator[Sense]:
    meant = _meant(word, lexicon) if mistyped and len(word) >= 5 else []
    if not meant:
        yield Sense(Sort.UNKNOWN)
    for near in meant:
        yield from (sense for sense in lexicon.phrases[near,] if sense.sort in words.MISTYPED)


def _meant(word: str, lexicon: Lexicon) -> list[str]:
    return [near for near in lexicon.mistyped if OSA.distance(word, near, score_cutoff=1) <= 1]
