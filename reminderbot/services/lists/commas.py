"""Text parted by commas, semicolons or tabs: its encoding found, its delimiter sniffed strictly, its quotes held to."""

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Final

from reminderbot import errors
from reminderbot.services.lists import grids

DELIMITERS: Final = ",;\t"
MOST_CELLS: Final = 500
"""Delimiters in one line of text: more is no list, and would fill the memory."""

_SNIFFED: Final = 20  # records
_PROBE: Final = 400  # bytes that are looked at for UTF-16 without a mark


def read(content: bytes) -> grids.Grid:
    """Return the rows of a text file.

    Raises Invalid `console.lists.`: encoding, not-a-list, quote and long-cell (`line`), too-many-columns (`most`).
    """
    text, note = _decoded(content)
    if text.lstrip().startswith(("<", "%PDF", "{\\rtf")):
        raise errors.Invalid("console.lists.not-a-list")
    told, text = _told_delimiter(text)
    if text.count("\n") + text.count("\r") > grids.MOST_SCANNED * 4:
        return grids.Grid([], has_more=True, notes=note) if text.strip() else grids.Grid([])
    delimiter = told or _sniffed(text)
    if any(line.count(delimiter) > MOST_CELLS for line in text.splitlines()):
        raise errors.Invalid("console.lists.too-many-columns", most="60")
    rows = list(itertools.islice(_records(text, delimiter), grids.MOST_SCANNED + 1))
    first = 1 if told else 0  # the line that names the delimiter counts too
    numbered = [(number + first, _marked(cells)) for number, cells in rows]
    return grids.Grid(numbered, notes=note, has_more=len(rows) > grids.MOST_SCANNED)


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text, and what should be said about how it was read."""
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.removeprefix("\ufeff"), ("windows",) if encoding == "cp1252" else ()
    raise errors.Invalid("console.lists.encoding")


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    probe = content[:_PROBE]
    even, odd = probe[0::2], probe[1::2]
    if odd and odd.count(0) > len(odd) * 0.7:
        return ("utf-16-le",)
    if even and even.count(0) > len(even) * 0.7:
        return ("utf-16-be",)
    return ("utf-8-sig", "cp1252")


def _told_delimiter(text: str) -> tuple[str, str]:
    """Return the delimiter that Excel's first line "sep=;" names, and the text after it."""
    head, _, rest = text.partition("\n")
    told = head.strip("\r\n\ufeff ").casefold()
    if told.startswith("sep=") and len(told) == len("sep=") + 1 and told[-1] in ",;":
        return told[-1], rest
    return "", text


def _sniffed(text: str) -> str:
    """Return the delimiter by which most of the first records have the same number of cells, the more the better."""
    scores = {delimiter: _score(text, delimiter) for delimiter in DELIMITERS}
    return max(scores, key=lambda delimiter: scores[delimiter])


def _score(text: str, delimiter: str) -> tuple[float, int]:
    try:
        records = [cells for _, cells in itertools.islice(_records(text, delimiter), _SNIFFED) if any(cells)]
    except errors.Invalid:
        head = text.lstrip()[:4000].splitlines()
        return 0.0, head[0].count(delimiter) if head else 0
    widths = Counter(len(cells) for cells in records if len(cells) > 1)
    if not widths:
        return 0.0, 0
    width, times = widths.most_common(1)[0]
    return times / len(records), width


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, cells
            number = reader.line_num + 1
    except csv.Error as error:
        why = "long-cell" if "field larger" in str(error) else "quote"
        raise errors.Invalid(f"console.lists.{why}", line=str(number)) from None


def _marked(cells: list[str]) -> list[str]:
    return [grids.FORMULA if cell.lstrip().startswith("=") else cell for cell in cells]
