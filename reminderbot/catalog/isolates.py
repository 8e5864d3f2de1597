"""Keeps names, numbers and commands in their order within a text that is read from the right.

Unicode's isolates do it (UAX #9). Telegram takes embeddings and overrides out of a text (U+202A to U+202E), and leaves
isolates (tdlib, `clean_input_string`). A command or a phone number between two of them is still found as one.
"""

import re
import unicodedata
from typing import Final

_FROM_THE_LEFT: Final = "\u2066"
_BY_ITS_FIRST_LETTER: Final = "\u2068"
_END: Final = "\u2069"

_BRACES = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_WRITTEN = re.compile(r"(?<![\w/<.:\"'])/[a-z][a-z0-9_]*|(?<!\w)\+\d(?:[ ().-]?\d){6,14}")
_ONE_NUMBER = re.compile(r"\D*|\d+(?:[:.,/]\d+)*")
_SIGN_BEFORE = re.compile(rf"([@+#])({_BY_ITS_FIRST_LETTER})")


def of_value(value: str) -> str:
    """Return what fills a blank, each line that is not read from the right alone set apart from the text around it."""
    return "\n".join(_apart(line) for line in value.split("\n"))


def of_source(source: str) -> str:
    """Return a text with the commands and phone numbers that it says itself set apart; its braces stay as they are."""
    parts = _BRACES.split(source)
    parts[::2] = [_WRITTEN.sub(rf"{_FROM_THE_LEFT}\g<0>{_END}", part) for part in parts[::2]]
    return "".join(parts)


def settled(filled: str) -> str:
    """Return a filled text in which a sign that belongs to a value stands with it: the @ of @name."""
    return _SIGN_BEFORE.sub(r"\2\1", filled)


def _apart(line: str) -> str:
    strong = [side for side in map(unicodedata.bidirectional, line) if side in ("L", "R", "AL")]
    needs_it = "L" in (strong[0], strong[-1]) if strong else not _ONE_NUMBER.fullmatch(line)
    return f"{_BY_ITS_FIRST_LETTER}{line}{_END}" if needs_it else line
