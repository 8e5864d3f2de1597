"""Worries: one row each, its words sealed with the patient's key."""

import dataclasses
from datetime import date, datetime

from sqlalchemy import insert, select, update

from reminderbot.store import patients, tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class WorryRow:
    """An open worry, opened, with what it is about."""

    id: str
    clinic_id: str
    clinic_name: str
    patient_name: str = dataclasses.field(repr=False)
    session_day: date | None
    step_key: str | None
    words: str = dataclasses.field(repr=False)
    raised_at: datetime


async def find_open(work: Work, chat_id: str, *, reminder_id: str | None, since: datetime) -> str | None:
    """Return a chat's open worry about the same reminder; about none, one raised after `since`."""
    worry = tables.worries.c
    query = select(worry.id).where(worry.chat_id == chat_id, worry.state == "open")
    if reminder_id is None:
        query = query.where(worry.reminder_id.is_(None), worry.raised_at > since)
    else:
        query = query.where(worry.reminder_id == reminder_id)
    return (await work.run(query.order_by(worry.raised_at.desc()).limit(1))).scalar_one_or_none()


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    chat_id: str,
    reminder_id: str | None,
    now: datetime,
) -> str:
    """Add an open worry and return its id."""
    id = tables.new_id()
    row = insert(tables.worries).values(
        id=id,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        chat_id=chat_id,
        reminder_id=reminder_id,
        state="open",
        raised_at=now,
    )
    await work.run(row)
    return id


async def add_words(work: Work, worry_id: str, words: str, *, longest: int) -> None:
    """Add words to a worry, below those it has, up to `longest` characters in all."""
    query = select(tables.worries.c.words, tables.patients.c.key_id).join(tables.patients)
    row = (await work.run(query.where(tables.worries.c.id == worry_id))).one()
    key = await work.key(row.key_id)
    if key is None:
        return
    place = {"table": "worries", "row": worry_id, "column": "words"}
    before = key.open(row.words, **place) + "\n" if row.words else ""
    sealed = key.seal((before + words)[:longest], **place)
    await work.run(update(tables.worries).where(tables.worries.c.id == worry_id).values(words=sealed))


async def open_of(work: Work, chat_id: str, worry_id: str) -> str | None:
    """Return the clinic of an open worry that this chat has raised; None if there is none."""
    worry = tables.worries.c
    mine = (worry.id == worry_id, worry.chat_id == chat_id, worry.state == "open")
    return (await work.run(select(worry.clinic_id).where(*mine))).scalar_one_or_none()


async def open_list(work: Work) -> list[WorryRow]:
    """Return every open worry, the latest first."""
    worry, patient, reminder = tables.worries, tables.patients, tables.reminders
    query = (
        select(
            *(worry.c.id, worry.c.clinic_id, worry.c.patient_id, worry.c.words, worry.c.raised_at),
            *(patient.c.key_id, patient.c.name, reminder.c.step_key),
            *(tables.clinics.c.name.label("clinic_name"), tables.treatments.c.day),
        )
        .join(patient, patient.c.id == worry.c.patient_id)
        .join(tables.clinics, tables.clinics.c.id == worry.c.clinic_id)
        .outerjoin(reminder, reminder.c.id == worry.c.reminder_id)
        .outerjoin(tables.treatments, tables.treatments.c.id == reminder.c.treatment_id)
        .where(worry.c.state == "open")
        .order_by(worry.c.raised_at.desc(), worry.c.id)
    )
    found = []
    for row in (await work.run(query)).all():
        key = await work.key(row.key_id) if row.words else None
        words = key.open(row.words, table="worries", row=row.id, column="words") if key else ""
        name = await patients.opened_name(work, patient_id=row.patient_id, key_id=row.key_id, name=row.name)
        found.append(
            WorryRow(
                id=row.id,
                clinic_id=row.clinic_id,
                clinic_name=row.clinic_name,
                patient_name=name,
                session_day=row.day,
                step_key=row.step_key,
                words=words,
                raised_at=row.raised_at,
            )
        )
    return found


async def of(work: Work, worry_id: str) -> str:
    """Return what was written to a worry; empty if nothing, or if the patient was erased."""
    query = select(tables.worries.c.words, tables.patients.c.key_id).join(tables.patients)
    row = (await work.run(query.where(tables.worries.c.id == worry_id))).first()
    key = await work.key(row.key_id) if row and row.words else None
    return key.open(row.words, table="worries", row=worry_id, column="words") if row and key else ""
