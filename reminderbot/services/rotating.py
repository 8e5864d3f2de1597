"""Master keys change while the bot runs: each data key is wrapped anew by the active one; nothing sealed is touched."""

import dataclasses
from collections.abc import Callable
from typing import Final

from reminderbot import errors
from reminderbot.services import access, audit
from reminderbot.store import rewrapping
from reminderbot.store import work as works

BATCH: Final = 100
"""Data keys in one transaction: on SQLite nobody else writes meanwhile, and a hundred take a few milliseconds."""


@dataclasses.dataclass(frozen=True)
class MasterView:
    """One master key: what it wraps, and whether REMINDERBOT_KEY holds it."""

    fingerprint: str
    data_keys: int
    is_active: bool
    is_given: bool

    @property
    def is_needed(self) -> bool:
        """Tell whether something could not be opened without it, or new data keys are wrapped by it."""
        return self.is_active or self.data_keys > 0


async def standing(work: works.Work, _who: access.Operator) -> tuple[MasterView, ...]:
    """Return every master key that is given or wraps something, the active one first."""
    counts, given = await rewrapping.counts(work), work.masters.fingerprints
    names = [*given, *sorted(set(counts) - set(given))]
    active = work.masters.active.fingerprint
    return tuple(MasterView(name, counts.get(name, 0), name == active, name in given) for name in names)


async def rotate(
    store: works.Store, who: access.Operator, *, told: Callable[[int, int], None]
) -> tuple[MasterView, ...]:
    """Wrap every data key by the active master key; return how the master keys stand then.

    Each hundred commit by themselves, so that a run which was interrupted is gone on with by the next. `told` hears how
    many are done, and of how many. Unusable before anything is changed if a key is needed that is not given.
    """
    async with store.reading() as work:
        before = await standing(work, who)
    if missing := [each for each in before if not each.is_given]:
        raise errors.Unusable(_lacking(missing))
    total, done, after = sum(each.data_keys for each in before if not each.is_active), 0, ""
    while True:
        async with store.writing() as work:
            count, last = await rewrapping.some(work, after=after, limit=BATCH)
            if count and not done:  # with the first of them, so that a run which is cut off has left its line too
                await audit.note_installation(work, "keys.rotated", to=work.masters.active.fingerprint, keys=total)
        if last is None:
            break
        done, after = done + count, last
        told(done, max(total, done))
    async with store.reading() as work:
        return await standing(work, who)


def _lacking(missing: list[MasterView]) -> str:
    said = ", ".join(f"{each.data_keys} data keys by the key {each.fingerprint}" for each in missing)
    return (
        f"Nothing was changed: the database holds {said}, and REMINDERBOT_KEY does not hold that key. "
        "Add it behind the others, parted by a comma, and rotate again."
    )
