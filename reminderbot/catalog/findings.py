"""What stands against publishing a book as it would be, text by text: each finding with its place. Pure."""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from reminderbot.catalog import blanks, grammar, readability, shelf, telegram_html, text_gates, variants, wrongs

_OUTPUT = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_REACH: Final = frozenset({"clinic_phone", "emergency"})


class Level(StrEnum):
    """How much a finding weighs."""

    STOP = "stop"  # nothing is published while it stands
    WARNING = "warning"  # the admin decides


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that stands against publishing; `name` leads to its words and its remedy's, `said` fills them.

    Without a key it is about the whole book; `line` counts from 1 in the text, 0 is none in particular. `wrong`
    is what a gate of every text says of it.
    """

    level: Level
    name: str
    key: str = ""
    language: str = ""
    line: int = 0
    said: Mapping[str, blanks.Value] = dataclasses.field(default_factory=dict)
    wrong: wrongs.Wrong | None = None


@dataclasses.dataclass(frozen=True)
class Candidate:
    """One text in one language: as shipped (None where it is not), as it is in force, and as it would be published.

    `known` are the blanks that it may use, `person` the words of the buttons that lead to a person, in its language.
    """

    key: str
    language: str
    shipped: str | None
    before: str
    after: str
    source: str
    source_before: str
    known: Mapping[str, shelf.Blank] = dataclasses.field(repr=False)
    person: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Tell whether it is the clinic's own advice."""
        return self.after != self.shipped

    @property
    def is_changed(self) -> bool:
        """Tell whether publishing changes what is said."""
        return self.after != self.before


def of_book(texts: Sequence[Candidate], *, fallback: bool, speaks_reminders: bool) -> list[Finding]:
    """Return what stands against the texts of a book, in their order; the first language is the original.

    `fallback`: the admin knows that a language is missing, or older than its original, and takes that. A book that
    `speaks_reminders` says a way to a person in each of its texts.
    """
    found: list[Finding] = []
    for text in texts:
        if text.is_own and not _is_missing(text):
            found += _of_text(text, speaks_reminders=speaks_reminders)
    for key in dict.fromkeys(text.key for text in texts):
        found += _of_languages([text for text in texts if text.key == key], fallback=fallback)
    if not any(text.is_changed or text.source != text.source_before for text in texts):
        found.append(Finding(Level.STOP, "nothing"))
    return found


def stops(found: Iterable[Finding]) -> bool:
    """Tell whether anything holds a publication back."""
    return any(each.level is Level.STOP for each in found)


def _of_text(text: Candidate, *, speaks_reminders: bool) -> Iterator[Finding]:
    try:
        template = blanks.compile(text.after, text.language)
    except blanks.BlankError as error:
        yield _against(text, "blank", error.line, error.wrong)
        return
    unknown = sorted(template.names - text.known.keys())
    for name in unknown:
        yield _unknown(text, name)
    wrong = telegram_html.problem(variants.all_branches(template, text.known))
    if wrong:
        yield _against(text, "markup", wrong.line, wrong.wrong)
    elif not unknown:
        yield from _filled(text, template)
    yield from _missing_blanks(text, template)
    yield from _of_advice(text, template, speaks_reminders=speaks_reminders)


def _unknown(text: Candidate, name: str) -> Finding:
    near = grammar.nearest(name, frozenset(text.known)) or ""
    line = text_gates.line_of(shelf.Message(text.key, text.language, text.after), name)
    return _at(text, Level.STOP, "unknown", line, text=name, words=near)


def _filled(text: Candidate, template: blanks.Template) -> Iterator[Finding]:
    try:
        filled = list(variants.fills(template, text.known))
    except blanks.BlankError as error:
        yield _against(text, "blank", error.line, error.wrong)
        return
    wrong = next(filter(None, map(telegram_html.problem, filled)), None)
    if wrong:
        yield _against(text, "markup", wrong.line, wrong.wrong)
        return
    most, length = text_gates.most_of(text.key), max(map(telegram_html.visible_length, filled))
    if length > most:
        yield _at(text, Level.STOP, "long", 0, count=length, most=most)
    if not all(telegram_html.plain(each).strip() for each in filled):
        yield _at(text, Level.STOP, "empty", 0)


def _missing_blanks(text: Candidate, template: blanks.Template) -> Iterator[Finding]:
    for name in sorted(_names(text.shipped or "") - template.names):
        yield _at(text, Level.WARNING, "unused", 0, text=name)


def _of_advice(text: Candidate, template: blanks.Template, *, speaks_reminders: bool) -> Iterator[Finding]:
    found = readability.of(text.after, language=text.language, shipped=text.shipped or "", known=text.known)
    if found.figures and not text.source:
        yield _at(text, Level.STOP, "source", _line(text.after, found.figures[0]), text=found.figures[0])
    if found.is_hard:
        yield _at(text, Level.WARNING, "grade", 0, count=round(found.grade or 0), most=readability.MOST_GRADE)
    plain = telegram_html.plain(_OUTPUT.sub("it", text.after))
    if speaks_reminders and not (template.names & _REACH) and not any(words in plain for words in text.person):
        yield _at(text, Level.WARNING, "contact", 0, text=text.person[0] if text.person else "")


def _of_languages(texts: Sequence[Candidate], *, fallback: bool) -> Iterator[Finding]:
    if all(_is_missing(text) for text in texts):
        return  # a step of a plan that is being written: the plan waits for its text, the book does not
    original, level = texts[0], Level.WARNING if fallback else Level.STOP
    for text in texts:
        if _is_missing(text):
            yield _at(text, level, "language", 0)
        elif text is not original and original.is_changed and not text.is_changed:
            yield _at(text, level, "older", 0)
        elif text is not original and text.is_own and not _is_missing(original):
            for name in sorted((_names(original.after) & original.known.keys()) - _names(text.after)):
                yield _at(text, Level.STOP, "differs", 0, text=name)


def _is_missing(text: Candidate) -> bool:
    """Tell whether the language has no text of its own: neither shipped nor the clinic's."""
    return text.shipped is None and not text.after.strip()


def _names(source: str) -> frozenset[str]:
    try:
        return grammar.names_of(source)
    except blanks.BlankError:  # said where it stands
        return frozenset()


def _line(text: str, words: str) -> int:
    found = _OUTPUT.sub(lambda blank: " " * len(blank[0]), text).find(words)
    return text.count("\n", 0, max(found, 0)) + 1


def _against(text: Candidate, name: str, line: int, wrong: wrongs.Wrong) -> Finding:
    return Finding(Level.STOP, name, text.key, text.language, line, wrong=wrong)


def _at(text: Candidate, level: Level, name: str, line: int, /, **said: blanks.Value) -> Finding:
    return Finding(level, name, text.key, text.language, line, said)
