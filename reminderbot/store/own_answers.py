"""A clinic's own answers: what people ask, what it says, who wrote it, in which version."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class AnswerRow:
    """An answer that is in force; `author` has written it last."""

    id: str
    title: str
    language: str
    phrases: tuple[str, ...]
    body: str
    author: str = dataclasses.field(repr=False)
    version: int
    created_at: datetime


async def of_clinic(work: Work, clinic_id: str, *, answer_id: str | None = None) -> list[AnswerRow]:
    """Return a clinic's answers that are in force, by title; or the one asked for."""
    answer = tables.clinic_answers.c
    which = answer.id == answer_id if answer_id is not None else answer.id.is_not(None)
    return await _rows(work, (answer.clinic_id == clinic_id) & which)


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    staff_id: str,
    title: str,
    language: str,
    phrases: Sequence[str],
    body: str,
    now: datetime,
) -> str:
    """Add an answer and return its id."""
    id = tables.new_id()
    row = insert(tables.clinic_answers).values(
        id=id,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        staff_id=staff_id,
        title=title,
        language=language,
        phrases=list(phrases),
        body=body,
        created_at=now,
    )
    await work.run(row)
    return id


async def is_changed(
    work: Work,
    clinic_id: str,
    answer_id: str,
    *,
    version: int,
    **values: Any,
) -> bool:
    """Set title, language, phrases, body and staff_id of an answer that stands in `version`; False if it does not."""
    answer = tables.clinic_answers.c
    stands = (answer.id == answer_id) & (answer.clinic_id == clinic_id) & (answer.version == version)
    change = update(tables.clinic_answers).where(stands, answer.ended_at.is_(None))
    return (await work.run(change.values(version=version + 1, **values))).rowcount == 1


async def is_ended(work: Work, clinic_id: str, answer_id: str, *, now: datetime) -> bool:
    """End an answer; False if it has ended before."""
    answer = tables.clinic_answers.c
    stands = (answer.id == answer_id) & (answer.clinic_id == clinic_id) & answer.ended_at.is_(None)
    return (await work.run(update(tables.clinic_answers).where(stands).values(ended_at=now))).rowcount == 1


async def served(work: Work, clinic_id: str) -> dict[str, int]:
    """Return how many of the kept questions each answer of a clinic serves."""
    question = tables.questions.c
    query = select(question.answer_id, func.count().label("served")).where(question.clinic_id == clinic_id)
    rows = await work.run(query.where(question.answer_id.is_not(None)).group_by(question.answer_id))
    return {row.answer_id: row.served for row in rows.all()}


async def _rows(work: Work, condition: ColumnElement[bool]) -> list[AnswerRow]:
    answer, staff = tables.clinic_answers, tables.staff
    query = (
        select(answer, staff.c.key_id, staff.c.name)
        .join(staff, staff.c.id == answer.c.staff_id)
        .where(condition, answer.c.ended_at.is_(None))
        .order_by(answer.c.title, answer.c.id)
    )
    return [await _row(work, row) for row in (await work.run(query)).all()]


async def _row(work: Work, row: Any) -> AnswerRow:
    key = await work.key(row.key_id) if row.name else None
    return AnswerRow(
        id=row.id,
        title=row.title,
        language=row.language,
        phrases=tuple(row.phrases),
        body=row.body,
        author=key.open(row.name, table="staff", row=row.staff_id, column="name") if key else "",
        version=row.version,
        created_at=row.created_at,
    )


async def in_force(work: Work, clinic_id: str) -> list[tuple[str, str, tuple[str, ...], str]]:
    """Return id, language, phrases and body of a clinic's answers: what a chat needs."""
    answer = tables.clinic_answers.c
    query = select(answer.id, answer.language, answer.phrases, answer.body)
    rows = await work.run(query.where(answer.clinic_id == clinic_id, answer.ended_at.is_(None)).order_by(answer.id))
    return [(row.id, row.language, tuple(row.phrases), row.body) for row in rows.all()]
