"""An insert that leaves what is already there: the first of two at once wins, the second reads what the first wrote."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, literal_column
from sqlalchemy.dialects import postgresql, sqlite

from reminderbot.store.work import Work


async def is_inserted(work: Work, table: Table, **values: Any) -> bool:
    """Insert one row unless a unique constraint is met already; tell whether it was inserted."""
    unless = _unless(work, table).values(**values)
    inserted = await work.run(unless.returning(literal_column("1")))
    return inserted.first() is not None  # the count of inserted rows is not known on every driver


async def fill(work: Work, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert those of some rows, all with the same columns, that meet no unique constraint."""
    if rows:
        await work.run(_unless(work, table), [dict(row) for row in rows])


def _unless(work: Work, table: Table) -> Any:
    make = sqlite.insert if work.dialect == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing()
