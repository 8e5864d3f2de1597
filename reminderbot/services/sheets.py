"""Tables for a spreadsheet: CSV whose cells are text, whatever a patient or a clinic has typed (S12)."""

import csv as library
import io
from collections.abc import Iterable, Sequence
from typing import Final

STARTS: Final = frozenset("=+-@\t\r\n\0＝＋－＠")
"""How a cell begins that a spreadsheet computes, or skips to reach what it does; the wide signs are Japanese."""
LINE_END: Final = "\r\n"  # RFC 4180
MARK: Final = "\ufeff"  # without it Excel reads UTF-8 as the machine's old code page


def cell(text: str) -> str:
    """Return a cell's text that no spreadsheet computes: what could be a formula has an apostrophe before it.

    Bytes of zero go: readers of CSV stop at them. Blanks before a formula do not hide it.
    """
    shown = text.replace("\0", "")
    is_formula = text[:1] in STARTS or shown.lstrip()[:1] in STARTS
    return f"'{shown}" if text and is_formula else shown


def csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as CSV: UTF-8 with a byte order mark, every cell escaped and quoted. Headings are a row too."""
    written = io.StringIO(newline="")
    writer = library.writer(written, quoting=library.QUOTE_ALL, lineterminator=LINE_END)
    writer.writerows([cell(text) for text in row] for row in rows)
    return (MARK + written.getvalue()).encode("utf-8", "replace")
