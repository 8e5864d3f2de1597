"""What an attack is: who tries, what is tried, and how it is told whether that was held off."""

import dataclasses
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from tests.security.journal import stage

Happened = tuple[bool, str]
"""Whether it was held off, and what happened, in a sentence without an instant or an id."""

Try = Callable[[stage.Stage], Awaitable[Happened]]


@dataclasses.dataclass(frozen=True)
class Attack:
    """One thing that somebody tries; `is_long` where the suite's short form leaves it out."""

    actor: str
    tried: str
    run: Try
    is_long: bool

    @property
    def name(self) -> str:
        """Return the name by which it is asked for."""
        return self.run.__name__


ALL: Final[list[Attack]] = []
"""Every attack, in the order in which they are made: what ends or spoils something for others comes last."""


def tried_by(actor: str, what: str, *, is_long: bool = False) -> Callable[[Try], Try]:
    """Put an attack on the list."""

    def listed(run: Try) -> Try:
        ALL.append(Attack(actor, what, run, is_long))
        return run

    return listed


async def told(attack: Attack, on: stage.Stage) -> Happened:
    """Make an attack; one that ends in an exception is not held."""
    try:
        return await attack.run(on)
    except Exception as error:
        return False, f"{type(error).__name__}: {error}"[:300]


async def made(url: str, folder: Path, attacks: list[Attack]) -> list[Happened]:
    """Make attacks, one after another, on one running bot."""
    found = []
    async with stage.opened(folder, url) as on:
        for attack in attacks:
            found.append(await told(attack, on))
            sys.stderr.write(f"{attack.name}: {found[-1]}\n")
    return found


def counted(statuses: list[int]) -> str:
    """Return "404 × 12, 403 × 3"."""
    return ", ".join(f"{status} × {statuses.count(status)}" for status in sorted(set(statuses)))
