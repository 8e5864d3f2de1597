"""Who is signed in: begun, found by a cookie within idle and absolute limits, ended (S5)."""

import dataclasses
import secrets
from datetime import datetime, timedelta

from reminderbot import errors
from reminderbot.services import access, audit
from reminderbot.store import sign_ins
from reminderbot.store import work as works

Kind = sign_ins.Kind

IDLE = timedelta(hours=1)
"""A sign-in that was not used for so long has ended."""

LOCKED = timedelta(minutes=15)
"""A desk's own computer that was not used for so long is locked."""

LIFE = {Kind.HALF: timedelta(minutes=10), Kind.FULL: timedelta(hours=12), Kind.DESK: timedelta(days=30)}
"""How long each kind lasts at most."""

NOTED = timedelta(minutes=1)
"""Use is noted no more often than this, so that reading pages does not write."""


@dataclasses.dataclass(frozen=True)
class SignIn:
    """A browser in which somebody is signed in; `who` is None until the second factor is given, or while locked."""

    id: str
    staff_id: str
    kind: Kind
    who: access.Staff | None
    name: str = dataclasses.field(repr=False)
    clinic_id: str
    clinic_name: str
    language: str
    seen_at: datetime
    proven_at: datetime | None
    is_locked: bool
    is_live: bool
    has_several: bool  # clinics in which they have a role


async def begin(
    work: works.Work,
    *,
    staff_id: str,
    organisation_id: str,
    clinic_id: str,
    kind: Kind,
    machine_now: datetime,
    is_proven: bool = True,
    label: str = "",
) -> str:
    """Begin a sign-in under a new random token, which is returned and kept nowhere: it is the cookie.

    A desk's own computer begins locked. `is_proven`: the second factor was given just now.
    """
    token = secrets.token_urlsafe(32)
    await sign_ins.add(
        work,
        token=token,
        staff_id=staff_id,
        organisation_id=organisation_id,
        clinic_id=clinic_id,
        kind=kind,
        now=machine_now,
        ends_at=machine_now + LIFE[kind],
        proven_at=machine_now if kind is Kind.FULL and is_proven else None,
        locked_at=machine_now if kind is Kind.DESK else None,
        label=label,
    )
    return token


async def find(work: works.Work, token: str, *, machine_now: datetime) -> SignIn | None:
    """Return the sign-in of a cookie, live or not; None for a cookie that was never ours."""
    row = await sign_ins.by_token(work, token)
    if row is None:
        return None
    is_live = row.ended_at is None and machine_now < row.ends_at
    is_locked = row.locked_at is not None
    if row.kind is Kind.DESK:  # the computer stays the desk's, whoever has unlocked it and is gone
        is_locked = is_locked or machine_now - row.seen_at > LOCKED or row.role is None or row.left_at is not None
    else:
        is_live = is_live and row.left_at is None and row.role is not None and machine_now - row.seen_at <= IDLE
    return SignIn(
        id=row.id,
        staff_id=row.staff_id,
        kind=row.kind,
        who=_who(row) if is_live and not is_locked else None,
        name=row.name,
        clinic_id=row.clinic_id,
        clinic_name=row.clinic_name,
        language=row.language,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        is_locked=is_locked,
        is_live=is_live,
        has_several=row.clinics > 1,
    )


async def note_use(work: works.Work, sign_in_id: str, *, machine_now: datetime) -> None:
    """Note that a sign-in is in use."""
    await sign_ins.touch(work, sign_in_id, now=machine_now, after=NOTED)


async def end(work: works.Work, sign_in: SignIn, *, machine_now: datetime) -> None:
    """Sign out."""
    await sign_ins.end(work, sign_in.id, now=machine_now)


async def end_own(work: works.Work, who: access.Staff, sign_in_id: str, *, machine_now: datetime) -> None:
    """End another of one's own sign-ins; somebody else's id, or an old one, changes nothing."""
    own = await own_list(work, who, machine_now=machine_now)
    if sign_in_id in {each.id for each in own}:
        await sign_ins.end(work, sign_in_id, now=machine_now)
        await audit.note(work, who, "sign-in.ended")


async def own_list(work: works.Work, who: access.Staff, *, machine_now: datetime) -> list[sign_ins.OpenRow]:
    """Return the browsers in which a person is signed in, the latest first."""
    return await sign_ins.open_of(work, who.staff_id, now=machine_now, seen_after=machine_now - IDLE)


async def renew(work: works.Work, sign_in: SignIn, *, clinic_id: str | None = None) -> str:
    """Return a new token for a sign-in whose rights have changed; it works in `clinic_id` from now on.

    Conflict `console.refusal.old` if it has ended meanwhile: of two changes of a password at once, one is made.
    """
    token = secrets.token_urlsafe(32)
    if not await sign_ins.renew(work, sign_in.id, token, clinic_id=clinic_id or sign_in.clinic_id):
        raise errors.Conflict("console.refusal.old")
    return token


def prove(sign_in: SignIn, *, within: timedelta, machine_now: datetime) -> None:
    """Raise NotAllowed `console.refusal.prove` unless the second factor was given within a time (S20)."""
    if sign_in.proven_at is None or machine_now - sign_in.proven_at > within:
        raise errors.NotAllowed("console.refusal.prove")


def _who(row: sign_ins.SignInRow) -> access.Staff | None:
    if row.kind is Kind.HALF or row.role is None:
        return None
    role = access.Role.DESK if row.kind is Kind.DESK else access.Role(row.role)
    return access.Staff(row.staff_id, row.organisation_id, row.clinic_id, role)
