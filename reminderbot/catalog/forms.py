"""Reads the files below one folder and holds each table to its form, collecting faults instead of stopping."""

import pathlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from reminderbot.catalog import documents, grammar
from reminderbot.catalog.faults import Fault

Fields = Mapping[str, type]
"""The fields of a table and their types; `list` is a list of texts, `object` a text, a number or true/false."""

NONE: Final[Fields] = MappingProxyType({})

_TYPE_NAMES: Final = {
    str: 'a text: "…"',
    int: "a whole number",
    bool: "true or false",
    dict: "a table of its own",
    list: 'a list of texts: ["…", "…"]',
    object: "a text, a number or true/false",
}


class Binder:
    """The files of a folder as they are read; `faults` grows with each."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []

    def document(self, file: str) -> documents.Document | None:
        """Return a file of the folder, or None (and a fault) when it cannot be read."""
        found = documents.read(self.folder / file, f"{self.folder.name}/{file}")
        if isinstance(found, Fault):
            self.faults.append(found)
            return None
        return found

    def fault(self, file: str, line: int, key: str, what: str, remedy: str) -> bool:
        """Note a fault; returns False, so that a check can end with it."""
        self.faults.append(Fault(file, line, key, what, remedy))
        return False

    def has_form(
        self, document: documents.Document, key: str, entry: object, needed: Fields, optional: Fields = NONE
    ) -> bool:
        """Say whether `entry` has all the `needed` fields and no others but `optional`, each of its type."""
        if not isinstance(entry, dict):
            remedy = f"write [{key}] above its fields"
            return self.fault(document.name, document.line(key), key, "is not a table", remedy)
        good = True
        for field in needed.keys() - entry.keys():
            good = self.fault(document.name, document.line(key), key, f"{field} is missing", f"add {field} = …")
        for field, value in entry.items():
            good = self._fits(document, key, field, value, {**needed, **optional}) and good
        return good

    def _fits(self, document: documents.Document, key: str, field: str, value: Any, allowed: Fields) -> bool:
        line = document.line(key, field)
        if field not in allowed:
            near = grammar.nearest(field, tuple(allowed))
            remedy = f"did you mean “{near}”?" if near else f"only {', '.join(sorted(allowed))} may stand here"
            return self.fault(document.name, line, key, f"unknown field “{field}”", remedy)
        if not _has_type(value, allowed[field]):
            wanted = _TYPE_NAMES[allowed[field]]
            return self.fault(document.name, line, key, f"“{field}” has the wrong form", f"write {wanted}")
        return True


def _has_type(value: object, wanted: type) -> bool:
    if wanted is object:
        return type(value) in (str, int, bool)
    if wanted is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type(value) is wanted
