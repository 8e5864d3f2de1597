"""The real limits on sending, for whoever switches them on: per chat and per bot, with retry_after."""

import collections
import math
from collections.abc import Callable

from reminderbot.simulator import refusals

CHAT_PER_SECOND, CHAT_BURST = 1.0, 3.0  # "about 1/s per chat (short bursts tolerated)"
BOT_PER_SECOND, BOT_BURST = 30.0, 30.0


class _Bucket:
    def __init__(self, rate: float, size: float, at: float) -> None:
        self.rate, self.size, self.level, self.at = rate, size, size, at

    def wait(self, now: float) -> float:
        """Return the seconds until one more fits; 0 if it fits now."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.level >= 1 else (1 - self.level) / self.rate


class Limits:
    """Token buckets over accepted sends; a call that does not fit raises 429."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        now = monotonic()
        self._bots = collections.defaultdict[int, _Bucket](lambda: _Bucket(BOT_PER_SECOND, BOT_BURST, now))
        self._chats = collections.defaultdict[tuple[int, int | None], _Bucket](
            lambda: _Bucket(CHAT_PER_SECOND, CHAT_BURST, now)
        )

    def hold(self, *, bot: int, method: str, chat: int | None) -> None:
        """Count one send, or refuse it; other methods are not counted."""
        if not method.startswith(("send", "edit")) or method == "sendChatAction":
            return
        buckets = (self._bots[bot], self._chats[bot, chat])
        wait = max(bucket.wait(self._monotonic()) for bucket in buckets)
        if wait > 0:
            raise refusals.too_many(math.ceil(wait))
        for bucket in buckets:
            bucket.level -= 1
