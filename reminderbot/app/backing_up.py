"""What an operator does with backups: make one, look one over, restore one."""

import asyncio
import dataclasses
from collections.abc import Mapping
from pathlib import Path

from reminderbot import clocks, settings
from reminderbot.app import house
from reminderbot.services import restoring as settling
from reminderbot.store import backing_up, backup_file, restoring, verifying
from reminderbot.store.backing_up import Made
from reminderbot.store.verifying import Verified

__all__ = ["Made", "Restored", "Verified", "backup", "restore", "verify"]


@dataclasses.dataclass(frozen=True)
class Restored:
    """What has been restored, and what was settled for it to go on."""

    made_at: str
    rows: Mapping[str, int]
    settled: settling.Settled


async def backup(chosen: settings.Settings, path: Path | None) -> Made:
    """Back the database up into a new file, named by the hour unless a path is given."""
    keys, at = house.masters(chosen), clocks.machine()
    named = path or Path(f"reminderbot-{at:%Y%m%dT%H%M%SZ}.backup")
    return await backing_up.write(chosen.owner_url, keys, named, at=at)


async def verify(chosen: settings.Settings, path: Path) -> Verified:
    """Read all of a backup; Unusable if anything about it is wrong."""
    keys = house.masters(chosen)
    with backup_file.open_(path) as file:
        return await asyncio.to_thread(verifying.verify, backup_file.Reader(file, keys), keys)


async def restore(chosen: settings.Settings, path: Path) -> Restored:
    """Restore a backup into the database, which is empty and current; Unusable if not, and nothing was changed."""
    keys, erasures = house.masters(chosen), house.erasures(chosen)
    listed = erasures.read()
    with backup_file.open_(path) as file:
        reader = backup_file.Reader(file, keys)
        made_at, now = reader.header.made_at, chosen.product_clock().now()
        erasures.refuse_later_than(reader.header.at)
        erased = {each.id for each in listed}
        async with restoring.loaded(chosen.owner_url, keys, reader, erased=erased) as (work, rows):
            settled = await settling.settle(work, listed, made_at=made_at, now=now)
    return Restored(made_at, rows, settled)
