"""Who works in a clinic, whose chat is linked, and what they were told: for the stories of cases and alerts."""

import json

from sqlalchemy import insert, select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, alerts, clinics, invites, worries
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

ADDRESS = "https://console.example"
employ = desk.employ


async def linked(
    store: works.Store, catalog: catalogs.Catalog, who: access.Staff, *, telegram_id: int, clock: clocks.Clock
) -> access.Person:
    """Link a fresh chat to somebody of the staff."""
    async with store.writing() as work:
        chat = (await cast.arrive(work, catalog, telegram_id=telegram_id, now=clock.now())).person
        await work.run(update(tables.staff).where(tables.staff.c.id == who.staff_id).values(chat_id=chat.chat_id))
    return chat


async def joined(
    store: works.Store,
    clinic: clinics.ClinicView,
    catalog: catalogs.Catalog,
    chat: access.Person,
    *,
    clock: clocks.Clock,
    name: str = "Ana García",
) -> str:
    """Let a chat that has agreed be a patient of the clinic; return the treatment's id."""
    made = await cast.invite(store, clinic, catalog, now=clock.now(), name=name)
    async with store.writing() as work:
        await invites.confirm(work, chat, made.invite_id, made.desk_code, now=clock.now())
    return made.treatment_id


def means(catalog: catalogs.Catalog) -> alerts.Means:
    """Return what alerts are made of."""
    return alerts.Means(catalog, ADDRESS)


async def worried(
    store: works.Store,
    catalog: catalogs.Catalog,
    chat: access.Person,
    *,
    clock: clocks.Clock,
    words: str | None = None,
) -> str:
    """Let a patient be worried, and the staff be alerted, as the chat does; return the worry's id."""
    async with store.writing() as work:
        kept = await worries.raise_(work, chat, now=clock.now(), words=words)
        await alerts.worried(work, means(catalog), kept, machine_now=clocks.machine())
    assert kept.worry_id is not None
    return kept.worry_id


async def case_of(store: works.Store, subject: str) -> tables.cases.__class__:
    """Return the row of the case about a subject."""
    async with store.reading() as work:
        return (await work.run(select(tables.cases).where(tables.cases.c.subject == subject))).one()


async def heard(store: works.Store, chat: access.Person) -> list[dict[str, object]]:
    """Return what is owed to a chat, oldest first."""
    async with store.reading() as work:
        rows = (
            await work.run(select(tables.outbox).where(tables.outbox.c.chat_id == chat.chat_id).order_by("id"))
        ).all()
        found = []
        for row in rows:
            key = await work.key(row.key_id)
            assert key is not None
            payload = json.loads(key.open(row.payload, table="outbox", row=row.id, column="payload"))
            found.append({**payload["params"], "kind": row.kind})
    return found


async def write_letter(
    store: works.Store, clinic: clinics.ClinicView, treatment_id: str, *, clock: clocks.Clock
) -> str:
    """Let a patient have written to the clinic; return the letter's id."""
    async with store.writing() as work:
        of = tables.treatments.c
        patient_id = (await work.run(select(of.patient_id).where(of.id == treatment_id))).scalar_one()
        id = tables.new_id()
        given = {"organisation_id": clinic.organisation_id, "clinic_id": clinic.id, "patient_id": patient_id}
        await work.run(insert(tables.letters).values(id=id, direction="in", at=clock.now(), **given))
    return id
