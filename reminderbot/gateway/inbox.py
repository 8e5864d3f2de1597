"""Works off the stored updates: each one's effects, replies owed and `processed_at` in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from reminderbot.store.work import Work

Handle = Callable[[Work, dict[str, Any], int, datetime], Awaitable[None]]
"""What serves one update: `handle(work, update, inbox_id, now)`.

`work` is the transaction in which all it does commits, with the update's `processed_at`; `update` is the raw update
as Telegram's JSON; `inbox_id` goes with what is owed in reply; `now` is the machine's instant. It awaits nothing on
the network. An error that it raises undoes the transaction: the update is tried three times, then parked.
"""
