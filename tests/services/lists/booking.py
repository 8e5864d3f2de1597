"""A clinic's front desk and its lists: taken, looked at, agreed to."""

import dataclasses
from typing import Any

from sqlalchemy import select

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access
from reminderbot.services.lists import applying, reading, uploading
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.conftest import MONDAY
from tests.services import cast
from tests.services.lists import making

IDS = ("Appointment ID", "Patient", "Date", "Time")
NUMBERS = ("Patient number", "Patient", "Date", "Time")
NAMES = ("Patient", "Date", "Time")


@dataclasses.dataclass
class Desk:
    """Somebody at the front desk of a clinic, who uploads lists."""

    store: works.Store
    catalog: catalogs.Catalog
    who: access.Staff

    async def take(self, *rows: tuple[str, ...]) -> str:
        """Upload rows as a file; return the upload's id."""
        content = making.commas(*rows)
        table = reading.read(content)
        async with self.store.writing() as work:
            return await uploading.take(
                work, self.who, table, digest=reading.digest(content), catalog=self.catalog, now=MONDAY
            )

    async def look(self, upload_id: str) -> uploading.Look:
        """Look at an upload."""
        async with self.store.reading() as work:
            return await uploading.look(work, self.who, upload_id, catalog=self.catalog, now=MONDAY)

    async def counts(self, *rows: tuple[str, ...]) -> dict[str, int]:
        """Return what rows would change, without what would not."""
        return told((await self.look(await self.take(*rows))).report.counts)  # type: ignore[union-attr]

    async def say_yes(self, upload_id: str, seen: str | None = None, **ticks: bool) -> dict[str, int]:
        """Apply an upload as it looks now, or as it was `seen`."""
        if seen is None:
            seen = (await self.look(upload_id)).report.fingerprint  # type: ignore[union-attr]
        yes = applying.Yes(seen, leave_out=ticks.get("leave_out", False), cancel_gone=ticks.get("cancel_gone", False))
        async with self.store.writing() as work:
            done = await applying.apply(
                work, self.who, upload_id, yes, catalog=self.catalog, bot_id=cast.BOT, now=MONDAY, machine_now=MONDAY
            )
        return told(done)

    async def apply(self, *rows: tuple[str, ...], **ticks: bool) -> dict[str, int]:
        """Upload rows and say yes."""
        return await self.say_yes(await self.take(*rows), **ticks)

    async def sessions(self) -> list[tuple[str, str, str]]:
        """Return day, time and state of every session, in order."""
        t = tables.treatments.c
        async with self.store.reading() as work:
            found = (await work.run(select(t.day, t.at, t.state).order_by(t.starts_at, t.state))).all()
        return [(row.day.isoformat(), row.at.isoformat("minutes"), row.state) for row in found]

    async def rows(self, table: Any) -> list[Any]:
        """Return the rows of a table."""
        async with self.store.reading() as work:
            return list((await work.run(select(table))).all())


def told(counts: dict[str, int]) -> dict[str, int]:
    """Return counts without zeros."""
    return {kind: count for kind, count in counts.items() if count}
