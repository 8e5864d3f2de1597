"""Writes all rows of a running database into a backup: one consistent view of them, a few hundred at a time."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Table, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from reminderbot import errors
from reminderbot.store import backup_file, cells, engine, migrate, placing, tables, vault

ROWS: Final = 500
"""Rows of one chunk: what is in memory at once."""


@dataclasses.dataclass(frozen=True)
class Made:
    """What was written: rows by table, chunks, bytes."""

    path: Path
    rows: dict[str, int]
    chunks: int
    size: int


async def write(url: str, masters: vault.Masters, path: Path, *, at: datetime) -> Made:
    """Back a database up into a new file; Unusable if it cannot be read, is not current, or the file cannot be made.

    So it is if these keys do not open the database: nobody who has the right one could read the file.

    Others write on meanwhile: SQLite's WAL and PostgreSQL's REPEATABLE READ show this transaction one moment.
    """
    database = engine.connect(url)
    is_sqlite = database.dialect.name == "sqlite"
    options: dict[str, Any] = {} if is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        async with database.execution_options(**options).connect() as connection:
            revision = await migrate.required(connection)
            await _opens(connection, masters)
            with placing.whole(path) as file:
                kept = {"revision": revision, "made_at": at.isoformat(), "dialect": database.dialect.name}
                writer = backup_file.Writer(file, masters, **kept)
                rows = {table.name: await _table(connection, writer, table) for table in cells.ordered()}
                writer.write({"rows": rows}, is_last=True)
        return Made(path, rows, writer.chunks, writer.size)
    except DBAPIError as error:
        raise errors.Unusable(engine.unreached(error)) from error
    finally:
        await database.dispose()


async def _opens(connection: AsyncConnection, masters: vault.Masters) -> None:
    """Unwrap the index key, without which nobody is found; a database that was never opened has none."""
    keys = tables.data_keys
    row = (await connection.execute(select(keys).where(keys.c.purpose == "index"))).first()
    if row is not None:
        masters.unwrap(id=row.id, master=row.master, wrapped=row.wrapped)


async def _table(connection: AsyncConnection, writer: backup_file.Writer, table: Table) -> int:
    """Write the rows of a table, then what refers to rows of the same table; return how many rows it has."""
    count = await _rows(connection, writer, table, cells.columns(table))
    keys = list(table.primary_key.columns)
    for column in cells.own(table):
        await _rows(connection, writer, table, [*keys, column], own=column)
    return count


async def _rows(
    connection: AsyncConnection,
    writer: backup_file.Writer,
    table: Table,
    columns: Sequence[Column[Any]],
    own: Column[Any] | None = None,
) -> int:
    count, names = 0, [each.name for each in columns]
    query = select(*columns) if own is None else select(*columns).where(own.is_not(None))
    streamed = await connection.stream(query.execution_options(yield_per=ROWS))
    async for rows in streamed.partitions(ROWS):
        count += len(rows)
        chunk = {"table": table.name, "columns": names, "cells": cells.packed(rows)}
        writer.write(chunk | ({} if own is None else {"own": own.name}))
    return count
