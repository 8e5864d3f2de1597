"""Entities over a text: what the server finds by itself, whether they fit, and the HTML they make."""

import html
import itertools
import re
from collections.abc import Sequence
from typing import Any

from reminderbot.simulator import markup, refusals

# What the server marks without being asked, in the order in which it wins where two would overlap.
_FOUND = {
    "url": re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]", re.IGNORECASE),
    "mention": re.compile(r"(?<![\w/])@[A-Za-z]\w{3,31}\b", re.ASCII),
    "bot_command": re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(@[A-Za-z]\w{3,31})?\b", re.ASCII),
    "phone_number": re.compile(r"(?<![\w+])\+\d(?:[ ().-]?\d){6,14}(?!\w)"),
    "hashtag": re.compile(r"(?<![\w/&])#[^\W\d]\w*"),
}
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_SOLID = {"code", "pre", "text_link", "text_mention"}


def found_in(text: str, known: Sequence[markup.Entity] = ()) -> list[markup.Entity]:
    """Return the entities of `known` and those the server finds in plain `text` where none stands in the way."""
    entities = list(known)
    taken = [(e["offset"], e["offset"] + e["length"]) for e in known if e["type"] in _SOLID]
    for kind, pattern in _FOUND.items():
        for match in pattern.finditer(text):
            start, end = markup.utf16(text[: match.start()]), markup.utf16(text[: match.end()])
            if all(end <= a or start >= b for a, b in taken):
                taken.append((start, end))
                entities.append({"type": kind, "offset": start, "length": end - start})
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def fitting(text: str, given: Sequence[markup.Entity]) -> list[markup.Entity]:
    """Return entities that a bot gave beside its text; one outside of the text is a 400."""
    end = markup.utf16(text)
    for entity in given:
        if entity["offset"] < 0 or entity["length"] <= 0 or entity["offset"] + entity["length"] > end:
            raise refusals.bad("ENTITY_BOUNDS_INVALID")
    return [dict(entity) for entity in given]


def to_html(text: str, entities: Sequence[markup.Entity]) -> str:
    """Return `text` as HTML with its formatting; what the server only found (links, commands) stays plain."""
    units = text.encode("utf-16-le", "surrogatepass")
    opened: dict[int, list[str]] = {}
    closed: dict[int, list[str]] = {}
    for entity in entities:
        if (tags := _tags(entity)) is None:
            continue
        opened.setdefault(entity["offset"], []).append(tags[0])
        closed.setdefault(entity["offset"] + entity["length"], []).insert(0, tags[1])
    marks = sorted({0, len(units) // 2, *opened, *closed})
    parts = ["".join(closed.get(0, []) + opened.get(0, []))]
    for start, end in itertools.pairwise(marks):
        piece = units[start * 2 : end * 2].decode("utf-16-le", "replace")
        parts += [html.escape(piece, quote=False), *closed.get(end, []), *opened.get(end, [])]
    return "".join(parts)


def _tags(entity: dict[str, Any]) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind == "text_link":
        return f'<a href="{html.escape(entity["url"])}">', "</a>"
    if kind == "date_time":
        return f'<tg-time unix="{entity["unix_time"]}">', "</tg-time>"
    tag = _TAGS.get(kind)
    return (f"<{tag}>", f"</{tag}>") if tag else None
