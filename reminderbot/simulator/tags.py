"""The tags and character entities of Telegram's HTML: which exist, and what their attributes say."""

import re
from typing import Any

from reminderbot.simulator import refusals

KINDS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
SPACES = " \t\r\n\0\v"
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
CHARACTER = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]+)|#(?P<dec>[0-9]+)|(?P<name>[A-Za-z]+));?", re.ASCII)
TOKEN = re.compile(r"[A-Za-z0-9.-]*", re.ASCII)


def broken(reason: str) -> refusals.Refused:
    """Return the 400 of HTML that does not parse."""
    return refusals.bad(f"can't parse entities: {reason}")


def decode(found: re.Match[str]) -> str | None:
    """Return the character of an entity, or None where the server leaves the text as it stands."""
    if found["name"]:
        return _NAMED.get(found["name"])
    number = int(found["hex"], 16) if found["hex"] else int(found["dec"])
    digits = found.group().rstrip(";")
    if not 0 < number < 0x10FFFF or len(digits) >= 10 or 0xD800 <= number < 0xE000:
        return None
    return chr(number)


def argument(tag: str, attributes: dict[str, str]) -> str:
    """Return what a tag is about: its link, its language, its class."""
    css = attributes.get("class", "")
    if tag == "a":
        return attributes.get("href", "")
    if tag == "code" and css.startswith("language-"):
        return css.removeprefix("language-")
    return css.removeprefix("tg-") if tag == "span" and css.startswith("tg-") else ""


def additions(tag: str, attributes: dict[str, str]) -> dict[str, Any]:
    """Return what a tag adds to its entity; a tg-time without an instant is a 400."""
    if tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    if tag == "tg-emoji":
        return {"custom_emoji_id": attributes.get("emoji-id", "")}
    if tag == "tg-time":
        unix = attributes.get("unix", "")
        if not unix.isascii() or not unix.isdigit():
            raise broken('Tag "tg-time" must have a valid attribute "unix"')
        shown = attributes.get("format")
        return {"unix_time": int(unix), **({"date_time_format": shown} if shown else {})}
    return {}


def checked_link(url: str) -> str | None:
    """Return a link with its scheme, or None where the server shows plain text instead of a link."""
    url = url.strip()
    if re.fullmatch(r"(https?|tg|ton|tonsite)://\S+", url, re.IGNORECASE):
        return url
    if re.fullmatch(r"[\w-]+(\.[\w-]+)*\.[a-z]{2,}(/\S*)?", url, re.IGNORECASE):
        return f"http://{url}"
    return None
