"""A patient changes branch: what goes along is shown first, handed over in one transaction, and told in the chat."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit, notices, organisations, people, standings, telling
from reminderbot.services.organisations import Branch
from reminderbot.store import branches, patients
from reminderbot.store import work as works

RIGHT = access.Right.CHANGE_SESSIONS
"""What is needed in the clinic that is left and in the one that is entered."""


@dataclasses.dataclass(frozen=True)
class Preview:
    """What a change of branch would do. `is_told`: there is a chat that gets the new clinic's name and phone."""

    patient_name: str = dataclasses.field(repr=False)
    to: Branch
    along: branches.Along
    is_told: bool


async def choices(work: works.Work, who: access.Staff) -> tuple[Branch, ...]:
    """Return the clinics to which `who` may hand a patient over, by name."""
    above = await organisations.of(work, who, RIGHT)
    return tuple(branch for branch in above.branches if branch.id != who.clinic_id)


async def preview(work: works.Work, who: access.Staff, patient_id: str, to: str, *, now: datetime) -> Preview:
    """Return what `change` would do; writes nothing and refuses the same."""
    patient = await people.patient(work, who, patient_id)
    branch = await _target(work, who, to)
    along = await branches.count(work, patient_id, zone=branch.zone, now=now)
    chat = await telling.reached(work, patient)
    return Preview(patient.name, branch, along, is_told=chat is not None)


async def change(
    work: works.Work,
    who: access.Staff,
    patient_id: str,
    to: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    machine_now: datetime,
) -> Preview:
    """Hand a patient over to another clinic of the organisation; return what went along.

    NotFound for a patient who is not theirs, or whom somebody else has just handed over; Invalid for a clinic to which
    they may not.
    """
    patient = await people.held(work, who, patient_id)
    await patients.lock(work, patient_id)
    done = await preview(work, who, patient_id, to, now=now)
    await branches.move(work, patient_id, clinic_id=done.to.id, now=now)
    await standings.settle(work, [patient_id], now=now)
    told = {"clinic_name": done.to.name, "clinic_phone": done.to.phone}
    await notices.owe(work, patient, "notice.branch", catalog=catalog, machine_now=machine_now, **told)
    there = dataclasses.replace(who, clinic_id=done.to.id, role=done.to.role)
    notes = [(who, "patient.handed-over", done.to.id), (there, "patient.taken-over", who.clinic_id)]
    for actor, action, other in sorted(notes, key=lambda note: note[0].clinic_id):  # two at once wait in one order
        await audit.note(work, actor, action, patient_id=patient_id, clinic=other)
    return done


async def _target(work: works.Work, who: access.Staff, to: str) -> Branch:
    for branch in await choices(work, who):
        if branch.id == to:
            return branch
    raise errors.Invalid("console.branch.refused-clinic")
