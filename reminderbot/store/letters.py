"""Letters between a patient and a clinic: the words sealed with the patient's key, one thread a patient."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, func, insert, select, update

from reminderbot.planning import life
from reminderbot.store import patients, tables, vault
from reminderbot.store.work import Work

UNREAD = and_(tables.letters.c.direction == "in", tables.letters.c.read_at.is_(None))
"""What the partial index of unread letters holds."""


TICK = timedelta(microseconds=1)


class Direction(StrEnum):
    """Who has written."""

    IN = "in"  # the patient
    OUT = "out"  # the clinic


@dataclasses.dataclass(frozen=True)
class LetterRow:
    """A letter, opened; `words` is empty once the patient is erased. `sending` is where an answer of ours stands."""

    id: str
    direction: Direction
    words: str = dataclasses.field(repr=False)
    at: datetime
    read_at: datetime | None
    staff_name: str = dataclasses.field(repr=False)
    sending: life.State | None


@dataclasses.dataclass(frozen=True)
class ThreadRow:
    """The letters of one patient in short; `waits_since` is when the oldest unread one came."""

    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    unread: int
    waits_since: datetime | None
    last_at: datetime
    last_direction: Direction
    last_words: str = dataclasses.field(repr=False)


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    chat_id: str,
    direction: Direction,
    words: str,
    at: datetime,
    staff_id: str | None = None,
    outbox_id: int | None = None,
) -> str:
    """Add a letter and return its id. KeyError if the patient was erased.

    Of several within one tick of the clock each is a microsecond later than the one before: a thread has an order.
    """
    key_id = select(tables.patients.c.key_id).where(tables.patients.c.id == patient_id)
    key = await work.key((await work.run(key_id)).scalar_one())
    if key is None:
        raise KeyError(patient_id)
    latest = select(func.max(tables.letters.c.at)).where(tables.letters.c.patient_id == patient_id)
    last = (await work.run(latest)).scalar_one()
    id = tables.new_id()
    row = insert(tables.letters).values(
        id=id,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        chat_id=chat_id,
        direction=direction,
        staff_id=staff_id,
        words=key.seal(words, **_place(id)),
        at=max(at, last + TICK) if last else at,
        outbox_id=outbox_id,
    )
    await work.run(row)
    return id


async def of_patient(work: Work, patient_id: str, *, limit: int) -> list[LetterRow]:
    """Return the latest letters of a patient, the oldest of them first."""
    letter, staff, outbox = tables.letters, tables.staff, tables.outbox
    query = (
        select(letter, tables.patients.c.key_id, staff.c.key_id.label("staff_key"), staff.c.name.label("staff_name"))
        .add_columns(outbox.c.state.label("sending"))
        .join(tables.patients, tables.patients.c.id == letter.c.patient_id)
        .outerjoin(staff, staff.c.id == letter.c.staff_id)
        .outerjoin(outbox, outbox.c.id == letter.c.outbox_id)
        .where(letter.c.patient_id == patient_id)
        .order_by(letter.c.at.desc(), letter.c.id.desc())
        .limit(limit)
    )
    return [await _opened(work, row) for row in reversed((await work.run(query)).all())]


async def unread_of(work: Work, patient_id: str) -> int:
    """Return how many letters of a patient nobody has read."""
    query = select(func.count()).where(tables.letters.c.patient_id == patient_id, UNREAD)
    found: int = (await work.run(query)).scalar_one()
    return found


async def last_from(work: Work, patient_id: str) -> datetime | None:
    """Return when a patient has last written."""
    letter = tables.letters.c
    query = select(func.max(letter.at)).where(letter.patient_id == patient_id, letter.direction == Direction.IN)
    found: datetime | None = (await work.run(query)).scalar_one()
    return found


async def mark_read(work: Work, ids: Sequence[str], *, now: datetime) -> int:
    """Note that letters were read; return how many were unread."""
    change = update(tables.letters).where(tables.letters.c.id.in_(ids), UNREAD).values(read_at=now)
    return (await work.run(change)).rowcount


async def threads(work: Work, clinic_id: str, *, limit: int, offset: int = 0) -> list[ThreadRow]:
    """Return the threads of the patients whom a clinic looks after: unread ones first, the longest waiting ahead."""
    rows = (await work.run(_threads(clinic_id).limit(limit).offset(offset))).all()
    latest = await _latest(work, [row.patient_id for row in rows])
    made = []
    for row in rows:
        last = latest[row.patient_id]
        name = await patients.opened_name(work, patient_id=row.patient_id, key_id=last.key_id, name=last.name)
        words = _words(await work.key(last.key_id), last)
        made.append(
            ThreadRow(row.patient_id, name, row.unread, row.waits_since, last.at, Direction(last.direction), words)
        )
    return made


def _threads(clinic_id: str) -> Select[Any]:
    letter, patient = tables.letters.c, tables.patients.c
    unread = func.count().filter(UNREAD)
    return (
        select(letter.patient_id, unread.label("unread"))
        .add_columns(func.min(letter.at).filter(UNREAD).label("waits_since"))
        .join(tables.patients, patient.id == letter.patient_id)
        .where(patient.clinic_id == clinic_id, patient.erased_at.is_(None))
        .group_by(letter.patient_id)
        .order_by((unread == 0), func.min(letter.at).filter(UNREAD), func.max(letter.at).desc(), letter.patient_id)
    )


async def _latest(work: Work, patient_ids: Sequence[str]) -> dict[str, Any]:
    """Return the last letter of each patient, sealed, with the patient's key and name."""
    letter, patient = tables.letters, tables.patients
    place = func.row_number().over(partition_by=letter.c.patient_id, order_by=(letter.c.at.desc(), letter.c.id.desc()))
    ranked = select(letter.c.id, place.label("place")).where(letter.c.patient_id.in_(patient_ids)).subquery()
    query = (
        select(letter, patient.c.key_id, patient.c.name)
        .join(ranked, (ranked.c.id == letter.c.id) & (ranked.c.place == 1))
        .join(patient, patient.c.id == letter.c.patient_id)
    )
    return {row.patient_id: row for row in (await work.run(query)).all()}


async def _opened(work: Work, row: Any) -> LetterRow:
    staff_key = await work.key(row.staff_key)
    is_named = staff_key is not None and row.staff_name is not None
    return LetterRow(
        id=row.id,
        direction=Direction(row.direction),
        words=_words(await work.key(row.key_id), row),
        at=row.at,
        read_at=row.read_at,
        staff_name=staff_key.open(row.staff_name, table="staff", row=row.staff_id, column="name")
        if staff_key and is_named
        else "",
        sending=life.State(row.sending) if row.sending else None,
    )


def _words(key: vault.DataKey | None, row: Any) -> str:
    return key.open(row.words, **_place(row.id)) if key and row.words else ""


def _place(id: str) -> dict[str, str]:
    return {"table": "letters", "row": id, "column": "words"}
