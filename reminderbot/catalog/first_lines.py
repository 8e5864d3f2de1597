"""The first line of a text, as it stands for the whole in a list: without markup, without blanks, short."""

import re
from typing import Final

from reminderbot.catalog import telegram_html

LONG: Final = 60
"""Characters at most, the ellipsis included."""

_BLANK: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_LOOSE: Final = re.compile(r"\s+([,.;:!?])")


def of(text: str) -> str:
    """Return the first line that says something; empty where none does."""
    plain = telegram_html.plain(_BLANK.sub("", text))
    lines = (_LOOSE.sub(r"\1", " ".join(line.split())).lstrip(",;: ") for line in plain.splitlines())
    line = next((line for line in lines if any(map(str.isalnum, line))), "")
    return line if len(line) <= LONG else _cut(line)


def _cut(line: str) -> str:
    head = line[: LONG - 1]
    words, _, _ = head.rpartition(" ")
    return f"{(words or head).rstrip(' ,;:.')}…"
