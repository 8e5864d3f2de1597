"""A desk's own computer: enrolled by an admin, locked when nobody uses it, unlocked with a PIN by who works there."""

import dataclasses
import secrets
from datetime import datetime
from typing import Final

from reminderbot import errors
from reminderbot.services import access, audit, names, passwords, sign_ins
from reminderbot.store import sign_ins as rows
from reminderbot.store import staff, throttles
from reminderbot.store import work as works

TRIES: Final = 5
"""Wrong PINs after which a computer asks for a whole sign-in."""

LABEL: Final = 40  # characters


@dataclasses.dataclass(frozen=True)
class DeskView:
    """One enrolled computer; `name` is of whoever has unlocked or enrolled it last."""

    id: str
    label: str
    name: str
    since: datetime
    seen_at: datetime
    ends_at: datetime


async def enrol(
    work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, label: str, *, machine_now: datetime
) -> str:
    """Make this browser the desk's own; the admin's sign-in in it ends. Return the new cookie: it begins locked.

    Raises Invalid `console.staff.refused-label`.
    """
    cleaned = names.clean(label)
    if not 1 <= len(cleaned) <= LABEL:
        raise errors.Invalid("console.staff.refused-label")
    await sign_ins.end(work, sign_in, machine_now=machine_now)
    token = await sign_ins.begin(
        work,
        staff_id=who.staff_id,
        organisation_id=who.organisation_id,
        clinic_id=who.clinic_id,
        kind=sign_ins.Kind.DESK,
        machine_now=machine_now,
        label=cleaned,
    )
    await audit.note(work, who, "desk.enrolled")
    return token


async def list_(work: works.Work, who: access.Staff, *, machine_now: datetime) -> list[DeskView]:
    """Return the clinic's enrolled computers."""
    found = await rows.desks_of(work, who.clinic_id, now=machine_now)
    people = {row.staff_id: await staff.get(work, row.staff_id) for row in found}
    called = {id: row.name if row else "" for id, row in people.items()}
    return [
        DeskView(row.id, row.label, called[row.staff_id], row.created_at, row.seen_at, row.ends_at) for row in found
    ]


async def revoke(work: works.Work, who: access.Staff, desk_id: str, *, machine_now: datetime) -> None:
    """Let a computer be the desk's no more; another clinic's, or an old one, changes nothing."""
    if desk_id in {row.id for row in await rows.desks_of(work, who.clinic_id, now=machine_now)}:
        await rows.end(work, desk_id, now=machine_now)
        await audit.note(work, who, "desk.revoked")


async def people(work: works.Work, sign_in: sign_ins.SignIn) -> list[tuple[str, str]]:
    """Return who may unlock a computer with a PIN: id and name, by name."""
    found = await staff.of_clinic(work, sign_in.clinic_id)
    return sorted(((row.id, row.name) for row in found if row.pin_hash), key=lambda one: one[1].casefold())


async def is_spent(work: works.Work, sign_in: sign_ins.SignIn) -> bool:
    """Tell whether so many PINs were wrong that a whole sign-in is asked for."""
    found = await throttles.read(work, [_count(work, sign_in)])
    return any(row.failures >= TRIES for row in found)


async def check(
    store: works.Store, sign_in: sign_ins.SignIn, staff_id: str, pin: str, *, machine_now: datetime
) -> str | None:
    """Return the id of whoever's PIN was right; None if it was wrong. Outside of any visit, as `signing_in.check`.

    Raises NotAllowed `console.sign-in.refused-spent` after five wrong ones.
    """
    async with store.writing() as work:
        [row] = await throttles.locked(work, [_count(work, sign_in)], now=machine_now)
        if row.failures >= TRIES:
            raise errors.NotAllowed("console.sign-in.refused-spent")
        await throttles.set_(work, row.id, failures=row.failures + 1, now=machine_now, until=None)
    async with store.reading() as work:
        allowed = {id for id, _ in await people(work, sign_in)}
        row_ = await staff.get(work, staff_id) if staff_id in allowed else None
    is_right = await passwords.is_right(row_.pin_hash if row_ else None, pin)
    return staff_id if is_right else None


async def unlock(work: works.Work, sign_in: sign_ins.SignIn, staff_id: str | None, *, machine_now: datetime) -> str:
    """Unlock a computer for a person; return its new cookie. Raises Invalid `console.sign-in.refused-pin`."""
    row = await staff.get(work, staff_id) if staff_id else None
    roles = {each.clinic_id for each in await staff.roles(work, row.id)} if row else set()
    if row is None or row.left_at is not None or sign_in.clinic_id not in roles:
        raise errors.Invalid("console.sign-in.refused-pin")
    token = secrets.token_urlsafe(32)
    await rows.renew(work, sign_in.id, token, staff_id=row.id, locked_at=None, seen_at=machine_now, proven_at=None)
    await throttles.forget(work, _count(work, sign_in))
    who = access.Staff(row.id, row.organisation_id, sign_in.clinic_id, access.Role.DESK)
    await audit.note(work, who, "desk.unlocked")
    return token


async def trust_again(work: works.Work, sign_in: sign_ins.SignIn) -> None:
    """Let PINs be tried again: somebody has signed in whole at this computer."""
    await throttles.forget(work, _count(work, sign_in))


async def lock(work: works.Work, sign_in: sign_ins.SignIn, *, machine_now: datetime) -> None:
    """Lock a computer."""
    await rows.lock(work, sign_in.id, now=machine_now)


def _count(work: works.Work, sign_in: sign_ins.SignIn) -> bytes:
    return throttles.id_of(work, "desk", sign_in.id)
