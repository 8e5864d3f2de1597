"""What the forms about sessions send: days, times, versions; and refusals in words for the staff."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Any, Final, TypeVar

from reminderbot import errors

T = TypeVar("T")

OWN_WORDS: Final = {
    "refusal.name": "console.invites.refused-name",
    "refusal.not_adopted": "console.invites.refused-adopted",
    "refusal.unknown_plan": "console.invites.refused-plan",
    "refusal.unknown_language": "console.invites.refused-language",
    "refusal.date.too-far-ahead": "console.invites.refused-far",
    "refusal.date.too-far-past": "console.invites.refused-far",
    "refusal.session_cancelled": "console.invites.refused-off",
    "refusal.changed_meanwhile": "console.refusal.old",
}
"""Refusals that patients are told too, as staff is told them."""


def day(text: str) -> date:
    """Read what a date field sends, or what was typed where the browser has none: 2026-11-24, 24.11.2026.

    Raises Invalid `console.invites.refused-day`.
    """
    cleaned = text.strip()
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(cleaned, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise errors.Invalid("console.invites.refused-day")


def at(text: str) -> time:
    """Read a time field, or what was typed: 15:30, 9.30. Invalid `console.invites.refused-time`."""
    try:
        return time.fromisoformat(text.strip().replace(".", ":").zfill(5)).replace(tzinfo=None)
    except ValueError:
        raise errors.Invalid("console.invites.refused-time") from None


def number(text: str) -> int:
    """Read a version that a form carries; 0, which none has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def said_to_staff(asked: Callable[..., Awaitable[T]], *given: Any, **named: Any) -> T:
    """Ask a service; what it refuses in a patient's words is refused in the staff's."""
    try:
        return await asked(*given, **named)
    except errors.Refusal as refusal:
        if refusal.key in OWN_WORDS:
            raise type(refusal)(OWN_WORDS[refusal.key]) from None
        raise
