"""How often anything may be tried: counted before it is tried, and waited for ever longer (S6).

A try is counted as failed before its password is looked at, and taken back if it was right: however many come at
once, no more are tried than the count allows. Unknown accounts are counted like known ones.
"""

import dataclasses
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from reminderbot import errors
from reminderbot.store import throttles
from reminderbot.store import work as works

LONGEST: Final = timedelta(minutes=15)
FORGOTTEN: Final = timedelta(hours=2)
"""A count that nothing was added to for so long begins anew."""


@dataclasses.dataclass(frozen=True)
class Counted:
    """What is counted: an account, an address, a second factor or a desk's computer; `free` tries cost no waiting."""

    kind: str
    value: str = dataclasses.field(repr=False)
    free: int


def account(login: str) -> Counted:
    """Return the count of whoever signs in with a login, known or not."""
    return Counted("account", login, free=5)


def address(peer: str) -> Counted:
    """Return the count of an address: a whole clinic may stand behind one."""
    return Counted("address", peer, free=20)


def second(staff_id: str) -> Counted:
    """Return the count of a person's second factor."""
    return Counted("second", staff_id, free=5)


def own(staff_id: str) -> Counted:
    """Return the count of a person who gives their own password again."""
    return Counted("own", staff_id, free=5)


def wait_after(failures: int, *, free: int) -> timedelta | None:
    """Return how long to wait after so many failures: none, then 1 s, 2 s, 4 s … and 15 minutes at most."""
    over = failures - free
    return min(timedelta(seconds=2 ** min(over, 20)), LONGEST) if over >= 0 else None


async def refuse_early(work: works.Work, counted: Sequence[Counted], *, machine_now: datetime) -> None:
    """Raise NotAllowed `console.sign-in.refused-wait` (`count`: minutes) while any of these has to wait.

    A reading visit is enough: most of an onslaught ends here.
    """
    ids = [throttles.id_of(work, each.kind, each.value) for each in counted]
    _refuse(await throttles.read(work, ids), machine_now)


async def take(work: works.Work, counted: Sequence[Counted], *, machine_now: datetime) -> None:
    """Count one try for each, in a transaction of its own that commits before the try; raises as `refuse_early`."""
    ids = {throttles.id_of(work, each.kind, each.value): each for each in counted}
    rows = await throttles.locked(work, list(ids), now=machine_now)
    _refuse(rows, machine_now)
    for row in rows:
        failures = 1 if machine_now - row.last_at > FORGOTTEN else row.failures + 1
        wait = wait_after(failures, free=ids[row.id].free)
        until = machine_now + wait if wait else None
        await throttles.set_(work, row.id, failures=failures, now=machine_now, until=until)


async def failures(work: works.Work, counted: Counted) -> int:
    """Return how often it was tried in vain since it was forgiven, or since nothing was counted for FORGOTTEN."""
    found = await throttles.read(work, [throttles.id_of(work, counted.kind, counted.value)])
    return found[0].failures if found else 0


async def forgive(work: works.Work, counted: Counted) -> None:
    """Count from nothing again: the try was right."""
    await throttles.forget(work, throttles.id_of(work, counted.kind, counted.value))


async def give_back(work: works.Work, counted: Counted, *, machine_now: datetime) -> None:
    """Take one try back: it was right, and what others tried from there stays counted."""
    await throttles.give_back(work, throttles.id_of(work, counted.kind, counted.value))
    await throttles.forget_before(work, machine_now - FORGOTTEN)


def _refuse(rows: Sequence[throttles.ThrottleRow], machine_now: datetime) -> None:
    until = max((row.until for row in rows if row.until is not None), default=machine_now)
    if until > machine_now:
        minutes = math.ceil((until - machine_now).total_seconds() / 60)
        raise errors.NotAllowed("console.sign-in.refused-wait", count=str(minutes))
