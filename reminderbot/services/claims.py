"""Patients who registered alone, claimed by a clinic with a code that they read out; and taken back by themselves."""

import dataclasses
import secrets
from datetime import datetime, timedelta
from typing import Final

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import (
    access,
    audit,
    cases,
    contact,
    in_force,
    invites,
    names,
    owing,
    people,
    shipping,
    standings,
)
from reminderbot.store import audit as audit_rows
from reminderbot.store import chats, claims, clinics, patients, treatments
from reminderbot.store import work as works

CODE: Final = 6  # letters of invites.ALPHABET: 887 million
LIFE: Final = timedelta(minutes=30)
TRIES: Final = 5
"""Wrong codes that one person of the staff may type within `PAUSE`."""

PAUSE: Final = timedelta(minutes=15)
COLLISIONS: Final = 5  # codes that are somebody's already, before this is a fault


@dataclasses.dataclass(frozen=True)
class Code:
    """A code to read out."""

    code: str = dataclasses.field(repr=False)
    until: datetime


@dataclasses.dataclass(frozen=True)
class Claimed:
    """A patient who is the clinic's now."""

    patient_id: str


@dataclasses.dataclass(frozen=True)
class WrongCode:
    """No such code; a value and not an error, since the try must be kept. Without tries left none is taken."""

    tries_left: int


async def claimable(work: works.Work, who: access.Person) -> patients.PatientRow | None:
    """Return the chat's patient who registered alone and belongs to no clinic; None if there is none."""
    theirs = await patients.of_chat(work, who.chat_id)
    return next((each for each in theirs if each.organisation_id == clinics.BUILT_IN), None)


async def begin(work: works.Work, who: access.Person, *, now: datetime) -> Code:
    """Give whoever registered alone a code for half an hour; an earlier one is dead.

    Raises NotAllowed `refusal.no_consent`, NotFound `refusal.no_session` if nobody here can be claimed.
    """
    await people.consenting(work, who)
    patient = await claimable(work, who)
    if patient is None:
        raise errors.NotFound("refusal.no_session")
    for _ in range(COLLISIONS):
        code = "".join(secrets.choice(invites.ALPHABET) for _ in range(CODE))
        place = {"organisation_id": patient.organisation_id, "patient_id": patient.id}
        if await claims.is_added(work, **place, code=code, now=now, until=now + LIFE):
            return Code(code, now + LIFE)
    raise RuntimeError("no code was free")


async def redeem(
    work: works.Work,
    who: access.Staff,
    code: str,
    name: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    machine_now: datetime,
) -> Claimed | WrongCode:
    """Take the patient who read out `code` into the clinic, with their sessions, reminders and worries; tell them.

    `name` is kept if they have none. One answer for a code that never was, was used or is too old. Raises Invalid
    `console.invites.refused-claim-name` if a name is needed, NotAllowed for a role or `refusal.not_adopted`.
    """
    clinic = await invites.adopted(work, who)
    if await claims.failures(work, who.staff_id, since=machine_now - PAUSE) >= TRIES:
        return WrongCode(0)
    async with work.across():  # the patient is nobody's yet, or rather the built-in organisation's
        taken = await _take(work, clinic, _as_code(code), name, catalog, now)
    if taken is None:
        return await _wrong(work, who, machine_now)
    await claims.forget_failures(work, who.staff_id)
    await standings.settle(work, [taken], now=now)
    await audit.note(work, who, "patient.claimed", patient_id=taken)
    return Claimed(taken)


async def _take(
    work: works.Work,
    clinic: clinics.ClinicRow,
    code: str,
    name: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str | None:
    """Let the patient behind a code be the clinic's, and tell them; None if the code is none."""
    found = await claims.find(work, code, now=now)
    chat_id = await patients.chat_of(work, found.patient_id) if found else None
    chat = await chats.get(work, chat_id, lock=True) if chat_id else None
    if found is None or chat is None:
        return None
    patient = await people.patient(work, access.Person(chat.id), found.patient_id)
    if not patient.name and not names.clean(name):
        raise errors.Invalid("console.invites.refused-claim-name")
    if not await claims.is_used(work, found.id, clinic_id=clinic.id, now=now):
        return None
    await _taken(work, clinic, patient, catalog, now)
    await patients.rename(work, patient.id, patient.name or names.name(name))
    await _tell(work, chat, clinic, catalog)
    return patient.id


async def claimer(work: works.Work, who: access.Person, *, now: datetime) -> contact.Contact | None:
    """Return the clinic that has claimed a patient of this chat by a code; None if none has."""
    found = await _claimed(work, who)
    clinic = await clinics.get(work, found[1]) if found else None
    return contact.of_clinic(clinic, now) if clinic else None


async def undo(work: works.Work, who: access.Person, *, now: datetime) -> str:
    """Take the patient whom a clinic has claimed back out of it, with all that is theirs; return the clinic's name.

    The name that the desk has typed goes too. NotFound `refusal.not_found` if no clinic has claimed anybody here.
    """
    await people.chat(work, who, lock=True)
    found = await _claimed(work, who)
    if found is None:
        raise errors.NotFound("refusal.not_found")
    patient, clinic_id = found
    clinic = await clinics.get(work, clinic_id)
    assert clinic is not None  # noqa: S101 - a foreign key holds it
    alone = clinics.BUILT_IN
    await claims.pass_on(work, patient.id, organisation_id=alone, clinic_id=alone, home=None)
    await claims.forget(work, patient.id)
    await patients.rename(work, patient.id, "")
    await standings.settle(work, [patient.id], now=now)
    await audit_rows.add(
        work,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        at=clocks.machine(),
        actor="patient",
        action="patient.left",
        detail={},
        patient_id=patient.id,
    )
    return clinic.name


def _as_code(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()[: CODE + 1]


async def _wrong(work: works.Work, who: access.Staff, machine_now: datetime) -> WrongCode:
    typed = await claims.count_failure(work, who.staff_id, now=machine_now, within=PAUSE)
    return WrongCode(max(TRIES - typed, 0))


async def _taken(
    work: works.Work,
    clinic: clinics.ClinicRow,
    patient: patients.PatientRow,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    own = {"organisation_id": clinic.organisation_id, "clinic_id": clinic.id}
    await claims.pass_on(work, patient.id, **own, home=clinic.id)
    for row in await treatments.of_clinic(work, clinic.id, patient_id=patient.id):
        if row.plan.key in catalog.plan_keys and catalog.plan(row.plan.key) == row.plan:
            version = await shipping.plan_version(
                work, catalog, row.plan.key, organisation_id=clinic.organisation_id, now=now
            )
            await claims.set_plan_version(work, row.id, version)
    for worry in await claims.open_worries(work, patient.id):
        await cases.raise_(work, kind=cases.Kind.WORRY, subject=worry, **own, patient_id=patient.id, now=now)


async def _tell(work: works.Work, chat: chats.ChatRow, clinic: clinics.ClinicRow, catalog: catalogs.Catalog) -> None:
    await owing.say(
        work,
        chat,
        "claim.claimed",
        organisation_id=clinic.organisation_id,
        catalog=await in_force.said(work, catalog, organisation_id=clinic.organisation_id, clinic_id=clinic.id),
        buttons={"not-mine": owing.NOT_MINE, "timeline": owing.TIMELINE},
        clinic_name=clinic.name,
        clinic_phone=clinic.phone,
    )


async def _claimed(work: works.Work, who: access.Person) -> tuple[patients.PatientRow, str] | None:
    for each in await patients.of_chat(work, who.chat_id):
        clinic_id = await claims.claimed_by(work, each.id) if each.clinic_id else None
        if clinic_id:
            return each, clinic_id
    return None
