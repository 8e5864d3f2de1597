"""The parser: every way in which the grammar covers a whole text."""

import dataclasses
import functools
from collections.abc import Iterator

from reminderbot.catalog.reading import grammar, tokens
from reminderbot.catalog.reading.lexicon import Lexicon
from reminderbot.catalog.reading.pieces import Found, Piece
from reminderbot.catalog.reading.senses import Sense, Sort
from reminderbot.catalog.reading.tokens import Lattice

_UNKNOWN_AT_MOST = 3
_WAYS_AT_MOST = 120  # per position: keeps a hostile text cheap; honest ones have fewer than ten

_SAYS = {
    Sort.TOWARD,
    Sort.NUMBER, Sort.ORDINAL, Sort.MONTH, Sort.WEEKDAY, Sort.DAY, Sort.TIME, Sort.PART,
    Sort.UNIT, Sort.SPAN, Sort.COUNTED, Sort.SHIFT, Sort.TURN, Sort.NUMERIC, Sort.STAMP, Sort.CLOCK, Sort.ONE,
}  # fmt: skip
_BETWEEN = {Sort.FILL, Sort.THE}
_SKIPPED = {Sort.FILL, Sort.THE, Sort.AT, Sort.OR, Sort.WAS, Sort.WILL}
_BARE = {"NUMBER", "NUMBER OF NUMBER", "AT? NUMBER NUMBER! OCLOCK?"}
_NO_HOUR = {"DAY NUMBER!"}
_OF_HOURS = {Sort.PART, Sort.OCLOCK, Sort.OR, Sort.TO, Sort.PAST, Sort.PLUS, Sort.MINUS}


def ways(text: str, lexicon: Lexicon, *, mistyped: bool, unknown: bool) -> list[Found]:
    """Return every way to understand all of `text`; with `unknown`, a few unknown words may be skipped."""
    edges = tokens.lattice(text, lexicon, mistyped=mistyped)
    if not unknown and any(sense.sort is Sort.UNKNOWN for row in edges for _, sense in row):
        return []  # a word that nothing is known of stands alone in its place
    reached: list[dict[Found, None]] = [{} for _ in range(len(edges) + 1)]
    reached[0][Found()] = None
    for at in range(len(edges)):
        steps = list(_steps(edges, at, unknown=unknown)) if reached[at] else []
        for found in list(reached[at])[:_WAYS_AT_MOST]:
            for end, step in steps:
                grown = step(found)
                if not grown.crowded and grown.unknown <= _UNKNOWN_AT_MOST:
                    reached[end][grown] = None
    return list(reached[-1])


def _steps(edges: Lattice, at: int, *, unknown: bool) -> Iterator[tuple[int, "functools.partial[Found]"]]:
    for pattern, build in grammar.RULES:
        for end, senses in _matches(edges, at, tuple(pattern.split())):
            barred = (pattern in _BARE and not _may_stand_bare(edges, at, end)) or (
                pattern in _NO_HOUR and _is_hour(edges, end)
            )
            pieces = None if barred else build(*senses)
            if pieces:
                yield end, functools.partial(_plus, pieces=tuple(pieces))
    for end, sense in edges[at]:
        if sense.sort in _SKIPPED or (unknown and sense.sort is Sort.UNKNOWN):
            yield end, functools.partial(_skip, sort=sense.sort)


def _plus(found: Found, *, pieces: tuple[Piece, ...]) -> Found:
    return found.plus(*pieces)


def _skip(found: Found, *, sort: Sort) -> Found:
    match sort:
        case Sort.WAS:
            return dataclasses.replace(found, tense=-1)
        case Sort.WILL:
            return dataclasses.replace(found, tense=1)
        case Sort.OR:
            return dataclasses.replace(found, either=True)
        case Sort.UNKNOWN:
            return dataclasses.replace(found, unknown=found.unknown + 1)
        case _:
            return found


def _matches(edges: Lattice, at: int, pattern: tuple[str, ...]) -> Iterator[tuple[int, tuple[Sense, ...]]]:
    if not pattern:
        yield at, ()
        return
    wanted, rest = pattern[0], pattern[1:]
    if wanted.endswith("?"):
        yield from _matches(edges, at, rest)
    for end, sense in edges[at] if at < len(edges) else ():
        if not _fits(sense, wanted.rstrip("?!")):
            continue
        said = (sense,) if sense.sort in _SAYS else ()
        for start in _starts(edges, end) if rest and not rest[0].endswith("!") else (end,):
            yield from ((last, (*said, *more)) for last, more in _matches(edges, start, rest))


def _fits(sense: Sense, wanted: str) -> bool:
    if wanted == "COUNT":
        return sense.sort in {Sort.NUMBER, Sort.ONE}
    return sense.sort.name == wanted


def _starts(edges: Lattice, at: int) -> Iterator[int]:
    """Yield where the next word of a rule may start: here, or after up to two small words."""
    yield at
    seen = {at}
    for _ in range(2):
        seen = {end for start in seen if start < len(edges) for end, sense in edges[start] if sense.sort in _BETWEEN}
        yield from seen


def _may_stand_bare(edges: Lattice, at: int, end: int) -> bool:
    """Return whether a number without "at" may be an hour: "the 10" and "10 November" are days."""
    led = {Sort.THE, Sort.AT, Sort.IN, Sort.AGO, Sort.OF}  # a rule of its own says what they make of the number
    led_by = any(stop == at and sense.sort in led for before in edges[:at] for stop, sense in before)
    before_month = any(
        sense.sort is Sort.MONTH for start in _starts(edges, end) if start < len(edges) for _, sense in edges[start]
    )
    return not led_by and not before_month


def _is_hour(edges: Lattice, at: int) -> bool:
    """Return whether what follows a number makes it an hour: "today 10 am", "hoy 3 y media"."""
    return at < len(edges) and any(sense.sort in _OF_HOURS for _, sense in edges[at])
