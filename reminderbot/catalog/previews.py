"""A text while it is written: as Telegram would show it, what is wrong with it and where, how long and hard it is."""

import dataclasses
from collections.abc import Mapping, Sequence

from reminderbot.catalog import blanks, readability, shelf, telegram_html, text_gates, variants, wrongs


@dataclasses.dataclass(frozen=True)
class Place:
    """One thing wrong, and its line, from 1."""

    line: int
    wrong: wrongs.Wrong


@dataclasses.dataclass(frozen=True)
class Preview:
    """A text as it would be said. `sample` and `worst` are Telegram's HTML, empty while something is wrong with it.

    `length` counts the longest way in which it can be filled, against `most`.
    """

    text: str = dataclasses.field(repr=False)
    sample: str = dataclasses.field(repr=False)
    worst: str = dataclasses.field(repr=False)
    wrong: tuple[Place, ...]
    length: int
    most: int
    measures: readability.Measures
    is_own: bool

    @property
    def is_long(self) -> bool:
        """Tell whether Telegram would refuse its length."""
        return self.length > self.most


def look(
    text: str,
    *,
    key: str,
    language: str,
    shipped: str,
    known: Mapping[str, shelf.Blank],
    sample: Mapping[str, blanks.Value],
) -> Preview:
    """Return the preview of a text that may hold the blanks `known`, `sample` being an invented patient's values."""
    wrong, shown = _read(text, key, language, known, sample)
    return Preview(
        text=text,
        sample=shown[0] if shown and not _is_unsafe(shown[0]) else "",
        worst=shown[-1] if shown and not _is_unsafe(shown[-1]) else "",
        wrong=wrong,
        length=max(map(telegram_html.visible_length, shown), default=telegram_html.visible_length(text)),
        most=text_gates.most_of(key),
        measures=readability.of(text, language=language, shipped=shipped, known=known),
        is_own=text != shipped,
    )


def shown(text: str, language: str, sample: Mapping[str, blanks.Value]) -> str:
    """Return a text as Telegram shows it, its blanks filled; empty while it cannot be sent."""
    try:
        filled = blanks.compile(text, language).fill(sample)
    except blanks.BlankError:
        return ""
    return "" if _is_unsafe(filled) else filled


def _read(
    text: str, key: str, language: str, known: Mapping[str, shelf.Blank], sample: Mapping[str, blanks.Value]
) -> tuple[tuple[Place, ...], Sequence[str]]:
    """Return what is wrong, and the text filled: with the sample, in every way, last with the worst of everything."""
    try:
        template = blanks.compile(text, language)
    except blanks.BlankError as error:
        return (Place(error.line, error.wrong),), ()
    unknown = sorted(template.names - known.keys())
    if unknown:
        return tuple(_unknown(text, name, known) for name in unknown), ()
    message = shelf.Message(key=key, language=language, text=text)
    wrong = tuple(
        dict.fromkeys(
            Place(fault.line, fault.wrong)
            for fault in text_gates.faults_of(_shelf(message, template, known), (language, key), set())
            if fault.wrong
        )
    )
    try:
        ways = list(variants.fills(template, known))
    except blanks.BlankError:  # told among what is wrong
        return wrong, ()
    return wrong, [template.fill(sample), *ways[1:], ways[0]]


def _unknown(text: str, name: str, known: Mapping[str, shelf.Blank]) -> Place:
    line = text_gates.line_of(shelf.Message(key="", language="", text=text), name)
    return Place(line, text_gates.unknown_blank(name, known))


def _shelf(message: shelf.Message, template: blanks.Template, known: Mapping[str, shelf.Blank]) -> shelf.Shelf:
    """Return a folder of this one text, to be held to the checks of every shipped one."""
    at = (message.language, message.key)
    return shelf.Shelf("", {}, {at: message}, {at: template}, {}, {}, known, {})


def _is_unsafe(filled: str) -> bool:
    return telegram_html.problem(filled) is not None
