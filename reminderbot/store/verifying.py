"""Reads a backup to its end and says in figures what it holds: chunks, rows, keys that unwrap, cells that open."""

import base64
import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from reminderbot import errors
from reminderbot.store import backup_file, tables, vault

SAMPLE: Final = 1_000
"""Cells of each sealed column that are opened; the seal of the chunks has told already that nothing was changed."""

OWNERS: Final = 20_000
"""Patients, and chats, whose keys are remembered until what they have said comes: what others said is not tried."""

SYSTEM: Final = frozenset({"inbox", "posters", "sign_ins", "uploads"})
"""Tables whose cells the system's own key seals; elsewhere it is the row's own, its patient's or its chat's."""

SEALED: Final[Mapping[str, tuple[str, ...]]] = {
    table.name: tuple(each.name for each in table.columns if each.info.get("personal") == "sealed")
    for table in tables.metadata.sorted_tables
}


@dataclasses.dataclass(frozen=True)
class Cell:
    """A sealed value, where it stands, and the id of its key; "" is the system's."""

    key_id: str
    table: str
    row: str
    column: str
    sealed: bytes


@dataclasses.dataclass(frozen=True)
class Verified:
    """What a whole and unchanged backup holds; `columns` says of each sealed column how many cells were opened."""

    header: backup_file.Header
    rows: Mapping[str, int]
    chunks: int
    keys: int
    columns: Mapping[str, int]

    @property
    def opened(self) -> int:
        """Return how many cells were opened."""
        return sum(self.columns.values())


def verify(reader: backup_file.Reader, masters: vault.Masters) -> Verified:
    """Read all of a backup; Unusable if it is damaged, or what it holds does not open with these keys."""
    told: Mapping[str, int] = {}
    counts: dict[str, int] = dict.fromkeys(tables.metadata.tables, 0)
    sample, keys, columns = Sample(), 0, Counter[str]()
    for chunk in reader.read():
        if "table" not in chunk:
            told = chunk["rows"]
        elif "own" not in chunk:
            counts[chunk["table"]] += len(chunk["cells"])
            rows = [dict(zip(chunk["columns"], row, strict=True)) for row in chunk["cells"]]
            if chunk["table"] == tables.data_keys.name:
                keys += len(rows)
                columns.update(name for name, _ in opened(sample.cells, unwrapped(masters, rows)))
            else:
                sample.take(chunk["table"], rows)
    if dict(told) != counts:
        raise errors.Unusable("This backup does not hold as many rows as it says. Take another one.")
    return Verified(reader.header, counts, reader.chunks, keys, columns)


class Sample:
    """The first cells of each sealed column whose keys can be told; keys come last in a backup."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self._counts = Counter[tuple[str, str]]()
        self._owners: dict[str, dict[str, str]] = {"patients": {}, "chats": {}}

    def take(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take what is still wanted of some rows."""
        owners = self._owners.get(table)
        for row in rows:
            if owners is not None and row["key_id"] and len(owners) < OWNERS:
                owners[row["id"]] = row["key_id"]
            wanted = [each for each in SEALED[table] if row[each] and self._counts[table, each] < SAMPLE]
            key_id = self._key_id(table, row) if wanted else None
            for column in wanted if key_id is not None else ():
                self._counts[table, column] += 1
                self.cells.append(Cell(key_id or "", table, _place(table, row), column, base64.b64decode(row[column])))

    def _key_id(self, table: str, row: Mapping[str, Any]) -> str | None:
        """Return the id of the key that has sealed a row's cells; None if it cannot be told."""
        if table in SYSTEM:
            return ""
        if "key_id" in row:
            return row["key_id"] or None
        if "patient_id" in row:
            return self._owners["patients"].get(row["patient_id"])
        return self._owners["chats"].get(row["chat_id"])


def _place(table: str, row: Mapping[str, Any]) -> str:
    """Return the row that a cell is bound to: its id; its chat's; of an update, which has none yet, Telegram's."""
    if table == tables.inbox.name:
        return f"{row['bot_id']}:{row['update_id']}"
    return str(row["id"] if "id" in row else row["chat_id"])


def unwrapped(masters: vault.Masters, rows: Iterable[Mapping[str, Any]]) -> dict[str, vault.DataKey]:
    """Return some data keys by id, the system's as "" too."""
    found: dict[str, vault.DataKey] = {}
    for row in rows:
        key = masters.unwrap(id=row["id"], master=row["master"], wrapped=base64.b64decode(row["wrapped"]))
        found |= {row["id"]: key} | ({"": key} if row["purpose"] == "system" else {})
    return found


def opened(sample: Iterable[Cell], keys: Mapping[str, vault.DataKey]) -> Iterator[tuple[str, str]]:
    """Open the cells whose keys these are; yield the name of each one's column, and what it says."""
    for cell in sample:
        if cell.key_id in keys:
            said = keys[cell.key_id].open(cell.sealed, table=cell.table, row=cell.row, column=cell.column)
            yield f"{cell.table}.{cell.column}", said
