"""A file's bytes as a table of headings and numbered rows: CSV or XLSX, capped in every direction (S11). Pure."""

import dataclasses
import hashlib
from collections.abc import Sequence
from typing import Final

from reminderbot import errors
from reminderbot.services.lists import columns, commas, grids, workbooks

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ROWS: Final = 5_000
"""Lines of one list: what is applied in one transaction, within one request."""
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 300
"""Characters that are kept of a cell; what is longer is marked by `grids.CUT`, and a fault where it is needed."""
SEARCHED: Final = 10
"""Rows among which the headings are looked for: reports often begin with a title."""

_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"  # also a new one with a password
_ZIP: Final = b"PK\x03\x04"


@dataclasses.dataclass(frozen=True)
class Table:
    """What was read. A row is its number in the file and its cells; `notes` are names of sentences about the file."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...] = dataclasses.field(repr=False)
    notes: tuple[str, ...] = ()
    sheet: str = ""


def read(content: bytes) -> Table:
    """Return the table in a file.

    Raises Invalid `console.lists.…`: empty, too-large, old-excel, not-a-list, encoding, quote (`line`), broken,
    too-many-rows (`most`), too-many-columns (`most`), no-rows.
    """
    return _table(grid(content))


def grid(content: bytes) -> grids.Grid:
    """Return the bare rows of a file, as they stand there; raises as `read` does, but for what it says of rows."""
    if not content:
        raise errors.Invalid("console.lists.empty")
    if len(content) > MOST_BYTES:
        raise errors.Invalid("console.lists.too-large")
    if content.startswith(_OLD_EXCEL):
        raise errors.Invalid("console.lists.old-excel")
    return workbooks.read(content) if content.startswith(_ZIP) else commas.read(content)


def digest(content: bytes) -> str:
    """Return what a file is known again by, before it is keyed."""
    return hashlib.sha256(content).hexdigest()


def _table(read: grids.Grid) -> Table:
    if read.has_more:
        raise errors.Invalid("console.lists.too-many-rows", most=f"{MOST_ROWS:,}")
    rows = [(number, _trimmed(cells)) for number, cells in read.rows]
    rows = [(number, cells) for number, cells in rows if cells]
    if not rows:
        raise errors.Invalid("console.lists.no-rows")
    at = _heading_row([cells for _, cells in rows[:SEARCHED]])
    headings, body = rows[at][1], rows[at + 1 :]
    if len(headings) > MOST_COLUMNS:
        raise errors.Invalid("console.lists.too-many-columns", most=str(MOST_COLUMNS))
    if not body:
        raise errors.Invalid("console.lists.no-rows")
    if len(body) > MOST_ROWS:
        raise errors.Invalid("console.lists.too-many-rows", most=f"{MOST_ROWS:,}")
    width = len(headings) if read.is_sheet else len(headings) + 1  # one more tells that a line has too many
    kept = tuple((number, tuple(_cut(cell) for cell in cells[:width])) for number, cells in body)
    return Table(tuple(_cut(cell).strip() for cell in headings), kept, read.notes, read.sheet)


def _heading_row(rows: Sequence[Sequence[str]]) -> int:
    """Return which of the first rows names the most columns; the first one if none does."""
    counts = [len(columns.matched([_cut(cell) for cell in row[:MOST_COLUMNS]])) for row in rows]
    return counts.index(max(counts))


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Return cells without empty ones at their end."""
    last = len(cells)
    while last and not cells[last - 1].strip():
        last -= 1
    return cells[:last]


def _cut(cell: str) -> str:
    return cell if len(cell) <= LONGEST_CELL else cell[:LONGEST_CELL] + grids.CUT
