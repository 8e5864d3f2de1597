"""Files of every kind of badness, each the same for its number: random bytes, torn workbooks, hostile CSV."""

import io
import random
import zipfile
from collections.abc import Callable
from typing import Any

from tests.services.lists import making

HEADINGS = (
    *("Patient", "Date", "Time", "Appointment ID", "Patient number", "Plan", "Language", "Nombre", "Fecha", "Hora"),
    *(
        "",
        "=1+1",
        "Date\0",
        "💆🏽‍♀️",
        "x" * 400,
        "Fecha de nacimiento",
        "<script>",
        "'; DROP TABLE patients; --",
        "‮Name",
    ),
)
CELLS = (
    *("Ana García", "24/11/2026", "2026-11-24", "15:30", "A-1", "17", "en", "microneedling", "", " ", "32/13/2026"),
    *("31/02/2026", "0000-00-00", "99999", "9" * 400, "=HYPERLINK(1)", "+1", "-1", "@x", "\t", "\0", '"', '""', "'"),
    *("Ana\nGarcía", "\r", "‮evil", "\ufeff", "💆🏽‍♀️" * 50, "محمد", "x" * 5000, "1e400", "nan", "-inf", "٢٤/١١/٢٠٢٦"),
    *(
        "24/11/2026 25:61",
        "T",
        "Z",
        "２４/１１/２０２６",
        "²",
        "1" * 40 + "/1/2026",
        "a|b",
        "\ud7ff",
        "\x1f",
        "12/12/12",
    ),
)


def file(number: int) -> bytes:
    """Return the file of a number."""
    chance = random.Random(number)
    kinds: list[Callable[[random.Random], bytes]] = [
        _noise,
        _commas,
        _commas,
        _torn_text,
        _mixed,
        _workbook,
        _torn_book,
    ]
    return chance.choice(kinds)(chance)


def _noise(chance: random.Random) -> bytes:
    start = chance.choice((b"", b"", b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"Patient,Date\n", b"sep=;\n"))
    return start + chance.randbytes(chance.choice((0, 1, 7, 200, 5000)))


def _rows(chance: random.Random) -> list[list[str]]:
    width = chance.choice((1, 2, 3, 5, 9, 70))
    headings = [chance.choice(HEADINGS) for _ in range(width)]
    if chance.random() < 0.7:
        headings[:2] = ["Patient", "Date"][:width]
    body = [
        [chance.choice(CELLS) for _ in range(max(width + chance.choice((0, 0, 0, 1, -1)), 0))]
        for _ in range(chance.choice((0, 1, 3, 20)))
    ]
    return [headings, *body]


def _commas(chance: random.Random) -> bytes:
    delimiter, encoding = chance.choice(",;\t|"), chance.choice(("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"))
    return making.commas(*_rows(chance), delimiter=delimiter, encoding=encoding)


def _mixed(chance: random.Random) -> bytes:
    """Rows that no library has written: cells as they are, quoted or not."""
    return "\n".join(chance.choice(",;\t").join(row) for row in _rows(chance)).encode("utf-8")


def _torn_text(chance: random.Random) -> bytes:
    return _torn(chance, _commas(chance))


def _workbook(chance: random.Random) -> bytes:
    values: list[Any] = [0, -1, 1.5, 46350, 46350.5, 1e300, True, None, "=A1", "#REF!", "24/11/2026", "Ana", "x" * 900]
    clean = [[cell for cell in row if _is_writable(cell)] for row in _rows(chance)]
    for row in clean[1:]:
        row[1:2] = [chance.choice(values)]  # type: ignore[list-item]
    return making.workbook(*clean)


def _is_writable(text: str) -> bool:
    return all(letter >= " " or letter in "\t\n" for letter in text)


def _torn_book(chance: random.Random) -> bytes:
    whole = making.workbook(("Patient", "Date"), ("Ana", "24/11/2026"))
    if chance.random() < 0.5:
        return _torn(chance, whole)
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if chance.random() < 0.2:
                part = chance.choice((b"", b"<x/>", _torn(chance, part), b"<!DOCTYPE x []><x/>"))
            if chance.random() < 0.95:
                new.writestr(name, part)
    return written.getvalue()


def _torn(chance: random.Random, whole: bytes) -> bytes:
    """Cut a file off, or turn some of its bytes over."""
    if chance.random() < 0.5:
        return whole[: chance.randrange(len(whole) + 1)]
    bytes_ = bytearray(whole)
    for _ in range(min(chance.choice((1, 5, 50)), len(bytes_))):
        bytes_[chance.randrange(len(bytes_))] = chance.randrange(256)
    return bytes(bytes_)
