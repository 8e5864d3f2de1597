"""All that is kept about one patient, read for whoever looks after them; the caller has reached the patient."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from reminderbot.planning import life
from reminderbot.store import tables, vault
from reminderbot.store.work import Work

_r, _x = tables.reminders.c, tables.texts.c


@dataclasses.dataclass(frozen=True)
class Bound:
    """A chat that the patient is or was bound to."""

    chat_id: str
    via: str
    bound_at: datetime
    ended_at: datetime | None
    language: str
    consented_at: datetime | None
    blocked_at: datetime | None


@dataclasses.dataclass(frozen=True)
class Consent:
    """What a chat of the patient's has agreed to; `wording` is the hash of the text."""

    wording: str
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclasses.dataclass(frozen=True)
class Invite:
    """An invite for the patient."""

    id: str
    created_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    redeemed_at: datetime | None
    revoked_at: datetime | None
    declined_at: datetime | None


@dataclasses.dataclass(frozen=True)
class Reminder:
    """A reminder with what was sent of it. `body` and `note` are empty where there is none, or it may not be seen.

    `text_hash` and `text_from` are the version of its text: the hash of what it says, and since when it is kept.
    """

    id: str
    treatment_id: str
    step_key: str
    round: int
    message_key: str
    state: life.State
    reason: life.Reason | None
    due_at: datetime
    useful_until: datetime
    zone: str
    attempts: int
    language: str | None
    message_id: int | None
    sent_at: datetime | None
    merged_into: str | None
    note_until: datetime | None
    text_hash: str | None
    text_from: datetime | None
    body: str = dataclasses.field(repr=False)
    note: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Attempt:
    """One try at a reminder, by the machine's clock; `outcome` is None while nobody knows."""

    reminder_id: str
    number: int
    began_at: datetime
    outcome: str | None


@dataclasses.dataclass(frozen=True)
class Answer:
    """The answer to what a reminder asked."""

    reminder_id: str
    ask: str
    answer: str
    answered_at: datetime


@dataclasses.dataclass(frozen=True)
class Worry:
    """A worry, open or closed; `words` is empty where there are none, or they may not be seen."""

    id: str
    reminder_id: str | None
    words: str = dataclasses.field(repr=False)
    state: str
    raised_at: datetime
    closed_at: datetime | None


async def key(work: Work, patient_id: str) -> vault.DataKey | None:
    """Return the key that opens what is sealed about a patient."""
    of = tables.patients.c
    return await work.key((await work.run(select(of.key_id).where(of.id == patient_id))).scalar_one())


async def bindings(work: Work, patient_id: str) -> list[Bound]:
    """Return the chats of a patient, the latest first."""
    b, c = tables.bindings.c, tables.chats.c
    own = (b.chat_id, b.via, b.bound_at, b.ended_at, c.language, c.consented_at, c.blocked_at)
    query = select(*own).join_from(tables.bindings, tables.chats, c.id == b.chat_id)
    found = await work.run(query.where(b.patient_id == patient_id).order_by(b.generation.desc()))
    return [Bound(**row) for row in found.mappings()]


async def consents(work: Work, patient_id: str) -> list[Consent]:
    """Return what the chats of a patient have agreed to, the latest first."""
    of, b = tables.consents.c, tables.bindings.c
    chats = select(b.chat_id).where(b.patient_id == patient_id)
    query = select(of.wording, of.language, of.given_at, of.withdrawn_at).where(of.chat_id.in_(chats))
    return [Consent(**row) for row in (await work.run(query.order_by(of.given_at.desc()))).mappings()]


async def invites(work: Work, patient_id: str) -> list[Invite]:
    """Return the invites of a patient, the latest first."""
    of = tables.invites.c
    own = [of[field.name] for field in dataclasses.fields(Invite)]
    query = select(*own).where(of.patient_id == patient_id).order_by(of.created_at.desc())
    return [Invite(**row) for row in (await work.run(query)).mappings()]


async def reminders(work: Work, patient_id: str, *, opener: vault.DataKey | None) -> list[Reminder]:
    """Return the reminders of a patient in order of due; without `opener` their words stay sealed."""
    own = [_r[name] for name in _OWN]
    query = select(*own, _x.hash.label("text_hash"), _x.created_at.label("text_from")).select_from(
        tables.reminders.outerjoin(tables.texts, _x.id == _r.text_id)
    )
    found = await work.run(query.where(_r.patient_id == patient_id).order_by(_r.due_at, _r.id))
    return [_reminder(dict(row), opener) for row in found.mappings()]


async def attempts(work: Work, patient_id: str) -> list[Attempt]:
    """Return every try at a reminder of a patient, in order."""
    a = tables.attempts.c
    query = select(a.reminder_id, a.number, a.began_at, a.outcome).join_from(
        tables.attempts, tables.reminders, _r.id == a.reminder_id
    )
    found = await work.run(query.where(_r.patient_id == patient_id).order_by(a.reminder_id, a.number))
    return [Attempt(**row) for row in found.mappings()]


async def answers(work: Work, patient_id: str) -> list[Answer]:
    """Return a patient's answers to check-ins, in order of time."""
    of = tables.check_ins.c
    own = (of.reminder_id, of.ask, of.answer, of.answered_at)
    query = select(*own).join_from(tables.check_ins, tables.reminders, _r.id == of.reminder_id)
    found = await work.run(query.where(_r.patient_id == patient_id).order_by(of.answered_at))
    return [Answer(**row) for row in found.mappings()]


async def worries(work: Work, patient_id: str, *, opener: vault.DataKey | None) -> list[Worry]:
    """Return a patient's worries, the latest first."""
    of = tables.worries.c
    query = select(of.id, of.reminder_id, of.words, of.state, of.raised_at, of.closed_at)
    found = await work.run(query.where(of.patient_id == patient_id).order_by(of.raised_at.desc()))
    return [
        Worry(**row | {"words": _open(opener, row["words"], "worries", row["id"], "words")})
        for row in map(dict, found.mappings())
    ]


async def colleagues(work: Work, organisation_id: str, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of staff by id; whoever is erased has none."""
    of = tables.staff.c
    chosen = (of.organisation_id == organisation_id, of.id.in_(set(ids)))
    found = (await work.run(select(of.id, of.key_id, of.name).where(*chosen))).all()
    return {row.id: _open(await work.key(row.key_id), row.name, "staff", row.id, "name") for row in found}


_OWN = (
    *("id", "treatment_id", "step_key", "round", "message_key", "state", "reason", "due_at", "useful_until", "zone"),
    *("attempts", "language", "message_id", "sent_at", "merged_into", "note_until", "body", "note"),
)


def _reminder(row: dict[str, Any], opener: vault.DataKey | None) -> Reminder:
    opened = {name: _open(opener, row[name], "reminders", row["id"], name) for name in ("body", "note")}
    state, reason = life.State(row["state"]), life.Reason(row["reason"]) if row["reason"] else None
    return Reminder(**row | opened | {"state": state, "reason": reason})


def _open(key: vault.DataKey | None, cell: bytes | None, table: str, row: str, column: str) -> str:
    return key.open(cell, table=table, row=row, column=column) if key and cell else ""
