"""Texts and values that somebody writes who means harm, or who pastes whatever they have; a number makes each again."""

import dataclasses
import random
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from reminderbot.catalog import blanks, grammar, shelf


class Kind(StrEnum):
    """Where the hostile part stands."""

    TEXT = "text"  # the text is put together from pieces of this and other languages
    SPLICED = "spliced"  # a shipped text with such pieces in it
    VALUES = "values"  # a shipped text as it is; the values are hostile
    LARGE = "large"  # one piece, thousands of times


@dataclasses.dataclass(frozen=True)
class Case:
    """A text of the clinic's own, the values for every blank in it, and the fields around it."""

    kind: Kind
    message: shelf.Message
    values: dict[str, blanks.Value]


NAMES: Final = ("name", "other", "day", "known")
"""The blanks of a text of pieces: two words, a number, a yes or no."""

OWN: Final = (
    *("{{", "}}", "{%", "%}", "{{ name }}", "{{ other }}", "{{ day }}", "{{ known }}", "{% if name %}"),
    *("{% endif %}", "{% else %}", "{% unless other %}", "{% endunless %}", "{% elsif day == 3 %}"),
    *("{% if day > 1 %}", "{% case day %}", "{% when 1, 2 %}", "{% when 3 %}", "{% endcase %}"),
    *("{% if name contains 'x' %}", "{{ name | truncate: 3 }}", "{{ name | strip }}", "{{ name | upcase }}"),
    *("{{ other | default: 'friend' }}", "{{name|capitalize|downcase}}"),
    *("{% if name == 'x' or other contains 'y' and known %}", "{% if day > 'three' %}", "{% if name < 3 %}"),
    *("{% if known >= 1 %}", "{% case name %}", "{% when 'x' or 'y' %}", "{% if day contains 'x' %}"),
    "{% if known == 1 %}",
)  # fmt: skip
"""What the grammar knows, whole and in parts."""

FOREIGN: Final = (
    *("{{ 7*7 }}", "{{ 7 | times: 7 }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "{{7*'7'}}", "{7*7}", "%(name)s"),
    *("{0}", "{name}", "{name!r:>{day}}", "{0.__class__.__mro__[1]}", "%s%s%s%n", "$name", "`id`", "$(id)"),
    *("@(7*7)", "{{ name.__class__.__mro__ }}", "{{ name.__globals__ }}", "{{ self }}", "{{ config }}"),
    *("{{ request.args }}", "{{ cycler.__init__.__globals__.os.popen('id').read() }}"),
    *("{{ lipsum.__globals__ }}", "{{ ''.class }}", "{{ name | safe }}", "{{ name | append: other }}"),
    *("{{ name | url_decode }}", "{{ name | map: 'x' }}", "{{ name | default: other }}"),
    *("{{ name | default: '<b>' }}", "{{ name | truncate: 99999 }}", "{{ name[0] }}", "{{ now }}"),
    *("{{ 'now' | date: '%s' }}", "{{ forloop }}", "{{ template }}", "{{ empty }}", "{{ nil }}"),
    *("{{ (1..9) }}", "{% raw %}", "{% endraw %}", "{% include 'name' %}", "{% render 'a', b: name %}"),
    *("{% extends 'a' %}", "{% block a %}", "{% for i in (1..999999999) %}x{% endfor %}"),
    *("{% for i in name %}", "{% endfor %}", "{% tablerow i in (1..9) %}", "{% assign name = other %}"),
    *("{% capture name %}", "{% endcapture %}", "{% increment day %}", "{% cycle 'a','b' %}"),
    *("{% liquid\nassign a = 1\necho a\n%}", "{% comment %}", "{% endcomment %}", "{% # x %}"),
    *("{%- if name -%}", "{{- name -}}", "{% import os %}", "{% set a = 7*7 %}", "{% macro a() %}"),
    *("{% print(7*7) %}", "{# a #}", "{% echo name %}", "{{{ name }}}", "{% if (name) %}", "{% if not name %}"),
    *("{% if name == other %}", "{% if true %}", "{% if name == blank %}", "{% ifchanged %}", "{% break %}"),
    *("{% layout 'a' %}", "{% doc %}", "{% case %}", "{% when name %}", "{{ \"{{ name }}\" }}"),
)  # fmt: skip
"""What other languages of templates and formats evaluate."""

MARKUP: Final = (
    *("<b>", "</b>", "<i>", "</i>", "<u>", "</u>", '<a href="https://a.example/">', "</a>"),
    *("<a href='javascript:alert(1)'>", '<a href="https://a.example/{{ name }}">', '<a href="{{ name }}">'),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<b {{ name }}>", "<{{ name }}>", "&amp;"),
    *("&lt;", "&", "<", ">", '"', "'", "&#x7b;&#x7b; name }}", "&#60;b&#62;", "&#0;", "&#x110000;", "&#xd800;"),
    *("&#9999999;", "<!--", "-->", "<![CDATA[", "<tg-spoiler>", "<pre><code class='x'>", "</{{ name }}>"),
    *('<a href="tg://user?id=1">', "<B>", "<b/>", "<b\n>", "</b >", "<b><b>", "]]>", "<svg/onload=alert(1)>"),
    *("&lt;b&gt;", "&nbsp;"),
)  # fmt: skip

SIGNS: Final = (
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u200b", "\u200d", "\ufeff", "\u00ad", "\u2028"),
    *("\u2029", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\r", "\r\n", "\n", "\n\n\n\n", "\t", " "),
    *("\u00a0", "\u3000", "é", "e\u0301" * 9, "\U000e0041", "\U00100000", "\ufffe", "\uffff", "\ue000", "ﷺ"),
    *("İ", "ß", "ǆ", "٣", "〇", "‏", "👩‍👩‍👧‍👦", "🏳️‍🌈", "“", "”", "’", "｛｛ name ｝｝", "⁅", "\\", "\\{\\{"),
    *("\\u007b", "%7B%7B", "A", "word", "1", "x", "y"),
)  # fmt: skip

PIECES: Final = (*OWN * 2, *FOREIGN, *MARKUP, *SIGNS)
NUMBERS: Final = (-1, 0, 1, 2, 3, 4, 2**31, 2**63, -(2**63), 10**40)


class Drawing:
    """Draws cases; the same number gives the same case wherever it is drawn."""

    def __init__(self, shipped: Sequence[shelf.Message], known: dict[str, shelf.Blank]) -> None:
        self.shipped = shipped
        self.known = known

    def case(self, seed: int, number: int) -> Case:
        """Return one case."""
        chance = random.Random(f"{seed}:{number}")
        kind = chance.choices((*Kind,), weights=(45, 25, 26, 4))[0]
        if kind is Kind.TEXT:
            return self._of(chance, kind, "".join(chance.choices(PIECES, k=chance.randint(1, 14))))
        if kind is Kind.LARGE:
            return self._of(chance, kind, large(chance))
        text = chance.choice(self.shipped).text
        if kind is Kind.SPLICED:
            for _ in range(chance.randint(1, 3)):
                at = chance.randrange(len(text) + 1)
                text = text[:at] + chance.choice(PIECES) + text[at + chance.choice((0, 0, 1, 8)) :]
        return self._of(chance, kind, text)

    def _of(self, chance: random.Random, kind: Kind, text: str) -> Case:
        message = shelf.Message(
            key=f"step.{words(chance)}",
            language=chance.choice(("en", "es")),
            text=text,
            facts=(words(chance),) if chance.random() < 0.2 else (),
            phrases=(words(chance),),
        )
        return Case(kind, message, {name: self._value(chance, name) for name in (*NAMES, *self.known)})

    def _value(self, chance: random.Random, name: str) -> blanks.Value:
        usual = self.known[name].sample if name in self.known else {"day": 3, "known": True}.get(name, "")
        if isinstance(usual, bool):
            return chance.random() < 0.5
        if isinstance(usual, int):
            return chance.choice(NUMBERS)
        return words(chance)


def words(chance: random.Random) -> str:
    """Return what somebody gives as a name, an address or a note."""
    if chance.random() < 0.01:
        return chance.choice(PIECES) * chance.choice((200, 5000))
    return "".join(chance.choices(PIECES, k=chance.randint(1, 5)))


def large(chance: random.Random) -> str:
    """Return one piece or two, again and again, up to more than may be kept, now and then closed behind."""
    piece = chance.choice(PIECES) + chance.choice(("", "", *PIECES))
    most = chance.choice((grammar.MAX_NESTING + 1, 100, grammar.MAX_SOURCE, 3 * grammar.MAX_SOURCE))
    closed = chance.choice(("", "", "{% endif %}", "</b>", "}}", "%}"))
    return (piece * (most // len(piece) + 1))[:most] + closed * chance.choice((1, 4, 100))
