"""Methods that put a new message into a chat, and the sign that one is on its way."""

from typing import Any

from reminderbot.simulator import objects, refusals, world
from reminderbot.simulator.methods import calls, composing

ACTION_SECONDS = 5.0  # how long a chat shows "typing…"
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(call: calls.Call) -> dict[str, Any]:
    """Answer sendMessage."""
    talk = call.talk()
    text, entities = composing.text(call)
    message = _draft(call, talk, kind="text")
    message.text, message.entities = text, entities
    message.preview = call.params.get("link_preview_options")
    return _deliver(call, talk, message)


def send_photo(call: calls.Call) -> dict[str, Any]:
    """Answer sendPhoto."""
    talk = call.talk()
    message = _captioned(call, talk, kind="photo")
    file = composing.attachment(call, "photo")
    message.extra = {"photo": [photo_size(file)]}
    return _deliver(call, talk, message)


def send_document(call: calls.Call) -> dict[str, Any]:
    """Answer sendDocument."""
    talk = call.talk()
    message = _captioned(call, talk, kind="document")
    file = composing.attachment(call, "document")
    message.extra = {"document": document(file)}
    return _deliver(call, talk, message)


def send_chat_action(call: calls.Call) -> bool:
    """Answer sendChatAction: the chat shows it for five seconds, or until the message comes."""
    talk = call.talk()
    if call.params["action"] not in _ACTIONS:
        raise refusals.bad("wrong parameter action in request")
    talk.action = call.params["action"]
    talk.action_until = call.state.monotonic() + ACTION_SECONDS
    call.state.touch(talk)
    return True


def photo_size(file: world.File) -> dict[str, Any]:
    """Return a file as a PhotoSize; only the PNG header is read for its size."""
    png = file.content[:4] == b"\x89PNG"
    width = int.from_bytes(file.content[16:20], "big") if png else 512
    height = int.from_bytes(file.content[20:24], "big") if png else 512
    return {**_named(file), "width": width, "height": height}


def document(file: world.File) -> dict[str, Any]:
    """Return a file as a Document."""
    return {**_named(file), "file_name": file.name, "mime_type": file.mime}


def _named(file: world.File) -> dict[str, Any]:
    return {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.content)}


def _draft(call: calls.Call, talk: world.Conversation, *, kind: str) -> world.Message:
    inline, other = composing.keyboard(call.params.get("reply_markup"))
    return world.Message(
        id=0,
        sender=call.bot.id,
        date=call.state.now(),
        kind=kind,
        markup=inline,
        keyboard=other,
        silent=call.params.get("disable_notification", False),
        protected=call.params.get("protect_content", False),
        reply_to=composing.reply_to(call, talk),
    )


def _captioned(call: calls.Call, talk: world.Conversation, *, kind: str) -> world.Message:
    message = _draft(call, talk, kind=kind)
    message.text, message.entities = composing.text(call, key="caption", marks="caption_entities")
    return message


def _deliver(call: calls.Call, talk: world.Conversation, message: world.Message) -> dict[str, Any]:
    call.state.add_message(talk, message)
    call.journal.accept(
        bot=call.bot.id, method=call.method, chat=talk.chat.id, message_id=message.id, text=message.text
    )
    return objects.message(call.state, talk, message)
