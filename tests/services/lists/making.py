"""Files as booking systems export them, made for the stories of lists."""

import csv
import io
import warnings
from collections.abc import Sequence
from typing import Any

import openpyxl


def commas(*rows: Sequence[str], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Return rows as CSV."""
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=delimiter).writerows(rows)
    return written.getvalue().encode(encoding)


def workbook(*rows: Sequence[Any], title: str = "Citas", also: Sequence[str] = ()) -> bytes:
    """Return rows as XLSX, with empty sheets of the names in `also` behind them."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for name in also:
        book.create_sheet(name)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return a workbook's bytes."""
    written = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.save(written)
    return written.getvalue()
