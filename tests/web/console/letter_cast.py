"""How the stories of letters begin: Ana's chat is joined to her clinic; she writes, asks, blocks the bot."""

import dataclasses

from sqlalchemy import select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, addressee, chats, clinics, invites, letters, questions
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


@dataclasses.dataclass
class Patient:
    """A patient of a clinic with a chat."""

    store: works.Store
    catalog: catalogs.Catalog
    clock: clocks.Clock
    who: access.Person
    id: str

    async def writes(self, text: str) -> None:
        async with self.store.writing() as work:
            await letters.write(work, self.who, text, now=self.clock.now())

    async def asks(self, text: str, *, topic: str = "", language: str = "en") -> bool:
        async with self.store.writing() as work:
            to = await addressee.of(work, self.who, now=self.clock.now())
            assert to is not None
            given = {"catalog": self.catalog, "now": self.clock.now(), "topic": topic, "language": language}
            return await questions.keep(work, to, text, **given)

    async def blocks(self) -> None:
        async with self.store.writing() as work:
            await chats.left(work, self.who, now=self.clock.now())


async def patient(
    store: works.Store,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    clinic: clinics.ClinicView,
    *,
    name: str = "Ana García",
    telegram_id: int = 4_100_200_300,
) -> Patient:
    """Let a patient join: entered by the clinic, joined with the desk code."""
    who = await cast.consenting(store, catalog, telegram_id=telegram_id, now=clock.now())
    made = await cast.invite(store, clinic, catalog, now=clock.now(), name=name)
    async with store.writing() as work:
        await invites.confirm(work, who, made.invite_id, made.desk_code, now=clock.now())
        query = select(tables.invites.c.patient_id).where(tables.invites.c.id == made.invite_id)
        id = (await work.run(query)).scalar_one()
    return Patient(store, catalog, clock, who, id)
