"""One TOML file read whole, together with the line on which each of its tables and fields begins."""

import dataclasses
import pathlib
import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final

from reminderbot.catalog.faults import Fault

MAX_BYTES: Final = 1_000_000
"""A file of texts is some ten thousand bytes; a hundred times that is a mistake, not a text."""

_HEADER = re.compile(r"""\s*\[(\[)?\s*(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*\]""")
_FIELD = re.compile(r"""\s*(?:"([^"]+)"|'([^']+)'|([\w-]+))\s*=""")
_FENCE = re.compile(r'"""|' + "'''")
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")


@dataclasses.dataclass(frozen=True)
class Document:
    """A parsed file. Lines are known by table and field: `lines[("step.day-1", "text")]`; a table's own line
    has the field ""; the tables of an array are "step#0", "step#1" and so on."""

    name: str
    data: Mapping[str, Any]
    lines: Mapping[tuple[str, str], int]

    def line(self, table: str, field: str = "") -> int:
        """Return the line of a field, else of its table, else 1."""
        return self.lines.get((table, field)) or self.lines.get((table, "")) or 1


def read(path: pathlib.Path, name: str) -> Document | Fault:
    """Read one file; `name` is how people are told of it."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Fault(name, 1, "", "the file is missing", "put it back; every language has the same files")
    except OSError as problem:
        return Fault(name, 1, "", f"cannot be read ({problem.strerror})", "check who may read the file")
    if len(raw) > MAX_BYTES:
        return Fault(name, 1, "", f"the file has {len(raw)} bytes", f"keep it under {MAX_BYTES}")
    return parsed(raw, name)


def parsed(raw: bytes, name: str) -> Document | Fault:
    """Read the bytes of a file."""
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        return Fault(name, line, "", "is not UTF-8", "save the file as UTF-8")
    try:
        return Document(name, tomllib.loads(text), _lines(text))
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        return _syntax_fault(name, str(problem), text)


def _syntax_fault(name: str, problem: str, text: str) -> Fault:
    at = _AT_LINE.search(problem)
    line = int(at[1]) if at and at[1] else text.count("\n") + 1
    what = _AT_LINE.sub("", problem)
    table = ""
    for (candidate, field), begins in _lines(text).items():
        if not field and begins <= line:
            table = candidate
    return Fault(
        name, line, table, f"is not TOML here: {what}", 'look for a missing quote, """ or = on or above this line'
    )


def _lines(text: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    arrays: dict[str, int] = {}
    table, fence = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if not fence and (header := _HEADER.match(line)):
            table = header[2] or header[3] or header[4]
            if header[1]:
                arrays[table] = arrays.get(table, -1) + 1
                table = f"{table}#{arrays[table]}"
            found.setdefault((table, ""), number)
        elif not fence and (field := _FIELD.match(line)):
            found.setdefault((table, field[1] or field[2] or field[3]), number)
        fence = _fence_after(line, fence)
    return found


def _fence_after(line: str, fence: str) -> str:
    for mark in _FENCE.findall(line):
        if not fence:
            fence = mark
        elif fence == mark:
            fence = ""
    return fence
