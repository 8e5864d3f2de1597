"""What a visit answers: calls of the Bot API as plain data, owed in the visit's transaction, made after it."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from reminderbot.store import outbox, tables
from reminderbot.store.work import Work

ANSWER_IN: Final = timedelta(seconds=30)
"""How long a tap's answer is worth sending: Telegram forgets the query soon after."""


class Button(NamedTuple):
    """A button: its words, and what comes back when it is tapped (at most 64 bytes)."""

    label: str
    data: str


Row = Button | Sequence[Button]
"""One row of a keyboard: a button over the full width, or several short ones."""


@dataclasses.dataclass(frozen=True)
class Call:
    """One call of the Bot API, without `chat_id`."""

    method: str
    params: dict[str, Any] = dataclasses.field(repr=False)
    budget: int = 1
    useful_for: timedelta = outbox.USEFUL


def message(html: str, rows: Sequence[Row] = (), *, protect: bool = False) -> Call:
    """Return a new message; `protect` keeps it from being forwarded, as instructions are."""
    params: dict[str, Any] = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if rows:
        params["reply_markup"] = keyboard(rows)
    if protect:
        params["protect_content"] = True
    return Call("sendMessage", params)


def document(name: str, content: str, caption: str) -> Call:
    """Return a file of text; `name` says what kind it is. The outbox keeps it sealed until it is sent."""
    return Call("sendDocument", {"document": {"name": name, "text": content}, "caption": caption, "parse_mode": "HTML"})


def edit(message_id: int, html: str, rows: Sequence[Row] = ()) -> Call:
    """Return the edit of a message of ours; without `rows` its buttons go."""
    params: dict[str, Any] = {"message_id": message_id, "text": html, "parse_mode": "HTML"}
    params |= {"link_preview_options": {"is_disabled": True}}
    if rows:
        params["reply_markup"] = keyboard(rows)
    return Call("editMessageText", params)


def answer(query_id: str, toast: str = "") -> Call:
    """Return the answer to a tap, which every tap gets once."""
    params = {"callback_query_id": query_id} | ({"text": toast} if toast else {})
    return Call("answerCallbackQuery", params, budget=0, useful_for=ANSWER_IN)


def keyboard(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the inline keyboard of `rows`."""
    lines = [[row] if isinstance(row, Button) else list(row) for row in rows]
    cells = [[{"text": button.label, "callback_data": button.data} for button in line] for line in lines]
    return {"inline_keyboard": cells}


async def owe(
    work: Work,
    calls: Sequence[Call],
    *,
    bot_id: int,
    chat_id: str,
    inbox_id: int,
    now: datetime,
    kind: outbox.Kind = outbox.Kind.REPLY,
) -> None:
    """Owe `calls` in their order; `now` is the machine's. The chat is no one organisation's: it may hold patients

    of several, so that its replies are the built-in one's.
    """
    for call in calls:
        await outbox.owe(
            work,
            bot_id=bot_id,
            organisation_id=tables.BUILT_IN,
            chat_id=chat_id,
            kind=kind,
            method=call.method,
            params=call.params,
            now=now,
            inbox_id=inbox_id,
            budget=call.budget,
            useful_for=call.useful_for,
        )
