"""The signs of pasted text: blanks, tags, bullets, spaces and what nobody sees, and how they are set straight."""

import html
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from reminderbot.catalog import pasted_tags


class Change(StrEnum):
    """What was changed; `console.cleaned.` and this is the key of its words."""

    QUOTES = "quotes"  # curly quotes inside a tag or a blank, made straight
    SPACES = "spaces"  # a non-breaking, narrow or wide space or a tab, made a plain one
    INVISIBLE = "invisible"  # a zero-width character or a direction mark, taken out
    CONTROL = "control"  # a control character, taken out
    ENDS = "ends"  # line ends of another system; told once
    LINES = "lines"  # tags that stand for paragraphs and lines, made new lines
    BULLETS = "bullets"  # a list's sign, made "• " or a number
    TAGS = "tags"  # <strong>, <em> and their like, made <b>, <i> and <u>
    STYLES = "styles"  # styles and classes, taken out
    REMOVED = "removed"  # a tag that Telegram does not know, taken out; its words stay
    HIDDEN = "hidden"  # a comment, a script or a style sheet, taken out with what is in it
    ENTITIES = "entities"  # a sign's name such as &nbsp; or &eacute;, made the sign


BLANK: Final = r"\{\{[^{}]{0,400}\}\}|\{%[^{}]{0,400}%\}"
"""A pair of braces, whatever is in it."""

ODD: Final = "\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
UNSEEN: Final = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
_MEANT: Final = "(?<=«)[\u00a0\u202f]|[\u00a0\u202f](?=[:;?!»])"
"""Where French sets a space at which no line may end."""

_GAP: Final = "[ \t\u00a0]*"
_SIGN: Final = rf"[·∙●○■□▪▫◦‣➢\uf0a7\uf0b7\uf0d8]{_GAP}|•[ ]*[\t\u00a0]{_GAP}|[-–*o§][\t\u00a0]{_GAP}"
TOKEN = re.compile(
    rf"(?P<blank>{BLANK})"
    r"|(?P<hidden><!--.{0,5000}?-->|<(?P<box>style|script|head|title|xml)\b[^<>]{0,200}>.{0,5000}?</(?P=box)\s*>|<[!?][^<>]*>)"
    rf"|(?P<tag>{pasted_tags.TAG})"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});)"
    rf"|(?P<bullet>(?m:^)[ \t]*(?:{_SIGN}))"
    r"|(?P<end_of_line>\r\n?|[\x0b\x0c\x85\u2028\u2029])"
    rf"|(?P<space>(?!{_MEANT})[ ]*[{ODD}][ {ODD}]*)"
    rf"|(?P<unseen>[{UNSEEN}])"
    r"|(?P<control>[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff])"
    r"|(?P<newline>\n)",
    re.DOTALL | re.IGNORECASE,
)
_DOUBLE = re.compile("[“”„‟«»″]")
_SINGLE = re.compile(r"(?<!\w)[‘’‚‛′]|[‘’‚‛′](?!\w)")  # between letters it is an apostrophe
_EVERY: Final = str.maketrans(dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‘’‚‛′", "'"))
KEPT = re.compile(r"&(?:amp|lt|gt|quot|#\d+|#x[0-9a-fA-F]+);")


def _straight(text: str) -> str:
    doubled = text if text.count('"') > 1 else _DOUBLE.sub('"', text)  # “so” may stand within straight quotes
    return _SINGLE.sub("'", doubled)


Step = tuple[Change, Callable[[str], str]]
_PLAINLY: Final[tuple[Step, ...]] = (
    (Change.SPACES, lambda text: re.sub(rf"[{ODD}]", " ", text)),
    (Change.INVISIBLE, lambda text: re.sub(rf"[{UNSEEN}]", "", text)),
)
IN_BRACES: Final[tuple[Step, ...]] = (
    (Change.ENTITIES, html.unescape),
    (Change.REMOVED, lambda text: re.sub(pasted_tags.TAG, "", text)),
    (Change.QUOTES, _straight),
    *_PLAINLY,
)
IN_TAGS: Final[tuple[Step, ...]] = ((Change.QUOTES, lambda text: text.translate(_EVERY)), *_PLAINLY)
