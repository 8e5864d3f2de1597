"""What a person sees, as plain JSON: the chat, its messages, answers to taps; for phones and tests."""

from typing import Any

from reminderbot.simulator import entities, world
from reminderbot.simulator.methods import profile


def chat(
    state: world.World, talk: world.Conversation, person: world.Person, *, deleted: bool = False
) -> dict[str, Any]:
    """Return all that a phone shows of one conversation; `version` grows with every change."""
    typing = talk.action if talk.action_until > state.monotonic() else None
    return {
        "version": talk.version,
        "bot": bot(talk.bot, person),
        "started": talk.started,
        "blocked": talk.blocked,
        "action": typing,
        "action_seconds": max(0.0, talk.action_until - state.monotonic()) if typing else 0.0,
        "commands": profile.commands_for(talk.bot, talk.chat.id, person.language_code),
        "now": state.now().isoformat(),
        "messages": [message(talk, m) for m in talk.messages.values() if deleted or not m.deleted],
        "answers": [answer(tap) for tap in talk.taps.values() if tap.answer is not None],
    }


def bot(of: world.Bot, person: world.Person) -> dict[str, Any]:
    """Return how a bot introduces itself to a person, in the person's language."""
    language = person.language_code
    return {
        "id": of.id,
        "username": of.username,
        "name": profile.text_for(of.names, language, of.first_name),
        "description": profile.text_for(of.about, language),
        "short_description": profile.text_for(of.short, language),
    }


def person(of: world.Person) -> dict[str, Any]:
    """Return a person."""
    names = {"first_name": of.first_name, "last_name": of.last_name, "username": of.username}
    return {"id": of.id, **names, "language_code": of.language_code, "deactivated": of.deactivated}


def message(talk: world.Conversation, of: world.Message) -> dict[str, Any]:
    """Return a message; `changed` is the version of the conversation at its last change."""
    return {
        "id": of.id,
        "by": "bot" if of.sender == talk.bot.id else "person",
        "sender": of.sender,
        "kind": of.kind,
        "text": of.text,
        "html": entities.to_html(of.text, of.entities),
        "entities": of.entities,
        "buttons": (of.markup or {}).get("inline_keyboard", []),
        "keyboard": of.keyboard,
        "date": of.date.isoformat(),
        "edited": of.edited.isoformat() if of.edited else None,
        "deleted": of.deleted,
        "silent": of.silent,
        "protected": of.protected,
        "pinned": of.pinned,
        "preview": not (of.preview or {}).get("is_disabled", False),
        "reply_to": of.reply_to,
        "file": _file(of),
        "extra": of.extra,
        "changed": of.changed,
    }


def answer(tap: world.Tap) -> dict[str, Any]:
    """Return what the bot answered to a tap."""
    given = tap.answer or {}
    return {
        "tap": tap.id,
        "data": tap.data,
        "message_id": tap.message_id,
        "answered": tap.answer is not None,
        "text": given.get("text", ""),
        "alert": given.get("alert", False),
    }


def updates(state: world.World, bot_id: int) -> list[dict[str, Any]]:
    """Return the updates that wait to be confirmed."""
    return [letter.as_update() for letter in state.mailboxes[bot_id].waiting()]


def _file(of: world.Message) -> dict[str, Any] | None:
    thing = of.extra.get(of.kind)
    if isinstance(thing, list):
        thing = thing[-1]
    if not isinstance(thing, dict) or "file_id" not in thing:
        return None
    return {"id": thing["file_id"], "name": thing.get("file_name", ""), "size": thing["file_size"]}
