"""Fills a database of ours in bulk: patients with their keys, chats and bindings, treatments, reminders."""

import dataclasses
import functools
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import psycopg
from sqlalchemy import Table, insert

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.planning import hours, life
from reminderbot.services import shipping
from reminderbot.simulator import server
from reminderbot.store import bots, chats, events, tables, vault
from reminderbot.store.work import Store, Work

BOT = int(server.TOKEN.partition(":")[0])
PLAN = "microneedling"
FIRST_CHAT = 5_000_000_001  # Telegram's numbers of the seeded patients, one after another
BATCH = 20_000  # rows put in at once
USEFUL = timedelta(days=2)


@dataclasses.dataclass(frozen=True)
class Seed:
    """What to put in: `patients` with one treatment each, of which `steps` reminders are due from `due` on.

    Their due times lie `apart`; the treatment is the day before, so that each is worded as in real life.
    """

    patients: int
    due: datetime
    steps: int = 1
    apart: timedelta = timedelta(0)
    clinic_id: str = tables.BUILT_IN
    first_chat: int = FIRST_CHAT

    def of(self, patients: int, first_chat: int) -> "Seed":
        """Return the same for so many patients, the first of whom has this chat."""
        return dataclasses.replace(self, patients=patients, first_chat=first_chat)


@functools.cache
def catalog() -> catalogs.Catalog:
    """Return the texts that are shipped."""
    return catalogs.Catalog.load(files.default_folder())


async def fill(store: Store, seed: Seed) -> None:
    """Put a seed in: COPY on PostgreSQL, many rows a statement on SQLite."""
    version_id = await _ground(store, seed.due)
    made = _People(seed, version_id)
    some = max(1, BATCH // max(1, seed.steps))
    for start in range(0, seed.patients, some):
        async with store.writing() as work:
            rows = made.rows(work, range(start, min(seed.patients, start + some)))
            for table, those in rows.items():
                if those:
                    await put(work, table, those)


async def clinic(store: Store, name: str) -> str:
    """Add a clinic to the built-in organisation; return its id."""
    id, now = tables.new_id(), datetime.now(UTC)
    reach = {"phone": "+34 600 000 000", "emergency": "112", "hours": {}, "zone": "UTC", "languages": ["en"]}
    quiet = {"quiet_from": time(21), "quiet_to": time(8)}
    row = {"id": id, "organisation_id": tables.BUILT_IN, "name": name, "default_plan": PLAN, "created_at": now}
    async with store.writing() as work:
        await work.run(insert(tables.clinics).values(**row, **reach, **quiet))
    return id


async def version(store: Store, organisation_id: str, now: datetime) -> str:
    """Return the version of the shipped plan that an organisation follows, kept if it was not."""
    async with store.writing() as work:
        return await shipping.plan_version(work, catalog(), PLAN, organisation_id=organisation_id, now=now)


async def _ground(store: Store, now: datetime) -> str:
    async with store.writing() as work:
        await bots.ensure(work, BOT)
    return await version(store, tables.BUILT_IN, now)


class _People:
    """Makes the rows of one seed."""

    def __init__(self, seed: Seed, version_id: str) -> None:
        self._seed = seed
        self._version_id = version_id
        self._steps = catalog().plan(PLAN).steps
        self._day = seed.due - timedelta(days=1)
        self._hours = {"morning": time(8, 30), "quiet_from": time(0), "quiet_to": time(0)}  # never quiet

    def rows(self, work: Work, numbers: range) -> dict[Table, list[dict[str, Any]]]:
        """Return the rows of some patients by table, in the order in which they may be put in."""
        order = ("data_keys", "chats", "patients", "bindings", "treatments", "reminders", "reminder_events")
        made: dict[Table, list[dict[str, Any]]] = {tables.metadata.tables[name]: [] for name in order}
        for number in numbers:
            for name, row in self._of(work, number):
                made[tables.metadata.tables[name]].append(row)
        return made

    def _of(self, work: Work, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
        patient_id, chat_id, treatment_id = tables.new_id(), tables.new_id(), tables.new_id()
        keys = {purpose: vault.fresh_key(tables.new_id()) for purpose in ("patient", "chat")}
        for purpose, key in keys.items():
            yield "data_keys", self._key(work, key, purpose)
        yield "chats", self._chat(work, chat_id, keys["chat"], self._seed.first_chat + number)
        yield "patients", self._patient(patient_id, keys["patient"])
        yield "bindings", self._binding(patient_id, chat_id)
        yield "treatments", self._treatment(treatment_id, patient_id)
        for index in range(self._seed.steps):
            reminder = self._reminder(number, index, patient_id, treatment_id)
            yield "reminders", reminder
            yield "reminder_events", self._planned(reminder)

    def _key(self, work: Work, key: vault.DataKey, purpose: str) -> dict[str, Any]:
        master, wrapped = work.masters.wrap(key)
        return {"id": key.id, "purpose": purpose, "master": master, "wrapped": wrapped, "created_at": self._day}

    def _chat(self, work: Work, id: str, key: vault.DataKey, telegram_id: int) -> dict[str, Any]:
        return {
            "id": id,
            "bot_id": BOT,
            "telegram_index": chats.index(work, bot_id=BOT, telegram_id=telegram_id),
            "telegram_id": key.seal(str(telegram_id), table="chats", row=id, column="telegram_id"),
            "key_id": key.id,
            "language": "en",
            "consented_at": self._day,
            "created_at": self._day,
        }

    def _patient(self, id: str, key: vault.DataKey) -> dict[str, Any]:
        name = key.seal("Ana", table="patients", row=id, column="name")
        known = {"id": id, "organisation_id": tables.BUILT_IN, "key_id": key.id, "name": name}
        return {**known, "language": "en", "zone": "UTC", "wants_reads": True, "created_at": self._day, **self._hours}

    def _binding(self, patient_id: str, chat_id: str) -> dict[str, Any]:
        bound = {"chat_id": chat_id, "patient_id": patient_id, "generation": 1, "via": "self", "bound_at": self._day}
        return {"id": tables.new_id(), "organisation_id": tables.BUILT_IN, **bound}

    def _treatment(self, id: str, patient_id: str) -> dict[str, Any]:
        when = {"day": self._day.date(), "at": time(15, 30), "zone": "UTC"}
        whose = {"organisation_id": tables.BUILT_IN, "clinic_id": self._seed.clinic_id, "patient_id": patient_id}
        stands = {"state": "booked", "entered_by": "patient", "version": 1, "created_at": self._day}
        planned = {"plan_version_id": self._version_id, "starts_at": self._day, "rules": hours.rules()}
        return {"id": id, **whose, **when, **planned, **stands}

    def _planned(self, reminder: dict[str, Any]) -> dict[str, Any]:
        about = {"reminder_id": reminder["id"], "organisation_id": tables.BUILT_IN, "due_after": reminder["due_at"]}
        return {**about, "at": self._day, "kind": events.Event.PLANNED}

    def _reminder(self, number: int, index: int, patient_id: str, treatment_id: str) -> dict[str, Any]:
        step = self._steps[(index + 2) % len(self._steps)]  # the first is the morning after
        due = self._seed.due + self._seed.apart * (number * self._seed.steps + index)
        counts = {"resends": 0, "attempts": 0, "faults": 0}
        return {
            "id": tables.new_id(),
            "organisation_id": tables.BUILT_IN,
            "clinic_id": self._seed.clinic_id,
            "patient_id": patient_id,
            "treatment_id": treatment_id,
            "step_key": step.key,
            "round": 1 + index // len(self._steps),
            "message_key": step.message,
            "state": life.State.PLANNED,
            "due_at": due,
            "useful_until": due + USEFUL,
            "zone": "UTC",
            "budget": step.budget,
            "silent": step.silent,
            **counts,
        }


async def put(work: Work, table: Table, rows: list[dict[str, Any]]) -> None:
    """Put rows in: COPY on PostgreSQL, many rows a statement on SQLite."""
    if work.dialect == "sqlite":
        await work.run(insert(table), rows)
        return
    columns = list(rows[0])
    raw = await work.connection.get_raw_connection()
    driver: psycopg.AsyncConnection[Any] = raw.driver_connection  # type: ignore[assignment]
    target = f"COPY {table.name} ({', '.join(columns)}) FROM STDIN"
    async with driver.cursor() as cursor, cursor.copy(target.encode()) as copy:
        for row in rows:
            await copy.write_row([row[name] for name in columns])
