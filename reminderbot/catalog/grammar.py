"""The closed grammar of blanks: what a text may hold between braces, and a sentence for all it may not."""

import difflib
import re
from collections.abc import Set as AbstractSet
from typing import Final

from reminderbot.catalog import tongues, wrongs

MAX_SOURCE: Final = 8192
"""Characters of one text: twice Telegram's 4096, the rest is markup and blanks."""

MAX_INSIDE: Final = 200
"""Characters between one pair of braces; it also keeps every pattern below within microseconds."""

MAX_NESTING: Final = 4
"""Blocks within blocks: more cannot be read by the person who keeps the text."""

FILTERS: Final = ("capitalize", "default", "downcase", "strip", "truncate", "upcase")

_NAME = r"[a-z][a-z0-9_]{0,39}"
_TEXT = r"""(?:"[^"'<>&{}|%\\]{1,80}"|'[^"'<>&{}|%\\]{1,80}')"""
_NUMBER = r"-?\d{1,6}"
_LITERAL = rf"(?:{_TEXT}|{_NUMBER})"
_FILTER = rf"(?:upcase|downcase|capitalize|strip|default ?: ?{_LITERAL}|truncate ?: ?\d{{1,4}})"
_CLAIM = rf"{_NAME}(?: ?(?:==|!=|<=|>=|<|>) ?{_LITERAL}| contains {_TEXT})?"
_CONDITION = rf"{_CLAIM}(?: (?:and|or) {_CLAIM})*"

_OUTPUT = re.compile(rf"{_NAME}(?: ?\| ?{_FILTER})*")
_INSIDE: Final = {
    "if": re.compile(_CONDITION),
    "unless": re.compile(_CONDITION),
    "elsif": re.compile(_CONDITION),
    "case": re.compile(_NAME),
    "when": re.compile(rf"{_LITERAL}(?:(?: ?, ?| or ){_LITERAL})*"),
    "plural": re.compile(_NAME),
    "else": re.compile(""),
    "endif": re.compile(""),
    "endunless": re.compile(""),
    "endcase": re.compile(""),
    "endplural": re.compile(""),
}
_CLOSES: Final = {"endif": "if", "endunless": "unless", "endcase": "case", "endplural": "plural"}
_BRANCHES: Final = {"elsif": ("if",), "else": ("if", "unless", "case", "plural"), "when": ("case", "plural")}
_SHAPES: Final = {
    "if": "{% if name %} or {% if day == 3 %}",
    "unless": "{% unless name %}",
    "elsif": "{% elsif name %}",
    "case": "{% case name %}",
    "when": '{% when 1 %} or {% when "word" %}',
    "plural": "{% plural count %}",
}
_RESERVED: Final = frozenset({"true", "false", "nil", "null", "empty", "blank", "and", "or", "contains", "not"})
_WORDS = re.compile(rf"{_TEXT}|\.?{_NAME}")
_HALF_SIGN = re.compile(r"&#?[0-9a-zA-Z]{0,8}\Z")
_BRACES = re.compile(r"\{\{|\{%|\}\}|%\}")


class BlankError(Exception):
    """A text's braces are not of the grammar, or cannot be filled; `line` and `column` count from 1 in the text."""

    def __init__(self, line: int, column: int, wrong: wrongs.Wrong) -> None:
        super().__init__(f"line {line}, column {column}: {wrong.what} – {wrong.remedy}")
        self.line = line
        self.column = column
        self.wrong = wrong
        self.what, self.remedy = wrong.what, wrong.remedy


def names_of(source: str, forms: AbstractSet[str] = frozenset(tongues.FORMS)) -> frozenset[str]:
    """Return the blanks a text uses, after holding every brace in it to the grammar; raises BlankError.

    `forms` are those that a number takes in the text's language, beside "other".
    """
    if len(source) > MAX_SOURCE:
        raise BlankError(1, 1, wrongs.of("source-long", count=len(source), most=MAX_SOURCE))
    return _Reader(source, forms).read()


def nearest(word: str, known: "frozenset[str] | tuple[str, ...]") -> str | None:
    """Return what `word` was probably meant to be, or None when nothing known is near."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else None


class _Reader:
    """Walks the braces of one text from left to right, remembering the open blocks."""

    def __init__(self, source: str, forms: AbstractSet[str]) -> None:
        self.source = source
        self.forms = forms
        self.names: set[str] = set()
        self.before = ""  # the last letters since a blank, whatever tags stand between them
        self.open: list[tuple[str, int]] = []
        self.final: list[bool] = []  # whether the block of the same depth has had its else

    def read(self) -> frozenset[str]:
        position = 0
        while brace := _BRACES.search(self.source, position):
            self.before = (self.before + self.source[position : brace.start()])[-10:]
            position = self._braces(brace)
        if self.open:
            tag, at = self.open[-1]
            raise self._error(at, "block-open", text=f"{{% {tag} %}}", words=f"{{% end{tag} %}}")
        return frozenset(self.names)

    def _braces(self, opening: re.Match[str]) -> int:
        at, mark = opening.start(), opening.group()
        if mark in ("}}", "%}"):
            raise self._error(at, "brace-closes", text=mark, words="{{" if mark == "}}" else "{%")
        closing = "}}" if mark == "{{" else "%}"
        end = _BRACES.search(self.source, opening.end())
        if end is None or end.group() != closing or end.start() - at > MAX_INSIDE:
            raise self._error(at, "brace-open", text=mark, words=closing)
        inside = " ".join(self.source[opening.end() : end.start()].split())
        (self._output if mark == "{{" else self._tag)(at, inside)
        return end.end()

    def _output(self, at: int, inside: str) -> None:
        if not _OUTPUT.fullmatch(inside):
            name, words = _wrong_output(inside)
            raise self._error(at, name, text=f"{{{{ {inside} }}}}", words=words)
        if half := _HALF_SIGN.search(self.before):  # a value must not end what the text began
            raise self._error(at, "blank-in-sign", text=half[0], words="&amp;")
        self.before = ""
        self._note(at, inside.split("|")[0])

    def _tag(self, at: int, inside: str) -> None:
        tag, _, rest = inside.partition(" ")
        if tag not in _INSIDE:
            known = ", ".join(name for name in _INSIDE if not name.startswith("end"))
            raise self._error(at, "block-unknown", text=f"{{% {inside} %}}", words=known)
        if not _INSIDE[tag].fullmatch(rest):
            shape = _SHAPES.get(tag, f"{{% {tag} %}}")
            raise self._error(at, "block-shape", text=f"{{% {inside} %}}", words=shape)
        self._block(at, tag)
        if tag == "when" and self.open[-1][0] == "plural":
            self._form(at, rest)
        self._note(at, rest)

    def _block(self, at: int, tag: str) -> None:
        if tag in _CLOSES:
            self._close(at, tag)
        elif tag in _BRANCHES:
            self._branch(at, tag)
        elif len(self.open) == MAX_NESTING:
            raise self._error(at, "block-deep", most=MAX_NESTING)
        else:
            self.open.append((tag, at))
            self.final.append(False)

    def _close(self, at: int, tag: str) -> None:
        if not self.open or self.open[-1][0] != _CLOSES[tag]:
            raise self._error(at, "block-closes", text=f"{{% {tag} %}}", words=f"{{% {_CLOSES[tag]} … %}}")
        if self.open.pop()[0] == "plural" and not self.final[-1]:
            raise self._error(at, "plural-else", text="{% plural %}", words="{% else %}")
        self.final.pop()

    def _form(self, at: int, rest: str) -> None:
        for word in re.findall(_LITERAL, rest):
            if word.strip("\"'") not in self.forms:
                known = [f'{{% when "{form}" %}}' for form in tongues.FORMS if form in self.forms]
                raise self._error(at, "plural-form", text=word, words=", ".join([*known, "{% else %}"]))

    def _branch(self, at: int, tag: str) -> None:
        if not self.open or self.open[-1][0] not in _BRANCHES[tag]:
            wanted = ", ".join(f"{{% {block} %}}" for block in _BRANCHES[tag])
            raise self._error(at, "block-outside", text=f"{{% {tag} %}}", words=wanted)
        if self.final[-1]:
            raise self._error(at, "block-late", text=f"{{% {tag} %}}", words="{% else %}")
        self.final[-1] = tag == "else"

    def _note(self, at: int, expression: str) -> None:
        for word in _WORDS.findall(expression):
            if word[0] in "\"'" or word in ("and", "or", "contains"):
                continue
            if word in _RESERVED:
                raise self._error(at, "blank-reserved", text=word)
            self.names.add(word)

    def _error(self, at: int, name: str, **said: str | int) -> BlankError:
        before = self.source[:at]
        return BlankError(before.count("\n") + 1, at - before.rfind("\n"), wrongs.of(name, **said))


def _wrong_output(inside: str) -> tuple[str, str]:
    """Return the name of what is wrong with a blank, and what may stand there."""
    if "." in inside or "[" in inside:
        return "blank-dotted", "{{ name }}"
    if "|" in inside:
        return "blank-filter", ", ".join(FILTERS)
    return "blank-shape", "{{ name }}"


def is_name(word: str) -> bool:
    """Say whether `word` may be the name of a blank."""
    return re.fullmatch(_NAME, word) is not None and word not in _RESERVED
