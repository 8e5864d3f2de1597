"""What comes next after an attempt, for reminders and the outbox alike. Pure: the outcome and the row decide."""

import dataclasses
from datetime import timedelta
from typing import assert_never

from reminderbot.gateway import meaning
from reminderbot.planning import life

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=1)
HALTED = timedelta(minutes=1)
"""How long a bot whose token is not accepted sends nothing, before it tries again."""


@dataclasses.dataclass(frozen=True)
class Tried:
    """A row in SENDING: its budget of resends, those used, its attempts so far, and whether it is still useful."""

    budget: int
    resends: int
    attempts: int
    useful: bool
    patience: timedelta  # before a resend after UNKNOWN


@dataclasses.dataclass(frozen=True)
class Next:
    """What the row becomes. `retry_in` and `pause_bot` are of the machine's time."""

    state: life.State
    resends: int
    reason: life.Reason | None = None
    retry_in: timedelta | None = None
    pause_bot: timedelta | None = None
    block_chat: bool = False


def attempt(answer: meaning.Answer, tried: Tried) -> Next:
    """Return what follows from the answer to an attempt."""
    kept = tried.resends
    match answer.outcome:
        case meaning.Outcome.ACCEPTED:
            return Next(life.State.SENT, kept)
        case meaning.Outcome.NOT_SENT | meaning.Outcome.CONFLICT:
            return Next(life.State.PLANNED, kept, retry_in=back_off(tried.attempts))
        case meaning.Outcome.WAIT:
            return Next(life.State.PLANNED, kept, retry_in=answer.retry_after, pause_bot=answer.retry_after)
        case meaning.Outcome.HALT:
            return Next(life.State.PLANNED, kept, retry_in=HALTED, pause_bot=HALTED)
        case meaning.Outcome.REJECTED:
            return Next(life.State.REJECTED, kept, life.Reason.REFUSED)
        case meaning.Outcome.BLOCKED:
            return Next(life.State.BLOCKED, kept, life.Reason.BLOCKED, block_chat=True)
        case meaning.Outcome.UNKNOWN:
            return unknown(tried)
    assert_never(answer.outcome)


def unknown(tried: Tried) -> Next:
    """Return what follows when nobody knows whether the message arrived: a lapsed lease, too."""
    if tried.useful and tried.resends < tried.budget:
        return Next(life.State.PLANNED, tried.resends + 1, retry_in=tried.patience)
    return Next(life.State.UNCONFIRMED, tried.resends, life.Reason.NO_ANSWER)


def back_off(attempts: int) -> timedelta:
    """Return the wait before the next try of something that was tried `attempts` times: doubling, up to a minute."""
    doublings: int = min(max(attempts - 1, 0), 10)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
