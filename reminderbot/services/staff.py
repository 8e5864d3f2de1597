"""The staff of a clinic: added, given roles, sent a new link, gone; by an admin, or by the operator."""

import dataclasses
from datetime import datetime
from typing import Final

from reminderbot import clocks, errors
from reminderbot.services import access, links, names, signing_in
from reminderbot.store import audit as audits
from reminderbot.store import cases, clinics, sign_ins, staff, staff_links
from reminderbot.store import work as works

ROLES: Final = tuple(access.Role)
Actor = access.Staff | access.Operator


@dataclasses.dataclass(frozen=True)
class PersonView:
    """Somebody of the staff as an admin sees them; `role` in the clinic that is looked at, `others` elsewhere."""

    id: str
    name: str = dataclasses.field(repr=False)
    login: str = dataclasses.field(repr=False)
    role: access.Role
    others: tuple[staff.RoleRow, ...]
    has_password: bool
    has_second: bool
    has_pin: bool
    version: int


@dataclasses.dataclass(frozen=True)
class Added:
    """Who was added; without a link if they work in another clinic already, and sign in as they do."""

    staff_id: str
    name: str = dataclasses.field(repr=False)
    link: links.Link | None


async def add(
    work: works.Work,
    who: Actor,
    clinic: clinics.ClinicRow,
    *,
    name: str,
    login: str,
    role: str,
    language: str,
    machine_now: datetime,
) -> Added:
    """Let somebody work in a clinic. Who works in another one of the organisation keeps password and name.

    Raises Invalid `refusal.name`, `console.staff.refused-login`, `console.staff.refused-role`; Conflict
    `console.staff.refused-taken` for a login of another organisation's, `console.staff.refused-here`.
    """
    given, wanted, called = signing_in.login(login), _role(role), names.name(name)
    if not signing_in.LOGIN.fullmatch(given):
        raise errors.Invalid("console.staff.refused-login")
    async with work.across():  # a login is somebody's in one organisation alone: another's is in the way too
        row = await staff.by_login(work, given)
    if row is not None and row.organisation_id != clinic.organisation_id:
        raise errors.Conflict("console.staff.refused-taken")
    roles = await staff.roles(work, row.id) if row else []
    if clinic.id in {each.clinic_id for each in roles}:
        raise errors.Conflict("console.staff.refused-here")
    id = row.id if row else await _new(work, clinic, given, called, language, machine_now)
    if row is not None and row.left_at is not None:
        await staff.come_back(work, id)
        await staff.set_name(work, id, name=called, language=language)
    await _give(work, who, id, clinic, wanted, machine_now)
    person = await signing_in.person(work, id)
    purpose = links.Purpose.WELCOME
    link = None if person.password_hash else await links.make(work, person, purpose=purpose, machine_now=machine_now)
    return Added(id, person.name, link)


async def list_(work: works.Work, who: access.Staff) -> list[PersonView]:
    """Return everybody who works in the clinic, by name."""
    found = await staff.of_clinic(work, who.clinic_id)
    roles = await staff.roles_of(work, [row.id for row in found])
    seen = [_view(row, who.clinic_id, [each for each in roles if each.staff_id == row.id]) for row in found]
    return sorted(seen, key=lambda person: person.name.casefold())


async def one(work: works.Work, who: access.Staff, staff_id: str) -> PersonView:
    """Return one who works in the clinic; NotFound `console.sorry.not-found`."""
    row = await staff.get(work, staff_id)
    roles = await staff.roles(work, staff_id)
    if row is None or row.left_at is not None or who.clinic_id not in {each.clinic_id for each in roles}:
        raise errors.NotFound("console.sorry.not-found")
    return _view(row, who.clinic_id, roles)


async def set_role(
    work: works.Work, who: access.Staff, staff_id: str, role: str, *, version: int, machine_now: datetime
) -> None:
    """Give another role in the clinic; all their sign-ins end.

    Raises Conflict `console.refusal.old`, `console.staff.refused-last`; Invalid `console.staff.refused-role`.
    """
    person, wanted = await one(work, who, staff_id), _role(role)
    if person.version != version:
        raise errors.Conflict("console.refusal.old")
    if person.role is access.Role.ADMIN and wanted is not access.Role.ADMIN:
        await _refuse_last(work, who.clinic_id, staff_id)
    clinic = await _clinic(work, who.clinic_id)
    await _give(work, who, staff_id, clinic, wanted, machine_now)


async def link(
    work: works.Work, who: access.Staff, staff_id: str, *, purpose: links.Purpose, machine_now: datetime
) -> links.Link:
    """Make a fresh link for somebody of the clinic, which ends nothing until it is used.

    Raises NotAllowed `console.staff.refused-elsewhere` (`clinic_name`) for one who also works where `who` is no
    admin: an admin of one branch does not take over an admin of another.
    """
    await one(work, who, staff_id)
    own = {each.clinic_id for each in await staff.roles(work, who.staff_id) if each.role == access.Role.ADMIN}
    for each in await staff.roles(work, staff_id):
        if each.clinic_id not in own:
            raise errors.NotAllowed("console.staff.refused-elsewhere", clinic_name=each.clinic_name)
    made = await links.make(work, await signing_in.person(work, staff_id), purpose=purpose, machine_now=machine_now)
    await _note(work, who, await _clinic(work, who.clinic_id), "staff.link", staff_id, purpose=str(purpose))
    return made


async def leave(work: works.Work, who: access.Staff, staff_id: str, *, heir: str, machine_now: datetime) -> None:
    """Let somebody work in this clinic no more: their sign-ins end, their open cases are `heir`'s, or nobody's.

    Raises Conflict `console.staff.refused-last` for the last admin; Invalid `console.staff.refused-heir`.
    """
    await one(work, who, staff_id)
    if heir and (heir == staff_id or heir not in {row.id for row in await staff.of_clinic(work, who.clinic_id)}):
        raise errors.Invalid("console.staff.refused-heir")
    await _leave(work, who, staff_id, await _clinic(work, who.clinic_id), heir or None, machine_now)


async def leave_everywhere(
    work: works.Work, who: access.Operator, login: str, *, machine_now: datetime
) -> staff.StaffRow:
    """Let somebody be gone from every clinic, for the operator; raises as `find` and `leave`."""
    row = await find(work, who, login)
    for role in await staff.roles(work, row.id):
        await _leave(work, who, row.id, await _clinic(work, role.clinic_id), None, machine_now)
    return row


async def link_for(
    work: works.Work, who: access.Operator, login: str, *, purpose: links.Purpose, machine_now: datetime
) -> links.Link:
    """Make a fresh link, for the operator; NotFound `console.staff.refused-unknown`."""
    row = await find(work, who, login)
    for role in (await staff.roles(work, row.id))[:1]:
        await _note(work, who, await _clinic(work, role.clinic_id), "staff.link", row.id, purpose=str(purpose))
    return await links.make(work, row, purpose=purpose, machine_now=machine_now)


async def find(work: works.Work, _who: access.Operator, login: str) -> staff.StaffRow:
    """Return whoever signs in with a login; NotFound `console.staff.refused-unknown` (`text`)."""
    row = await staff.by_login(work, signing_in.login(login))
    if row is None or row.left_at is not None:
        raise errors.NotFound("console.staff.refused-unknown", text=names.clean(login)[: names.NAME])
    return row


async def everybody(work: works.Work, _who: access.Operator) -> list[tuple[staff.StaffRow, list[staff.RoleRow]]]:
    """Return the staff of every clinic with their roles, by name."""
    found = sorted(await staff.every(work), key=lambda row: row.name.casefold())
    roles = await staff.roles_of(work, [row.id for row in found])
    return [(row, [each for each in roles if each.staff_id == row.id]) for row in found]


def _role(text: str) -> access.Role:
    if text not in set(access.Role):
        raise errors.Invalid("console.staff.refused-role")
    return access.Role(text)


async def _new(
    work: works.Work, clinic: clinics.ClinicRow, login: str, name: str, language: str, machine_now: datetime
) -> str:
    organisation_id = clinic.organisation_id
    return await staff.add(
        work, organisation_id=organisation_id, login=login, name=name, language=language, now=machine_now
    )


async def _give(
    work: works.Work, who: Actor, staff_id: str, clinic: clinics.ClinicRow, role: access.Role, machine_now: datetime
) -> None:
    given = {"staff_id": staff_id, "clinic_id": clinic.id, "organisation_id": clinic.organisation_id}
    await staff.set_role(work, **given, role=role, now=machine_now)
    await sign_ins.end_all(work, staff_id, now=machine_now)
    await _note(work, who, clinic, "staff.role", staff_id, role=str(role))


async def _leave(
    work: works.Work, who: Actor, staff_id: str, clinic: clinics.ClinicRow, heir: str | None, machine_now: datetime
) -> None:
    await _refuse_last(work, clinic.id, staff_id)
    given = {"staff_id": staff_id, "clinic_id": clinic.id, "organisation_id": clinic.organisation_id}
    await staff.set_role(work, **given, role=None, now=machine_now)
    handed = await cases.hand_over(work, clinic_id=clinic.id, owner_id=staff_id, to=heir)
    await sign_ins.end_all(work, staff_id, now=machine_now)
    if not await staff.roles(work, staff_id):
        await staff.leave(work, staff_id, now=machine_now)
        await staff_links.end_all(work, staff_id, now=machine_now)
    await _note(work, who, clinic, "staff.left", staff_id, cases=handed)


async def _refuse_last(work: works.Work, clinic_id: str, staff_id: str) -> None:
    if await staff.admins(work, clinic_id) == [staff_id]:
        raise errors.Conflict("console.staff.refused-last")


async def _clinic(work: works.Work, clinic_id: str) -> clinics.ClinicRow:
    found = await clinics.get(work, clinic_id)
    if found is None:
        raise errors.NotFound("console.sorry.not-found")
    return found


async def _note(
    work: works.Work, who: Actor, clinic: clinics.ClinicRow, action: str, staff_id: str, **detail: str | int
) -> None:
    is_staff = isinstance(who, access.Staff)
    await audits.add(
        work,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        at=clocks.machine(),
        actor="staff" if is_staff else "operator",
        staff_id=who.staff_id if isinstance(who, access.Staff) else None,
        action=action,
        detail={"of": staff_id, **detail},
    )


def _view(row: staff.StaffRow, clinic_id: str, roles: list[staff.RoleRow]) -> PersonView:
    here = next(each for each in roles if each.clinic_id == clinic_id)
    return PersonView(
        id=row.id,
        name=row.name,
        login=row.login,
        role=access.Role(here.role),
        others=tuple(each for each in roles if each.clinic_id != clinic_id),
        has_password=row.password_hash is not None,
        has_second=row.totp_since is not None,
        has_pin=row.pin_hash is not None,
        version=row.version,
    )
