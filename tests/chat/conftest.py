"""A phone for the unit tests: raw updates in, the owed calls of the Bot API out, over the real store and services."""

import dataclasses
import itertools
import json
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.chat import router, visit
from reminderbot.gateway import receiving
from reminderbot.services import access, clinics, in_force, invites
from reminderbot.store import tables, vault
from reminderbot.store.work import Store, Work

BOT = visit.BotFacts(id=4242, username="aftercare_bot")
MACHINE = datetime(2026, 11, 23, 9, 0, tzinfo=clocks.machine().tzinfo)

_numbers = itertools.count(1000)


@dataclasses.dataclass(frozen=True)
class Owed:
    """One owed call, opened."""

    method: str
    params: dict[str, Any]
    kind: str

    @property
    def text(self) -> str:
        return str(self.params.get("text", self.params.get("caption", "")))

    @property
    def keys(self) -> dict[str, str]:
        """The buttons: callback data by label."""
        rows = self.params.get("reply_markup", {}).get("inline_keyboard", [])
        return {key["text"]: key["callback_data"] for row in rows for key in row}


@dataclasses.dataclass
class Phone:
    """One person's phone: everything that is sent goes through `router.handle`, as the gateway calls it."""

    store: Store
    clock: clocks.Clock
    catalog: catalogs.Catalog
    id: int
    language: str = "en"
    name: str = "Ana"
    kind: str = "private"

    async def writes(self, text: str) -> list[Owed]:
        return await self.sends(text=text)

    async def sends(self, **content: Any) -> list[Owed]:
        return await self.update(message=self.message(**content))

    async def taps(self, data: str, *, on: Owed | None = None, gone: bool = False) -> list[Owed]:
        message = self.message(text=on.text if on else "…")
        if on and "reply_markup" in on.params:
            message["reply_markup"] = on.params["reply_markup"]
        if gone:
            message = {"message_id": 7, "date": 0, "chat": message["chat"]}
        query = {"id": str(next(_numbers)), "from": self.user, "chat_instance": "1", "data": data, "message": message}
        return await self.update(callback_query=query)

    async def update(self, **what: Any) -> list[Owed]:
        """Hand one update to the door in a transaction of its own, and return what it owes."""
        update = receiving.update({"update_id": next(_numbers), **json.loads(json.dumps(what))}).raw
        async with self.store.writing() as work:
            inbox = await _stored(work, update)
            await router.handle(
                work,
                update,
                bot=BOT,
                words=in_force.Kept(self.catalog),
                inbox_id=inbox,
                now=self.clock.now(),
                machine_now=MACHINE,
            )
        return await owed(self.store, inbox)

    def message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(_numbers),
            "date": int(self.clock.now().timestamp()),
            "chat": self.chat,
            "from": self.user,
            **content,
        }

    @property
    def user(self) -> dict[str, Any]:
        return {"id": abs(self.id), "is_bot": False, "first_name": self.name, "language_code": self.language}

    @property
    def chat(self) -> dict[str, Any]:
        names = {"first_name": self.name} if self.kind == "private" else {"title": "Friends"}
        return {"id": self.id, "type": self.kind, **names}

    def wind(self, **delta: float) -> None:
        self.clock.wind(timedelta(**delta))

    async def agrees(self) -> list[Owed]:
        await self.writes("/start")
        return await self.taps("agree")

    async def registers_until_time(self, day: str) -> None:
        """Walk to the question for the time."""
        await self.agrees()
        await self.taps(day)

    async def registers(self, when: str = "24 Nov 15:30", zone: str = "Europe/Madrid") -> list[Owed]:
        """Walk the whole dialogue of a first session."""
        await self.agrees()
        await self.writes(when)
        await self.taps(f"zone:{zone}")
        await self.taps("hour:08:30")
        return await self.taps("save")

    async def joins(self, token: str) -> None:
        """Walk through a clinic's link, as a patient whom it has entered with a session on 24 November."""
        await self.writes(f"/start {token}")
        await self.taps("agree")
        await self.writes("24 Nov")
        await self.taps("zone:Europe/Madrid")
        await self.taps("hour:08:30")

    async def said(self, text: str) -> str:
        """Write a text and return all that is answered, as one string."""
        return "\n".join(each.text for each in await self.writes(text))

    async def tapped(self, data: str) -> str:
        """Tap a button and return all that is answered, the toast included."""
        return "\n".join(each.text for each in await self.taps(data))


async def _stored(work: Work, update: dict[str, Any]) -> int:
    row = insert(tables.inbox).values(bot_id=BOT.id, update_id=update["update_id"], tries=0, received_at=MACHINE)
    id: int = (await work.run(row.returning(tables.inbox.c.id))).scalar_one()
    return id


async def owed(store: Store, inbox: int | None) -> list[Owed]:
    """Return what one update owes, in order, opened; None: what is owed for another cause."""
    async with store.reading() as work:
        return await opened(work, inbox)


async def opened(work: Work, inbox: int) -> list[Owed]:
    """Return what one update owes, read in a visit that is open."""
    rows = await work.run(select(tables.outbox).where(tables.outbox.c.inbox_id == inbox).order_by("id"))
    return [await _opened(work, row) for row in rows.all()]


async def _opened(work: Work, row: Any) -> Owed:
    key: vault.DataKey | None = work.system if row.key_id == work.system.id else await work.key(row.key_id)
    assert key is not None, "a reply was sealed with a key that is gone: nobody can send it"
    payload = json.loads(key.open(row.payload, table="outbox", row=row.id, column="payload"))
    return Owed(row.method, payload["params"], row.kind)


@pytest.fixture(scope="session")
def catalog() -> catalogs.Catalog:
    return catalogs.Catalog.load()


@pytest.fixture
async def bot(store: Store) -> visit.BotFacts:
    async with store.writing() as work:
        await work.run(insert(tables.bots).values(id=BOT.id, username=BOT.username, created_at=MACHINE))
    return BOT


@pytest.fixture
def ana(store: Store, bot: visit.BotFacts, clock: clocks.Clock, catalog: catalogs.Catalog) -> Phone:
    return Phone(store, clock, catalog, id=5_000_000_001)


@pytest.fixture
def ana_es(store: Store, bot: visit.BotFacts, clock: clocks.Clock, catalog: catalogs.Catalog) -> Phone:
    return Phone(store, clock, catalog, id=5_000_000_002, language="es-MX")


@pytest.fixture
def ana_ar(store: Store, bot: visit.BotFacts, clock: clocks.Clock, catalog: catalogs.Catalog) -> Phone:
    return Phone(store, clock, catalog, id=5_000_000_004, language="ar")


@pytest.fixture
def carl(store: Store, bot: visit.BotFacts, clock: clocks.Clock, catalog: catalogs.Catalog) -> Phone:
    return Phone(store, clock, catalog, id=5_000_000_003, name="Carl")


@pytest.fixture
async def invited(store: Store, bot: visit.BotFacts, clock: clocks.Clock, catalog: catalogs.Catalog) -> invites.Created:
    """Dr Bea's clinic has entered Ana with a session on Tuesday, 24 November at 15:30."""
    operator = access.Operator()
    async with store.writing() as work:
        clinic = await clinics.add(
            work,
            operator,
            name="Dr Bea",
            phone="+34 600 000 000",
            emergency="+34 600 000 112",
            hours="Mon-Fri 9:00-18:00",
            zone="Europe/Madrid",
            languages=("en", "es"),
            adopted_by="Dr Bea",
            catalog=catalog,
            now=clock.now(),
        )
        return await invites.create(
            work,
            operator,
            clinic_id=clinic.id,
            name="Ana",
            day=date(2026, 11, 24),
            at=time(15, 30),
            language="en",
            catalog=catalog,
            now=clock.now(),
        )
