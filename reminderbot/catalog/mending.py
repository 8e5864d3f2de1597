"""Markup that is almost right: what was probably meant, proposed with the places, applied only by a person's yes."""

import bisect
import dataclasses
import itertools
import re
from enum import StrEnum
from typing import Final

from reminderbot.catalog import pasted_signs, pasted_tags


class Mend(StrEnum):
    """What was mended; `console.mended.` and this is the key of its words."""

    SIGN = "sign"  # a bare &, < or >, written as &amp;, &lt; or &gt;
    CLOSED = "closed"  # a tag that nothing closed, closed at the end of its line
    CROSSED = "crossed"  # tags that crossed one another, put one inside the other
    SLASH = "slash"  # <b>…<b>, closed by the second
    TWICE = "twice"  # a tag within the same tag, taken out
    STRAY = "stray"  # a closing tag that closed nothing, taken out
    BARE = "bare"  # a tag with a style or in capitals, written alone
    LINK = "link"  # a link to http://, made https://; a link to elsewhere, taken out with its words left
    HIDDEN = "hidden"  # a character of private use, which shows as nothing


@dataclasses.dataclass(frozen=True)
class Mended:
    """One place that was mended; `line` counts from 1, `was` is what stood there."""

    line: int
    mend: Mend
    was: str


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A text as it was probably meant; nothing was wrong when `mended` is empty."""

    text: str
    mended: tuple[Mended, ...]


_FIRST: Final = 0x100000  # of the last private plane: each stands for one pair of braces while the rest is mended
_PRIVATE = re.compile("[\U00100000-\U0010fffd]")
_BLANK = re.compile(pasted_signs.BLANK)
_TOKEN = re.compile(rf"(?P<tag>{pasted_tags.TAG})|(?P<sign>[<>&])|(?P<newline>\n)")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_HREF = re.compile(r"""\bhref\s*=\s*["']?([^\s"'<>]+)""", re.IGNORECASE)
_SIGNS: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TAGS: Final = frozenset({"a", "b", "i", "u"})


def repair(text: str) -> Proposal:
    """Return what was probably meant by a text whose markup Telegram would refuse.

    Braces are left as they are. Line numbers are those of the text, which stay the same.
    """
    return _Mender(text).proposal()


class _Mender:
    """Walks a text from left to right, writing only what is closed in its order."""

    def __init__(self, text: str) -> None:
        self.braces: list[str] = []
        self.mended: list[Mended] = []
        self.line = 1
        self.out: list[str] = []
        self.open: list[tuple[str, str]] = []  # name of an open tag, and how it was opened
        self.again: list[tuple[str, str]] = []  # tags closed early, to be opened before the next word
        self.dropped: list[str] = []  # opening tags taken out, whose closing ones go as well
        self.source = _BLANK.sub(self._hide, self._seen(text))
        self.ends = _ends(self.source)

    def _seen(self, text: str) -> str:
        for found in _PRIVATE.finditer(text):
            self.mended.append(Mended(text.count("\n", 0, found.start()) + 1, Mend.HIDDEN, found[0]))
        return _PRIVATE.sub("", text)

    def _hide(self, braces: re.Match[str]) -> str:
        self.braces.append(braces[0])
        return chr(_FIRST + len(self.braces) - 1)

    def proposal(self) -> Proposal:
        position = 0
        for token in _TOKEN.finditer(self.source):
            self._words(self.source[position : token.start()])
            if token["tag"]:
                self._tag(token)
            elif token["sign"]:
                self._sign(token)
            else:
                self._newline(token.start())
            position = token.end()
        self._words(self.source[position:])
        self._end_of_line(len(self.source))
        return Proposal(_PRIVATE.sub(self._shown, "".join(self.out)), tuple(self.mended))

    def _shown(self, found: re.Match[str]) -> str:
        return self.braces[ord(found[0]) - _FIRST]

    def _words(self, text: str) -> None:
        if text:
            self._reopen()
            self.out.append(text)

    def _reopen(self) -> None:
        for name, tag in self.again:
            self.open.append((name, tag))
            self.out.append(tag)
        self.again = []

    def _tell(self, mend: Mend, was: str) -> None:
        self.mended.append(Mended(self.line, mend, was[:80]))

    def _sign(self, token: re.Match[str]) -> None:
        if token[0] == "&" and _ENTITY.match(self.source, token.start()):
            self._words("&")
            return
        self._tell(Mend.SIGN, token[0])
        self._words(_SIGNS[token[0]])

    def _newline(self, at: int) -> None:
        self._end_of_line(at)
        self.out.append("\n")
        self.line += self.source[at] == "\n"

    def _end_of_line(self, at: int) -> None:
        """Close what nothing closes further down."""
        self.again = [each for each in self.again if self.ends[each[0]].follows(at)]
        unclosed = next((n for n, (name, _) in enumerate(self.open) if not self.ends[name].follows(at)), None)
        if unclosed is None:
            return
        for name, tag in self.open[unclosed:]:
            if self.ends[name].follows(at):
                self.again.append((name, tag))
            else:
                self._tell(Mend.CLOSED, tag)
        self._shut(unclosed)

    def _shut(self, first: int) -> None:
        self.out.extend(f"</{name}>" for name, _ in reversed(self.open[first:]))
        del self.open[first:]

    def _tag(self, token: re.Match[str]) -> None:
        name = token["name"].lower()
        if name not in _TAGS:
            self._tell(Mend.SIGN, token[0])
            self._words(f"&lt;{_inner(token[0])}&gt;")
        elif token["end"]:
            self._closing(name, token[0])
        else:
            self._opening(name, token)

    def _opening(self, name: str, token: re.Match[str]) -> None:
        if any(name == other for other, _ in (*self.open, *self.again)):
            self._second(name, token)
            return
        tag = _link(token["attributes"]) if name == "a" else f"<{name}>"
        if tag != token[0]:
            self._tell(Mend.LINK if name == "a" else Mend.BARE, token[0])
        if not tag:
            self.dropped.append(name)
            return
        self._reopen()
        self.open.append((name, tag))
        self.out.append(tag)

    def _second(self, name: str, token: re.Match[str]) -> None:
        """Take <b> inside <b> for a slip of </b>, unless there are closing tags for both."""
        if self.ends[name].closes_both(token.start()):
            self._tell(Mend.TWICE, token[0])
            self.dropped.append(name)
        else:
            self._tell(Mend.SLASH, token[0])
            self._close(name)

    def _closing(self, name: str, was: str) -> None:
        if name in self.dropped:
            self.dropped.remove(name)
            return
        if was != f"</{name}>":
            self._tell(Mend.BARE, was)
        if any(name == other for other, _ in self.open):
            if self.open[-1][0] != name:
                self._tell(Mend.CROSSED, was)
            self._close(name)
        elif any(name == other for other, _ in self.again):
            self.again = [each for each in self.again if each[0] != name]
        else:
            self._tell(Mend.STRAY, was)

    def _close(self, name: str) -> None:
        first = next((n for n, (other, _) in enumerate(self.open) if other == name), None)
        if first is None:
            self.again = [each for each in self.again if each[0] != name]
            return
        self.again = [*self.open[first + 1 :], *self.again]
        self._shut(first)


class _Ends:
    """Where the tags of one name stand: opening and closing ones, from the first to the last."""

    def __init__(self, tags: list[tuple[int, bool]]) -> None:
        self.starts = [start for start, _ in tags]
        self.is_end = [is_end for _, is_end in tags]
        balance = itertools.accumulate((1 if is_end else -1 for _, is_end in reversed(tags)), initial=0)
        self.surplus = list(balance)[::-1]  # closing tags less opening ones, from each to the last

    def follows(self, at: int) -> bool:
        """Tell whether the next tag of this name from `at` on closes."""
        n = bisect.bisect_left(self.starts, at)
        return n < len(self.starts) and self.is_end[n]

    def closes_both(self, at: int) -> bool:
        """Tell whether there are closing tags for what opens from `at` on and for one more."""
        return self.surplus[bisect.bisect_left(self.starts, at)] > 0


def _ends(source: str) -> dict[str, _Ends]:
    found: dict[str, list[tuple[int, bool]]] = {name: [] for name in _TAGS}
    for token in re.finditer(pasted_tags.TAG, source):
        if token["name"].lower() in found:
            found[token["name"].lower()].append((token.start(), bool(token["end"])))
    return {name: _Ends(tags) for name, tags in found.items()}


def _link(attributes: str) -> str:
    """Return the tag of a link that Telegram takes; empty when it leads anywhere but to the web."""
    found = _HREF.search(attributes)
    address = re.sub(r"^http://", "https://", found[1], flags=re.IGNORECASE) if found else ""
    is_fine = re.match(r"https://.", address) or _PRIVATE.match(address)
    return f'<a href="{address}">' if is_fine else ""


def _inner(tag: str) -> str:
    return re.sub("&(?!" + _ENTITY.pattern[1:] + ")", "&amp;", tag[1:-1])
