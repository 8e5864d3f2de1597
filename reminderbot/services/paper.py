"""The plan of a session on paper, for whoever wants no messages: the same steps, times and words."""

import dataclasses
from datetime import date, datetime, time

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, timeline
from reminderbot.services import access, contact, desk_invites, in_force, people, values
from reminderbot.store import treatments as treatment_rows
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Entry:
    """One step: when it would come, on the patient's clock, and its text as Telegram HTML."""

    step_key: str
    local: datetime
    html: str = dataclasses.field(repr=False)


@dataclasses.dataclass(frozen=True)
class Paper:
    """A session's plan in the patient's language; `day` and `at` are wall time in `zone`, the clinic's."""

    patient_id: str
    name: str = dataclasses.field(repr=False)
    language: str
    clinic: contact.Contact
    day: date
    at: time
    zone: str
    entries: tuple[Entry, ...]


async def plan(
    work: works.Work, who: access.Staff, treatment_id: str, *, catalog: catalogs.Catalog, now: datetime
) -> Paper:
    """Return every step of a session's plan, worded as the bot would; NotFound for another clinic's session."""
    found = await treatment_rows.of_clinic(work, who.clinic_id, treatment_id=treatment_id)
    if not found:
        raise errors.NotFound("console.sorry.not-found")
    treatment = found[0]
    patient = await people.patient(work, who, treatment.patient_id)
    reach = contact.of_clinic(await desk_invites.clinic(work, who), now)
    places = timeline.places(treatment.plan, treatment.anchor, patient.habits)
    wording = await in_force.wording(work, catalog, organisation_id=who.organisation_id, clinic_id=treatment.clinic_id)
    entries = []
    for due, step in sorted(((place.due or place.meant, place.step) for place in places), key=lambda each: each[0]):
        filled = values.of_anchor(
            wording.said, patient.language, treatment.anchor, now=due, zone=patient.zone, name=patient.name, reach=reach
        )
        worded = wording.worded(patient.language, step.message, book=treatment.plan.key, booked_at=treatment.booked_at)
        html = worded.template.fill(filled)
        entries.append(Entry(step.key, hours.to_local(due, patient.zone), html))
    return Paper(
        patient_id=patient.id,
        name=patient.name,
        language=patient.language,
        clinic=reach,
        day=treatment.day,
        at=treatment.at,
        zone=treatment.zone,
        entries=tuple(entries),
    )
