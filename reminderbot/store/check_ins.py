"""Answers to what a reminder asked: the first one stays."""

import dataclasses
from datetime import datetime

from sqlalchemy import select

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class AnswerRow:
    """The answer that counts."""

    answer: str
    answered_at: datetime
    is_first: bool


async def answer(
    work: Work, *, organisation_id: str, reminder_id: str, ask: str, answer: str, now: datetime
) -> AnswerRow:
    """Keep an answer unless there is one; return the one that is kept."""
    is_first = await inserting.is_inserted(
        work,
        tables.check_ins,
        id=tables.new_id(),
        organisation_id=organisation_id,
        reminder_id=reminder_id,
        ask=ask,
        answer=answer,
        answered_at=now,
    )
    kept = tables.check_ins.c
    query = select(kept.answer, kept.answered_at).where(kept.reminder_id == reminder_id, kept.ask == ask)
    row = (await work.run(query)).one()
    return AnswerRow(row.answer, row.answered_at, is_first)
