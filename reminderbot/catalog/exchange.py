"""Texts on their way to whoever translates them, and back: as rows of a table, and as a file of `messages/`. Pure."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from reminderbot import errors
from reminderbot.catalog import blanks, documents, faults, shelf, text_gates

HEADINGS: Final = ("book", "language", "key", "when", "english", "in_force", "draft", "blanks", "facts")
"""The columns of a table of texts; `draft` is the one to write in."""
NEEDED: Final = ("language", "key", "draft")

_BROKEN = re.compile(r"\r\n?")
_UNSAID = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BARE = re.compile(r"[^\n\t\x20-\x7e\xa0-\ud7ff\ue000-\U0010ffff]")
_FIELDS: Final = frozenset({"text", "facts", "phrases"})


@dataclasses.dataclass(frozen=True)
class Line:
    """One text as it is handed out. `when` says in words when it is sent; `draft` is empty where there is none."""

    book: str
    language: str
    key: str
    when: str
    english: str
    in_force: str
    draft: str
    blanks: tuple[str, ...]
    facts: tuple[str, ...]
    phrases: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """What would be published now."""
        return self.draft or self.in_force

    @property
    def cells(self) -> tuple[str, ...]:
        """The text as a row under the headings."""
        named = (self.book, self.language, self.key, self.when, self.english, self.in_force, self.draft)
        return tuple(quoted(tidy(text)) for text in (*named, ", ".join(self.blanks), ", ".join(self.facts)))


@dataclasses.dataclass(frozen=True)
class Given:
    """One text as it came back: `number` is its line in the file; an empty `draft` asks for nothing.

    `language` and `book` are empty where the file does not say them, `in_force` is None there.
    """

    number: int
    book: str
    language: str
    key: str
    in_force: str | None
    draft: str


def tidy(text: str) -> str:
    """Return a text as it is kept: plain ends of lines, no blanks at them, nothing that cannot be written or said."""
    plain = _UNSAID.sub("", _BROKEN.sub("\n", text))
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip()


def quoted(text: str) -> str:
    """Return a cell that `unquoted` gives back: an apostrophe of the text's own is doubled.

    A table for a spreadsheet puts one before what could be computed, so that one alone would be lost.
    """
    return f"'{text}" if text.startswith("'") else text


def unquoted(cell: str, *, computed: frozenset[str]) -> str:
    """Return the text of a cell; `computed` are the signs before which an apostrophe was put."""
    rest = cell[1:]
    is_put = cell.startswith("'") and (rest.startswith("'") or rest.lstrip()[:1] in computed)
    return rest if is_put else cell


def from_rows(rows: Sequence[tuple[int, Sequence[str]]]) -> list[Given]:
    """Return the texts of a table, whose first row holds the headings in any order; others are passed over.

    Raises Invalid `console.exchange.no-columns` (`names`).
    """
    headings = [cell.strip().casefold().replace(" ", "_") for cell in rows[0][1]] if rows else []
    lacking = [name for name in NEEDED if name not in headings]
    if lacking:
        raise errors.Invalid("console.exchange.no-columns", names=", ".join(lacking))
    return [_given(number, dict(zip(headings, cells, strict=False))) for number, cells in rows[1:] if any(cells)]


def from_toml(content: bytes, name: str) -> list[Given]:
    """Return the texts of a file of `messages/`: its facts and phrases are passed over, they are not a clinic's.

    Raises Invalid `console.exchange.not-toml` (`text`).
    """
    found = documents.parsed(content, name)
    if isinstance(found, faults.Fault):
        raise errors.Invalid("console.exchange.not-toml", text=str(found))
    for key, entry in found.data.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("text"), str) or not entry.keys() <= _FIELDS:
            wrong = f'{name}:{found.line(key)}: [{key}] is not a text; write ["{key}"] and text = """…""" below it'
            raise errors.Invalid("console.exchange.not-toml", text=wrong)
    return [Given(found.line(key), "", "", key, None, tidy(entry["text"])) for key, entry in found.data.items()]


def toml(lines: Iterable[Line]) -> str:
    """Return texts in the file format of `messages/`, each under what it says in English and when it is sent."""
    return "\n".join(_entry(line) for line in lines)


def faults_of(
    message: shelf.Message, known: Mapping[str, shelf.Blank], facts: Mapping[str, shelf.Fact]
) -> Iterator[faults.Fault]:
    """Yield what is wrong with a text by the gates of `messages/`; `known` are the blanks it may use."""
    at = (message.language, message.key)
    try:
        templates = {at: blanks.compile(message.text, message.language)}
    except blanks.BlankError as error:
        what = f"column {error.column}: {error.what}"
        yield faults.Fault(
            message.file, message.text_line + error.line - 1, message.key, what, error.remedy, error.wrong
        )
        return
    read = shelf.Shelf("messages", {}, {at: message}, templates, {}, facts, known, {})
    yield from text_gates.faults_of(read, at, set())


def _given(number: int, cells: Mapping[str, str]) -> Given:
    in_force = cells.get("in_force")
    return Given(
        number=number,
        book=cells.get("book", "").strip(),
        language=cells.get("language", "").strip(),
        key=cells.get("key", "").strip(),
        in_force=None if in_force is None else tidy(in_force),
        draft=tidy(cells.get("draft", "")),
    )


def _entry(line: Line) -> str:
    said = [line.when, *(f"en: {each}" for each in line.english.split("\n") if line.language != "en" and each.strip())]
    comments = "".join(f"# {_UNSAID.sub('', each)}\n" for each in said if each)
    lists = (("facts", line.facts), ("phrases", line.phrases))
    fields = "".join(f"{name} = [{', '.join(map(_string, each))}]\n" for name, each in lists if each)
    return f'{comments}["{line.key}"]\n{fields}text = """\n{_escaped(tidy(line.body))}\n"""\n'


def _string(text: str) -> str:
    return '"' + _escaped(text).replace('"', '\\"').replace("\n", "\\n") + '"'


def _escaped(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"""', '""\\"')
    return _BARE.sub(lambda found: f"\\u{ord(found[0]):04X}", safe)
