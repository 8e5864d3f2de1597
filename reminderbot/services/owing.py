"""A word to a chat that nobody there has asked for, owed in the transaction of its cause."""

from collections.abc import Mapping
from typing import Any, Final

from reminderbot import clocks
from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.store import chats, outbox
from reminderbot.store import work as works

TIMELINE: Final = "timeline"
PERSON: Final = "worry"
NOT_MINE: Final = "notmine"
"""What buttons send back; `chat.buttons` has the same prefixes, which stay for ever."""


async def say(
    work: works.Work,
    chat: chats.ChatRow,
    key: str,
    *,
    organisation_id: str,
    catalog: catalogs.Catalog,
    buttons: Mapping[str, str],
    kind: outbox.Kind = outbox.Kind.REPLY,
    is_quiet: bool = False,
    **values: blanks.Value,
) -> None:
    """Owe a chat the text under `key` in its language, above `buttons`: by the key of their words what they send.

    It makes no sound if it `is_quiet`.
    """
    rows = [
        [{"text": catalog.say_plain(chat.language, f"button.{name}"), "callback_data": data}]
        for name, data in buttons.items()
    ]
    params: dict[str, Any] = {
        "text": catalog.say(chat.language, key, **values),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "protect_content": True,
        "disable_notification": is_quiet,
    }
    if rows:
        params["reply_markup"] = {"inline_keyboard": rows}
    await outbox.owe(
        work,
        bot_id=chat.bot_id,
        organisation_id=organisation_id,
        chat_id=chat.id,
        kind=kind,
        method="sendMessage",
        params=params,
        now=clocks.machine(),
    )
