"""When the next call of a bot may go: evenly spaced, replies to people before reminders. Pure: time is handed in.

A bucket that admits a burst sent 72 in one second at "30/s"; even spacing sent 30. Telegram's own figures: about 30/s
a bot and 1/s a chat, short bursts tolerated.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Limits:
    """Calls a second: of reminders, of all, to one chat; and how many replies to a chat may come in a burst."""

    reminders: float = 25.0
    total: float = 28.0
    chat: float = 1.0
    burst: int = 6

    @property
    def kept(self) -> "Limits":
        """What is kept for replies: all that a process may use that stands in for a sender of reminders."""
        return dataclasses.replace(self, total=max(self.total - self.reminders, 1.0))


@dataclasses.dataclass
class Pace:
    """The pace of one bot. All times are seconds of the machine's monotonic clock."""

    limits: Limits = dataclasses.field(default_factory=Limits)
    _any: float = float("-inf")  # when the last call went
    _reminder: float = float("-inf")
    _chats: dict[str, float] = dataclasses.field(default_factory=dict)  # when a chat's calls are paid off
    reply_waits: bool = False  # for its turn; one that waits for its own chat holds up nobody

    def reminder_in(self, now: float, chat: str) -> float:
        """Return the seconds until a reminder to `chat` may go: 0 if now. Replies that wait go first."""
        turn = max(self._any + (1 + self.reply_waits) / self.limits.total, self._reminder + 1 / self.limits.reminders)
        return max(0.0, max(turn, self._chats.get(chat, now)) - now)

    def reply_in(self, now: float, chat: str | None) -> float:
        """Return the seconds until a reply to `chat` may go: 0 if now. None: a call that writes to no chat."""
        ahead = (self.limits.burst - 1) / self.limits.chat
        paid = now if chat is None else self._chats.get(chat, now) - ahead
        return max(0.0, max(self._any + 1 / self.limits.total, paid) - now)

    def take_reminder(self, now: float, chat: str) -> None:
        """Note that a reminder goes."""
        space = 1 / self.limits.reminders
        self._reminder = max(self._reminder + space, now - space / 2)  # a timer that fires late costs no rate
        self._take(now, chat)

    def take_reply(self, now: float, chat: str | None) -> None:
        """Note that a reply goes."""
        if chat is None:
            self._any = now
        else:
            self._take(now, chat)

    def _take(self, now: float, chat: str) -> None:
        self._any = now
        if len(self._chats) > 10_000:
            self._chats = {each: paid for each, paid in self._chats.items() if paid > now}
        self._chats[chat] = max(now, self._chats.get(chat, now)) + 1 / self.limits.chat
