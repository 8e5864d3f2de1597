"""How the stories of the services begin: chats, a clinic, a session, rows set as delivery would."""

from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, chats, clinics, consent, invites, posters, registration, values
from reminderbot.store import bots, inserting, tables
from reminderbot.store import ready as readies
from reminderbot.store import work as works
from tests.web.console import desk

BOT = 7_700_000_001
OPERATOR = access.Operator()
MADRID = "Europe/Madrid"
TUESDAY = registration.Draft(day=date(2026, 11, 24), at=time(15, 30), zone=MADRID)
"""The session of most stories: the day after the clock's Monday."""


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """Return an instant of 2026, UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


async def arrive(
    work: works.Work, catalog: catalogs.Catalog, *, telegram_id: int, now: datetime, language: str = "en"
) -> chats.Chat:
    """Let a chat arrive at our one bot."""
    await inserting.is_inserted(work, tables.bots, id=BOT, created_at=now)
    return await chats.arrive(
        work, bot_id=BOT, telegram_id=telegram_id, language_code=language, catalog=catalog, now=now
    )


async def consenting(
    store: works.Store, catalog: catalogs.Catalog, *, telegram_id: int, now: datetime
) -> access.Person:
    """Return a chat that has arrived and agreed."""
    async with store.writing() as work:
        who = (await arrive(work, catalog, telegram_id=telegram_id, now=now)).person
        await consent.give(work, who, wording="w" * 64, now=now)
    return who


async def clinic(
    work: works.Work, catalog: catalogs.Catalog, *, now: datetime, name: str = "Bea Skin"
) -> clinics.ClinicView:
    """Add a clinic that has adopted the plan."""
    return await clinics.add(
        work,
        OPERATOR,
        name=name,
        phone="+34 910 000 000",
        emergency="+34 910 000 112",
        hours="Mon-Fri 9:00-18:00, Sat 10-14",
        zone=MADRID,
        languages=("en", "es"),
        adopted_by="Dr Bea",
        catalog=catalog,
        now=now,
    )


async def register(
    store: works.Store,
    who: access.Person,
    catalog: catalogs.Catalog,
    *,
    now: datetime,
    draft: registration.Draft = TUESDAY,
) -> registration.Registered:
    """Register a session in a visit of its own."""
    async with store.writing() as work:
        return await registration.register(work, who, draft, catalog=catalog, now=now)


async def invite(
    store: works.Store,
    clinic: clinics.ClinicView,
    catalog: catalogs.Catalog,
    *,
    now: datetime,
    name: str = "Ana García",
) -> invites.Created:
    """Enter a clinic's patient with Tuesday's session."""
    async with store.writing() as work:
        return await invites.create(
            work,
            OPERATOR,
            clinic_id=clinic.id,
            name=name,
            day=TUESDAY.day,
            at=TUESDAY.at,
            language="es",
            catalog=catalog,
            now=now,
        )


async def poster(store: works.Store, clinic: clinics.ClinicView, *, now: datetime) -> str:
    """Hang a clinic's poster; return its id."""
    eva = await desk.employ(store, clinic, access.Role.ADMIN, name="Eva")
    async with store.writing() as work:
        await bots.ensure(work, BOT, username="aftercare_bot")
        await posters.rotate(work, eva, now=now)
        return (await work.run(select(tables.posters.c.id))).scalar_one()


async def rows(store: works.Store, treatment_id: str) -> dict[str, Any]:
    """Return a treatment's reminder rows by step."""
    query = select(tables.reminders).where(tables.reminders.c.treatment_id == treatment_id)
    async with store.reading() as work:
        return {row.step_key: row for row in (await work.run(query)).all()}


async def states(store: works.Store, treatment_id: str) -> dict[str, tuple[str, str | None]]:
    """Return state and reason of a treatment's reminders by step."""
    return {step: (row.state, row.reason) for step, row in (await rows(store, treatment_id)).items()}


async def sent(store: works.Store, treatment_id: str, *steps: str, now: datetime) -> None:
    """Let delivery have sent some steps."""
    for row in [row for step, row in (await rows(store, treatment_id)).items() if step in steps]:
        async with store.writing() as work:
            attempt = {"reminder_id": row.id, "organisation_id": row.organisation_id, "number": 1, "owner": "o"}
            await work.run(insert(tables.attempts).values(**attempt, began_at=now, outcome="accepted"))
            stands = {"state": life.State.SENT, "attempts": 1, "sent_at": now, "message_id": 5}
            await work.run(update(tables.reminders).where(tables.reminders.c.id == row.id).values(**stands))


async def set_rows(store: works.Store, treatment_id: str, *steps: str, **values: Any) -> None:
    """Set columns of some steps' rows."""
    chosen = (tables.reminders.c.treatment_id == treatment_id) & tables.reminders.c.step_key.in_(steps)
    async with store.writing() as work:
        await work.run(update(tables.reminders).where(chosen).values(**values))


async def sent_blanks(
    work: works.Work, treatment_id: str, catalog: catalogs.Catalog, *, now: datetime
) -> dict[str, Any]:
    """Return the blanks of a treatment's first reminder, as delivery reads them once it is claimed."""
    of = tables.reminders.c
    id = (await work.run(select(of.id).where(of.treatment_id == treatment_id).limit(1))).scalar_one()
    await work.run(update(tables.reminders).where(of.id == id).values(state=life.State.CLAIMED, lease_owner="sender"))
    [ready] = await readies.claimed(work, [id], owner="sender")
    opened = readies.opened(work, ready)
    assert opened is not None
    return values.of_reminder(catalog, ready, opened, now=now)


async def count(store: works.Store, table: Any) -> int:
    """Return how many rows a table has."""
    async with store.reading() as work:
        return len((await work.run(select(table))).all())
