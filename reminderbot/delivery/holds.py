"""Whether a claimed reminder may go now: consent, stop, cancellation, usefulness, quiet hours. Pure."""

import dataclasses
from datetime import datetime

from reminderbot.planning import hours, life
from reminderbot.store import ready as readies

BOOKED = "booked"
"""The state of a treatment that takes place."""


@dataclasses.dataclass(frozen=True)
class Go:
    """It goes now."""


@dataclasses.dataclass(frozen=True)
class Leave:
    """Something holds it: it stays planned, and is not claimed again while the hold stands."""


@dataclasses.dataclass(frozen=True)
class Later:
    """It waits for the end of the quiet hours, a product instant."""

    until: datetime


@dataclasses.dataclass(frozen=True)
class End:
    """It is not sent any more."""

    state: life.State
    reason: life.Reason


Decision = Go | Leave | Later | End


def decide(ready: readies.Ready, now: datetime) -> Decision:
    """Return what happens to a claimed reminder at the product instant `now`.

    One that was on its way once, its outcome unknown, ends as UNCONFIRMED: a copy may have arrived.
    """
    if ready.treatment_state != BOOKED:
        return _end(ready, life.State.CANCELLED, life.Reason.SESSION_CANCELLED)
    if ready.is_answered:
        return _end(ready, life.State.SKIPPED, life.Reason.ANSWERED)
    if ready.useful_until <= now:
        return _end(ready, life.State.EXPIRED, life.Reason.TOO_LATE)
    if _is_held(ready, now):
        return Leave()
    quiet_end = hours.quiet_end_after(now, ready.quiet, ready.zone)
    if quiet_end is None:
        return Go()
    if quiet_end < ready.useful_until:
        return Later(quiet_end)
    return _end(ready, life.State.EXPIRED, life.Reason.QUIET_HOURS)


def _is_held(ready: readies.Ready, now: datetime) -> bool:
    is_paused = ready.paused_until is not None and ready.paused_until > now
    is_unreachable = ready.consented_at is None or ready.blocked_at is not None
    return is_paused or is_unreachable or ready.stopped_at is not None or ready.bot_paused


def _end(ready: readies.Ready, state: life.State, reason: life.Reason) -> End:
    return End(state, reason) if ready.resends == 0 else End(life.State.UNCONFIRMED, life.Reason.NO_ANSWER)
