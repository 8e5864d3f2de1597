"""An insert that leaves what is already there: the first of two at once wins, the second reads what the first wrote."""

from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot.store.work import Work


def or_leave(work: Work, table: Table, **values: Any) -> Executable:
    """Return the insert of one row that does nothing where a unique constraint is already met."""
    if work.dialect == "sqlite":
        return sqlite.insert(table).values(**values).on_conflict_do_nothing()
    return postgresql.insert(table).values(**values).on_conflict_do_nothing()


async def is_inserted(work: Work, table: Table, **values: Any) -> bool:
    """Insert one row unless it is there; tell whether it was inserted."""
    return (await work.run(or_leave(work, table, **values))).rowcount == 1
