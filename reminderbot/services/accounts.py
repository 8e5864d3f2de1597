"""A person's own account: name and language, password, PIN, second factor and recovery codes."""

import dataclasses
from datetime import datetime, timedelta

from reminderbot import errors
from reminderbot.services import access, audit, links, names, passwords, second_factor, sign_ins, signing_in, throttling
from reminderbot.store import sign_ins as rows
from reminderbot.store import staff
from reminderbot.store import work as works

PROVEN = timedelta(minutes=10)
"""How long a second factor that was given serves for changing it."""


@dataclasses.dataclass(frozen=True)
class AccountView:
    """What one sees of oneself."""

    name: str = dataclasses.field(repr=False)
    login: str = dataclasses.field(repr=False)
    language: str
    has_second: bool
    codes_left: int
    has_pin: bool


async def mine(work: works.Work, who: access.Staff) -> AccountView:
    """Return one's own account."""
    row = await signing_in.person(work, who.staff_id)
    left = await staff.recovery_left(work, row.id)
    has_second, has_pin = row.totp_since is not None, row.pin_hash is not None
    return AccountView(row.name, row.login, row.language, has_second, left, has_pin)


async def set_name(
    work: works.Work, who: access.Staff, *, name: str, language: str, languages: tuple[str, ...]
) -> None:
    """Change one's own name and language; Invalid `refusal.name`, `refusal.unknown_language`."""
    if language not in languages:
        raise errors.Invalid("refusal.unknown_language")
    await staff.set_name(work, who.staff_id, name=names.name(name), language=language)
    await audit.note(work, who, "me.name")


async def is_own_password(
    store: works.Store, sign_in: sign_ins.SignIn, password: str, *, machine_now: datetime
) -> bool:
    """Tell whether one's own password was given again. Outside of any visit; the try is counted before.

    Raises Invalid `console.me.refused-desk`, and as `throttling.take`.
    """
    signing_in.refuse_desk(sign_in)
    async with store.writing() as work:
        await throttling.take(work, [throttling.own(sign_in.staff_id)], machine_now=machine_now)
    async with store.reading() as work:
        row = await signing_in.person(work, sign_in.staff_id)
    return await passwords.is_right(row.password_hash, password)


async def refuse_new_password(store: works.Store, staff_id: str, password: str, again: str) -> None:
    """Raise Invalid for a new password of one's own that is not taken. Outside of any visit."""
    async with store.reading() as work:
        links.refuse_password(await signing_in.person(work, staff_id), password, again)


async def has_second(work: works.Work, staff_id: str) -> bool:
    """Tell whether a person has a second factor."""
    return (await signing_in.person(work, staff_id)).totp_since is not None


async def set_password(
    work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, hash: str, *, machine_now: datetime
) -> str:
    """Change one's own password: every other sign-in ends, this one gets the cookie that is returned."""
    await staff.set_password(work, who.staff_id, hash)
    return await _others_ended(work, sign_in, who, "me.password", machine_now)


async def set_pin(work: works.Work, who: access.Staff, hash: str) -> None:
    """Change the PIN with which one unlocks the desk's own computer."""
    await staff.set_pin(work, who.staff_id, hash)
    await throttling.forgive(work, throttling.own(who.staff_id))
    await audit.note(work, who, "me.pin")


async def set_second_factor(
    work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, seed: str, code: str, *, machine_now: datetime
) -> tuple[str, list[str]]:
    """Put another second factor into force: other sign-ins end. Return this one's new cookie and recovery codes.

    Whoever has one already has given its code in the last minutes, else NotAllowed `console.refusal.prove`.
    """
    signing_in.refuse_desk(sign_in)
    row = await staff.get(work, who.staff_id, lock=True)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    prove(sign_in, has_second=row.totp_since is not None, machine_now=machine_now)
    codes = await second_factor.set_up(work, row, seed, code, machine_now=machine_now)
    token = await _others_ended(work, sign_in, who, "me.second", machine_now)
    await rows.set_proven(work, sign_in.id, now=machine_now)
    return token, codes


async def new_codes(
    work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, *, machine_now: datetime
) -> list[str]:
    """Return new recovery codes; Invalid `console.sign-in.refused-none` for who has no second factor."""
    row = await signing_in.person(work, who.staff_id)
    if row.totp_since is None:
        raise errors.Invalid("console.sign-in.refused-none")
    signing_in.refuse_desk(sign_in)
    prove(sign_in, has_second=True, machine_now=machine_now)
    codes = await second_factor.new_codes(work, row)
    await audit.note(work, who, "me.codes")
    return codes


async def end_sign_in(
    work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, id: str, *, machine_now: datetime
) -> None:
    """End another of one's own sign-ins; who has a second factor has given it again (ASVS 7.5.2).

    Raises Invalid `console.me.refused-desk`, and as `sign_ins.prove`.
    """
    signing_in.refuse_desk(sign_in)
    prove(sign_in, has_second=await has_second(work, who.staff_id), machine_now=machine_now)
    await sign_ins.end_own(work, who, id, machine_now=machine_now)


def prove(sign_in: sign_ins.SignIn, *, has_second: bool, machine_now: datetime) -> None:
    """Ask for the second factor again, of whoever has one."""
    if has_second:
        sign_ins.prove(sign_in, within=PROVEN, machine_now=machine_now)


async def _others_ended(
    work: works.Work, sign_in: sign_ins.SignIn, who: access.Staff, action: str, machine_now: datetime
) -> str:
    await throttling.forgive(work, throttling.own(who.staff_id))
    await rows.end_all(work, who.staff_id, now=machine_now, but=sign_in.id)
    token = await sign_ins.renew(work, sign_in)
    await audit.note(work, who, action)
    return token
