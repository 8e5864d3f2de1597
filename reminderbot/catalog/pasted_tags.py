"""What the tags of a word processor mean: which of Telegram's they stand for, and which begin a line."""

import re
from typing import Final

TAG: Final = r"<(?P<end>/?)(?P<name>[a-zA-Z][\w:.-]{0,15})(?P<attributes>(?:[\s/][^<>]*)?)>"

_OWN: Final = {"b": "b", "strong": "b", "i": "i", "em": "i", "u": "u", "ins": "u"}
_HEADS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_STYLED: Final = frozenset({"span", "font"})
_APART: Final = _HEADS | {"p", "blockquote", "table"}
_LINED: Final = frozenset(["div", "br", "li", "tr", "ul", "ol", "section", "article", "header", "footer", "pre"])
VOID: Final = frozenset(["br", "hr", "img", "meta", "link", "col", "wbr", "input"])
"""Tags that nothing closes."""

_OTHER: Final = VOID | frozenset(
    [
        "abbr",
        "address",
        "big",
        "body",
        "caption",
        "center",
        "cite",
        "code",
        "colgroup",
        "dd",
        "del",
        "dfn",
        "dl",
        "dt",
        "figure",
        "form",
        "html",
        "kbd",
        "label",
        "main",
        "mark",
        "nav",
        "s",
        "samp",
        "small",
        "strike",
        "sub",
        "sup",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tt",
        "var",
    ]
)
_STYLES: Final = (
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE), "b"),
    (re.compile(r"font-style\s*:\s*italic", re.IGNORECASE), "i"),
    (re.compile(r"text-decoration[a-z-]*\s*:[^;\"']*underline", re.IGNORECASE), "u"),
)
_THIN = re.compile(r"font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE)
_LINK = re.compile(r'\s+href="[^"<>]*"')


def is_known(name: str) -> bool:
    """Tell whether a word processor or a browser writes this tag; other things between < and > are left alone."""
    return name in _OWN or name in _STYLED or name in _OTHER or name == "a" or bool(lines(name)) or ":" in name


def lines(name: str) -> int:
    """Return how many line ends set this tag's words apart from what stands around them."""
    return 2 if name in _APART else 1 if name in _LINED else 0


def stands_for(name: str) -> str:
    """Return the tag of Telegram's that this one is, whatever its attributes; empty when there is none."""
    return "a" if name == "a" else "b" if name in _HEADS else _OWN.get(name, "")


def marks(name: str, attributes: str) -> list[str]:
    """Return the opening tags, without their brackets, that Telegram needs for this one."""
    if name == "a":
        address = _address(attributes)
        return [f"a{address}"] if address else []
    if name == "b" and _THIN.search(attributes):  # a word processor's wrapper around everything
        return []
    own = [stands_for(name)] if stands_for(name) else []
    styled = [mark for style, mark in _STYLES if style.search(attributes)] if name in _STYLED or own else []
    return list(dict.fromkeys(own + styled))


def _address(attributes: str) -> str:
    """Return ` href="…"`, or what was written when braces in it make that uncertain; empty for a mere bookmark."""
    if _LINK.fullmatch(attributes) or "{" in attributes:
        return attributes
    found = _HREF.search(attributes)
    return f' href="{next(filter(None, found.groups()), "")}"' if found else ""
