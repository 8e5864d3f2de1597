"""Everything that stands about a chat or a patient, table by table, opened: for a copy that they may take along."""

import dataclasses
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, false, or_, select

from reminderbot.store import patients as patient_rows
from reminderbot.store import tables, vault
from reminderbot.store.work import Work

Cell = str | int | float | bool | None | dict[str, Any] | list[Any]
Row = dict[str, Cell]

NOT_TOLD: Final[Mapping[str, str]] = {
    "search_tokens": "keyed hashes of parts of the name, from which nothing can be read",
    "staff": "an account of somebody who works at a clinic, shown on the console's own page",
}
"""Tables that name a chat or a patient and hold nothing of theirs to tell, each with the reason."""

BETWEEN: Final[Mapping[str, str]] = {
    "dialogues": "what somebody is typing to the bot and has not sent",
    "asked": "questions that they have not passed on to the clinic",
    "outbox": "the bot's replies, about whatever clinic the chat has spoken of",
}
"""Tables that stand between a chat and the bot: its person is told of them and no clinic, each with the reason."""

HIDDEN: Final = frozenset(
    {
        *("key_id", "payload"),  # keys are nobody's to read; payloads are what was sent, wiped once it was
        *("token", "code", "token_hash", "code_hash"),  # links and codes, which let somebody in
        *("staff_id", "owner_id", "acknowledged_by", "contacted_by", "closed_by"),  # colleagues of the clinic's
        *("owner", "lease_owner", "lease_until", "previous", "hash"),  # the machinery's
    }
)
"""Columns that are not told: they open something, are somebody else's, or say nothing about the person."""


SHARED: Final = frozenset({"chat_id", "sent_to"})
"""Columns that name a chat: two clinics that hold it against each other would know that it is one person's."""


@dataclasses.dataclass(frozen=True)
class _About:
    """Whose rows are told: patients, and a chat if it is theirs alone; without the tables and columns of `without`."""

    people: tuple[str, ...]
    chat_id: str | None
    without: frozenset[str] = frozenset()


async def of_chat(work: Work, chat_id: str) -> dict[str, list[Row]]:
    """Return the rows about a chat and its patients by table, what is sealed opened, instants as ISO text in UTC."""
    people = tuple(each.id for each in await patient_rows.of_chat(work, chat_id))
    return await _told(work, _About(people, chat_id))


async def of_patient(work: Work, patient_id: str, *, chat_id: str | None) -> dict[str, list[Row]]:
    """Return the rows about one patient as `of_chat` does, for the clinic, which is not told what BETWEEN names.

    `chat_id` is the patient's chat; None where there is none, or others talk through it too.
    """
    return await _told(work, _About((patient_id,), chat_id, SHARED.union(BETWEEN)))


def is_about(table: Table) -> bool:
    """Tell whether a table's rows belong to a chat or a patient, straight or by what they belong to."""
    return _theirs(table, _About((), None)) is not None


async def _told(work: Work, about: _About) -> dict[str, list[Row]]:
    keys, found = await _keys(work, about), {}
    for table in tables.metadata.sorted_tables:
        which = None if table.name in {*NOT_TOLD, *about.without} else _theirs(table, about)
        if which is not None:
            rows = (await work.run(select(table).where(which).order_by(*table.primary_key))).mappings().all()
            found[table.name] = [_row(table, row, about, keys) for row in rows]
    return found


def _theirs(table: Table, about: _About) -> ColumnElement[bool] | None:
    """Choose the rows that name one of the patients or, where they name none, the chat; None: it names neither."""
    at = table.c
    if table is tables.chats:
        return _is(at.id, about.chat_id)
    if table is tables.patients:
        return at.id.in_(about.people)
    if "patient_id" in at:
        return at.patient_id.in_(about.people)
    if "reminder_id" in at or "outbox_id" in at:
        return or_(*_by(table, about))
    if "treatment_id" in at:
        treatment = tables.treatments.c
        return at.treatment_id.in_(select(treatment.id).where(treatment.patient_id.in_(about.people)))
    return _is(at.chat_id, about.chat_id) if "chat_id" in at else None


def _is(column: ColumnElement[str], chat_id: str | None) -> ColumnElement[bool]:
    return false() if chat_id is None else column == chat_id


def _by(table: Table, about: _About) -> list[ColumnElement[bool]]:
    reminder, owed = tables.reminders.c, tables.outbox.c
    found: list[ColumnElement[bool]] = []
    if "reminder_id" in table.c:
        found.append(table.c.reminder_id.in_(select(reminder.id).where(reminder.patient_id.in_(about.people))))
    if "outbox_id" in table.c and tables.outbox.name not in about.without:
        found.append(table.c.outbox_id.in_(select(owed.id).where(_is(owed.chat_id, about.chat_id))))
    return found


async def _keys(work: Work, about: _About) -> dict[str, vault.DataKey]:
    """Return the keys of the chat and of each patient, by whose they are."""
    found: dict[str, vault.DataKey] = {}
    for table, ids in ((tables.chats, [about.chat_id]), (tables.patients, about.people)):
        for row in await work.run(select(table.c.id, table.c.key_id).where(table.c.id.in_(ids))):
            key = await work.key(row.key_id)
            found |= {row.id: key} if key else {}
    return found


def _row(table: Table, row: Mapping[Any, Any], about: _About, keys: Mapping[str, vault.DataKey]) -> Row:
    whose: str | None = (
        row["id"] if table is tables.patients else row["patient_id"] if "patient_id" in table.c else about.chat_id
    )
    place = str(row.get("id") or row.get("chat_id"))  # a table of links has neither, and seals nothing
    shown = {}
    for column in table.columns:
        kind = column.info.get("personal")
        if column.name in HIDDEN | about.without or kind == "blind":
            continue
        value = row[column.name]
        if kind == "sealed" and value is not None:
            key = keys.get(whose or "")
            value = key.open(value, table=table.name, row=place, column=column.name) if key else None
            value = json.loads(value) if column.name == "data" and value else value
        shown[column.name] = _plain(value)
    return shown


def _plain(value: Any) -> Cell:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
