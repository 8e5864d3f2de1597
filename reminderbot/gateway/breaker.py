"""Whether calls go to Telegram at all: opened by failures in a row, closed by one that is accepted. Pure.

Without it an outage would burn every reminder's only resend: each call into the dark may have been accepted.
Times are seconds of a monotonic clock, handed in.
"""

import dataclasses
from enum import StrEnum

from reminderbot.gateway import meaning

FAILURES = 5  # in a row; one person's broken connection is none of Telegram's
CHATS = 3  # different ones among them
FIRST_WAIT = 1.0  # seconds before the first probe, doubled by each that fails
LONGEST_PROBE = 15.0  # a probe costs nothing and says when Telegram is back
LONGEST_TRIAL = 300.0  # a trial that fails costs a reminder its resend
FAILED = frozenset({meaning.Outcome.UNKNOWN, meaning.Outcome.NOT_SENT})
NO_NEWS = frozenset({meaning.Outcome.WAIT, meaning.Outcome.HALT, meaning.Outcome.CONFLICT})


class Circuit(StrEnum):
    """How a breaker stands."""

    CLOSED = "closed"  # calls go through
    OPEN = "open"  # nothing goes but a probe
    TRYING = "trying"  # a probe was answered: one call goes, and what becomes of it decides


@dataclasses.dataclass
class Breaker:
    """The breaker of one bot token."""

    circuit: Circuit = Circuit.CLOSED
    openings: int = 0
    _row: list[str | None] = dataclasses.field(default_factory=list)  # the chats of the failures in a row
    _trial: bool = False  # the one call that may go has been let through
    _wait: float = FIRST_WAIT
    _probe_at: float = 0.0

    def admits(self) -> bool:
        """Tell whether one more call may begin; while TRYING, `took` says that it has."""
        return self.circuit is Circuit.CLOSED or (self.circuit is Circuit.TRYING and not self._trial)

    def took(self) -> None:
        """Note that a call begins."""
        self._trial = True

    def spared(self) -> None:
        """Note that a call that was let through was not made after all."""
        self._trial = False

    def saw(self, outcome: meaning.Outcome, chat: str | None, now: float) -> None:
        """Take note of what became of a call to `chat`."""
        if outcome in NO_NEWS:
            self._trial = False
        elif outcome not in FAILED:
            self._close()
        elif self.circuit is Circuit.TRYING:
            self._open(now, longest=LONGEST_TRIAL)
        elif self.circuit is Circuit.CLOSED:
            self._row.append(chat)
            if len(self._row) >= FAILURES and len(set(self._row)) >= CHATS:
                self._open(now, longest=LONGEST_PROBE)

    def open(self, now: float) -> None:
        """Begin open, as a sender does that takes over in the middle of an outage."""
        if self.circuit is Circuit.CLOSED:
            self._open(now, longest=LONGEST_PROBE)

    def probe_in(self, now: float) -> float | None:
        """Return the seconds until a probe is due; None while none is wanted."""
        return max(0.0, self._probe_at - now) if self.circuit is Circuit.OPEN else None

    def probed(self, now: float, *, answered: bool) -> None:
        """Take note of a probe: one that was answered lets a call try."""
        if self.circuit is not Circuit.OPEN:
            return
        if answered:
            self.circuit, self._trial = Circuit.TRYING, False
        else:
            self._put_off(now, longest=LONGEST_PROBE)

    def _open(self, now: float, *, longest: float) -> None:
        self.openings += self.circuit is Circuit.CLOSED
        self.circuit = Circuit.OPEN
        self._row.clear()
        self._put_off(now, longest=longest)

    def _put_off(self, now: float, *, longest: float) -> None:
        self._probe_at = now + min(self._wait, longest)
        self._wait = min(self._wait * 2, LONGEST_TRIAL)

    def _close(self) -> None:
        self.circuit, self._trial, self._wait = Circuit.CLOSED, False, FIRST_WAIT
        self._row.clear()
