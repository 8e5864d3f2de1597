"""A bot's mailbox: its updates, kept until they are confirmed, and the one poller that reads them."""

import dataclasses
import itertools
import time
from collections.abc import Callable, Sequence
from typing import Any

from reminderbot.simulator import bell, refusals

KEPT_SECONDS = 24 * 3600.0
# What getUpdates leaves out unless it is asked for (Bot API 10.0, `allowed_updates`).
_ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
_TERMINATED = "terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclasses.dataclass(frozen=True)
class Letter:
    """One update as it waits: `at` is the machine's monotonic second at which it came."""

    update_id: int
    kind: str
    body: dict[str, Any]
    at: float

    def as_update(self) -> dict[str, Any]:
        """Return the Update object."""
        return {"update_id": self.update_id, self.kind: self.body}


class Mailbox:
    """Updates in order, each once, until confirmed or a day old; the poller who comes last wins."""

    def __init__(self, monotonic: Callable[[], float], *, first_id: int | None = None) -> None:
        """Number updates from `first_id`; by default from the hour, so that a restarted simulator repeats none."""
        self._monotonic = monotonic
        self._ids = itertools.count(int(time.time()) if first_id is None else first_id)
        self._letters: list[Letter] = []
        self._poll = 0
        self._allowed: frozenset[str] | None = None
        self.bell = bell.Bell()

    def put(self, kind: str, body: dict[str, Any]) -> int | None:
        """Add an update; None if the bot does not want its kind."""
        if (kind not in self._allowed) if self._allowed else (kind in _ONLY_ON_REQUEST):
            return None
        letter = Letter(next(self._ids), kind, body, self._monotonic())
        self._letters.append(letter)
        self.bell.ring()
        return letter.update_id

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Keep only these kinds from now on; an empty list is the default, None changes nothing."""
        if kinds is not None:
            self._allowed = frozenset(kinds) or None

    def allowed(self) -> list[str]:
        """Return the kinds that were asked for; empty is the default."""
        return sorted(self._allowed or ())

    def waiting(self) -> list[Letter]:
        """Return what is not yet confirmed, oldest first."""
        oldest = self._monotonic() - KEPT_SECONDS
        self._letters = [letter for letter in self._letters if letter.at >= oldest]
        return self._letters

    def confirm(self, offset: int) -> None:
        """Forget what lies before `offset`; a negative offset keeps that many of the last ones."""
        letters = self.waiting()
        self._letters = letters[offset:] if offset < 0 else [letter for letter in letters if letter.update_id >= offset]

    def drop(self) -> None:
        """Forget everything that waits."""
        self._letters = []

    async def read(self, *, offset: int, limit: int, seconds: float) -> list[dict[str, Any]]:
        """Confirm, then wait up to `seconds` for updates; 409 for a poll that a later one ended."""
        self._poll += 1
        mine = self._poll
        self.bell.ring()  # whoever polled before us finds itself terminated
        if offset:
            self.confirm(offset)
        ends = self._monotonic() + seconds
        while not self.waiting() and (left := ends - self._monotonic()) > 0:
            await self.bell.heard(left)
            if mine != self._poll:
                raise refusals.conflict(_TERMINATED)
            if self.bell.silenced:
                break
        return [letter.as_update() for letter in self.waiting()[:limit]]
