"""The people whom hostile updates are about, on a real database, each with secrets; a watch on whose rows change."""

import dataclasses
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, select, text, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, clinics, invites
from reminderbot.store import migrate, tables, vault, work
from tests import conftest
from tests.chat.conftest import BOT, MACHINE, Phone
from tests.fuzz import arriving

SENDERS: Final = (
    arriving.Sender(5_000_000_001, "Ana", "en"),  # of Dr Bea's clinic
    arriving.Sender(5_000_000_002, "Carl", "es"),  # of another
    arriving.Sender(5_000_000_003, "Dina", "ar"),  # of no clinic
    arriving.Sender(5_000_000_004, "<b>Eve</b>", "de"),  # has agreed, and told no session yet
    arriving.Sender(5_000_000_005, "\u202eFinn {{ name }}", "xx"),  # a stranger
)
GROUPS: Final = (-1_000_000_000_001, -1_000_000_000_002)
SECRETS: Final = {  # what is in nobody else's chat, and in no word that is drawn
    5_000_000_001: ("Beatriz Qx1", "+34 611 811 811", "Anaqx1", "my cheek"),
    5_000_000_002: ("Otra Qx2", "+34 622 822 822", "Carlqx2", "8 de marzo"),
    5_000_000_003: ("+34 633 833 833",),
}
WATCHED: Final = ("chat_id", "patient_id", "treatment_id", "reminder_id")
_DOWN: Final = Path("/dev/shm")


@dataclasses.dataclass
class Stage:
    """A database as it was before the first update, which can be had again and again."""

    template: Path
    masters: vault.Masters
    catalog: catalogs.Catalog
    ids: tuple[str, ...]

    @asynccontextmanager
    async def set(self) -> AsyncIterator[work.Store]:
        """Open a fresh copy."""
        with tempfile.TemporaryDirectory(dir=_DOWN if _DOWN.is_dir() else None) as folder:
            path = Path(folder) / "fuzz.sqlite"
            shutil.copy(self.template, path)
            store = await work.Store.open(f"sqlite:///{path}", self.masters)
            try:
                yield store
            finally:
                await store.close()


async def build(folder: Path) -> Stage:
    """Let the cast join, each in their own way, then put the watch on their rows."""
    path, masters = folder / "template.sqlite", vault.Masters.read(vault.new_master())
    await migrate.upgrade(f"sqlite:///{path}")
    store, catalog = await work.Store.open(f"sqlite:///{path}", masters), catalogs.Catalog.load()
    clock = clocks.Clock.starting(conftest.MONDAY, rate=0.0)
    async with store.writing() as visit:
        await visit.run(insert(tables.bots).values(id=BOT.id, username=BOT.username, created_at=MACHINE))
    ana, carl, dina, eve, _ = (Phone(store, clock, catalog, each.id, each.language, each.name) for each in SENDERS)
    await _joins(ana, "Beatriz Qx1", "+34 611 811 811", "Anaqx1", date(2026, 11, 24))
    await _joins(carl, "Otra Qx2", "+34 622 822 822", "Carlqx2", date(2027, 3, 8))
    await dina.registers("24/11/2026 15:00")
    await dina.writes("+34 633 833 833")
    await ana.writes("/worried my cheek")
    await eve.agrees()
    ids = await _watched(store)
    await store.close()
    return Stage(path, masters, catalog, ids)


@dataclasses.dataclass
class Watch:
    """How far the list of touched rows was read, and whose rows they were; one story long."""

    place: int = 0
    known: dict[tuple[str, str], int] = dataclasses.field(default_factory=dict)

    async def touched(self, visit: work.Work) -> set[int]:
        """Return whose rows were touched since the last look, by Telegram id."""
        query = text("SELECT rowid, kind, id FROM touched WHERE rowid > :place")
        found = (await visit.run(query, {"place": self.place})).all()
        self.place = max([self.place, *(row.rowid for row in found)])
        hung = sorted({(row.kind, row.id) for row in found})
        for at in hung:
            if at not in self.known and (owner := await _telegram_id(visit, *at)) is not None:
                self.known[at] = owner
        return {self.known[at] for at in hung if at in self.known}


async def _joins(phone: Phone, clinic_name: str, number: str, name: str, day: date) -> None:
    operator = access.Operator()
    async with phone.store.writing() as visit:
        clinic = await clinics.add(
            visit,
            operator,
            name=clinic_name,
            phone=number,
            emergency=number,
            hours="Mon-Fri 9:00-18:00",
            zone="Europe/Madrid",
            languages=("en", "es"),
            adopted_by=clinic_name,
            catalog=phone.catalog,
            now=phone.clock.now(),
        )
        invited = await invites.create(
            visit,
            operator,
            clinic_id=clinic.id,
            name=name,
            day=day,
            at=time(15, 30),
            language=phone.language,
            catalog=phone.catalog,
            now=phone.clock.now(),
        )
    await phone.writes(f"/start {invited.token}")
    await phone.taps("agree")
    await phone.writes(day.isoformat())
    await phone.taps("zone:Europe/Madrid")
    assert clinic_name in await phone.said("/timeline")


async def _watched(store: work.Store) -> tuple[str, ...]:
    """Note every change of a row with its owner; return ids of everybody's rows for forged buttons."""
    async with store.writing() as visit:
        await visit.run(update(tables.reminders).where(_early()).values(state=life.State.SENT, sent_at=conftest.MONDAY))
        await visit.run(text("CREATE TABLE touched (kind TEXT, id TEXT)"))
        for table in tables.metadata.sorted_tables:
            for what, row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
                for statement in _triggers(table, what, row):
                    await visit.run(text(statement))
        kept = (tables.chats, tables.patients, tables.treatments, tables.reminders, tables.worries, tables.cases)
        rows = [(await visit.run(select(table.c.id).order_by(table.c.id).limit(20))).scalars().all() for table in kept]
        return tuple(str(id) for ids in rows for id in ids)


def _early() -> Any:
    firsts = select(tables.reminders.c.id).order_by(tables.reminders.c.due_at).limit(6)
    return tables.reminders.c.id.in_(firsts)


def _triggers(table: Any, what: str, row: str) -> list[str]:
    columns = [name for name in WATCHED if name in table.c][:1]
    names = {"chats": "chat_id", "patients": "patient_id", "treatments": "patient_id", "reminders": "patient_id"}
    kind = names.get(table.name) or (columns[0] if columns else "")
    if not kind:
        return []
    column = "id" if table.name in ("chats", "patients") else kind
    return [
        f"CREATE TRIGGER watch_{table.name}_{what} AFTER {what} ON {table.name} WHEN {row}.{column} IS NOT NULL "
        f"BEGIN INSERT INTO touched VALUES ('{kind}', {row}.{column}); END"
    ]


async def _telegram_id(visit: work.Work, kind: str, id: str) -> int | None:
    """Return whose chat a row hangs on; of one that is erased nobody's."""
    if kind == "treatment_id":
        kind, id = "patient_id", await _one(visit, tables.treatments.c.patient_id, tables.treatments.c.id == id)
    if kind == "reminder_id":
        kind, id = "patient_id", await _one(visit, tables.reminders.c.patient_id, tables.reminders.c.id == id)
    if kind == "patient_id":
        id = await _one(visit, tables.bindings.c.chat_id, tables.bindings.c.patient_id == id)
    row = (await visit.run(select(tables.chats).where(tables.chats.c.id == id))).first()
    key = await visit.key(row.key_id) if row else None
    if row is None or key is None or row.telegram_id is None:
        return None
    return int(key.open(row.telegram_id, table="chats", row=row.id, column="telegram_id"))


async def _one(visit: work.Work, column: Any, *where: Any) -> str:
    return (await visit.run(select(column).where(*where).limit(1))).scalar() or ""
