"""The invented past of the demo's patients: reminders as delivery would have left them, without a send."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from reminderbot.planning import life
from reminderbot.store import tables
from reminderbot.store.work import Work

ENDED = {
    life.State.SENT: "accepted",
    life.State.BLOCKED: "blocked",
    life.State.REJECTED: "rejected",
    life.State.UNCONFIRMED: "unknown",
}
"""What the ledger says of the last attempt of a reminder that ended so."""


@dataclasses.dataclass(frozen=True)
class Past:
    """A reminder whose time is behind us."""

    id: str
    organisation_id: str
    message_key: str
    due_at: datetime


async def due(work: Work, treatment_id: str, *, now: datetime) -> list[Past]:
    """Return the planned reminders of a treatment that fell before `now`, in their order."""
    r = tables.reminders.c
    query = select(r.id, r.organisation_id, r.message_key, r.due_at)
    waiting = (r.treatment_id == treatment_id) & (r.state == life.State.PLANNED) & (r.due_at < now)
    return [Past(**row) for row in (await work.run(query.where(waiting).order_by(r.due_at))).mappings()]


async def end(
    work: Work, past: Past, *, state: life.State, chat_id: str, text_id: str, language: str, body: str, number: int
) -> None:
    """End a reminder as if it had been tried at its hour."""
    ids = select(tables.patients.c.key_id).join(tables.reminders, tables.reminders.c.patient_id == tables.patients.c.id)
    key = await work.key((await work.run(ids.where(tables.reminders.c.id == past.id))).scalar_one())
    is_sent = state is life.State.SENT
    values: dict[str, Any] = {"state": state, "attempts": 1, "sent_to": chat_id}
    if is_sent and key is not None:
        values |= {
            "body": key.seal(body, table="reminders", row=past.id, column="body"),
            "text_id": text_id,
            "language": language,
            "message_id": number,
            "sent_at": past.due_at,
        }
    await work.run(update(tables.reminders).where(tables.reminders.c.id == past.id).values(**values))
    line: Mapping[str, Any] = {
        "organisation_id": past.organisation_id,
        "reminder_id": past.id,
        "number": 1,
        "owner": "demo",
        "began_at": past.due_at,
        "ended_at": past.due_at + timedelta(seconds=1),
        "outcome": ENDED[state],
    }
    await work.run(insert(tables.attempts).values(**line))
