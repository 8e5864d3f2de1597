"""Reads a `messages/` folder whole: a shelf, or the list of what is wrong with the files."""

import pathlib
import re
from collections.abc import Callable
from types import MappingProxyType
from typing import Any, Final

import reminderbot
from reminderbot import errors
from reminderbot.catalog import forms, language_files, shelf
from reminderbot.catalog.faults import Fault

Fingerprint = tuple[tuple[str, int, int, int], ...]
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TOPIC: Final[forms.Fields] = {"message": str, "facts": list}
_TOPIC_OPTIONAL: Final[forms.Fields] = {"command": str, "order": int, "parent": str, "said": bool}
_FACT: Final[forms.Fields] = {"section": str, "says": str}
_BLANK: Final[forms.Fields] = {"meaning": str, "sample": object, "worst": object}


def default_folder() -> pathlib.Path:
    """Return the folder of the shipped texts: beside the package in a checkout, inside it once installed."""
    package = pathlib.Path(reminderbot.__file__).parent
    installed = package / "_messages"
    return installed if installed.is_dir() else package.parent / "messages"


def fingerprint(folder: pathlib.Path) -> Fingerprint:
    """Return what changes when a file of a folder is written, added or taken away."""
    stats = [(str(path), path.lstat()) for path in sorted(folder.rglob("*"))]
    return tuple((name, stat.st_ino, stat.st_size, stat.st_mtime_ns) for name, stat in stats)


def load(folder: pathlib.Path) -> shelf.Shelf:
    """Return the folder's shelf; raises errors.Unusable with the first fault if any file is broken."""
    loaded, faults = read(folder)
    if faults:
        more = f" (and {len(faults) - 1} more: `reminderbot check` lists them)" if len(faults) > 1 else ""
        raise errors.Unusable(f"{faults[0]}{more}")
    return loaded


def read(folder: pathlib.Path) -> tuple[shelf.Shelf, list[Fault]]:
    """Return what could be read and every fault met; a shelf with faults is fit for checking, not for sending."""
    if not folder.is_dir():
        name = folder.name or str(folder)
        return _EMPTY, [Fault(name, 1, "", "there is no such folder", "name the folder that holds the texts")]
    binder = forms.Binder(folder)
    return _shelf(binder), sorted(binder.faults)


def _shelf(binder: forms.Binder) -> shelf.Shelf:
    reader = language_files.Reader(binder)
    languages = {code: language for code in _codes(binder.folder) if (language := reader.read(code))}
    if not (binder.folder / "en").is_dir():
        name = f"{binder.folder.name}/en"
        binder.fault(name, 1, "", "there is no English", "put it back: every text exists in English first")
    return shelf.Shelf(
        name=binder.folder.name,
        languages=MappingProxyType(languages),
        messages=MappingProxyType(reader.messages),
        templates=MappingProxyType(reader.templates),
        topics=MappingProxyType(_entries(binder, "topics.toml", _topic, _TOPIC, _TOPIC_OPTIONAL)),
        facts=MappingProxyType(_entries(binder, "facts.toml", _fact, _FACT)),
        blanks=MappingProxyType(_entries(binder, "blanks.toml", _blank, _BLANK)),
        plans=MappingProxyType(_plans(binder)),
    )


def _codes(folder: pathlib.Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and _LANGUAGE.fullmatch(path.name))


def _entries(
    binder: forms.Binder,
    file: str,
    make: Callable[[str, dict[str, Any], int], Any],
    needed: forms.Fields,
    optional: forms.Fields = forms.NONE,
) -> dict[str, Any]:
    document = binder.document(file)
    return {
        key: make(key, entry, document.line(key))
        for key, entry in (document.data.items() if document else ())
        if document and binder.has_form(document, key, entry, needed, optional)
    }


def _plans(binder: forms.Binder) -> dict[str, shelf.PlanFile]:
    found = {}
    for path in sorted((binder.folder / "plans").glob("*.toml")):
        if document := binder.document(f"plans/{path.name}"):
            found[path.stem] = shelf.PlanFile(path.stem, document.name, document.data, document.lines)
    if not found and not binder.faults:
        binder.fault(f"{binder.folder.name}/plans", 1, "", "there is no plan", "put plans/microneedling.toml back")
    return found


def _topic(key: str, entry: dict[str, Any], line: int) -> shelf.Topic:
    return shelf.Topic(
        key=key,
        message=entry["message"],
        facts=tuple(entry["facts"]),
        command=entry.get("command", ""),
        order=entry.get("order", 0),
        parent=entry.get("parent", ""),
        said=entry.get("said", True),
        line=line,
    )


def _fact(key: str, entry: dict[str, Any], _line: int) -> shelf.Fact:
    return shelf.Fact(key, entry["section"], entry["says"])


def _blank(key: str, entry: dict[str, Any], line: int) -> shelf.Blank:
    return shelf.Blank(key, entry["meaning"], entry["sample"], entry["worst"], line)


_EMPTY: Final = shelf.Shelf("", {}, {}, {}, {}, {}, {}, {})
