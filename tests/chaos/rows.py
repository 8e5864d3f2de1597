"""Thousands of patients with one reminder each, inserted in bulk: the number of a chat tells which reminder it is."""

import asyncio
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select

from reminderbot import clocks
from reminderbot.catalog import catalog
from reminderbot.planning import life
from reminderbot.store import bots, plan_versions, tables, vault
from reminderbot.store.work import Store, Work
from tests.chaos import standin

CHATS = 1_000_000
"""The Telegram id of the first patient's chat; patient n has CHATS + n."""

CLINICS = 4
BULK = 1_000  # rows a statement
STEP, EARLIER = "day-3", "day-7"  # of the shipped plan: what is said, and what a second session says beside it


def reminder(n: int) -> str:
    """Return the id of the reminder of patient n, counted from 1."""
    return f"{n:032x}"


def chat(reminder_id: str) -> int:
    """Return the Telegram id of the chat that a reminder goes to."""
    return CHATS + int(reminder_id[1:], 16)


def budget(n: int) -> int:
    """Return the resends that reminder n may have: none for every third."""
    return 0 if n % 3 == 0 else 1


def fill(url: str, key: str, count: int, *, twice: bool = False, **changed: Any) -> None:
    """Insert `count` patients whose reminders are due now and useful for days; `changed` are the reminders' columns.

    `twice`: each has a second session, whose reminder became due a little earlier: one message says both.
    """
    asyncio.run(_fill(url, key, count, changed))
    if twice:
        asyncio.run(_fill_again(url, key, count, changed))


async def _fill_again(url: str, key: str, count: int, changed: dict[str, Any]) -> None:
    store = await Store.open(url, vault.Masters.read(key))
    try:
        async with store.writing() as work:
            t, r = tables.treatments, tables.reminders
            ours = (select(t).where(t.c.id == f"c{n:031x}") for n in range(1, count + 1))
            found = [dict((await work.run(query)).mappings().one()) for query in ours]
            await work.run(insert(t), [row | {"id": f"9{row['id'][1:]}"} for row in found])
            planned = [
                dict((await work.run(select(r).where(r.c.id == reminder(n)))).mappings().one())
                for n in range(1, count + 1)
            ]
            second = {
                "step_key": EARLIER,
                "message_key": f"step.{EARLIER}",
                "due_at": clocks.machine() - timedelta(hours=2),
            }
            again = [row | second | {"id": f"2{row['id'][1:]}", "treatment_id": f"9{row['id'][1:]}"} for row in planned]
            await work.run(insert(r), again)
    finally:
        await store.close()


async def _fill(url: str, key: str, count: int, changed: dict[str, Any]) -> None:
    store = await Store.open(url, vault.Masters.read(key))
    try:
        async with store.writing() as work:
            await bots.ensure(work, standin.BOT)
            plan = catalog.Catalog.load(None).plan("microneedling")
            version = await plan_versions.add(work, organisation_id=tables.BUILT_IN, plan=plan, now=clocks.machine())
            clinics = [await _clinic(work, each) for each in range(CLINICS)]
            for first in range(1, count + 1, BULK):
                numbers = range(first, min(first + BULK, count + 1))
                await _people(work, [_Person(work, n, clinics[n % CLINICS], version) for n in numbers], changed)
    finally:
        await store.close()


class _Person:
    """The ids and keys of patient n."""

    def __init__(self, work: Work, n: int, clinic: str, version: str) -> None:
        self.n, self.clinic, self.version = n, clinic, version
        self.now = clocks.machine()
        self.patient, self.chat, self.treatment = (f"{kind}{n:031x}" for kind in "abc")
        self.patient_key, self.chat_key = (vault.fresh_key(f"{kind}{n:031x}") for kind in "de")
        self.index = work.index.of("chat", f"{standin.BOT}:{CHATS + n}")

    def keys(self, work: Work) -> Iterator[dict[str, Any]]:
        for purpose, key in (("patient", self.patient_key), ("chat", self.chat_key)):
            master, wrapped = work.masters.wrap(key)
            yield {"id": key.id, "purpose": purpose, "master": master, "wrapped": wrapped, "created_at": self.now}

    def chat_row(self) -> dict[str, Any]:
        place = {"table": "chats", "row": self.chat, "column": "telegram_id"}
        return {
            "id": self.chat,
            "bot_id": standin.BOT,
            "telegram_index": self.index,
            "telegram_id": self.chat_key.seal(str(CHATS + self.n), **place),
            "key_id": self.chat_key.id,
            "language": "en",
            "consented_at": self.now,
            "created_at": self.now,
        }

    def patient_row(self) -> dict[str, Any]:
        return {
            "id": self.patient,
            "organisation_id": tables.BUILT_IN,
            "key_id": self.patient_key.id,
            "language": "es" if self.n % 2 else "en",
            "zone": "UTC",
            "morning": time(8, 30),
            "quiet_from": time(0),  # the same time twice: no quiet hours
            "quiet_to": time(0),
            "wants_reads": True,
            "created_at": self.now,
        }

    def binding_row(self) -> dict[str, Any]:
        return {
            "id": self.chat.replace("b", "f", 1),
            "organisation_id": tables.BUILT_IN,
            "chat_id": self.chat,
            "patient_id": self.patient,
            "generation": 1,
            "via": "self",
            "bound_at": self.now,
        }

    def treatment_row(self) -> dict[str, Any]:
        start = self.now - timedelta(days=3)
        return {
            "id": self.treatment,
            "organisation_id": tables.BUILT_IN,
            "clinic_id": self.clinic,
            "patient_id": self.patient,
            "plan_version_id": self.version,
            "day": start.date(),
            "at": time(12),
            "zone": "UTC",
            "starts_at": datetime.combine(start.date(), time(12), UTC),
            "state": "booked",
            "entered_by": "patient",
            "version": 1,
            "created_at": self.now,
        }

    def reminder_row(self) -> dict[str, Any]:
        return {
            "id": reminder(self.n),
            "organisation_id": tables.BUILT_IN,
            "clinic_id": self.clinic,
            "patient_id": self.patient,
            "treatment_id": self.treatment,
            "step_key": STEP,
            "round": 1,
            "message_key": f"step.{STEP}",
            "state": life.State.PLANNED,
            "due_at": self.now - timedelta(hours=1),
            "useful_until": self.now + timedelta(days=3),
            "zone": "UTC",
            "budget": budget(self.n),
            "resends": 0,
            "attempts": 0,
            "faults": 0,
            "silent": False,
        }


async def _people(work: Work, people: list[_Person], changed: dict[str, Any]) -> None:
    await work.run(insert(tables.data_keys), [row for each in people for row in each.keys(work)])
    await work.run(insert(tables.chats), [each.chat_row() for each in people])
    await work.run(insert(tables.patients), [each.patient_row() for each in people])
    await work.run(insert(tables.bindings), [each.binding_row() for each in people])
    await work.run(insert(tables.treatments), [each.treatment_row() for each in people])
    await work.run(insert(tables.reminders), [each.reminder_row() | changed for each in people])


async def _clinic(work: Work, which: int) -> str:
    id = f"c1{which:02d}{secrets.token_hex(14)}"
    row = {
        "id": id,
        "organisation_id": tables.BUILT_IN,
        "name": f"Clinic {which}",
        "phone": "+34 600 000 000",
        "emergency": "112",
        "hours": {},
        "zone": "UTC",
        "languages": ["en", "es"],
        "default_plan": "microneedling",
        "quiet_from": time(0),
        "quiet_to": time(0),
        "created_at": clocks.machine(),
    }
    await work.run(insert(tables.clinics).values(row))
    return id
