"""A clinic's own worrying words: lines, who wrote them last, in which version."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update

from reminderbot.store import inserting, tables
from reminderbot.store.work import Work


@dataclasses.dataclass(frozen=True)
class WordsRow:
    """A clinic's list; version 0 is that of a clinic that has written none."""

    lines: tuple[str, ...] = ()
    version: int = 0


async def of_clinic(work: Work, clinic_id: str) -> WordsRow:
    """Return a clinic's list."""
    words = tables.worry_words.c
    row = (await work.run(select(words.lines, words.version).where(words.clinic_id == clinic_id))).first()
    return WordsRow(tuple(row.lines), row.version) if row else WordsRow()


async def is_saved(
    work: Work,
    *,
    organisation_id: str,
    clinic_id: str,
    staff_id: str,
    lines: Sequence[str],
    version: int,
    now: datetime,
) -> bool:
    """Write a list that stands in `version`; False if it does not."""
    values = {"lines": list(lines), "staff_id": staff_id, "version": version + 1, "changed_at": now}
    if version == 0:
        whose = {"organisation_id": organisation_id, "clinic_id": clinic_id}
        return await inserting.is_inserted(work, tables.worry_words, **whose, **values)
    stands = (tables.worry_words.c.clinic_id == clinic_id) & (tables.worry_words.c.version == version)
    return (await work.run(update(tables.worry_words).where(stands).values(**values))).rowcount == 1
