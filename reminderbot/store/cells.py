"""How rows stand in a backup, the same for both databases: plain JSON by the type of each column."""

import base64
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, Column, Date, LargeBinary, Table, Time, bindparam, insert

from reminderbot.store import tables


def ordered() -> list[Table]:
    """Return all tables: what others refer to first, and the keys last.

    Keys refer to nothing. By the time they come, it is known whose are not to be brought back.
    """
    return [*(each for each in tables.metadata.sorted_tables if each is not tables.data_keys), tables.data_keys]


def own(table: Table) -> list[Column[Any]]:
    """Return the columns by which a row refers to another of its table: filled in once all of them stand."""
    return [each for each in table.columns if any(key.column.table is table for key in each.foreign_keys)]


def columns(table: Table) -> list[Column[Any]]:
    """Return the other columns."""
    later = {each.name for each in own(table)}
    return [each for each in table.columns if each.name not in later]


def packed(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Return rows as JSON can hold them."""
    return [[_packed(cell) for cell in row] for row in rows]


def unpacked(these: Sequence[Column[Any]], row: Sequence[Any]) -> dict[str, Any]:
    """Return a row by the names of its columns, as the database takes it."""
    return {each.name: _unpacked(each, cell) for each, cell in zip(these, row, strict=True)}


def insertion(table: Table) -> Any:
    """Return the insert of a whole row; what is NULL in a column of JSON stays NULL."""
    named = {each.name: bindparam(each.name, type_=_type(each)) for each in columns(table)}
    return insert(table).values(named)


def _type(column: Column[Any]) -> Any:
    return JSON(none_as_null=True) if isinstance(column.type, JSON) and column.nullable else column.type


def _packed(cell: Any) -> Any:
    match cell:
        case bytes() | memoryview():
            return base64.b64encode(cell).decode()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return cell


def _unpacked(column: Column[Any], cell: Any) -> Any:
    if cell is None:
        return None
    match column.type:
        case tables.Instant():
            return datetime.fromisoformat(cell)
        case LargeBinary():
            return base64.b64decode(cell)
        case Date():
            return date.fromisoformat(cell)
        case Time():
            return time.fromisoformat(cell)
        case _:
            return cell
