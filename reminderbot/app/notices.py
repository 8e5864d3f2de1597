"""When whoever is on call is told, and what. Pure: the instants are handed in.

Once when we stay unready, at most hourly while it lasts, once when it ends.
"""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from reminderbot.web import faults


@dataclasses.dataclass(frozen=True)
class Patience:
    """How long we are unready before it is told, and between two tellings while it lasts."""

    first: timedelta = timedelta(seconds=60)
    again: timedelta = timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Notice:
    """What is told: no word of a patient is in it."""

    subject: str
    text: str


@dataclasses.dataclass
class Memory:
    """Since when we are unready, and when it was last told; None: we are not, or it was not."""

    patience: Patience = dataclasses.field(default_factory=Patience)
    since: datetime | None = None
    told: datetime | None = None

    def see(self, found: Sequence[faults.Fault], now: datetime) -> Notice | None:
        """Take note of what is out of bounds now; return what is to be told."""
        if not found:
            was_told, self.since, self.told = self.told is not None, None, None
            return READY if was_told else None
        self.since = self.since or now
        begin, wait = (self.since, self.patience.first) if self.told is None else (self.told, self.patience.again)
        if now - begin < wait:
            return None
        self.told = now
        return unready(found)


READY = Notice("reminderbot is ready again", "reminderbot is ready again. Nothing is to be done.")


def unready(found: Sequence[faults.Fault]) -> Notice:
    """Return the notice of what is out of bounds, a line each."""
    lines = ["reminderbot is not ready.", *(fault.advice for fault in found)]
    return Notice("reminderbot is not ready", "\n\n".join(lines))
