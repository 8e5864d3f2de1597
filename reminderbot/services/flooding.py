"""How many messages of one chat are read: more at once than a person can write are not, and that is said, once.

Counted is by the time that Telegram notes with a message: what has waited while we were away is no flood. What cannot
be read is not kept either: the one sentence says so, and whom to call.
"""

import dataclasses
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from reminderbot.store import inbox, throttles
from reminderbot.store import work as works

GAP: Final = timedelta(seconds=1)
"""Messages that are no further apart are one run. Telegram's times are whole seconds; a person takes longer."""

LONGEST_RUN: Final = 30
"""Messages of a run that are read, where we keep up: somebody passes on a whole conversation."""

WAITING: Final = 20
"""So many that wait behind a message, all written within WITHIN, are a flood from the first on."""

WITHIN: Final = timedelta(seconds=10)

TOLD: Final = timedelta(minutes=1)
"""How long the sentence holds: whoever begins again within it has just read it."""


class Pace(StrEnum):
    """What is to be done with a message."""

    CALM = "calm"  # read it
    FLOOD = "flood"  # say once that nothing is read
    GOES_ON = "goes-on"  # pass it over: it has been said


@dataclasses.dataclass(frozen=True)
class Arrival:
    """A message that is to be read: of which bot and chat, which row of the inbox, and when it was written."""

    bot_id: int
    telegram_id: int = dataclasses.field(repr=False)
    inbox_id: int
    at: datetime


def arrival(update: dict[str, Any], *, bot_id: int, inbox_id: int) -> Arrival | None:
    """Return what a raw update is to be counted as; None for what is no message from a private chat.

    A live location, which is edited every few seconds, is no flood: it is passed over anyway.
    """
    edited = update.get("edited_message")
    message = update.get("message") or (edited if isinstance(edited, dict) and "text" in edited else None)
    if not isinstance(message, dict) or message.get("chat", {}).get("type") != "private":
        return None
    at = _written(message)
    return Arrival(bot_id, message["chat"]["id"], inbox_id, at) if at else None


async def heed(work: works.Work, arrived: Arrival) -> Pace:
    """Count a message, and tell what is to be done with it. Its chat is the asker: nobody else's count changes."""
    id = throttles.id_of(work, "flood", f"{arrived.bot_id}|{arrived.telegram_id}")
    row = await throttles.known(work, id, now=arrived.at)  # a chat's messages come one at a time: no lock is needed
    before = row.failures if arrived.at - row.last_at <= GAP else 0
    run = before + 1
    if run <= LONGEST_RUN and await _is_crowded(work, arrived):
        run = LONGEST_RUN + 1
    is_told = run > LONGEST_RUN and before <= LONGEST_RUN and (row.until is None or arrived.at >= row.until)
    until = arrived.at + TOLD if is_told else row.until
    await throttles.set_(work, id, failures=run, now=max(arrived.at, row.last_at), until=until)
    if is_told:
        return Pace.FLOOD
    return Pace.GOES_ON if run > LONGEST_RUN else Pace.CALM


async def _is_crowded(work: works.Work, arrived: Arrival) -> bool:
    behind = await inbox.further(work, arrived.inbox_id, places=WAITING)
    later = arrival(behind, bot_id=arrived.bot_id, inbox_id=0) if behind else None
    return later is not None and later.at - arrived.at <= WITHIN


def _written(message: dict[str, Any]) -> datetime | None:
    seconds = message.get("edit_date") or message.get("date")
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and 0 <= seconds < 2**40 else None
