"""The markup that our texts may hold: what Telegram accepts, cut down to b, i, u and links over https."""

import dataclasses
import html
import re
from typing import Final

from reminderbot.catalog import wrongs

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
    wrong: wrongs.Wrong

    @property
    def what(self) -> str:
        """What is wrong, for whoever runs the bot."""
        return self.wrong.what

    @property
    def remedy(self) -> str:
        """What to write instead, for whoever runs the bot."""
        return self.wrong.remedy


def problem(text: str) -> Problem | None:
    """Return the first thing wrong with the markup, or None when all of it is allowed and closed."""
    open_tags: list[tuple[str, int]] = []
    position = 0
    while mark := _MARK.search(text, position):
        at = mark.start()
        taken = _ENTITY.match(text, at) if mark.group() == "&" else _TAG.match(text, at)
        wrong = _wrong(mark.group(), taken, open_tags, at)
        if wrong or taken is None:
            return Problem(text.count("\n", 0, at) + 1, wrong or _STRAY[mark.group()])
        position = taken.end()
    if open_tags:
        tag, at = open_tags[-1]
        return Problem(text.count("\n", 0, at) + 1, wrongs.of("tag-open", text=tag))
    return None


def plain(text: str) -> str:
    """Return what a reader sees: tags gone, entities as characters. A link's address goes with its tag."""
    return html.unescape(_TAG.sub("", text))


def visible_length(text: str) -> int:
    """Return the characters (code points) that Telegram counts after parsing."""
    return len(plain(text))


_STRAY: Final = {
    "<": wrongs.of("sign-less", text="<", words="&lt;"),
    ">": wrongs.of("sign", text=">", words="&gt;"),
    "&": wrongs.of("sign", text="&", words="&amp;"),
}


def _wrong(mark: str, taken: re.Match[str] | None, open_tags: list[tuple[str, int]], at: int) -> wrongs.Wrong | None:
    if taken is None or mark == "&":
        return None
    closing, tag, attributes = taken.groups()
    if closing:
        return _wrong_closing(tag, attributes, open_tags)
    if any(tag == other for other, _ in open_tags):
        return wrongs.of("tag-twice", text=tag)
    open_tags.append((tag, at))
    return _wrong_opening(tag, attributes)


def _wrong_opening(tag: str, attributes: str) -> wrongs.Wrong | None:
    if tag == "a":
        fine = _HREF.fullmatch(attributes) is not None
        return None if fine else wrongs.of("link", words='<a href="https://example.org">words</a>')
    if tag not in _PLAIN:
        return wrongs.of("tag-unknown", text=tag)
    return wrongs.of("tag-dressed", text=tag) if attributes.strip() else None


def _wrong_closing(tag: str, attributes: str, open_tags: list[tuple[str, int]]) -> wrongs.Wrong | None:
    if attributes or not open_tags or open_tags[-1][0] != tag:
        crossed = {"words": open_tags[-1][0]} if open_tags else {}
        return wrongs.of("tag-crossed" if open_tags else "tag-closes", text=tag, **crossed)
    open_tags.pop()
    return None
