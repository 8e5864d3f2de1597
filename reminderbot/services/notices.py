"""What a patient's chat is told because the staff has changed where they belong: owed with the change itself."""

from datetime import datetime, timedelta
from typing import Final

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import in_force, people, telling
from reminderbot.store import outbox, patients
from reminderbot.store import work as works

USEFUL: Final = timedelta(days=3)
"""How long such a word is still worth sending."""


async def owe(
    work: works.Work,
    patient: patients.PatientRow,
    key: str,
    *,
    catalog: catalogs.Catalog,
    machine_now: datetime,
    **values: blanks.Value,
) -> bool:
    """Owe the patient's chat a text in its language; False if nobody can be told.

    The patient is named where the chat holds several.
    """
    chat = await telling.reached(work, patient)
    if chat is None:
        return False
    if patient.clinic_id is not None:
        whose = {"organisation_id": patient.organisation_id, "clinic_id": patient.clinic_id}
        catalog = await in_force.said(work, catalog, **whose)
    is_one = await people.in_chat(work, chat.id) < 2
    named = {"patient_name": "" if is_one else patient.name}
    await outbox.owe(
        work,
        bot_id=chat.bot_id,
        organisation_id=patient.organisation_id,
        chat_id=chat.id,
        kind=outbox.Kind.REPLY,
        method="sendMessage",
        params={
            "text": catalog.say(chat.language, key, **named | values),
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        },
        now=machine_now,
        useful_for=USEFUL,
    )
    return True
