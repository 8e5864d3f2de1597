"""Reminders that wait to be worded: what a new edition of a book may reach in a clinic."""

import dataclasses
from collections.abc import Set
from datetime import datetime

from sqlalchemy import ColumnElement, Join, func, select

from reminderbot.planning import life
from reminderbot.store import patients, tables
from reminderbot.store.treatments import State
from reminderbot.store.work import Work

_r, _t, _p, _v = tables.reminders.c, tables.treatments.c, tables.patients.c, tables.plan_versions.c


@dataclasses.dataclass(frozen=True)
class WaitingRow:
    """A reminder that was not sent, of a treatment under way; the patient's name is sealed, `zone` is theirs."""

    id: str
    treatment_id: str
    patient_id: str
    step_key: str
    message_key: str
    due_at: datetime
    booked_at: datetime
    language: str
    zone: str
    key_id: str | None
    name: bytes | None = dataclasses.field(repr=False)


async def of_book(work: Work, clinic_id: str, book: str, keys: Set[str]) -> list[WaitingRow]:
    """Return what waits of a plan in a clinic with the texts of these keys, in order of due."""
    columns = (_r.id, _r.treatment_id, _r.patient_id, _r.step_key, _r.message_key, _r.due_at)
    more = (_t.created_at.label("booked_at"), _p.language, _p.zone, _p.key_id, _p.name)
    query = select(*columns, *more).select_from(_joined()).where(*_open(clinic_id, book), _r.message_key.in_(keys))
    return [WaitingRow(**row) for row in (await work.run(query.order_by(_r.due_at, _r.id))).mappings()]


async def keys(work: Work, clinic_id: str, book: str) -> set[str]:
    """Return the keys of the texts that wait to be said."""
    query = select(_r.message_key).distinct().select_from(_joined()).where(*_open(clinic_id, book))
    return set((await work.run(query)).scalars())


async def count_chatting(work: Work, clinic_id: str, languages: Set[str]) -> int:
    """Return how many patients a clinic looks after in these languages have a chat."""
    bound = tables.bindings.join(tables.patients, _p.id == tables.bindings.c.patient_id)
    mine = (_p.clinic_id == clinic_id, _p.erased_at.is_(None), _p.language.in_(languages), patients.OPEN)
    query = select(func.count(_p.id.distinct())).select_from(bound).where(*mine)
    return int((await work.run(query)).scalar_one())


async def under_way(work: Work, clinic_id: str, book: str) -> int:
    """Return how many treatments of a plan have reminders that wait."""
    query = select(func.count(_r.treatment_id.distinct())).select_from(_joined()).where(*_open(clinic_id, book))
    return int((await work.run(query)).scalar_one())


async def count_sent(work: Work, clinic_id: str, book: str, keys: Set[str]) -> int:
    """Return how many messages with these texts the treatments under way have had: none of them comes again."""
    waits = select(_r.treatment_id).select_from(_joined()).where(*_open(clinic_id, book))
    sent = (_r.clinic_id == clinic_id, _r.message_key.in_(keys), _r.sent_at.is_not(None))
    query = select(func.count()).select_from(tables.reminders).where(*sent, _r.treatment_id.in_(waits))
    return int((await work.run(query)).scalar_one())


def _open(clinic_id: str, book: str) -> tuple[ColumnElement[bool], ...]:
    waits = (_r.clinic_id == clinic_id, _r.state.in_(life.OPEN), _v.plan_key == book)
    return (*waits, _p.erased_at.is_(None), _t.state == State.BOOKED)


def _joined() -> Join:
    return (
        tables.reminders.join(tables.treatments, _t.id == _r.treatment_id)
        .join(tables.plan_versions, _v.id == _t.plan_version_id)
        .join(tables.patients, _p.id == _r.patient_id)
    )
