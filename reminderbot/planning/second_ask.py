"""A check-in's second ask: one more short message when nobody has answered the first, and never a third. Pure."""

from datetime import datetime, timedelta
from typing import Final

from reminderbot.planning import hours, plans

ROUND: Final = 2
"""The round of a step's reminder that asks again."""
MESSAGE: Final = "checkin.again"
"""The key of what it says: one text, whatever the step, since it speaks of nothing but the open question."""
BUDGET: Final = 0
"""It is never sent twice: a second copy would be a third ask."""
TITLE: Final = "again"
"""What it is called in a list, instead of its step's key."""
SHORTEST: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=7)


def may_ask(step: plans.Step) -> bool:
    """Tell whether a step asks what is worth asking again; whoever wants no short reads need not say so twice."""
    return plans.Ask.SKIN in step.asks


def asks(step: plans.Step, round: int) -> tuple[plans.Ask, ...]:
    """Return what the reminder of a step asks in a round: the first all of it, the second how the skin is."""
    return step.asks if round < ROUND else tuple(ask for ask in step.asks if ask is plans.Ask.SKIN)


def title_key(step_key: str, round: int) -> str:
    """Return the key of the title of a step's reminder in a round."""
    return step_key if round < ROUND else TITLE


def due(after: timedelta, sent: datetime, useful_until: datetime, *, quiet: hours.Quiet, zone: str) -> datetime | None:
    """Return when to ask again what was first asked at `sent`, outside quiet hours; None if it is of no use then."""
    meant = sent + after
    at = hours.quiet_end_after(meant, quiet, zone) or meant
    return at if at < useful_until else None
