"""Questions that nobody could answer: the words sealed with the patient's key, the nearest topic beside them."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class QuestionRow:
    """A question, opened."""

    id: str
    language: str
    topic: str
    words: str = dataclasses.field(repr=False)
    at: datetime


async def add(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    patient_id: str,
    language: str,
    topic: str,
    words: str,
    at: datetime,
) -> str:
    """Add a question and return its id. KeyError if the patient was erased."""
    key_id = select(tables.patients.c.key_id).where(tables.patients.c.id == patient_id)
    key = await work.key((await work.run(key_id)).scalar_one())
    if key is None:
        raise KeyError(patient_id)
    id = tables.new_id()
    row = insert(tables.questions).values(
        id=id,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        patient_id=patient_id,
        language=language,
        topic=topic or None,
        words=key.seal(words, **_place(id)),
        at=at,
    )
    await work.run(row)
    return id


async def count_of(work: Work, patient_id: str, *, since: datetime) -> int:
    """Return how many questions of a patient are kept since an instant."""
    question = tables.questions.c
    query = select(func.count()).where(question.patient_id == patient_id, question.at > since)
    found: int = (await work.run(query)).scalar_one()
    return found


async def open_of_clinic(work: Work, clinic_id: str, *, since: datetime, limit: int) -> list[QuestionRow]:
    """Return the questions to a clinic that no answer of its own serves, the latest first; those erased are gone."""
    question, patient, key = tables.questions, tables.patients, tables.data_keys
    query = (
        select(question, key.c.id.label("key_id"), key.c.master, key.c.wrapped)
        .join(patient, patient.c.id == question.c.patient_id)
        .join(key, key.c.id == patient.c.key_id)
        .where(question.c.clinic_id == clinic_id, question.c.at > since)
        .where(question.c.answer_id.is_(None), question.c.words.is_not(None))
        .order_by(question.c.at.desc(), question.c.id)
        .limit(limit)
    )
    found = []
    for row in (await work.run(query)).all():
        words = work.unwrapped(row.key_id, row.master, row.wrapped).open(row.words, **_place(row.id))
        found.append(QuestionRow(row.id, row.language, row.topic or "", words, row.at))
    return found


async def set_answer(work: Work, ids: Sequence[str], answer_id: str) -> None:
    """Note that an answer of the clinic's own serves these questions."""
    await work.run(update(tables.questions).where(tables.questions.c.id.in_(ids)).values(answer_id=answer_id))


async def release(work: Work, answer_id: str) -> None:
    """Let the questions that an answer served wait for another."""
    await work.run(update(tables.questions).where(tables.questions.c.answer_id == answer_id).values(answer_id=None))


def _place(id: str) -> dict[str, str]:
    return {"table": "questions", "row": id, "column": "words"}
