"""The two clocks: the product clock, which plans and due times follow, and the machine clock, never wound."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def machine() -> datetime:
    """Return the machine's instant, aware and UTC: leases, retries, pace, time-outs."""
    return datetime.now(UTC)


@dataclasses.dataclass
class Clock:
    """A product clock: `start` at the machine instant `since`, running `rate` times as fast as the machine.

    Real time is `Clock.real()`. Winding moves it forward for the demo and the tests; it never goes back.
    """

    start: datetime
    since: datetime
    rate: float = 1.0
    machine: Callable[[], datetime] = machine

    @classmethod
    def real(cls) -> "Clock":
        """Return the clock that equals the machine's."""
        now = machine()
        return cls(start=now, since=now)

    @classmethod
    def starting(cls, start: datetime, *, rate: float = 1.0) -> "Clock":
        """Return a clock that shows the aware instant `start` now and runs at `rate`."""
        return cls(start=start.astimezone(UTC), since=machine(), rate=rate)

    def now(self) -> datetime:
        """Return the product's instant, aware and UTC."""
        return self.start + (self.machine() - self.since) * self.rate

    def wind(self, step: timedelta) -> None:
        """Move the clock forward by `step`; a negative step raises ValueError."""
        if step < timedelta(0):
            raise ValueError("the product clock never goes back")
        self.start += step

    def machine_delay(self, until: datetime) -> float | None:
        """Return the machine's seconds until the product instant `until`; None if the clock stands still."""
        if self.rate <= 0:
            return None if until > self.now() else 0.0
        return max(0.0, (until - self.now()).total_seconds() / self.rate)
