"""What Telegram hands us, by a poll or a post: an update, and the chat that it belongs to."""

from typing import Any

from reminderbot.services import whereabouts
from reminderbot.store import inbox


def update(raw: object) -> inbox.Update:
    """Return a raw update as the inbox keeps it: without coordinates; ValueError if it has no number, so is none."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or type(number) is not int or not 0 <= number < 2**63:
        raise ValueError("not an update")
    return inbox.Update(number, chat_of(raw), whereabouts.stripped(raw))


def chat_of(raw: dict[str, Any]) -> int | None:
    """Return the Telegram id of the chat that an update belongs to; None if it belongs to none.

    Nothing in an update may fail here: what cannot be stored would come again for ever, and hold up all that follows.
    """
    for kind in ("message", "edited_message", "my_chat_member"):
        if kind in raw:
            return _id(_part(raw[kind], "chat"))
    tap = raw.get("callback_query")
    return _id(_part(_part(tap, "message"), "chat")) or _id(_part(tap, "from"))


def _part(thing: object, name: str) -> object:
    return thing.get(name) if isinstance(thing, dict) else None


def _id(thing: object) -> int | None:
    found = _part(thing, "id")
    return found if isinstance(found, int) and abs(found) < 2**63 else None
