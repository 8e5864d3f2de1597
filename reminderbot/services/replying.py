"""What a patient hears of a case of theirs that they did not ask for, owed to the chat they are reached by."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import in_force
from reminderbot.store import cases as rows
from reminderbot.store import chats, clinics, outbox, patients
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Listener:
    """The chat of a case's patient, the clinic whose case it is, and what is said in that clinic's name."""

    chat: chats.ChatRow
    clinic: clinics.ClinicRow
    said: catalogs.Catalog


async def listener(work: works.Work, catalog: catalogs.Catalog, row: rows.CaseRow) -> Listener | None:
    """Return who hears of a case; None where the chat is gone or blocks us."""
    chat_id = await patients.chat_of(work, row.patient_id) if row.patient_id else None
    chat = await chats.get(work, chat_id) if chat_id else None
    clinic = await clinics.get(work, row.clinic_id)
    if chat is None or chat.blocked_at is not None or clinic is None:
        return None
    said = await in_force.said(work, catalog, organisation_id=clinic.organisation_id, clinic_id=clinic.id)
    return Listener(chat, clinic, said)


async def owe(
    work: works.Work,
    row: rows.CaseRow,
    to: Listener,
    html: str,
    *,
    machine_now: datetime,
    button: Mapping[str, str] | None = None,
) -> None:
    """Owe `html` to whoever hears of a case, above one button where there is one."""
    params: dict[str, Any] = {"text": html, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    if button is not None:
        params["reply_markup"] = {"inline_keyboard": [[dict(button)]]}
    await outbox.owe(
        work,
        bot_id=to.chat.bot_id,
        organisation_id=row.organisation_id,
        chat_id=to.chat.id,
        kind=outbox.Kind.REPLY,
        method="sendMessage",
        params=params,
        now=machine_now,
    )
