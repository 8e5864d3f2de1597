"""Telegram's objects as JSON: User, Chat, Message, CallbackQuery and the rest, out of the world."""

from datetime import datetime
from typing import Any

from reminderbot.simulator import world

_CAPTIONED = {"photo", "document", "voice"}


def seconds(moment: datetime) -> int:
    """Return Unix seconds."""
    return int(moment.timestamp())


def bot_user(bot: world.Bot) -> dict[str, Any]:
    """Return a bot as a User."""
    name = bot.names.get("", bot.first_name)
    return {"id": bot.id, "is_bot": True, "first_name": name, "username": bot.username}


def person_user(person: world.Person) -> dict[str, Any]:
    """Return a person as a User."""
    user = {"id": person.id, "is_bot": False, "first_name": person.first_name, "last_name": person.last_name}
    return _given({**user, "username": person.username, "language_code": person.language_code})


def chat(of: world.Person | world.Group) -> dict[str, Any]:
    """Return a Chat."""
    if isinstance(of, world.Group):
        return {"id": of.id, "type": "supergroup", "title": of.title}
    names = {"first_name": of.first_name, "last_name": of.last_name, "username": of.username}
    return _given({"id": of.id, "type": "private", **names})


def message(state: world.World, talk: world.Conversation, of: world.Message, *, replies: bool = True) -> dict[str, Any]:
    """Return a Message, with the one it replies to."""
    body: dict[str, Any] = {"message_id": of.id, "from": _sender(state, talk, of), "chat": chat(talk.chat)}
    body |= {"date": seconds(of.date), **_content(of)}
    if of.edited:
        body["edit_date"] = seconds(of.edited)
    if of.markup:
        body["reply_markup"] = of.markup
    if of.protected:
        body["has_protected_content"] = True
    if of.preview:
        body["link_preview_options"] = of.preview
    if replies and of.reply_to in talk.messages:
        body["reply_to_message"] = message(state, talk, talk.messages[of.reply_to], replies=False)
    return body


def _content(of: world.Message) -> dict[str, Any]:
    prefix = "caption" if of.kind in _CAPTIONED else "text"
    body = dict(of.extra)
    if of.text:
        body[prefix] = of.text
    if of.entities:
        body["caption_entities" if prefix == "caption" else "entities"] = of.entities
    return body


def _sender(state: world.World, talk: world.Conversation, of: world.Message) -> dict[str, Any]:
    if of.sender == talk.bot.id:
        return bot_user(talk.bot)
    return person_user(state.people[of.sender])


def callback_query(state: world.World, talk: world.Conversation, tap: world.Tap) -> dict[str, Any]:
    """Return a CallbackQuery; a message that is gone arrives as inaccessible, with date 0."""
    held = talk.live(tap.message_id)
    gone = {"chat": chat(talk.chat), "message_id": tap.message_id, "date": 0}
    return {
        "id": tap.id,
        "from": person_user(state.people[tap.person]),
        "message": message(state, talk, held) if held else gone,
        "chat_instance": str(talk.bot.id * 31 + talk.chat.id),
        "data": tap.data,
    }


def member_change(
    state: world.World, talk: world.Conversation, person: world.Person, *, was: str, now: str
) -> dict[str, Any]:
    """Return a ChatMemberUpdated about the bot itself."""
    user = bot_user(talk.bot)
    return {
        "chat": chat(talk.chat),
        "from": person_user(person),
        "date": seconds(state.now()),
        "old_chat_member": _member(user, was),
        "new_chat_member": _member(user, now),
    }


def _member(user: dict[str, Any], status: str) -> dict[str, Any]:
    return {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})}


def file(of: world.File) -> dict[str, Any]:
    """Return a File with the path to fetch it by."""
    return {"file_id": of.id, "file_unique_id": of.unique_id, "file_size": len(of.content), "file_path": of.path}


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
