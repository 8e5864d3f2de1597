"""Methods that change what stands in a chat: edits, deletions, pins, and answers to taps."""

from typing import Any

from reminderbot.simulator import objects, refusals, world
from reminderbot.simulator.methods import calls, composing

TAP_FRESH_SECONDS = 15 * 60.0
TOAST_LIMIT = 200
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_STALE_TAP = "query is too old and response timeout expired or query ID is invalid"


def edit_message_text(call: calls.Call) -> dict[str, Any]:
    """Answer editMessageText; without `reply_markup` the buttons go, as in Telegram."""
    talk, message = _editable(call)
    text, entities = composing.text(call)
    inline, _ = composing.keyboard(_inline(call))
    if message.kind != "text":
        raise refusals.bad("there is no text in the message to edit")
    if (text, entities, inline) == (message.text, message.entities, message.markup):
        raise refusals.bad(_SAME)
    message.text, message.entities, message.markup = text, entities, inline
    message.preview = call.params.get("link_preview_options")
    return _edited(call, talk, message)


def edit_message_reply_markup(call: calls.Call) -> dict[str, Any]:
    """Answer editMessageReplyMarkup."""
    talk, message = _editable(call)
    inline, _ = composing.keyboard(_inline(call))
    if inline == message.markup:
        raise refusals.bad(_SAME)
    message.markup = inline
    return _edited(call, talk, message)


def delete_message(call: calls.Call) -> bool:
    """Answer deleteMessage."""
    talk = call.talk()
    message = talk.live(call.params["message_id"])
    if message is None:
        raise refusals.bad("message to delete not found")
    message.deleted = True
    call.state.touch(talk, message)
    return True


def pin_chat_message(call: calls.Call) -> bool:
    """Answer pinChatMessage."""
    return _pin(call, pinned=True)


def unpin_chat_message(call: calls.Call) -> bool:
    """Answer unpinChatMessage; without an id the latest pin goes."""
    return _pin(call, pinned=False)


def answer_callback_query(call: calls.Call) -> bool:
    """Answer answerCallbackQuery: once for each query, and while it is fresh."""
    query_id = call.params["callback_query_id"]
    talk = call.state.taps.get(query_id)
    if talk is None or talk.bot.id != call.bot.id:
        raise refusals.bad(_STALE_TAP)
    tap = talk.taps[query_id]
    if tap.answer is not None or call.state.monotonic() - tap.at > TAP_FRESH_SECONDS:
        raise refusals.bad(_STALE_TAP)
    text = call.params.get("text", "")
    if len(text) > TOAST_LIMIT:
        raise refusals.bad("MESSAGE_TOO_LONG")
    tap.answer = {"text": text, "alert": call.params.get("show_alert", False), "url": call.params.get("url")}
    call.state.touch(talk)
    return True


def _editable(call: calls.Call) -> tuple[world.Conversation, world.Message]:
    if "chat_id" not in call.params or "message_id" not in call.params:
        raise refusals.bad("message identifier is not specified")
    talk = call.talk()
    message = talk.live(call.params["message_id"])
    if message is None:
        raise refusals.bad("message to edit not found")
    if message.sender != call.bot.id or message.keyboard:
        raise refusals.bad("message can't be edited")
    return talk, message


def _inline(call: calls.Call) -> dict[str, Any] | None:
    given: dict[str, Any] | None = call.params.get("reply_markup")
    if given is not None and "inline_keyboard" not in given:
        raise refusals.bad("inline keyboard expected")
    return given


def _edited(call: calls.Call, talk: world.Conversation, message: world.Message) -> dict[str, Any]:
    message.edited = call.state.now()
    call.state.touch(talk, message)
    return objects.message(call.state, talk, message)


def _pin(call: calls.Call, *, pinned: bool) -> bool:
    talk = call.talk()
    latest = max((m.id for m in talk.messages.values() if m.pinned), default=0)
    message = talk.live(call.params.get("message_id", latest))
    if message is None:
        raise refusals.bad("message to pin not found" if pinned else "message to unpin not found")
    message.pinned = pinned
    call.state.touch(talk, message)
    return True
