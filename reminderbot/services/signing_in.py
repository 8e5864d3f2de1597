"""The way in: a password that is looked at in its turn, then the second factor, then a clinic (S5 to S8)."""

import dataclasses
import re
from datetime import datetime
from typing import Final

from reminderbot import errors
from reminderbot.services import access, audit, names, passwords, second_factor, sign_ins, throttling
from reminderbot.store import sign_ins as rows
from reminderbot.store import staff
from reminderbot.store import work as works

LOGIN: Final = re.compile(r"[a-z0-9._@+\-]{3,64}")
NEEDING: Final = frozenset({access.Role.ADMIN, access.Role.CLINICIAN})
"""Roles that ask for a second factor."""


@dataclasses.dataclass(frozen=True)
class Checked:
    """Whose password was right, by which hash; `rehashed` is one with today's parameters, where it had others."""

    staff_id: str
    hash: str = dataclasses.field(repr=False)
    rehashed: str | None = dataclasses.field(repr=False)


def login(text: str) -> str:
    """Return a login as it is looked up: without capitals and what cannot be seen."""
    return names.clean(text).casefold()[:64]


async def check(
    store: works.Store, given: str, password: str, *, address: str, machine_now: datetime
) -> Checked | None:
    """Return who signs in; None if nobody does, whether the login or the password is wrong.

    Outside of any visit: it opens its own, and none of them while a hash is made. The try is counted before. Raises
    NotAllowed `console.sign-in.refused-wait`, Conflict `console.sign-in.refused-busy`.
    """
    counts = [throttling.account(login(given)), throttling.address(address)]
    async with store.reading() as work:
        await throttling.refuse_early(work, counts, machine_now=machine_now)
    async with store.writing() as work:
        await throttling.take(work, counts, machine_now=machine_now)
    async with store.reading() as work:
        row = await staff.by_login(work, login(given))
    hash = row.password_hash if row and row.left_at is None else None
    if not await passwords.is_right(hash, password) or row is None or hash is None:
        return None
    rehashed = await passwords.hashed(password) if passwords.is_outdated(hash) else None
    return Checked(row.id, hash, rehashed)


async def enter(work: works.Work, checked: Checked | None, *, address: str, machine_now: datetime) -> tuple[str, bool]:
    """Begin a sign-in and return its cookie, and whether the second factor is still asked for.

    Raises Invalid `console.sign-in.refused`, one answer for an unknown login, a wrong password and one who left.
    """
    row = await staff.get(work, checked.staff_id) if checked else None
    clinic_id = await _clinic(work, row.id) if row else None
    if checked is None or row is None or clinic_id is None or row.password_hash != checked.hash:
        raise errors.Invalid("console.sign-in.refused")
    if checked.rehashed:
        await staff.is_rehashed(work, row.id, old=checked.hash, new=checked.rehashed)
    for counted in (throttling.account(row.login), throttling.address(address)):
        await throttling.give_back(work, counted, machine_now=machine_now)
    return await begin(work, row, clinic_id, machine_now=machine_now)


async def begin(
    work: works.Work,
    row: staff.StaffRow,
    clinic_id: str,
    *,
    machine_now: datetime,
    is_proven: bool = False,
    failed_codes: int = 0,
) -> tuple[str, bool]:
    """Begin a sign-in of somebody whose password is known to be right; returns as `enter` does.

    What was tried in vain before stands in the audit once it is whole, and is forgiven then.
    """
    roles = {access.Role(each.role) for each in await staff.roles(work, row.id)}
    is_half = not is_proven and (row.totp_since is not None or bool(roles & NEEDING))
    token = await sign_ins.begin(
        work,
        staff_id=row.id,
        organisation_id=row.organisation_id,
        clinic_id=clinic_id,
        kind=sign_ins.Kind.HALF if is_half else sign_ins.Kind.FULL,
        machine_now=machine_now,
        is_proven=is_proven,
    )
    if not is_half:
        account = throttling.account(row.login)
        failed = await throttling.failures(work, account)
        await throttling.forgive(work, account)
        await _noted(work, row, clinic_id, failed=failed, failed_codes=failed_codes)
    return token, is_half


async def welcomed(work: works.Work, row: staff.StaffRow, *, machine_now: datetime) -> tuple[str, bool]:
    """Begin the sign-in of somebody who has just set a password by a link; returns as `enter` does."""
    clinic_id = await _clinic(work, row.id)
    if clinic_id is None:
        raise errors.NotFound("console.sign-in.refused-link")
    fresh = await person(work, row.id)
    begun = await begin(work, fresh, clinic_id, machine_now=machine_now)
    await audit.note(work, await _who(work, fresh, clinic_id), "me.password", way="link")
    return begun


async def person(work: works.Work, staff_id: str) -> staff.StaffRow:
    """Return somebody who is signed in."""
    row = await staff.get(work, staff_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return row


async def count_code(store: works.Store, staff_id: str, *, machine_now: datetime) -> None:
    """Count one try of a code, in a visit of its own; raises as `throttling.take`."""
    async with store.writing() as work:
        await throttling.take(work, [throttling.second(staff_id)], machine_now=machine_now)


async def finish(work: works.Work, sign_in: sign_ins.SignIn, code: str, *, machine_now: datetime) -> str:
    """Give the second factor: the half sign-in ends, a full one begins, and its cookie is returned.

    Raises Invalid `console.sign-in.refused-code`.
    """
    failed = await _failed_codes(work, sign_in.staff_id)
    row = await given(work, sign_in.staff_id, code, machine_now=machine_now)
    return await _full(work, sign_in, row, machine_now=machine_now, failed_codes=failed)


async def finish_set_up(
    work: works.Work, sign_in: sign_ins.SignIn, seed: str, code: str, *, machine_now: datetime
) -> tuple[str, list[str]]:
    """Put a first second factor into force and go on as `finish`; return the cookie and the recovery codes.

    Raises Invalid `console.sign-in.refused-code`; Conflict `console.sign-in.refused-has` if there is one already.
    """
    row = await staff.get(work, sign_in.staff_id, lock=True)
    if row is None or row.totp_since is not None:
        raise errors.Conflict("console.sign-in.refused-has")
    codes = await second_factor.set_up(work, row, seed, code, machine_now=machine_now)
    failed = await _failed_codes(work, row.id)
    await throttling.forgive(work, throttling.second(row.id))
    return await _full(work, sign_in, row, machine_now=machine_now, failed_codes=failed), codes


async def given(work: works.Work, staff_id: str, code: str, *, machine_now: datetime) -> staff.StaffRow:
    """Return a person who has given a right code; Invalid `console.sign-in.refused-code`."""
    row = await person(work, staff_id)
    if not await second_factor.is_given(work, row, code, machine_now=machine_now):
        raise errors.Invalid("console.sign-in.refused-code")
    await throttling.forgive(work, throttling.second(staff_id))
    return row


async def prove_again(work: works.Work, sign_in: sign_ins.SignIn, code: str, *, machine_now: datetime) -> None:
    """Give the second factor anew, for what asks for it again (S20).

    Raises Invalid `console.sign-in.refused-none` for who has none, NotAllowed `console.me.refused-desk` at a desk's
    own computer, Invalid `console.sign-in.refused-code`.
    """
    refuse_desk(sign_in)
    row = await person(work, sign_in.staff_id)
    if row.totp_since is None:
        raise errors.Invalid("console.sign-in.refused-none")
    failed = await _failed_codes(work, row.id)
    await given(work, row.id, code, machine_now=machine_now)
    await rows.set_proven(work, sign_in.id, now=machine_now)
    if sign_in.who is not None:
        await audit.note(work, sign_in.who, "me.proved", failed_codes=failed)


def refuse_desk(sign_in: sign_ins.SignIn) -> None:
    """Raise Invalid `console.me.refused-desk` at a desk's own computer, where only a PIN was asked for."""
    if sign_in.kind is not sign_ins.Kind.FULL:
        raise errors.Invalid("console.me.refused-desk")


async def clinics_of(work: works.Work, who: access.Staff) -> list[staff.RoleRow]:
    """Return the clinics that a person works in, each with the role."""
    return await staff.roles(work, who.staff_id)


async def switch(work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, clinic_id: str) -> str:
    """Work in another clinic from now on; return the new cookie. Invalid `console.sign-in.refused-clinic`."""
    refuse_desk(sign_in)
    if clinic_id not in {each.clinic_id for each in await staff.roles(work, who.staff_id)}:
        raise errors.Invalid("console.sign-in.refused-clinic")
    token = await sign_ins.renew(work, sign_in, clinic_id=clinic_id)
    await audit.note(work, dataclasses.replace(who, clinic_id=clinic_id), "signed-in", way="other clinic")
    return token


async def _full(
    work: works.Work, sign_in: sign_ins.SignIn, row: staff.StaffRow, *, machine_now: datetime, failed_codes: int
) -> str:
    clinic_id = await _clinic(work, row.id)
    if clinic_id is None:
        raise errors.Invalid("console.sign-in.refused")
    await sign_ins.end(work, sign_in, machine_now=machine_now)
    told = {"is_proven": True, "failed_codes": failed_codes}
    token, _ = await begin(work, row, clinic_id, machine_now=machine_now, **told)  # type: ignore[arg-type]
    return token


async def _failed_codes(work: works.Work, staff_id: str) -> int:
    """Return how many codes were wrong before this one, which was counted too before it was looked at."""
    return max(await throttling.failures(work, throttling.second(staff_id)) - 1, 0)


async def _clinic(work: works.Work, staff_id: str) -> str | None:
    """Return the clinic to begin in: the one of the last sign-in, else the first by name."""
    theirs = [each.clinic_id for each in await staff.roles(work, staff_id)]
    last = await staff.last_clinic(work, staff_id)
    return last if last in theirs else next(iter(theirs), None)


async def _noted(work: works.Work, row: staff.StaffRow, clinic_id: str, *, failed: int, failed_codes: int) -> None:
    who = await _who(work, row, clinic_id)
    await audit.note(work, who, "signed-in", failed=failed, failed_codes=failed_codes)


async def _who(work: works.Work, row: staff.StaffRow, clinic_id: str) -> access.Staff:
    roles = {each.clinic_id: each.role for each in await staff.roles(work, row.id)}
    return access.Staff(row.id, row.organisation_id, clinic_id, access.Role(roles[clinic_id]))
