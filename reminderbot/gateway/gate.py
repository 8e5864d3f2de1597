"""The gate through which every call of a bot goes: its pace, its breaker, and replies before reminders."""

import asyncio
import contextlib
from collections.abc import Iterable

import structlog

from reminderbot import meters
from reminderbot import watch as watches
from reminderbot.gateway import breaker, meaning, pace

log = structlog.get_logger(__name__)


class Gate:
    """Lets the calls of the one sender through. Seconds are the event loop's: a loop whose time is wound will do."""

    def __init__(self, limits: pace.Limits | None = None, watch: watches.Watch | None = None) -> None:
        self._watch = watch or watches.Watch()
        self._pace = pace.Pace(limits or pace.Limits())
        self.breaker = breaker.Breaker()
        self._turned = asyncio.Event()

    @property
    def limits(self) -> pace.Limits:
        """The figures that the gate keeps."""
        return self._pace.limits

    @property
    def is_shut(self) -> bool:
        """Tell whether the breaker lets no call begin."""
        return not self.breaker.admits()

    def reminder_in(self, chats: Iterable[str]) -> float:
        """Return the seconds until a reminder to the nearest of `chats` may go."""
        now = _now()
        return min(self._pace.reminder_in(now, chat) for chat in chats)

    def takes_reminder(self, chat: str) -> bool:
        """Take the turn for a reminder to `chat` if it may go now: send it at once then."""
        now = _now()
        if self.is_shut or self._pace.reminder_in(now, chat) > 0:
            return False
        self._pace.take_reminder(now, chat)
        self._watch.progressed()
        self.breaker.took()
        return True

    def reply_in(self, chats: Iterable[str | None]) -> float:
        """Return the seconds until a reply to the nearest of `chats` may go. None: a call that writes to no chat."""
        now = _now()
        return min(self._pace.reply_in(now, chat) for chat in chats)

    def takes_reply(self, chat: str | None) -> bool:
        """Take the turn for a reply to `chat` if it may go now: send it at once then."""
        now = _now()
        if self.is_shut or self._pace.reply_in(now, chat) > 0:
            return False
        self._pace.take_reply(now, chat)
        if self._pace.reply_waits:  # replies take every turn: the sender moves, though no reminder does
            self._watch.progressed()
        self.breaker.took()
        return True

    def reply_waits(self, waits: bool) -> None:
        """Say whether a reply waits for its turn: the next turn is then no reminder's."""
        self._pace.reply_waits = waits

    def saw(self, answer: meaning.Answer, chat: str | None) -> None:
        """Take note of what became of a call to `chat`."""
        was = self.breaker.circuit
        self.breaker.saw(answer.outcome, chat, _now())
        if self.breaker.circuit is not was:
            meters.breaker(is_open=was is breaker.Circuit.CLOSED)  # one that was trying opens the same outage again
            log.warning("the breaker turned", circuit=self.breaker.circuit, outcome=answer.outcome)
            self._turned.set()

    def spared(self) -> None:
        """Note that a call that was let through was not made after all."""
        self.breaker.spared()

    async def turned(self, *, at_most: float) -> None:
        """Return once the breaker has turned, or after `at_most` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(at_most):
                await self._turned.wait()
        self._turned.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
