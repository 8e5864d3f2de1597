"""An insert that leaves what is already there: the first of two at once wins, the second reads what the first wrote."""

from typing import Any

from sqlalchemy import Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot.store.work import Work


async def is_inserted(work: Work, table: Table, **values: Any) -> bool:
    """Insert one row unless a unique constraint is met already; tell whether it was inserted."""
    make = sqlite.insert if work.dialect == "sqlite" else postgresql.insert
    unless = make(table).values(**values).on_conflict_do_nothing()
    inserted = await work.run(unless.returning(literal_column("1")))
    return inserted.first() is not None  # the count of inserted rows is not known on every driver
