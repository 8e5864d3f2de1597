"""What an organisation has in the database: its rows and what hangs on them, and the ids that stand in them."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Table, select

from reminderbot.store import tables
from reminderbot.store import work as works

OF_CHAT: Final = (tables.consents, tables.dialogues, tables.asked)

KINDS: Final[Mapping[str, tuple[Table, str]]] = {
    "patient": (tables.patients, "id"),
    "treatment": (tables.treatments, "id"),
    "reminder": (tables.reminders, "id"),
    "case": (tables.cases, "id"),
    "invite": (tables.invites, "id"),
    "upload": (tables.uploads, "id"),
    "answer": (tables.clinic_answers, "id"),
    "plan": (tables.plan_editions, "plan_key"),
    "plan_edition": (tables.plan_editions, "id"),
    "edition": (tables.editions, "id"),
    "staff": (tables.staff, "id"),
    "clinic": (tables.clinics, "id"),
    "sign_in": (tables.sign_ins, "id"),
    "draft": (tables.drafts, "id"),
    "worry": (tables.worries, "id"),
    "letter": (tables.letters, "id"),
    "question": (tables.questions, "id"),
}
"""By the kinds that paths and forms name, the column in which the ids of an organisation's things stand."""

Snapshot = dict[tuple[str, str], str]


@dataclasses.dataclass(frozen=True)
class Ids:
    """The ids of an organisation's things by kind; `whose` tells of a thing of a patient's which patient it is."""

    of: Mapping[str, list[str]]
    whose: Mapping[str, str]


async def snapshot(store: works.Store, organisation_id: str) -> Snapshot:
    """Return every row of an organisation's, and of its chats and keys, by table and primary key."""
    found: Snapshot = {}
    chats, keys = set[str](), set[str]()
    async with store.reading() as work:
        for table in tables.metadata.sorted_tables:
            if "organisation_id" in table.c:
                rows = await _rows(work, table, "organisation_id", {organisation_id}, found)
                chats |= {row[name] for row in rows for name in ("chat_id", "sent_to") if row.get(name)}
                keys |= {row["key_id"] for row in rows if row.get("key_id")}
        await _rows(work, tables.organisations, "id", {organisation_id}, found)
        keys |= {row["key_id"] for row in await _rows(work, tables.chats, "id", chats, found) if row["key_id"]}
        for table in OF_CHAT:
            await _rows(work, table, "chat_id", chats, found)
        await _rows(work, tables.data_keys, "id", keys, found)
    return found


async def _rows(
    work: works.Work, table: Table, column: str, values: set[str], found: Snapshot
) -> list[Mapping[Any, Any]]:
    rows = (await work.run(select(table).where(table.c[column].in_(values)))).mappings().all()
    keys = [each.name for each in table.primary_key] or [each.name for each in table.columns]
    found |= {(table.name, repr([row[name] for name in keys])): repr(tuple(row.values())) for row in rows}
    return list(rows)


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """Return what has happened to an organisation's rows, a line each."""
    gone = [f"{table} {key} is gone" for table, key in before.keys() - after.keys()]
    new = [f"{table} {key} is new: {after[table, key]}" for table, key in after.keys() - before.keys()]
    other = [place for place in before.keys() & after.keys() if before[place] != after[place]]
    changed = [f"{' '.join(place)} was {before[place]} and is {after[place]}" for place in other]
    return sorted(gone + new + changed)


async def ids(store: works.Store, organisation_id: str) -> Ids:
    """Return the ids of all that an organisation has."""
    of: dict[str, list[str]] = {}
    whose: dict[str, str] = {}
    async with store.reading() as work:
        for kind, (table, name) in KINDS.items():
            rows = (await work.run(select(table).where(table.c.organisation_id == organisation_id))).mappings().all()
            of[kind] = sorted({row[name] for row in rows})
            whose |= {row[name]: row["patient_id"] for row in rows if row.get("patient_id")}
    return Ids(of, whose)
