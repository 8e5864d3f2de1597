"""An organisation with two branches and one elsewhere, and whoever works in them."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, invites
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast


async def branch(
    store: works.Store, first: clinics.ClinicView, catalog: catalogs.Catalog, *, now: datetime, name: str = "Bea Norte"
) -> clinics.ClinicView:
    """Add a clinic to the organisation of another one, with a phone of its own."""
    async with store.writing() as work:
        made = await cast.clinic(work, catalog, now=now, name=name)
        belongs = {"organisation_id": first.organisation_id, "phone": "+34 910 000 222"}
        await work.run(update(tables.clinics).where(tables.clinics.c.id == made.id).values(**belongs))
        return await clinics.find(work, cast.OPERATOR, made.id)


async def employ(store: works.Store, *at: tuple[clinics.ClinicView, access.Role]) -> access.Staff:
    """Let somebody work in clinics; they are at work in the first."""
    (first, role), id, now = at[0], tables.new_id(), clocks.machine()
    async with store.writing() as work:
        key = await work.new_key("staff")
        name = key.seal("Dana", table="staff", row=id, column="name")
        row = {"id": id, "organisation_id": first.organisation_id, "key_id": key.id, "name": name, "language": "en"}
        await work.run(insert(tables.staff).values(**row, created_at=now))
        for clinic, each in at:
            given = {"staff_id": id, "clinic_id": clinic.id, "organisation_id": clinic.organisation_id}
            await work.run(insert(tables.staff_roles).values(**given, role=each, since=now))
    return access.Staff(id, first.organisation_id, first.id, role)


async def joined(
    store: works.Store,
    clinic: clinics.ClinicView,
    catalog: catalogs.Catalog,
    who: access.Person,
    *,
    now: datetime,
    name: str = "Ana García",
) -> tuple[str, invites.Created]:
    """Invite a patient and let a chat join; return the patient's id, and the invite."""
    made = await cast.invite(store, clinic, catalog, now=now, name=name)
    async with store.writing() as work:
        await invites.confirm(work, who, made.invite_id, made.desk_code, now=now)
    [row] = await rows(store, tables.invites, id=made.invite_id)
    return row.patient_id, made


async def rows(store: works.Store, table: Any, **where: Any) -> list[Any]:
    """Return the rows of a table that are so."""
    async with store.reading() as work:
        chosen = [table.c[name] == value for name, value in where.items()]
        return list((await work.run(table.select().where(*chosen))).all())


async def told(store: works.Store, chat_id: str) -> list[str]:
    """Return the texts that are owed to a chat, in order."""
    async with store.reading() as work:
        owed = (await work.run(tables.outbox.select().where(tables.outbox.c.chat_id == chat_id).order_by("id"))).all()
        texts = []
        for row in owed:
            key = await work.key(row.key_id)
            assert key is not None
            payload = json.loads(key.open(row.payload, table="outbox", row=row.id, column="payload"))
            texts.append(str(payload["params"].get("text", "")))
        return texts
