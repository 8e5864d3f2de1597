"""The blanks of plan, expectation and topic texts: first_name, session_day, clinic_phone and the rest."""

import dataclasses
from datetime import datetime

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, phases, timeline
from reminderbot.services import access, contact, nearest, people, treatments
from reminderbot.store import clinics
from reminderbot.store import ready as readies
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

EMERGENCY = "contact.emergency"
"""The key of the words for "your local emergency number", where no clinic names its own."""

REMINDER = frozenset({"first_name", "clinic_name", "clinic_phone", "emergency", "session_day", "session_time", "day"})
"""The blanks that the text of a reminder is filled with: no other one may stand in it."""


@dataclasses.dataclass(frozen=True)
class _Known:
    """What is known of a person and of whoever treats them."""

    zone: str
    name: str = ""
    reach: contact.Contact = dataclasses.field(default_factory=contact.Contact)


def of_reminder(
    catalog: catalogs.Catalog, ready: readies.Ready, opened: readies.Opened, *, now: datetime
) -> dict[str, blanks.Value]:
    """Return the blanks for the text of a reminder. For delivery, which acts for nobody and has read the rest."""
    if ready.clinic_id == clinics.BUILT_IN:
        reach = contact.Contact(phone=opened.treated_by)
    else:
        reach = contact.Contact(clinic_name=ready.clinic_name, phone=ready.clinic_phone, emergency=ready.emergency)
    known = _Known(zone=ready.zone, name=opened.name, reach=reach)
    return _filled(catalog, ready.language, ready.anchor, known, now)


async def of_chat(
    work: works.Work,
    who: access.Person,
    language: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    treatment_id: str | None = None,
) -> dict[str, blanks.Value]:
    """Return the blanks for what a chat is told: of `treatment_id`, else of the treatment nearest to now.

    Without any treatment the session's blanks are empty. NotFound `refusal.not_found` for a foreign treatment.
    """
    if treatment_id is not None:
        row: rows.TreatmentRow | None = await treatments.reached(work, who, treatment_id)
    else:
        row = nearest.booked(await rows.of_chat(work, who.chat_id), now)
    reach = await contact.of(work, who, now=now, treatment_id=row.id if row else None)
    if row is not None:
        known = _Known(zone=row.patient_zone, name=row.patient_name, reach=reach)
        return _filled(catalog, language, row.anchor, known, now)
    patient = await people.main(work, who)
    known = _Known(zone="UTC", name=patient.name if patient else "", reach=reach)
    return _filled(catalog, language, None, known, now)


def of_anchor(
    catalog: catalogs.Catalog,
    language: str,
    anchor: timeline.Anchor | None,
    *,
    now: datetime,
    zone: str,
    name: str = "",
    reach: contact.Contact | None = None,
) -> dict[str, blanks.Value]:
    """Return the blanks for a session of nobody in particular, or of somebody who has no chat, in `zone`.

    Without an anchor the session's blanks are empty.
    """
    return _filled(catalog, language, anchor, _Known(zone, name, reach or contact.Contact()), now)


def _filled(
    catalog: catalogs.Catalog, language: str, anchor: timeline.Anchor | None, known: _Known, now: datetime
) -> dict[str, blanks.Value]:
    return {
        "first_name": known.name.split(" ")[0],
        "clinic_name": known.reach.clinic_name,
        "clinic_phone": known.reach.phone,
        "emergency": known.reach.emergency or catalog.say_plain(language, EMERGENCY),
        **_session(catalog, language, anchor, known.zone, now),
    }


def _session(
    catalog: catalogs.Catalog, language: str, anchor: timeline.Anchor | None, zone: str, now: datetime
) -> dict[str, blanks.Value]:
    if anchor is None:
        return {"session_day": "", "session_time": "", "day": 0}
    today = hours.to_local(now, zone).date()
    return {
        "session_day": catalog.day(language, anchor.day, today=today),
        "session_time": catalog.clock(language, anchor.at),
        "day": phases.days_since(anchor, now, zone=zone),
    }
