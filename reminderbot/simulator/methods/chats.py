"""Methods about a chat or a file: reading them, and leaving a group."""

from typing import Any

from reminderbot.simulator import objects, refusals, world
from reminderbot.simulator.methods import calls


def get_chat(call: calls.Call) -> dict[str, Any]:
    """Answer getChat, as ChatFullInfo with what the simulator knows."""
    talk = call.talk()
    pinned = [message for message in talk.messages.values() if message.pinned and not message.deleted]
    latest = {"pinned_message": objects.message(call.state, talk, pinned[-1])} if pinned else {}
    info = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _gifts()}
    return {**objects.chat(talk.chat), **info, **latest}


def get_file(call: calls.Call) -> dict[str, Any]:
    """Answer getFile."""
    file = call.state.files.get(call.params["file_id"])
    if file is None:
        raise refusals.bad("invalid file_id")
    return objects.file(file)


def leave_chat(call: calls.Call) -> bool:
    """Answer leaveChat."""
    talk = call.talk()
    if not isinstance(talk.chat, world.Group):
        raise refusals.bad("chat member status can't be changed in private chats")
    talk.chat.bots.discard(call.bot.id)
    call.state.touch(talk)
    return True


def _gifts() -> dict[str, bool]:
    names = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(names, False)
