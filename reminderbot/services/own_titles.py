"""What the steps of a clinic's own plan are called in a patient's list: as their texts begin."""

from collections.abc import Iterable
from datetime import datetime

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions, first_lines
from reminderbot.planning import plans
from reminderbot.services import access, in_force
from reminderbot.store import treatments as rows
from reminderbot.store import work as works

Titles = dict[tuple[str, str], str]
"""A step's title by its treatment's id and its key."""


async def of_chat(work: works.Work, who: access.Person, *, catalog: catalogs.Catalog, language: str) -> Titles:
    """Return the titles of all steps of a chat's treatments for which none is shipped; those that say something."""
    return await _of(work, await rows.of_chat(work, who.chat_id), catalog, language)


async def of_patient(
    work: works.Work, who: access.Staff, patient_id: str, *, catalog: catalogs.Catalog, language: str
) -> Titles:
    """Return the titles likewise of a patient of the clinic; none of anybody else's."""
    return await _of(work, await rows.of_clinic(work, who.clinic_id, patient_id=patient_id), catalog, language)


async def _of(work: works.Work, of: Iterable[rows.TreatmentRow], catalog: catalogs.Catalog, language: str) -> Titles:
    found: Titles = {}
    for row in of:
        whose, at = (row.organisation_id, row.clinic_id), row.booked_at
        own = await of_plan(work, row.plan, whose, catalog=catalog, language=language, booked_at=at)
        found |= {(row.id, key): title for key, title in own.items()}
    return found


async def of_plan(
    work: works.Work,
    plan: plans.Plan,
    whose: tuple[str, str],
    *,
    catalog: catalogs.Catalog,
    language: str,
    booked_at: datetime,
) -> dict[str, str]:
    """Return, by step, the titles that are not shipped of a plan as an organisation and its clinic (`whose`) word it.

    `booked_at` decides which edition reaches the treatment.
    """
    untitled = [step for step in plan.steps if not catalog.has(catalogs.ENGLISH, f"title.{step.key}")]
    if not untitled:
        return {}
    organisation_id, clinic_id = whose
    wording = await in_force.wording(work, catalog, organisation_id=organisation_id, clinic_id=clinic_id)
    worded = {step.key: _title(wording, language, step.message, plan.key, booked_at) for step in untitled}
    return {key: title for key, title in worded.items() if title}


def _title(wording: editions.Wording, language: str, key: str, book: str, booked_at: datetime) -> str:
    try:
        worded = wording.worded(language, key, book=book, booked_at=booked_at)
    except KeyError:  # its text was withdrawn since
        return ""
    return first_lines.of(worded.message.text)
