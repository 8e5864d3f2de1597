"""Puts the rows of a backup into an empty database of either kind, within one transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from reminderbot import errors
from reminderbot.store import backup_file, cells, tables

NOT_EMPTY = (
    "This database is not empty ({table} has rows), and a restore never mixes two. Name a new one in "
    "REMINDERBOT_DATABASE_URL, run `reminderbot migrate`, and restore into that."
)
_OF_A_START = {"data_keys", "bots", "seats", "throttles"}
"""Tables that a first start fills, and a backup brings anew; beside them the built-in organisation and clinic."""

_BUILT_IN = {"organisations", "clinics"}


async def refuse_unless_empty(connection: AsyncConnection) -> None:
    """Raise Unusable if anybody has used this database."""
    for table in cells.ordered():
        query = select(func.count()).select_from(table)
        if table.name in _BUILT_IN:
            query = query.where(table.c.id != tables.BUILT_IN)
        if table.name not in _OF_A_START and (await connection.execute(query)).scalar_one():
            raise errors.Unusable(NOT_EMPTY.format(table=table.name))


async def load(connection: AsyncConnection, reader: backup_file.Reader, erased: Collection[str]) -> Mapping[str, int]:
    """Put all rows in; return how many by table. Keys of those `erased` (ids of patients and chats) stay out.

    So what was sealed with them cannot be read from any byte of the new database. Unusable for a damaged backup.
    """
    for table in reversed(cells.ordered()):
        if table.name in _OF_A_START | _BUILT_IN:
            await connection.execute(delete(table))
    told: Mapping[str, int] = {}
    counts, lost = {table.name: 0 for table in cells.ordered()}, set[str]()
    for chunk in reader.read():
        if "table" not in chunk:
            told = chunk["rows"]
            continue
        counts[chunk["table"]] += await _chunk(connection, chunk, set(erased), lost)
    if dict(told) != counts:
        raise errors.Unusable("This backup does not hold as many rows as it says. Take another one.")
    await _number_on(connection)
    return counts


async def _chunk(connection: AsyncConnection, chunk: Mapping[str, Any], erased: set[str], lost: set[str]) -> int:
    """Put a chunk in; return how many rows it has, `lost` ones too."""
    table = tables.metadata.tables[chunk["table"]]
    these = [table.c[name] for name in chunk["columns"]]
    rows = [cells.unpacked(these, row) for row in chunk["cells"]]
    if "own" in chunk:
        await _refer(connection, chunk, rows)
        return 0
    if table in (tables.patients, tables.chats):
        lost |= {row["key_id"] for row in rows if row["id"] in erased and row["key_id"]}
    kept = rows if table is not tables.data_keys else [row for row in rows if row["id"] not in lost]
    if kept:
        await connection.execute(cells.insertion(table), kept)
    return len(rows)


async def _refer(connection: AsyncConnection, chunk: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    table, own = tables.metadata.tables[chunk["table"]], chunk["own"]
    these = [table.c[name] == bindparam(f"at_{name}") for name in chunk["columns"] if name != own]
    given = [{"to": row[own], **{f"at_{name}": row[name] for name in row if name != own}} for row in rows]
    await connection.execute(update(table).where(*these).values({own: bindparam("to")}), given)


async def _number_on(connection: AsyncConnection) -> None:
    """Let PostgreSQL number new rows after those that came; SQLite does by itself."""
    if connection.dialect.name != "postgresql":
        return
    for name, key in _numbered():
        last = f"SELECT max({key}) FROM {name}"  # noqa: S608 # nosec B608 - names of our own tables
        # nosemgrep: ci.rules.sql-is-bound
        await connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', '{key}'), ({last}))"))


def _numbered() -> Iterable[tuple[str, str]]:
    for table in cells.ordered():
        column = table.autoincrement_column
        if column is not None:
            yield table.name, column.name
