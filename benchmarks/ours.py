"""This program as a contender: its planning, its tables with sealed columns, its delivery as it ships."""

import collections
import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from sqlalchemy import func, select

from benchmarks import contender, database, delivering, seeding
from reminderbot.planning import hours, timeline
from reminderbot.services import access, registration, treatments
from reminderbot.store import reminders, tables, vault
from reminderbot.store.work import Store, Work

KEY = "BENCH_KEY"
os.environ.setdefault(KEY, vault.new_master())  # a process that we start opens what this one has sealed
HABITS = timeline.Habits(zone="Europe/Madrid", morning=time(8, 30), quiet=hours.Quiet(time(21), time(8)))
AT = time(15, 30)


class Ours(contender.Contender):
    """Reminders in the tables, planned and sent by the shipped code; Telegram answers at once."""

    name = "reminderbot"
    tables = ("reminders", "reminder_events", "attempts")
    most = 1_000_000
    is_confined = True

    def __init__(self, store: Store, owners: Store) -> None:
        self._store, self._owners = store, owners
        self._waiting: collections.deque[tuple[str, str]] = collections.deque()  # patient and chat, without reminders
        self._booked: collections.deque[tuple[str, str]] = collections.deque()  # treatment and chat
        self._first_chat = seeding.FIRST_CHAT

    @classmethod
    @contextlib.asynccontextmanager
    async def opened(cls, url: str, *, fresh: bool = True) -> AsyncIterator[Self]:
        """Open the store; migrate it first where it is fresh."""
        if fresh:
            await database.migrate(url)
        program = database.as_program(url) if cls.is_confined else url
        async with database.opened(url, os.environ[KEY]) as owners, database.opened(program, os.environ[KEY]) as store:
            yield cls(store, owners)

    async def pending(self, count: int, *, due: datetime, apart: timedelta = timedelta(0)) -> None:
        """Put in patients with one treatment; nine reminders each where they lie ahead, one where they are due."""
        steps = contender.STEPS if apart == timedelta(0) and due > datetime.now(UTC) + timedelta(hours=1) else 1
        await self._people(-(-count // steps), seeding.Seed(0, due, steps=steps, apart=apart))

    async def expect(self, treatments: int) -> None:
        """Put in patients who have consented."""
        await self._people(treatments, seeding.Seed(0, datetime.now(UTC), steps=0))
        bound = select(tables.bindings.c.patient_id, tables.bindings.c.chat_id).order_by(tables.bindings.c.id)
        async with self._store.reading() as work:
            self._waiting.extend((row.patient_id, row.chat_id) for row in await work.run(bound))

    async def schedule(self, treatments: int) -> None:
        """Plan and keep treatments with their reminders in one transaction."""
        async with self._store.writing() as work:
            for _ in range(treatments):
                await self._book(work, datetime.now(UTC))

    async def move(self) -> None:
        """Move a treatment as its patient does."""
        treatment_id, chat_id = self._booked.popleft()
        now = datetime.now(UTC)
        async with self._store.writing() as work:
            day = _ahead(now, days=11)
            await treatments.move(work, access.Person(chat_id), treatment_id, day=day, at=AT, now=now)

    async def look(self) -> None:
        """Look for what is due."""
        async with self._store.reading() as work:
            await reminders.look(work, seeding.BOT, datetime.now(UTC))

    @contextlib.asynccontextmanager
    async def serving(self, ran: contender.Ran) -> AsyncIterator[None]:
        """Let the dispatcher run."""
        async with delivering.dispatching(self._store, delivering.AtOnce(ran)):
            yield

    async def left(self) -> int:
        """Count what is open."""
        query = select(func.count()).select_from(tables.reminders).where(tables.reminders.c.state.in_(delivering.OPEN))
        async with self._store.reading() as work:
            return int((await work.run(query)).scalar_one())

    async def _people(self, patients: int, seed: seeding.Seed) -> None:
        await seeding.fill(self._owners, seed.of(patients, self._first_chat))
        self._first_chat += patients

    async def _book(self, work: Work, now: datetime) -> None:
        patient_id, chat_id = self._waiting.popleft()
        anchor = timeline.Anchor(_ahead(now, days=10), AT, HABITS.zone)
        plan = seeding.catalog().plan(seeding.PLAN)
        slots = timeline.slots(plan, anchor, HABITS, now=now, wants_reads=True)
        treatment_id = await registration.booked(
            work,
            patient=(tables.BUILT_IN, tables.BUILT_IN, patient_id),
            anchor=anchor,
            slots=tuple(slots),
            zone=HABITS.zone,
            plan=plan,
            entered_by="patient",
            catalog=seeding.catalog(),
            now=now,
        )
        self._booked.append((treatment_id, chat_id))


class OursOnSQLite(Ours):
    """The same on a SQLite file."""

    name = "reminderbot on SQLite"
    on_sqlite = True
    most = 100_000


def _ahead(now: datetime, *, days: int) -> date:
    return (now + timedelta(days=days)).date()
