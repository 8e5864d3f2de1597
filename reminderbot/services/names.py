"""Names, phones and words as people type them: cleaned, bounded, otherwise left as they are (S10)."""

import re
import unicodedata

from reminderbot import errors

NAME = 64  # characters; S10 of the security design
PHONE = 40  # characters; the column's
DIGITS = range(5, 26)  # E.164 has 15; extensions and two numbers on one line have more

_KEPT_JOINERS = "\u200d\u200c"  # between letters of Persian and Hindi names, and inside emoji
_PHONE = re.compile(r"[0-9+ ()./\-]+")


def clean(text: str) -> str:
    """Return text on one line without control, bidirectional and other invisible characters; it may be empty."""
    seen = "".join(_seen(character) for character in text)
    return " ".join(seen.split()).strip(_KEPT_JOINERS)


def lines(text: str) -> str:
    """Return text cleaned line by line, with no more than one empty line between two; it may be empty."""
    cleaned = "\n".join(clean(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", cleaned).strip()


def name(text: str) -> str:
    """Return a cleaned name of 1 to 64 characters; Invalid `refusal.name`."""
    cleaned = clean(text)
    if not 1 <= len(cleaned) <= NAME:
        raise errors.Invalid("refusal.name")
    return cleaned


def phone(text: str) -> str:
    """Return a phone as typed, trimmed, if it may be one (5 to 25 digits, + ( ) - / . and spaces).

    Raises Invalid `refusal.phone`.
    """
    cleaned = clean(text)
    digits = sum(character.isdigit() for character in cleaned)
    if len(cleaned) > PHONE or digits not in DIGITS or not _PHONE.fullmatch(cleaned):
        raise errors.Invalid("refusal.phone")
    return cleaned


def _seen(character: str) -> str:
    """Return a character, a space for what parts words, nothing for what cannot be seen."""
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp") or character in "\t\n\r":
        return " "
    is_hidden = category in ("Cc", "Cf", "Cs", "Co", "Cn") and character not in _KEPT_JOINERS
    return "" if is_hidden else character
