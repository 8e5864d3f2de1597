"""Text pasted from a word processor, brought to what Telegram takes; every change is told with its line."""

import collections
import dataclasses
import html
import re
import unicodedata
from collections.abc import Callable
from typing import Final

from reminderbot.catalog import pasted_signs, pasted_tags
from reminderbot.catalog.pasted_signs import Change as Change


@dataclasses.dataclass(frozen=True)
class Notice:
    """One kind of change on one line; `line` counts from 1 in the cleaned text, `was` is the first thing changed."""

    line: int
    change: Change
    was: str


@dataclasses.dataclass(frozen=True)
class Cleaned:
    """A text as Telegram can take it, and what was changed in it."""

    text: str
    notices: tuple[Notice, ...]


@dataclasses.dataclass(frozen=True)
class _Opened:
    """A tag that is open: as it was pasted, what was written for it, and whether it looks typed by hand."""

    name: str
    marks: tuple[str, ...]
    by_hand: bool


def clean(text: str) -> Cleaned:
    """Return the text with what a word processor leaves in it brought to what Telegram takes.

    What is not understood, and markup that is only nearly right, stays for the gates and for `mending.repair`.
    """
    return _Cleaner(text).cleaned()


class _Cleaner:
    """Walks a pasted text from left to right, writing what Telegram takes."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.is_right_to_left = any(unicodedata.bidirectional(each) in ("R", "AL") for each in text)
        self.out: list[str] = []
        self.tail = ""  # the last two characters written
        self.line = 1
        self.owed = 0  # line ends to write before the next word
        self.open: list[_Opened] = []
        self.names = collections.Counter[str]()  # of the tags that are open
        self.on = collections.Counter[tuple[str, bool]]()  # styles that are on, and whether by hand
        self.numbers: list[int] = []  # the last number of each open list, -1 where it has bullets
        self.notices: dict[tuple[int, Change], Notice] = {}

    def cleaned(self) -> Cleaned:
        position = 0
        for token in pasted_signs.TOKEN.finditer(self.source):
            self._write(self.source[position : token.start()])
            kind = next(kind for kind in _KINDS if token[kind] is not None)
            _KINDS[kind](self, token)
            position = token.end()
        self._write(self.source[position:])
        return Cleaned("".join(self.out), tuple(self.notices.values()))

    def _write(self, text: str) -> None:
        if self.owed:
            text = text.lstrip(" ")
        if not text:
            return
        before, self.owed = "\n" * self._missing(), 0
        self.line += len(before) + text.count("\n")
        self.out.append(before + text)
        self.tail = (self.tail + before + text)[-2:]

    def _missing(self) -> int:
        return max(0, self.owed - (len(self.tail) - len(self.tail.rstrip("\n")))) if self.out else 0

    def _tell(self, change: Change, was: str) -> None:
        at = 1 if change is Change.ENDS else self.line + self._missing()
        self.notices.setdefault((at, change), Notice(at, change, was[:80]))

    def _stepped(self, text: str, steps: tuple[pasted_signs.Step, ...]) -> str:
        for change, step in steps:
            before, text = text, step(text)
            if text != before:
                self._tell(change, before)
        return text

    def _blank(self, token: re.Match[str]) -> None:
        self._write(self._stepped(token[0], pasted_signs.IN_BRACES))

    def _hidden(self, token: re.Match[str]) -> None:
        self._tell(Change.HIDDEN, token[0])

    def _tag(self, token: re.Match[str]) -> None:
        name = token["name"].lower()
        if not pasted_tags.is_known(name):
            self._write(token[0])
        elif token["end"]:
            self._close(name, token[0])
        else:
            self._begin(name, token)

    def _begin(self, name: str, token: re.Match[str]) -> None:
        attributes = self._stepped(token["attributes"].rstrip("/ "), pasted_signs.IN_TAGS)
        self._set_apart(name, token[0])
        by_hand = token[0] in ("<b>", "<i>", "<u>") or name == "a"
        wanted = pasted_tags.marks(name, attributes)
        marks = tuple(mark for mark in wanted if not self._is_open(mark[0], by_hand=by_hand))
        written = "".join(f"<{mark}>" for mark in marks)
        if written != token[0] and not pasted_tags.lines(name):
            self._tell(_change(name, marks, attributes), token[0])
        if name not in pasted_tags.VOID:
            self._count(_Opened(name, marks, by_hand), 1)
            self.open.append(_Opened(name, marks, by_hand))
        self._write(written)

    def _count(self, one: _Opened, by: int) -> None:
        self.names[one.name] += by
        for mark in one.marks:
            self.on[mark[0], one.by_hand] += by

    def _is_open(self, mark: str, *, by_hand: bool) -> bool:
        """Tell whether a style is on already; twice by hand is a slip, and left for the repair."""
        return self.on[mark, False] > 0 or (self.on[mark, True] > 0 and not by_hand)

    def _set_apart(self, name: str, was: str) -> None:
        if not pasted_tags.lines(name):
            return
        self.owed = max(self.owed, pasted_tags.lines(name))
        if name in ("ul", "ol"):
            self.numbers.append(0 if name == "ol" else -1)
        self._tell(Change.BULLETS if name == "li" else Change.LINES, was)
        if name == "li":
            self._write(self._list_sign())
        elif name == "br":
            self.owed = 0
            self._write("\n")

    def _list_sign(self) -> str:
        if not self.numbers or self.numbers[-1] < 0:
            return "• "
        self.numbers[-1] += 1
        return f"{self.numbers[-1]}. "

    def _close(self, name: str, was: str) -> None:
        mark = pasted_tags.stands_for(name)
        marks = self._closed(name).marks if self.names[name] else (mark,) if mark else ()
        written = "".join(f"</{mark[0]}>" for mark in reversed(marks))
        if written:
            self.out.append(written)  # before what is owed: a word's end belongs to the word
            self.tail = written[-2:] if not self.owed else self.tail
        if written != was and not pasted_tags.lines(name):
            self._tell(Change.TAGS if written else Change.REMOVED, was)
        self.owed = max(self.owed, pasted_tags.lines(name))
        if name in ("ul", "ol") and self.numbers:
            self.numbers.pop()

    def _closed(self, name: str) -> _Opened:
        at = next(at for at in reversed(range(len(self.open))) if self.open[at].name == name)
        one = self.open.pop(at)
        self._count(one, -1)
        return one

    def _entity(self, token: re.Match[str]) -> None:
        sign = html.unescape(token[0])
        if sign == token[0] or (sign in '&<>"{}%' and pasted_signs.KEPT.fullmatch(token[0])):
            self._write(token[0])
            return
        self._tell(Change.ENTITIES, token[0])
        if sign in '&<>"{}%':
            self._write(f"&#{ord(sign)};")
        elif re.fullmatch(rf"[\s{pasted_signs.ODD}]", sign):
            self._write("" if self.tail.endswith(" ") else " ")
        elif not re.fullmatch(rf"[{pasted_signs.UNSEEN}\x00-\x1f\x7f-\x9f]", sign):
            self._write(sign)

    def _bullet(self, token: re.Match[str]) -> None:
        self._tell(Change.BULLETS, token[0].strip())
        self._write("• ")

    def _end_of_line(self, token: re.Match[str]) -> None:
        self._tell(Change.ENDS, token[0])
        self._newline(token)

    def _newline(self, _: re.Match[str]) -> None:
        """Write a line's end; inside a paragraph's tags it is a space, and between them nothing."""
        if self.owed:
            return
        is_within = any(count and pasted_tags.lines(name) for name, count in self.names.items())
        self._write("\n" if not is_within else "" if self.tail[-1:] in (" ", "\n", "") else " ")

    def _space(self, token: re.Match[str]) -> None:
        if not self.owed:
            self._tell(Change.SPACES, token[0])
            self._write(" ")

    def _unseen(self, token: re.Match[str]) -> None:
        before = self.tail[-1:]
        joins = token[0] in "\u200c\u200d" and before > "\u0590"  # of an emoji, or of a script that joins letters
        if joins or (token[0] in "\u200e\u200f\u061c" and self.is_right_to_left):
            self._write(token[0])
        else:
            self._tell(Change.INVISIBLE, f"U+{ord(token[0]):04X}")

    def _control(self, token: re.Match[str]) -> None:
        self._tell(Change.CONTROL, f"U+{ord(token[0]):04X}")


_KINDS: Final[dict[str, Callable[[_Cleaner, re.Match[str]], None]]] = {
    "blank": _Cleaner._blank,
    "hidden": _Cleaner._hidden,
    "tag": _Cleaner._tag,
    "entity": _Cleaner._entity,
    "bullet": _Cleaner._bullet,
    "end_of_line": _Cleaner._end_of_line,
    "space": _Cleaner._space,
    "unseen": _Cleaner._unseen,
    "control": _Cleaner._control,
    "newline": _Cleaner._newline,
}


def _change(name: str, marks: tuple[str, ...], attributes: str) -> Change:
    if marks and pasted_tags.stands_for(name) != name:
        return Change.TAGS
    return Change.STYLES if attributes.strip() else Change.REMOVED
