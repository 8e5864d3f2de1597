"""Telegram's HTML: text and entities out of it, its errors, and HTML out of text and entities.

The rules and the words of the errors are those of the official server's parser (TDLib, `parse_html`).
Byte offsets count UTF-8; entity offsets and lengths count UTF-16 code units.
"""

import dataclasses
from typing import Any

from reminderbot.simulator import tags

Entity = dict[str, Any]

_CONTROL = {**{n: " " for n in range(32) if n != 10}, 13: None, **dict.fromkeys(range(0x2028, 0x202F))}


def utf16(text: str) -> int:
    """Return the length of `text` in UTF-16 code units, in which entities are counted."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """Return `text` as the server keeps it: no control characters, no carriage returns, no bidi overrides."""
    return text.translate(_CONTROL)


def parse(source: str) -> tuple[str, list[Entity]]:
    """Return the text and the entities of Telegram HTML; raise a 400 "can't parse entities" where it is broken."""
    return _Parser(source).run()


def trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Strip what the server strips: spaces at the end, and spaces and empty lines before the first entity."""
    first = min((e["offset"] for e in entities), default=utf16(text))
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    body = text[lead:].rstrip()
    end = utf16(body)
    moved = [{**e, "offset": e["offset"] - lead} for e in entities]
    kept = [{**e, "length": min(e["length"], end - e["offset"])} for e in moved if e["offset"] < end]
    return body, sorted(kept, key=lambda e: (e["offset"], -e["length"]))


@dataclasses.dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    start: int
    extra: dict[str, Any]
    inner_language: str = ""


class _Parser:
    """One pass over the source; `at` is the position in it, `out` the text so far, `length` its UTF-16 length."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.length = 0
        self.open: list[_Open] = []
        self.entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            if self.source[self.at] == "<":
                self._end_tag() if self.source.startswith("</", self.at) else self._start_tag()
            else:
                self._put(self._character())
        if self.open:
            raise tags.broken(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return "".join(self.out), sorted(self.entities, key=lambda e: (e["offset"], -e["length"]))

    def _put(self, character: str) -> None:
        self.out.append(character)
        self.length += utf16(character)

    def _character(self) -> str:
        """Take one character, decoded where it is one of the few entities that decode."""
        found = tags.CHARACTER.match(self.source, self.at)
        decoded = tags.decode(found) if found else None
        if found is None or decoded is None:
            self.at += 1
            return self.source[self.at - 1]
        self.at = found.end()
        return decoded

    def _byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def _until(self, stops: str) -> str:
        """Take what comes before the first of `stops` or the end."""
        start = self.at
        while self.at < len(self.source) and self.source[self.at] not in stops:
            self.at += 1
        return self.source[start : self.at]

    def _skip_spaces(self) -> None:
        while self.at < len(self.source) and self.source[self.at] in tags.SPACES:
            self.at += 1

    def _peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def _start_tag(self) -> None:
        begin = self._byte(self.at)
        self.at += 1
        tag = self._until(tags.SPACES + ">").lower()
        if not self._peek():
            raise tags.broken(f"Unclosed start tag at byte offset {begin}")
        if tag not in tags.KINDS:
            raise tags.broken(f'Unsupported start tag "{tag}" at byte offset {begin}')
        attributes = self._attributes(tag, begin)
        argument = tags.argument(tag, attributes)
        if tag == "span" and argument != "spoiler":
            raise tags.broken(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, self.length, len(self.out), tags.additions(tag, attributes)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        self._skip_spaces()
        while self._peek() != ">":
            name = self._until(tags.SPACES + "=>").lower()
            if not name:
                raise tags.broken(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._skip_spaces()
            found[name] = self._value(begin) if self._peek() == "=" else ""
            self._skip_spaces()
            if not self._peek():
                raise tags.broken(f'Unclosed start tag "{tag}" at byte offset {begin}')
        self.at += 1
        return found

    def _value(self, begin: int) -> str:
        self.at += 1
        self._skip_spaces()
        quote = self._peek()
        if quote not in ("'", '"'):
            return self._bare_value()
        self.at += 1
        value: list[str] = []
        while self._peek() not in (quote, ""):
            value.append(self._character())
        if not self._peek():
            raise tags.broken(f"Unclosed start tag at byte offset {begin}")
        self.at += 1
        return "".join(value)

    def _bare_value(self) -> str:
        start, found = self._byte(self.at), tags.TOKEN.match(self.source, self.at)
        value = found.group() if found else ""
        self.at += len(value)
        if self._peek() not in (*tags.SPACES, ">"):
            raise tags.broken(f"Unexpected end of name token at byte offset {start}")
        return value.lower()

    def _end_tag(self) -> None:
        begin = self._byte(self.at)
        if not self.open:
            raise tags.broken(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._until(tags.SPACES + ">").lower()
        self._skip_spaces()
        if self._peek() != ">":
            raise tags.broken(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        opened = self.open.pop()
        if name and name != opened.tag:
            raise tags.broken(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"'
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self.length - opened.offset
        if not length:
            return
        entity: Entity = {"type": tags.KINDS[opened.tag], "offset": opened.offset, "length": length, **opened.extra}
        if opened.tag == "a":
            url = tags.checked_link(opened.argument or "".join(self.out[opened.start :]))
            if url is None:
                return
            entity["url"] = url
        if opened.tag in ("pre", "code"):
            self._close_code(opened, entity)
        else:
            self.entities.append(entity)

    def _close_code(self, opened: _Open, entity: Entity) -> None:
        """Fold `<pre><code class="language-x">` that cover the same text into one entity, as the server does."""
        last = self.entities[-1] if self.entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if opened.tag == "pre" and same and last["type"] == "code" and opened.inner_language:
            self.entities[-1] = {**entity, "language": opened.inner_language}
            return
        if opened.argument and self.open and self.open[-1].tag == "pre":
            self.open[-1].inner_language = opened.argument
        self.entities.append(entity)
