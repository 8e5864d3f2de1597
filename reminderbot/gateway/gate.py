"""The gate through which every call of a bot goes: the pace, waited for. One a process, for replies and reminders."""

import asyncio
import time

from reminderbot.gateway import pace


class Gate:
    """Lets calls through at the pace. Who waits looks again when due, so a reply that comes meanwhile is first."""

    def __init__(self, limits: pace.Limits | None = None) -> None:
        self._pace = pace.Pace(limits or pace.Limits())

    @property
    def limits(self) -> pace.Limits:
        """The figures that the gate keeps."""
        return self._pace.limits

    async def reminder(self, chat: str) -> None:
        """Return when a reminder to `chat` may go: send it at once."""
        while (wait := self._pace.reminder_in(time.monotonic(), chat)) > 0:  # noqa: ASYNC110 - the turn may move
            await asyncio.sleep(wait)
        self._pace.take_reminder(time.monotonic(), chat)

    async def reply(self, chat: str | None) -> None:
        """Return when a reply to `chat` may go: send it at once. None: a call that writes to no chat."""
        self._pace.waits(1)
        try:
            while (wait := self._pace.reply_in(time.monotonic(), chat)) > 0:  # noqa: ASYNC110 - as above
                await asyncio.sleep(wait)
        finally:
            self._pace.waits(-1)
        self._pace.take_reply(time.monotonic(), chat)
