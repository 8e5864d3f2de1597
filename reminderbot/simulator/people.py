"""What people do: write, tap, send things, block and come back. Each deed reaches the bot as an update."""

import re
import secrets
from typing import Any

from reminderbot.simulator import drawing, entities, markup, objects, world

TEXT_LIMIT = 4096
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Impossible(Exception):
    """Something the person cannot do: there is no such button, or the bot is blocked."""


def start(state: world.World, talk: world.Conversation, person: world.Person, *, payload: str = "") -> world.Message:
    """Press Start, or open a deep link with a payload; whoever had blocked the bot comes back by it."""
    if payload and not _PAYLOAD.fullmatch(payload):
        raise Impossible("a start payload has 1 to 64 characters of A-Z a-z 0-9 _ -")
    if talk.blocked:
        unblock(state, talk, person)
    return say(state, talk, person, f"/start {payload}".strip())


def say(
    state: world.World,
    talk: world.Conversation,
    person: world.Person,
    text: str,
    *,
    reply_to: int | None = None,
    forwarded_from: str | None = None,
) -> world.Message:
    """Write a text; one that is too long goes as several messages, of which the last is returned."""
    clean = markup.clean(text).strip()
    if not clean:
        raise Impossible("a message needs at least one character")
    extra = _forwarded(state, forwarded_from)
    parts = [clean[at : at + TEXT_LIMIT] for at in range(0, len(clean), TEXT_LIMIT)]
    sent = [
        _send(
            state,
            talk,
            world.Message(
                id=0,
                sender=person.id,
                date=state.now(),
                text=part,
                entities=entities.found_in(part),
                reply_to=reply_to,
                extra=extra,
            ),
        )
        for part in parts
    ]
    return sent[-1]


def edit(state: world.World, talk: world.Conversation, person: world.Person, message_id: int, text: str) -> None:
    """Change an own message."""
    message = talk.live(message_id)
    if message is None or message.sender != person.id:
        raise Impossible("only an own message can be edited")
    message.text, message.entities = text, entities.found_in(text)
    message.edited = state.now()
    state.touch(talk, message)
    state.mailboxes[talk.bot.id].put("edited_message", objects.message(state, talk, message))


def send_thing(
    state: world.World, talk: world.Conversation, person: world.Person, kind: str, *, caption: str = ""
) -> world.Message:
    """Send something that is not a text: photo, sticker, voice, document, contact, location or dice."""
    if kind not in drawing.THINGS:
        raise Impossible(f"a person can send {', '.join(sorted(drawing.THINGS))}")
    extra = drawing.THINGS[kind](state, person)
    message = world.Message(id=0, sender=person.id, date=state.now(), kind=kind, text=caption, extra=extra)
    return _send(state, talk, message)


def tap_label(
    state: world.World, talk: world.Conversation, person: world.Person, label: str, *, message_id: int | None = None
) -> world.Tap | None:
    """Tap the button with these words, the newest one; None if it was one that writes or opens something."""
    for message in sorted(talk.messages.values(), key=lambda m: m.id, reverse=True):
        if message.deleted or message_id not in (None, message.id):
            continue
        for button in _buttons(message.markup):
            if button["text"].strip() == label.strip():
                return _use(state, talk, person, message, button)
    keyboard = _reply_keyboard(talk)
    if label in (key["text"] for key in keyboard):
        say(state, talk, person, label)
        return None
    raise Impossible(f"there is no button {label!r}; there are {labels(talk)}")


def press(
    state: world.World, talk: world.Conversation, person: world.Person, data: str, *, message_id: int
) -> world.Tap:
    """Send callback data whether or not such a button is there: a stale or a forged tap."""
    if talk.blocked:
        raise Impossible("the bot is blocked")
    tap = world.Tap(
        id=str(secrets.randbits(63)), person=person.id, data=data, message_id=message_id, at=state.monotonic()
    )
    talk.taps[tap.id] = tap
    state.taps[tap.id] = talk
    state.mailboxes[talk.bot.id].put("callback_query", objects.callback_query(state, talk, tap))
    return tap


def labels(talk: world.Conversation) -> list[str]:
    """Return the words of all buttons that can be tapped now, oldest first."""
    shown = [m for m in talk.messages.values() if not m.deleted]
    return [button["text"] for m in shown for button in _buttons(m.markup)]


def block(state: world.World, talk: world.Conversation, person: world.Person) -> None:
    """Block the bot; it learns of it by my_chat_member only."""
    _turn(state, talk, person, blocked=True)


def unblock(state: world.World, talk: world.Conversation, person: world.Person) -> None:
    """Take the block back."""
    _turn(state, talk, person, blocked=False)


def join(state: world.World, group: world.Group, bot: world.Bot, person: world.Person) -> world.Conversation:
    """Add the bot to a group."""
    group.bots.add(bot.id)
    talk = state.conversation(bot, group)
    change = objects.member_change(state, talk, person, was="left", now="member")
    state.mailboxes[bot.id].put("my_chat_member", change)
    extra = {"new_chat_members": [objects.bot_user(bot)]}
    _send(state, talk, world.Message(id=0, sender=person.id, date=state.now(), kind="service", extra=extra))
    return talk


def _turn(state: world.World, talk: world.Conversation, person: world.Person, *, blocked: bool) -> None:
    if talk.blocked == blocked:
        return
    talk.blocked = blocked
    state.touch(talk)
    was, now = ("member", "kicked") if blocked else ("kicked", "member")
    change = objects.member_change(state, talk, person, was=was, now=now)
    state.mailboxes[talk.bot.id].put("my_chat_member", change)


def _send(state: world.World, talk: world.Conversation, message: world.Message) -> world.Message:
    if talk.blocked:
        raise Impossible("the bot is blocked")
    talk.started = True
    state.add_message(talk, message)
    if _reaches_bot(talk, message):
        state.mailboxes[talk.bot.id].put("message", objects.message(state, talk, message))
    return message


def _reaches_bot(talk: world.Conversation, message: world.Message) -> bool:
    """In a group a bot sees commands, mentions, replies to it and services, unless it may read all."""
    if isinstance(talk.chat, world.Person) or talk.bot.reads_groups or message.kind == "service":
        return True
    answered = talk.messages.get(message.reply_to or 0)
    to_bot = answered is not None and answered.sender == talk.bot.id
    return message.text.startswith("/") or f"@{talk.bot.username}" in message.text or to_bot


def _buttons(keyboard: dict[str, Any] | None) -> list[dict[str, Any]]:
    return [button for row in (keyboard or {}).get("inline_keyboard", []) for button in row]


def _reply_keyboard(talk: world.Conversation) -> list[dict[str, Any]]:
    """Return the buttons of the latest reply keyboard; a removal clears it."""
    latest = next((m.keyboard for m in reversed(talk.messages.values()) if m.keyboard), {})
    rows = latest.get("keyboard", [])
    return [button if isinstance(button, dict) else {"text": button} for row in rows for button in row]


def _use(
    state: world.World,
    talk: world.Conversation,
    person: world.Person,
    message: world.Message,
    button: dict[str, Any],
) -> world.Tap | None:
    if "callback_data" in button:
        return press(state, talk, person, button["callback_data"], message_id=message.id)
    return None


def _forwarded(state: world.World, name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    return {"forward_origin": {"type": "hidden_user", "date": objects.seconds(state.now()), "sender_user_name": name}}
