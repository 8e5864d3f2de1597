"""The checks of one text: its blanks, its facts, its markup and its length, in every way it can be filled."""

import re
from collections.abc import Iterator
from typing import Final

from reminderbot.catalog import blanks, grammar, shelf, telegram_html, variants
from reminderbot.catalog.faults import Fault

LIMITS: Final = (
    ("button.", 64, "a button"),
    ("toast.", 200, "a toast"),
    ("command.", 256, "a command's description"),
    ("profile.name", 64, "the bot's name"),
    ("profile.short_description", 120, "the bot's short description"),
    ("profile.description", 512, "the bot's description"),
)
"""Prefix of a key, most characters, what it is: texts without markup (telegram.md, "Limits"; a button's 64 is
what a small phone shows on two lines)."""


def faults_of(read: shelf.Shelf, at: tuple[str, str], broken: set[str]) -> Iterator[Fault]:
    """Yield what is wrong with the text at (language, key); `broken` names files that could not be read."""
    message, template = read.messages[at], read.templates.get(at)
    for what, remedy in unknown_facts(read, message.facts, broken):
        yield Fault(message.file, message.line, message.key, what, remedy)
    if template is None or f"{read.name}/blanks.toml" in broken:
        return
    unknown = sorted(template.names - read.blanks.keys())
    for name in unknown:
        yield _unknown_blank(read, message, name)
    wrong = telegram_html.problem(variants.all_branches(template, read.blanks))
    if wrong:
        yield Fault(message.file, message.text_line + wrong.line - 1, message.key, wrong.what, wrong.remedy)
    elif not unknown:
        yield from _filled_faults(message, template, read)


def _filled_faults(message: shelf.Message, template: blanks.Template, read: shelf.Shelf) -> Iterator[Fault]:
    try:
        texts = list(variants.fills(template, read.blanks))
    except blanks.BlankError as error:
        line = message.text_line + error.line - 1
        yield Fault(message.file, line, message.key, f"cannot be filled: {error.what}", error.remedy)
        return
    for text in texts:
        if wrong := telegram_html.problem(text):
            remedy = f"when a blank is empty or a branch is not taken: {wrong.remedy}"
            yield Fault(message.file, message.text_line, message.key, wrong.what, remedy)
            return
    yield from _length_faults(message, texts)


def _length_faults(message: shelf.Message, texts: list[str]) -> Iterator[Fault]:
    most, what = next(
        ((most, what) for prefix, most, what in LIMITS if message.key.startswith(prefix)),
        (telegram_html.MAX_VISIBLE, ""),
    )
    length = max(telegram_html.visible_length(text) for text in texts)
    if length > most:
        remedy = f"shorten it to {most}, counted with the longest value of every blank"
        yield Fault(message.file, message.text_line, message.key, f"it can be {length} characters long", remedy)
    if what and any("<" in text for text in texts):
        yield Fault(message.file, message.text_line, message.key, f"{what} shows no markup", "remove the tags")
    if what and any("\n" in text for text in texts) and message.key.startswith(("button.", "command.", "profile.name")):
        yield Fault(message.file, message.text_line, message.key, f"{what} is one line", "join the lines")
    if not all(text for text in texts):
        remedy = "write something that is said even when every blank is empty"
        yield Fault(message.file, message.text_line, message.key, "the text can come out empty", remedy)


def _unknown_blank(read: shelf.Shelf, message: shelf.Message, name: str) -> Fault:
    near = grammar.nearest(name, frozenset(read.blanks))
    remedy = f"did you mean “{near}”?" if near else f"{read.name}/blanks.toml lists the blanks there are"
    return Fault(message.file, line_of(message, name), message.key, f"unknown blank “{name}”", remedy)


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
