"""The markup that our texts may hold: what Telegram accepts, cut down to b, i, u and links over https."""

import dataclasses
import html
import re
from typing import Final

MAX_VISIBLE: Final = 4096
"""Characters of one message after parsing (telegram.md, "Limits")."""

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:\s+[^<>]*)?)>")
_HREF = re.compile(r'\s+href="https://[^\s"<>]+"')
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_MARK = re.compile(r"[<>&]")
_PLAIN: Final = frozenset({"b", "i", "u"})


@dataclasses.dataclass(frozen=True)
class Problem:
    """A place in a text that Telegram would refuse or show wrongly; `line` counts from 1 in the text."""

    line: int
    what: str
    remedy: str


def problem(text: str) -> Problem | None:
    """Return the first thing wrong with the markup, or None when all of it is allowed and closed."""
    open_tags: list[tuple[str, int]] = []
    position = 0
    while mark := _MARK.search(text, position):
        at = mark.start()
        taken = _ENTITY.match(text, at) if mark.group() == "&" else _TAG.match(text, at)
        wrong = _wrong(mark.group(), taken, open_tags, at)
        if wrong or taken is None:
            return Problem(text.count("\n", 0, at) + 1, *(wrong or _STRAY[mark.group()]))
        position = taken.end()
    if open_tags:
        tag, at = open_tags[-1]
        return Problem(text.count("\n", 0, at) + 1, f"<{tag}> is never closed", f"write </{tag}> where it ends")
    return None


def plain(text: str) -> str:
    """Return what a reader sees: tags gone, entities as characters. A link's address goes with its tag."""
    return html.unescape(_TAG.sub("", text))


def visible_length(text: str) -> int:
    """Return the characters (code points) that Telegram counts after parsing."""
    return len(plain(text))


_STRAY: Final = {
    "<": ("a bare <", "write &lt; for the sign; only <b>, <i>, <u> and <a href=…> are tags"),
    ">": ("a bare >", "write &gt; for the sign"),
    "&": ("a bare &", "write &amp; for the sign"),
}


def _wrong(mark: str, taken: re.Match[str] | None, open_tags: list[tuple[str, int]], at: int) -> tuple[str, str] | None:
    if taken is None or mark == "&":
        return None
    closing, tag, attributes = taken.groups()
    if closing:
        return _wrong_closing(tag, attributes, open_tags)
    if any(tag == other for other, _ in open_tags):
        return f"<{tag}> inside <{tag}>", "close the first one before"
    open_tags.append((tag, at))
    return _wrong_opening(tag, attributes)


def _wrong_opening(tag: str, attributes: str) -> tuple[str, str] | None:
    if tag == "a":
        fine = _HREF.fullmatch(attributes) is not None
        return None if fine else ("a link that is not to https://…", 'write <a href="https://example.org">words</a>')
    if tag not in _PLAIN:
        return f"<{tag}> is not allowed", "only <b>, <i>, <u> and <a href=…> are; a new line is just a new line"
    return (f"<{tag}> with attributes", f"write <{tag}> alone") if attributes.strip() else None


def _wrong_closing(tag: str, attributes: str, open_tags: list[tuple[str, int]]) -> tuple[str, str] | None:
    if attributes or not open_tags or open_tags[-1][0] != tag:
        inner = f"</{open_tags[-1][0]}> comes first" if open_tags else "remove it, or open it before"
        return f"</{tag}> closes nothing", inner
    open_tags.pop()
    return None
