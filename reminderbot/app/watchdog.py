"""Ends the process when a duty that is its own has got nowhere for minutes, so that a supervisor starts it anew.

Readiness tells of it within 90 s; the end comes within 180. An outage is no such thing: a poll that is refused has
returned, a database that is away gives nobody the seat, and an open breaker or a 429 excuses the sender.
"""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from datetime import datetime

from reminderbot import errors
from reminderbot import watch as watches
from reminderbot.gateway import seat
from reminderbot.store import bots, reminders
from reminderbot.store.work import UNREACHED, Store

HUNG = "No poll of Telegram has returned for minutes: the connection hangs. A supervisor restarts the bot."
IDLE = "Reminders are due, and none has been tried for minutes: the sender hangs. A supervisor restarts the bot."
STOPPED = (
    "The process was told to stop and did not end in time, so that it was ended. Nothing is lost: what was under way "
    "is taken up at the next start."
)
ASLEEP = 3  # looks that passed unmade: the whole process slept, and a duty could get nowhere


@dataclasses.dataclass(frozen=True)
class Deadlines:
    """Seconds that a duty may get nowhere, that the loop may stand still, and that an orderly end may take.

    A poll takes 35 s at most and is waited for 30 s more: 140 are two that hung. 140 + 5 + 20 is within 180.
    Whoever tells us to stop kills us after 20 s (docker-compose.yml): 15 are before that.
    """

    poll: float = 140.0
    progress: float = 140.0
    loop: float = 120.0
    look: float = 5.0
    farewell: float = 20.0
    stop: float = 15.0


@dataclasses.dataclass(frozen=True)
class Watched:
    """What the duties of this process are watched by. `leave` is told the sentence with which the process is to end."""

    deadlines: Deadlines = dataclasses.field(default_factory=Deadlines)
    watch: watches.Watch = dataclasses.field(default_factory=watches.Watch)
    leave: Callable[[str], None] = lambda _: None

    async def polls(self, post: seat.Seat) -> None:
        """Watch the poller; Unusable when no poll returns."""
        await _stuck(post, lambda: self.watch.polled, _always, deadline=self.deadlines.poll, look=self.deadlines.look)
        self._end(HUNG)

    async def sends(self, post: seat.Seat, store: Store, *, bot_id: int, now: Callable[[], datetime]) -> None:
        """Watch the sender of reminders; Unusable when it lets them wait. `now` is the product clock's."""
        await _stuck(
            post,
            lambda: self.watch.moved,
            lambda: _some_wait(store, bot_id, now()),
            deadline=self.deadlines.progress,
            look=self.deadlines.look,
        )
        self._end(IDLE)

    def _end(self, sentence: str) -> None:
        self.leave(sentence)
        raise errors.Unusable(sentence)


async def _stuck(
    post: seat.Seat,
    last: Callable[[], float],
    should: Callable[[], Awaitable[bool]],
    *,
    deadline: float,
    look: float,
) -> None:
    """Return once a duty of ours has got nowhere for `deadline` seconds, though at every look it should have.

    They count from when it last got somewhere, had no reason to, was another process's, or the process slept.
    """
    since = looked = _now()
    while _now() - since <= deadline:
        await asyncio.sleep(look)
        was_awake = _now() - looked < look * ASLEEP
        looked = _now()
        if not (was_awake and post.held and await should()):
            since = _now()
        since = max(since, last())


async def _always() -> bool:
    """Tell that a duty should get somewhere at any time: polls never end."""
    return True


async def _some_wait(store: Store, bot_id: int, now: datetime) -> bool:
    """Tell whether reminders wait that could be sent at this moment."""
    try:
        async with store.reading() as work:
            if await bots.is_broken(work, bot_id):
                return False
            found = await reminders.look(work, bot_id, now)
            return found.claimable or found.lapsed
    except UNREACHED:
        return False


def _now() -> float:
    return asyncio.get_running_loop().time()
