"""The stage of a journey that tells itself: a house, and a clock that is wound through all that falls due."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from sqlalchemy import func, select

from reminderbot import clocks
from reminderbot.planning import life
from reminderbot.services import access, clinics, invites
from reminderbot.simulator import client, server
from reminderbot.store import reminders, tables
from reminderbot.store.work import Work
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.journeys import acting
from tests.journeys.conftest import Story, ended, told
from tests.journeys.ten import telling
from tests.web.console import desk

PATIENCE = 120.0  # machine seconds in which all is said
LOOK = 0.02  # machine seconds between two looks
GOING = (life.State.CLAIMED, life.State.SENDING)
OWED = (life.State.PLANNED, *GOING)


@dataclasses.dataclass
class Phone:
    """A phone of the story, as the browser opens it; its zone is that of the place where it is."""

    address: str
    zone: str
    language: str


@dataclasses.dataclass
class Stage:
    """Where one story is played, and the page that it is told on."""

    story: Story
    page: telling.Page
    phones: list[Phone] = dataclasses.field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The product's instant."""
        return self.story.clock.now()

    async def settled(self) -> None:
        """Wait until every update is served, and every message that is owed or due is sent."""
        for _ in range(int(PATIENCE / LOOK)):
            if not await self.story.simulated.updates() and not await self._is_busy():
                return
            await asyncio.sleep(LOOK)
        raise AssertionError("something is still owed")

    async def moments(self, until: datetime) -> AsyncIterator[datetime]:
        """Wind the clock to `until`, and stop at every instant before it at which something falls due."""
        while (due := await self._next_due()) and due < until:
            self.story.wind(due)
            await self.settled()
            yield due
        self.story.wind(until)
        await self.settled()
        yield until

    async def adds_a_clinic(self) -> clinics.ClinicView:
        """Open Dr Bea's clinic in Madrid."""
        async with self.story.house.store.writing() as work:
            return await clinics.add(
                work,
                access.Operator(),
                name="Dr Bea",
                phone="+34 600 000 000",
                emergency="+34 600 000 112",
                hours="Mon-Fri 9:00-18:00",
                zone=acting.ZONE,
                languages=("en", "es"),
                adopted_by="Dr Bea",
                catalog=acting.CATALOG,
                now=self.now,
            )

    async def invites(self, clinic: clinics.ClinicView, name: str, day: date, at: time) -> invites.Created:
        """Invite a patient, as the clinic's desk does."""
        async with self.story.house.store.writing() as work:
            return await invites.create(
                work,
                access.Operator(),
                clinic_id=clinic.id,
                name=name,
                day=day,
                at=at,
                language="en",
                catalog=acting.CATALOG,
                now=self.now,
            )

    @contextlib.asynccontextmanager
    async def console(self, clinic: clinics.ClinicView, role: access.Role) -> AsyncIterator[desk.Browser]:
        """Sit down at the clinic's console."""
        house = self.story.house
        async with house.store.reading() as work:
            bot = await _bot(work)
        app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
        clock = self.story.clock.now
        stands = Console(house.store, house.catalog, house.catalog, clock, clocks.machine, bot, desk.ADDRESS)
        app.router.routes.extend(consoles.site(stands))
        async with desk.signed_in(app, house.store, clinic, role) as browser:
            yield browser

    async def _is_busy(self) -> bool:
        """Ask in the order in which a message goes on: it goes on while we ask, and is then found in the next state."""
        inbox, outbox, rows = tables.inbox.c, tables.outbox.c, tables.reminders.c
        async with self.story.house.store.reading() as work:
            waiting = select(func.count()).where(inbox.processed_at.is_(None), inbox.parked_at.is_(None))
            going = select(func.count()).where(rows.state.in_(GOING))
            owed = select(func.count()).where(outbox.state.in_(OWED))
            return bool(
                (await work.run(waiting)).scalar_one()
                or (await reminders.look(work, await _bot(work), self.now)).busy
                or (await work.run(going)).scalar_one()
                or (await work.run(owed)).scalar_one()
            )

    async def _next_due(self) -> datetime | None:
        async with self.story.house.store.reading() as work:
            return (await reminders.look(work, await _bot(work), self.now)).due


async def _bot(work: Work) -> int:
    return (await work.run(select(tables.bots.c.id))).scalars().first() or 0


@contextlib.asynccontextmanager
async def opened(title: str, database: str, *, start: datetime) -> AsyncIterator[Stage]:
    """Open a stage on a migrated and empty database, the product's clock standing at `start`."""
    clock = clocks.Clock.starting(start, rate=0.0)
    simulator = server.Simulator([server.TOKEN], now=clock.now)
    async with (
        server.serve(simulator) as base_url,
        client.Simulated(base_url) as simulated,
        told(simulated, database, clock) as story,
    ):
        yield Stage(story, telling.Page(title))
    await ended()


def instant(local: str, zone: str) -> datetime:
    """Return the instant of a local moment, like "2026-11-24 15:30"."""
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
