"""The checks of one text: its blanks, its facts, its markup and its length, in every way it can be filled."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from reminderbot.catalog import blanks, grammar, shelf, telegram_html, variants, wrongs
from reminderbot.catalog.faults import Fault

LIMITS: Final = (
    ("button.", 64),
    ("toast.", 200),
    ("command.", 256),
    ("profile.name", 64),
    ("profile.short_description", 120),
    ("profile.description", 512),
)
"""Prefix of a key, most characters: texts without markup (telegram.md, "Limits"; a button's 64 is what a small phone
shows on two lines)."""

_LINES: Final = ("button.", "command.", "profile.name")
"""What begins like this is one line."""


def faults_of(read: shelf.Shelf, at: tuple[str, str], broken: set[str]) -> Iterator[Fault]:
    """Yield what is wrong with the text at (language, key); `broken` names files that could not be read."""
    message, template = read.messages[at], read.templates.get(at)
    for what, remedy in unknown_facts(read, message.facts, broken):
        yield Fault(message.file, message.line, message.key, what, remedy)
    if template is None or f"{read.name}/blanks.toml" in broken:
        return
    unknown = sorted(template.names - read.blanks.keys())
    for name in unknown:
        yield _fault(message, line_of(message, name), unknown_blank(name, read.blanks))
    wrong = telegram_html.problem(variants.all_branches(template, read.blanks))
    if wrong:
        yield _fault(message, message.text_line + wrong.line - 1, wrong.wrong)
    elif not unknown:
        yield from _filled_faults(message, template, read)


def most_of(key: str) -> int:
    """Return how many characters the text under a key may have, once it is filled."""
    return next((most for prefix, most in LIMITS if key.startswith(prefix)), telegram_html.MAX_VISIBLE)


def unknown_blank(name: str, known: Mapping[str, shelf.Blank]) -> wrongs.Wrong:
    """Return what is wrong with a blank that a text may not use."""
    near = grammar.nearest(name, frozenset(known))
    if near:
        return wrongs.of("blank-near", text=name, words=near)
    return wrongs.of("blank-unknown" if known else "blank-none", text=name)


def _filled_faults(message: shelf.Message, template: blanks.Template, read: shelf.Shelf) -> Iterator[Fault]:
    try:
        texts = list(variants.fills(template, read.blanks))
    except blanks.BlankError as error:
        yield _fault(message, message.text_line + error.line - 1, error.wrong)
        return
    for text in texts:
        if wrong := telegram_html.problem(text):
            yield _fault(message, message.text_line, wrong.wrong)
            return
    for found in _of_length(message.key, texts):
        yield _fault(message, message.text_line, found)


def _of_length(key: str, texts: list[str]) -> Iterator[wrongs.Wrong]:
    most, length = most_of(key), max(telegram_html.visible_length(text) for text in texts)
    if length > most:
        yield wrongs.of("long", count=length, most=most)
    if most < telegram_html.MAX_VISIBLE and any("<" in text for text in texts):
        yield wrongs.of("marked")
    if key.startswith(_LINES) and any("\n" in text for text in texts):
        yield wrongs.of("lines")
    if not all(texts):
        yield wrongs.of("empty")


def _fault(message: shelf.Message, line: int, wrong: wrongs.Wrong) -> Fault:
    return Fault(message.file, line, message.key, wrong.what, wrong.remedy, wrong)


def line_of(message: shelf.Message, name: str) -> int:
    """Return the line of the file on which a text first uses a blank."""
    found = re.search(rf"\{{[{{%][^}}]*\b{name}\b", message.text)
    return message.text_line + (message.text.count("\n", 0, found.end()) if found else 0)


def unknown_facts(read: shelf.Shelf, ids: tuple[str, ...], broken: set[str]) -> Iterator[tuple[str, str]]:
    """Yield, as what and remedy, each id that facts.toml does not have."""
    file = f"{read.name}/facts.toml"
    for id_ in ids if file not in broken else ():
        if id_ not in read.facts:
            yield f"unknown fact “{id_}”", f"{file} lists the facts, such as {min(read.facts, default='none')}"
