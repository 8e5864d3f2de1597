"""One of everything that a clinic can have, with the id of each: what pages are opened with."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog.editions import Reach
from reminderbot.planning import life
from reminderbot.services import access, clinics, consent, invites, plan_editing, plan_publishing
from reminderbot.services.lists import reading, uploading
from reminderbot.store import editions, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk


def listed(mark: str = "") -> reading.Table:
    """Return a list with a good line and one with a day that does not exist."""
    lines = f"Name;Date;Time\nDora Núñez{mark};26.11.2026;10:30\nElio Paz{mark};31.11.2026;11:00\n"
    return reading.read(lines.encode())


LIST = listed()

Things = dict[str, str]
"""By kind ("patient", "case") the id of the one that a clinic has."""


async def filled(
    store: works.Store,
    catalog: catalogs.Catalog,
    clinic: clinics.ClinicView,
    *,
    now: datetime,
    telegram_id: int,
    name: str = "Ana García",
    mark: str = "",
) -> Things:
    """Fill a clinic: a patient who joined, and one of each thing that belongs to them or to the clinic.

    `mark` is put to the end of whatever a person could have typed.
    """
    colleague = await desk.employ(store, clinic, access.Role.CLINICIAN, name=f"Dr Eva{mark}")
    made = await cast.invite(store, clinic, catalog, now=now, name=name + mark)
    who = await cast.consenting(store, catalog, telegram_id=telegram_id, now=now)
    async with store.writing() as work:
        opened = await invites.open_(work, who, made.token, now=now)
        await invites.confirm(work, who, opened.invite_id, made.desk_code, now=now)
        await consent.give(work, who, wording="w" * 64, now=now)
    await cast.sent(store, made.treatment_id, "eve", now=now)
    waiting = await cast.invite(store, clinic, catalog, now=now, name=f"Bruno Díaz{mark}")
    async with store.writing() as work:
        of = tables.treatments.c
        patient_id = (await work.run(select(of.patient_id).where(of.id == made.treatment_id))).scalar_one()
        things = {
            "patient": patient_id,
            "treatment": made.treatment_id,
            "invite": waiting.invite_id,
            "clinic": clinic.id,
            "staff": colleague.staff_id,
        }
        things |= await _rest(work, clinic, things, who.chat_id, now, mark)
    admin = await desk.employ(store, clinic, access.Role.ADMIN, name=f"Gus{mark}")
    async with store.writing() as work:
        upload = await uploading.take(work, admin, listed(mark), digest="d" * 64, catalog=catalog, now=now)
        at = editions.Scope(clinic.organisation_id, clinic.id)
        given = {"book": "microneedling", "why": mark.strip(), "reviewed_by": None, "review_on": None, "restores": None}
        texts = [editions.TextRow("step.day-1", "en", f"Take it slowly today.{mark}", mark.strip())]
        edition = await editions.add(work, at, **given, reach="all", staff_id=admin.staff_id, texts=texts, now=now)
        plan = await _plan(work, admin, f"Peel {telegram_id % 100_000}{mark}", catalog, now, mark)
    return things | {"upload": upload, "edition": edition} | plan


async def _rest(
    work: works.Work, clinic: clinics.ClinicView, things: Things, chat_id: str, now: datetime, mark: str
) -> Things:
    r = tables.reminders.c
    reminder = (
        await work.run(select(r.id).where(r.treatment_id == things["treatment"], r.state == "sent"))
    ).scalar_one()
    key = await _key(work, things["patient"])
    sealed = key.seal(f"Your session is tomorrow.{mark}", table="reminders", row=reminder, column="body")
    await work.run(update(tables.reminders).where(r.id == reminder).values(body=sealed, language="es", sent_to=chat_id))
    failed = select(r.id).where(r.treatment_id == things["treatment"], r.state == life.State.PLANNED).limit(1)
    blocked = (await work.run(failed)).scalar_one()
    await work.run(update(tables.reminders).where(r.id == blocked).values(state=life.State.REJECTED, due_at=now))
    own = {"organisation_id": clinic.organisation_id, "clinic_id": clinic.id}
    theirs = {**own, "patient_id": things["patient"]}
    worry, letter, question, answer = (tables.new_id() for _ in range(4))
    said = {"worry": "I worry about my cheek", "letter": "May I swim?", "question": "Is a sauna fine?"}

    def words(table: str, row: str, kind: str) -> bytes:
        return key.seal(said[kind] + mark, table=table, row=row, column="words")

    rows: list[tuple[Any, dict[str, Any]]] = [
        (
            tables.worries,
            {**theirs, "id": worry, "chat_id": chat_id, "state": "open", "raised_at": now}
            | {"words": words("worries", worry, "worry"), "reminder_id": reminder},
        ),
        (
            tables.letters,
            {**theirs, "id": letter, "chat_id": chat_id, "direction": "in", "at": now}
            | {"words": words("letters", letter, "letter")},
        ),
        (
            tables.clinic_answers,
            {**own, "id": answer, "title": f"Sauna{mark}", "language": "en"}
            | {"phrases": [f"sauna{mark}"], "body": f"Wait a week.{mark}"}
            | {"staff_id": things["staff"], "created_at": now},
        ),
        (
            tables.questions,
            {**theirs, "id": question, "language": "en", "at": now}
            | {"words": words("questions", question, "question")},
        ),
    ]
    case, poster = (tables.new_id() for _ in range(2))
    token = secrets.token_urlsafe(24)
    rows += [
        (
            tables.cases,
            {**theirs, "id": case, "kind": "worry", "subject": worry, "raised_at": now}
            | {"due_at": now + timedelta(minutes=30)},
        ),
        (
            tables.posters,
            {**own, "id": poster, "token_hash": secrets.token_bytes(32), "staff_id": things["staff"], "created_at": now}
            | {"token": work.system.seal(token, table="posters", row=poster, column="token")},
        ),
    ]
    for table, values in rows:
        await work.run(insert(table).values(**values))
    return {
        "reminder": reminder,
        "worry": worry,
        "letter": letter,
        "question": question,
        "answer": answer,
        "case": case,
        "poster": poster,
    }


async def _plan(
    work: works.Work, admin: access.Staff, name: str, catalog: catalogs.Catalog, now: datetime, mark: str
) -> Things:
    """Publish a plan of the clinic's own, and begin to change it."""
    given: dict[str, Any] = {"catalog": catalog, "now": now}
    key = await plan_editing.create(work, admin, name, like="microneedling", language="en", **given)
    await plan_publishing.publish(work, admin, key, reach=Reach.ALL, why=mark.strip(), version=1, **given)
    await plan_editing.remove_step(work, admin, key, "eve", version=0, **given)
    [edition] = await plan_editing.versions(work, admin, key)
    return {"plan": key, "step": "day-1", "plan_edition": edition.id}


async def _key(work: works.Work, patient_id: str) -> Any:
    key_id = (await work.run(select(tables.patients.c.key_id).where(tables.patients.c.id == patient_id))).scalar_one()
    return await work.key(key_id)


async def rows_of(store: works.Store, organisation_id: str) -> dict[str, list[Any]]:
    """Return every row of an organisation, by table: what must not change under somebody else's hand."""
    found = {}
    async with store.reading() as work:
        for table in tables.metadata.sorted_tables:
            if "organisation_id" in table.c:
                query = select(table).where(table.c.organisation_id == organisation_id)
                found[table.name] = sorted(map(repr, (await work.run(query)).all()))
    return found
