"""Where a patient stands with a clinic, out of facts and an instant: what lists show, and when to look again. Pure."""

import dataclasses
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """Where a patient stands; lists filter by it, and sort in this order: first whom somebody should see to."""

    BLOCKED = "blocked"  # the chat blocks the bot, and something was still to come
    NEVER = "never"  # a day after the session, or after the link was made, no chat has joined
    STOPPED = "stopped"  # they said stop, and something was still to come
    DECLINED = "declined"  # they opened the link and said no
    TO_INVITE = "to_invite"  # no link works: none was made, or it was taken back or locked
    OPENED = "opened"  # the link was opened and not confirmed
    INVITED = "invited"  # the link was handed over and not opened
    PAUSED = "paused"  # reminders wait until a date
    JOINED = "joined"  # a chat holds, and reminders come
    ENDED = "ended"  # nothing is to come


PATIENCE: Final = timedelta(days=1)
"""How long after the session, and after the link was made, somebody who has not joined counts as never joined."""
AFTER: Final = timedelta(hours=1)
"""How long after the last reminder's due time it is looked whether anything is still to come: it may be tried again."""
LONGEST: Final = timedelta(days=1)
"""How long a standing that may age is believed: what nobody told us of is put right by then."""

_LASTING: Final = frozenset({Standing.ENDED, Standing.DECLINED, Standing.NEVER})


@dataclasses.dataclass(frozen=True)
class Link:
    """The latest invite of a patient who has no chat."""

    made_at: datetime
    is_dead: bool
    is_opened: bool
    is_declined: bool


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a standing is made of. Instants are the product's; sessions are the booked ones.

    `coming_until` is until when something that was not said yet is of use, `last_due` when the last of it is due.
    """

    is_erased: bool
    has_chat: bool
    is_stopped: bool
    is_blocked: bool
    paused_until: datetime | None
    latest_at: datetime | None
    next_at: datetime | None
    coming_until: datetime | None
    last_due: datetime | None
    link: Link | None


@dataclasses.dataclass(frozen=True)
class Settled:
    """A standing, and the instant at which to decide it again; None: it does not age."""

    standing: Standing
    until: datetime | None


def decide(facts: Facts, now: datetime) -> Settled:
    """Return where a patient stands at `now`."""
    if facts.is_erased:
        return Settled(Standing.ENDED, None)
    standing, until = _joined(facts, now) if facts.has_chat else _waiting(facts, now)
    if standing in _LASTING and facts.next_at is None:
        return Settled(standing, None)
    return Settled(standing, min(_known(until, facts.next_at, now + LONGEST)))


def _joined(facts: Facts, now: datetime) -> tuple[Standing, datetime | None]:
    if facts.coming_until is None and facts.next_at is None:
        return Standing.ENDED, None
    if facts.is_stopped:
        return Standing.STOPPED, facts.coming_until
    if facts.is_blocked:
        return Standing.BLOCKED, facts.coming_until
    if facts.paused_until is not None and facts.paused_until > now:
        return Standing.PAUSED, facts.paused_until
    return Standing.JOINED, max(_known(facts.last_due, now)) + AFTER


def _waiting(facts: Facts, now: datetime) -> tuple[Standing, datetime | None]:
    if facts.link is not None and facts.link.is_declined:
        return Standing.DECLINED, None
    if facts.latest_at is None:
        return Standing.ENDED, None
    never = max(_known(facts.latest_at, facts.link.made_at if facts.link else None)) + PATIENCE
    if never <= now:
        return Standing.NEVER, None
    if facts.link is None or facts.link.is_dead:
        return Standing.TO_INVITE, never
    return (Standing.OPENED if facts.link.is_opened else Standing.INVITED), never


def _known(*instants: datetime | None) -> list[datetime]:
    return [each for each in instants if each is not None]
