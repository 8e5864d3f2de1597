"""An XLSX file's first sheet as rows of texts: looked over as a zip before it is opened, formulas never evaluated."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import openpyxl

from reminderbot import errors
from reminderbot.services.lists import grids

MOST_PARTS: Final = 400
MOST_UNPACKED: Final = 40 * 1024 * 1024
"""Bytes that all parts may have, by the sizes that the zip declares; unpacking stops at these."""
MOST_TAGS: Final = 1_000_000
"""Of one part of XML; 5,000 lines of 40 cells have 800,000."""
MOST_CELLS: Final = 80

_ENCODING = re.compile(rb"<\?xml[^>]{0,100}encoding\s*=\s*[\"']([^\"']{0,40})")
_PLAIN: Final = frozenset({b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1"})
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError)


def read(content: bytes) -> grids.Grid:
    """Return the rows of the first sheet that is not hidden.

    Raises Invalid `console.lists.broken`, `console.lists.unpacked`, `console.lists.no-sheet`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _looked_over(archive)
    except _BROKEN:
        raise errors.Invalid("console.lists.broken") from None
    try:
        return _first_sheet(content, parts)
    except errors.Invalid:
        raise
    except Exception:  # openpyxl raises whatever a broken part leads it to
        raise errors.Invalid("console.lists.broken") from None


def _looked_over(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """Return the parts, unpacked; refuse bombs, and entities, which openpyxl alone would let pass.

    All of them: what a part is taken for is said by another part, and not by its name.
    """
    entries = archive.infolist()
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise errors.Invalid("console.lists.unpacked")
    if "[Content_Types].xml" not in archive.namelist():
        raise zipfile.BadZipFile
    parts = {entry.filename: archive.read(entry) for entry in entries}
    for part in parts.values():
        if part.count(b"<") > MOST_TAGS:
            raise errors.Invalid("console.lists.unpacked")
        plain = part.replace(b"\0", b"")
        named = _ENCODING.search(plain[:300])
        if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain or (named and named[1].lower() not in _PLAIN):
            raise zipfile.BadZipFile
    return parts


def _first_sheet(content: bytes, parts: dict[str, bytes]) -> grids.Grid:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not shown:
            raise errors.Invalid("console.lists.no-sheet")
        sheet = shown[0]
        notes = _notes(parts.get(getattr(sheet, "_worksheet_path", "").lstrip("/"), b""), len(book.worksheets))
        sheet.reset_dimensions()  # a wrong one would cut rows off
        rows, scanned = [], 0
        for number, cells in _rows(sheet):
            scanned = number
            if cells:
                rows.append((number, cells))
        has_more = scanned > grids.MOST_SCANNED
        return grids.Grid(rows, notes=notes, sheet=sheet.title[:60], is_sheet=True, has_more=has_more)
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    for number, row in enumerate(sheet.iter_rows(max_row=grids.MOST_SCANNED + 1, max_col=MOST_CELLS), start=1):
        cells = [_text(cell) for cell in row]
        yield number, cells if any(cells) else []


def _notes(part: bytes, sheets: int) -> tuple[str, ...]:
    """Return what should be said of a sheet: of several the first, merged cells, hidden rows."""
    merged, hidden = b"<mergeCell " in part, re.search(rb"<row [^>]*hidden=\"(?:1|true)\"", part) is not None
    told = {"first-sheet": sheets > 1, "merged": merged, "hidden-rows": hidden}
    return tuple(name for name, is_so in told.items() if is_so)


def _text(cell: Any) -> str:
    """Return a cell as text: instants in ISO form, whole numbers without a point."""
    value = cell.value
    if cell.data_type == "f":
        return grids.FORMULA
    if cell.data_type == "e":
        return grids.ERROR
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)[: grids.MOST_SCANNED]
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
        case datetime():
            has_time = value.time() != time(0)
            return _minutes(value).strftime("%Y-%m-%d %H:%M") if has_time else value.strftime("%Y-%m-%d")
        case date():
            return value.isoformat()
        case time():
            return _minutes(datetime.combine(date(2000, 1, 1), value)).strftime("%H:%M")
        case timedelta():
            return _minutes(datetime(2000, 1, 1) + value % timedelta(days=1)).strftime("%H:%M")  # noqa: DTZ001 - of a clock's face only
        case _:
            return str(value)


def _minutes(value: datetime) -> datetime:
    """Return the nearest minute: Excel keeps parts of a day, so that 15:30 may come as 15:29:59.99."""
    return (value + timedelta(seconds=30)).replace(second=0, microsecond=0)
