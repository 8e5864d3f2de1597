"""Reads a `messages/` folder whole: a shelf, or the list of what is wrong with the files."""

import pathlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import reminderbot
from reminderbot import errors
from reminderbot.catalog import blanks, documents, shelf
from reminderbot.catalog.faults import Fault

MESSAGE_FILES: Final = ("chat.toml", "expect.toml", "profile.toml", "refusals.toml", "steps.toml", "topics.toml")
"""What each language's folder holds beside language.toml and dates.toml."""

_LANGUAGE = re.compile(r"[a-z]{2,3}")
_KEY = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")
_SLUG = re.compile(r"[a-z0-9_-]+")
_ONE_TEXT = 'write the text between """ and """ under text ='


def default_folder() -> pathlib.Path:
    """Return the folder of the shipped texts: beside the package in a checkout, inside it once installed."""
    package = pathlib.Path(reminderbot.__file__).parent
    installed = package / "_messages"
    return installed if installed.is_dir() else package.parent / "messages"


def load(folder: pathlib.Path) -> shelf.Shelf:
    """Return the folder's shelf; raises errors.Unusable with the first fault if any file is broken."""
    loaded, faults = read(folder)
    if faults:
        more = f" (and {len(faults) - 1} more: `reminderbot check` lists them)" if len(faults) > 1 else ""
        raise errors.Unusable(f"{faults[0]}{more}")
    return loaded


def read(folder: pathlib.Path) -> tuple[shelf.Shelf, list[Fault]]:
    """Return what could be read and every fault met; a shelf with faults is fit for checking, not for sending."""
    reader = _Reader(folder)
    return reader.read(), sorted(reader.faults)


class _Reader:
    """Reads file after file and collects faults instead of stopping at the first."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.faults: list[Fault] = []
        self.messages: dict[tuple[str, str], shelf.Message] = {}
        self.templates: dict[tuple[str, str], blanks.Template] = {}

    def read(self) -> shelf.Shelf:
        languages = {code: language for code in self._codes() if (language := self._language(code))}
        if "en" not in languages and not self.faults:
            self._fault(f"{self.folder.name}/en", 1, "", "there is no English", "every text exists in English first")
        return shelf.Shelf(
            name=self.folder.name,
            languages=languages,
            messages=self.messages,
            templates=self.templates,
            topics=self._entries("topics.toml", _TOPIC, _topic, _TOPIC_OPTIONAL),
            facts=self._entries("facts.toml", _FACT, _fact),
            blanks=self._entries("blanks.toml", _BLANK, _blank),
            plans=self._plans(),
        )

    def _codes(self) -> Iterator[str]:
        if not self.folder.is_dir():
            self._fault(str(self.folder.name), 1, "", "there is no such folder", "name the folder that holds the texts")
            return
        for path in sorted(self.folder.iterdir()):
            if path.is_dir() and _LANGUAGE.fullmatch(path.name):
                yield path.name

    def _language(self, code: str) -> shelf.Language | None:
        for file in MESSAGE_FILES:
            self._texts(code, file)
        near, asking = self._near(code), self._asking(code)
        document = self._document(f"{code}/language.toml")
        if document is None or not self._typed(document, "", document.data, _LANGUAGE_FIELDS):
            return None
        if document.data["direction"] not in ("ltr", "rtl"):
            line = document.line("", "direction")
            self._fault(document.name, line, "", "direction is neither ltr nor rtl", 'write "ltr" or "rtl"')
        named = {field: document.data[field] for field in _LANGUAGE_FIELDS}
        return shelf.Language(code=code, **named, near=near, common=asking["common"], joins=asking["joins"])

    def _near(self, code: str) -> dict[int, str]:
        """Take the words that we say for the days around today: the first of each list that we read."""
        document = self._document(f"{code}/dates.toml")
        days = document.data.get("days", {}) if document else {}
        near = {}
        for away, meaning in _NEAR.items():
            words = days.get(str(away)) if isinstance(days, dict) else None
            if isinstance(words, list) and words and isinstance(words[0], str):
                near[away] = words[0]
            elif document:
                remedy = f'write {away} = ["…"] under [days], first the word as it is written'
                self._fault(document.name, document.line("days"), "days", f"no word for {meaning}", remedy)
        return near

    def _asking(self, code: str) -> dict[str, frozenset[str]]:
        document = self._document(f"{code}/asking.toml")
        if document is None or not self._typed(document, "", document.data, _ASKING):
            return {field: frozenset() for field in _ASKING}
        return {field: frozenset(document.data[field]) for field in _ASKING}

    def _texts(self, code: str, file: str) -> None:
        document = self._document(f"{code}/{file}")
        for key, entry in document.data.items() if document else ():
            if document and self._is_entry(document, key, entry):
                self._keep(document, _message(document, code, key, entry))

    def _is_entry(self, document: documents.Document, key: str, entry: object) -> bool:
        line = document.line(key)
        if not _KEY.fullmatch(key):
            line = next((at for (table, _), at in document.lines.items() if table.startswith(f"{key}.")), line)
            remedy = 'write the key in quotes, with a dot: ["step.day-1"]'
            return self._fault(document.name, line, key, "is not a key of a text", remedy)
        if not isinstance(entry, dict):
            return self._fault(document.name, line, key, "is not a text of its own", f'write ["{key}"], then text =')
        if not self._typed(document, key, entry, {"text": str}, {"facts": list, "phrases": list}):
            return False
        if not entry["text"].strip():
            return self._fault(document.name, document.line(key, "text"), key, "the text is empty", _ONE_TEXT)
        return True

    def _keep(self, document: documents.Document, message: shelf.Message) -> None:
        at = (message.language, message.key)
        if at in self.messages:
            other = self.messages[at]
            what = f"this key already stands in {other.file}:{other.line}"
            self._fault(document.name, message.line, message.key, what, "remove one of the two")
            return
        self.messages[at] = message
        try:
            self.templates[at] = blanks.compile(message.text)
        except blanks.BlankError as error:
            line = message.text_line + error.line - 1
            self._fault(document.name, line, message.key, f"column {error.column}: {error.what}", error.remedy)

    def _entries(
        self, file: str, fields: "_Fields", make: Callable[..., Any], optional: "_Fields | None" = None
    ) -> dict[str, Any]:
        document = self._document(file)
        if document is None:
            return {}
        return {
            key: make(key, entry, document.line(key))
            for key, entry in document.data.items()
            if self._typed(document, key, entry, fields, optional)
        }

    def _plans(self) -> dict[str, shelf.PlanFile]:
        found = {}
        for path in sorted((self.folder / "plans").glob("*.toml")):
            if document := self._document(f"plans/{path.name}"):
                found[path.stem] = shelf.PlanFile(path.stem, document.name, document.data, document.lines)
        return found

    def _document(self, file: str) -> documents.Document | None:
        if not self.folder.is_dir():
            return None
        found = documents.read(self.folder / file, f"{self.folder.name}/{file}")
        if isinstance(found, Fault):
            self.faults.append(found)
            return None
        return found

    def _typed(
        self,
        document: documents.Document,
        key: str,
        entry: object,
        fields: "_Fields",
        optional: "_Fields | None" = None,
    ) -> bool:
        """Say whether `entry` has all `fields`, of their types, and no others but `optional`."""
        if not isinstance(entry, dict):
            return self._fault(
                document.name, document.line(key), key, "is not a table", f"write [{key}] above its fields"
            )
        allowed = {**fields, **(optional or {})}
        good = True
        for field in fields.keys() - entry.keys():
            good = self._fault(document.name, document.line(key), key, f"{field} is missing", f"add {field} = …")
        for field, value in entry.items():
            line = document.line(key, field)
            if field not in allowed:
                known = ", ".join(sorted(allowed))
                good = self._fault(document.name, line, key, f"unknown field “{field}”", f"only {known} may stand here")
            elif not _has_type(value, allowed[field]):
                wanted = _TYPE_NAMES[allowed[field]]
                good = self._fault(document.name, line, key, f"{field} is not {wanted}", f"write {field} = {wanted}")
        return good

    def _fault(self, file: str, line: int, key: str, what: str, remedy: str) -> bool:
        self.faults.append(Fault(file, line, key, what, remedy))
        return False


_Fields = Mapping[str, type]
_LANGUAGE_FIELDS: Final[_Fields] = {"name": str, "direction": str, "reviewed_by": str}
_ASKING: Final[_Fields] = {"common": list, "joins": list}
_NEAR: Final = {-1: "yesterday", 0: "today", 1: "tomorrow"}
_TOPIC: Final[_Fields] = {"message": str, "facts": list}
_TOPIC_OPTIONAL: Final[_Fields] = {"command": str, "order": int, "parent": str, "said": bool}
_FACT: Final[_Fields] = {"section": str, "says": str}
_BLANK: Final[_Fields] = {"meaning": str, "sample": object, "worst": object}
_TYPE_NAMES: Final = {
    str: 'a text: "…"',
    int: "a whole number",
    bool: "true or false",
    list: 'a list of texts: ["…", "…"]',
    object: "a text, a number or true/false",
}


def _has_type(value: object, wanted: type) -> bool:
    if wanted is object:
        return type(value) in (str, int, bool)
    if wanted is list:
        return isinstance(value, list) and all(isinstance(item, str) for item in value)
    return type(value) is wanted


def _message(document: documents.Document, code: str, key: str, entry: dict[str, Any]) -> shelf.Message:
    # tomllib drops the newline right after the opening quotes, so the text starts one line below them.
    raw: str = entry["text"]
    text_line = document.line(key, "text") + (1 if "\n" in raw else 0)
    text_line += len(raw) - len(raw.lstrip("\n"))
    facts, phrases = tuple(entry.get("facts", ())), tuple(entry.get("phrases", ()))
    return shelf.Message(key, code, raw.strip("\n"), facts, phrases, document.name, document.line(key), text_line)


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
