"""Cases: what needs a person, and what the staff did about it."""

import dataclasses
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, exists, or_, select, update

from reminderbot.store import inserting, patients, tables, vault
from reminderbot.store.work import Work

_c = tables.cases.c


class Kind(StrEnum):
    """What a case is about; its subject is the id of that row."""

    WORRY = "worry"
    LETTER = "letter"
    REMINDER = "reminder"  # blocked, rejected, unconfirmed or parked
    INVITE = "invite"  # never opened or never joined


@dataclasses.dataclass(frozen=True)
class CaseRow:
    """A case as its row stands, but for its note."""

    id: str
    organisation_id: str
    clinic_id: str
    patient_id: str | None
    kind: Kind
    subject: str
    owner_id: str | None
    raised_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    contacted_at: datetime | None
    contacted_by: str | None
    closed_at: datetime | None
    closed_by: str | None
    escalations: int
    told_at: datetime | None
    version: int


async def is_added(
    work: Work,
    *,
    kind: Kind,
    subject: str,
    organisation_id: str,
    clinic_id: str,
    patient_id: str | None,
    raised_at: datetime,
    due_at: datetime | None,
) -> bool:
    """Add a case; False if there is one about the same subject."""
    return await inserting.is_inserted(
        work,
        tables.cases,
        id=tables.new_id(),
        kind=kind,
        subject=subject,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        raised_at=raised_at,
        due_at=due_at,
    )


async def get(work: Work, clinic_id: str, case_id: str) -> CaseRow | None:
    """Return one case of a clinic."""
    return await _one(work, _c.id == case_id, _c.clinic_id == clinic_id)


async def about(work: Work, clinic_id: str, kind: Kind, subject: str) -> CaseRow | None:
    """Return a clinic's case about a subject."""
    return await _one(work, _c.kind == kind, _c.subject == subject, _c.clinic_id == clinic_id)


async def whoever_asks(work: Work, case_id: str) -> CaseRow | None:
    """Return a case without asking whose it is: for the rounds, and for a tap whose right is looked up by it."""
    return await _one(work, _c.id == case_id)


async def raised(work: Work, kind: Kind, subject: str) -> CaseRow | None:
    """Return the case about a subject without asking whose it is: for whoever has just raised it."""
    return await _one(work, _c.kind == kind, _c.subject == subject)


async def is_changed(work: Work, row: CaseRow, **values: Any) -> bool:
    """Change a case that still stands as `row` does; False if it changed meanwhile."""
    stands = (_c.id == row.id) & (_c.version == row.version)
    change = update(tables.cases).where(stands).values(version=row.version + 1, **values)
    return (await work.run(change)).rowcount == 1


async def note(work: Work, row: CaseRow) -> str:
    """Return what the staff has noted; empty if nothing, or if the patient was erased."""
    key = await _key(work, row)
    sealed = (await work.run(select(_c.note).where(_c.id == row.id))).scalar_one()
    return key.open(sealed, **_place(row)) if key and sealed else ""


async def is_noted(work: Work, row: CaseRow, text: str) -> bool:
    """Set the note of a case that still stands as `row` does; False if it changed meanwhile."""
    key = await _key(work, row)
    sealed = key.seal(text, **_place(row)) if key and text else None
    return await is_changed(work, row, note=sealed)


async def has_unread(work: Work, patient_id: str, clinic_id: str) -> bool:
    """Tell whether a letter of the patient has a case already and is still unread: the next one belongs to it."""
    letter = tables.letters.c
    waits = exists().where(
        *(_c.kind == Kind.LETTER, _c.patient_id == patient_id, _c.clinic_id == clinic_id, _c.closed_at.is_(None)),
        *(letter.id == _c.subject, letter.read_at.is_(None)),
    )
    return bool((await work.run(select(waits))).scalar_one())


async def overdue(work: Work, *, now: datetime, most: int, limit: int) -> list[CaseRow]:
    """Return cases that nobody has acknowledged by their time, of every clinic; those passed on `most` times are left.

    A letter that was read since is nobody's case any more.
    """
    letter, worry = tables.letters.c, tables.worries.c
    is_unread = exists().where(letter.id == _c.subject, letter.read_at.is_(None))
    is_open = exists().where(worry.id == _c.subject, worry.state == "open")
    waits = or_(and_(_c.kind == Kind.LETTER, is_unread), and_(_c.kind == Kind.WORRY, is_open))
    late = (_c.due_at <= now) & _c.acknowledged_at.is_(None) & _c.closed_at.is_(None) & (_c.escalations < most)
    query = select(*_columns()).where(late, waits).order_by(_c.due_at).limit(limit)
    return [_row(row) for row in (await work.run(query)).all()]


async def is_escalated(work: Work, row: CaseRow) -> bool:
    """Count one more time that a case was passed on; of many processes at once one gets True."""
    stands = (_c.id == row.id) & (_c.escalations == row.escalations)
    waits = _c.acknowledged_at.is_(None) & _c.closed_at.is_(None)
    change = update(tables.cases).where(stands, waits).values(escalations=row.escalations + 1)
    return (await work.run(change)).rowcount == 1


async def is_told(work: Work, case_id: str, *, now: datetime) -> bool:
    """Note that the patient is told that nobody has answered yet; True the first time."""
    change = update(tables.cases).where(_c.id == case_id, _c.told_at.is_(None)).values(told_at=now)
    return (await work.run(change)).rowcount == 1


async def close_subject(work: Work, row: CaseRow, *, now: datetime) -> None:
    """Let what a case is about be over: a worry is closed, a patient's letters are read."""
    if row.kind is Kind.WORRY:
        one = (tables.worries.c.id == row.subject) & (tables.worries.c.clinic_id == row.clinic_id)
        await work.run(update(tables.worries).where(one).values(state="closed", closed_at=now))
    if row.kind is Kind.LETTER:
        letter = tables.letters.c
        theirs = (letter.patient_id == row.patient_id) & (letter.clinic_id == row.clinic_id)
        unread = (letter.direction == "in") & letter.read_at.is_(None)
        await work.run(update(tables.letters).where(theirs, unread).values(read_at=now))


async def patient_name(work: Work, row: CaseRow) -> str:
    """Return the name of whom a case is about; empty if the patient was erased."""
    patient = tables.patients.c
    found = (await work.run(select(patient.key_id, patient.name).where(patient.id == row.patient_id))).first()
    if found is None or row.patient_id is None:
        return ""
    return await patients.opened_name(work, patient_id=row.patient_id, key_id=found.key_id, name=found.name)


async def _key(work: Work, row: CaseRow) -> vault.DataKey | None:
    patient = tables.patients.c
    query = select(patient.key_id).where(patient.id == row.patient_id)
    return await work.key((await work.run(query)).scalar_one_or_none())


def _place(row: CaseRow) -> dict[str, Any]:
    return {"table": "cases", "row": row.id, "column": "note"}


def _columns() -> list[Any]:
    return [_c[field.name] for field in dataclasses.fields(CaseRow)]


async def _one(work: Work, *conditions: Any) -> CaseRow | None:
    row = (await work.run(select(*_columns()).where(*conditions))).first()
    return _row(row) if row else None


def _row(row: Any) -> CaseRow:
    return CaseRow(**{**row._mapping, "kind": Kind(row.kind)})


async def hand_over(work: Work, *, clinic_id: str, owner_id: str, to: str | None) -> int:
    """Let the open cases that a person owns in a clinic be another's, or nobody's; return how many."""
    c = tables.cases.c
    theirs = (c.clinic_id == clinic_id) & (c.owner_id == owner_id) & c.closed_at.is_(None)
    moved = await work.run(update(tables.cases).where(theirs).values(owner_id=to, version=c.version + 1))
    return int(moved.rowcount)
