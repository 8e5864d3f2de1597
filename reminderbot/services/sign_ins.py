"""Who is signed in: begun, found by a cookie within idle and absolute limits, ended (S5)."""

import dataclasses
import secrets
from datetime import datetime, timedelta

from reminderbot import errors
from reminderbot.services import access
from reminderbot.store import sign_ins
from reminderbot.store import work as works

Kind = sign_ins.Kind

IDLE = timedelta(hours=1)
"""A sign-in that was not used for so long has ended; a desk's own computer is locked by its page sooner."""

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
    clinic_name: str
    language: str
    seen_at: datetime
    proven_at: datetime | None
    is_locked: bool
    is_live: bool


async def begin(
    work: works.Work,
    *,
    staff_id: str,
    organisation_id: str,
    clinic_id: str,
    kind: Kind,
    machine_now: datetime,
) -> str:
    """Begin a sign-in under a new random token, which is returned and kept nowhere: it is the cookie."""
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
        proven_at=machine_now if kind is Kind.FULL else None,
    )
    return token


async def find(work: works.Work, token: str, *, machine_now: datetime) -> SignIn | None:
    """Return the sign-in of a cookie, live or not; None for a cookie that was never ours."""
    row = await sign_ins.by_token(work, token)
    if row is None:
        return None
    idle = row.kind is not Kind.DESK and machine_now - row.seen_at > IDLE
    is_live = row.ended_at is None and row.left_at is None and row.role is not None
    is_live = is_live and machine_now < row.ends_at and not idle
    return SignIn(
        id=row.id,
        staff_id=row.staff_id,
        kind=row.kind,
        who=_who(row) if is_live else None,
        name=row.name,
        clinic_name=row.clinic_name,
        language=row.language,
        seen_at=row.seen_at,
        proven_at=row.proven_at,
        is_locked=row.locked_at is not None,
        is_live=is_live,
    )


async def note_use(work: works.Work, sign_in_id: str, *, machine_now: datetime) -> None:
    """Note that a sign-in is in use."""
    await sign_ins.touch(work, sign_in_id, now=machine_now, after=NOTED)


async def end(work: works.Work, sign_in: SignIn, *, machine_now: datetime) -> None:
    """Sign out."""
    await sign_ins.end(work, sign_in.id, now=machine_now)


def prove(sign_in: SignIn, *, within: timedelta, machine_now: datetime) -> None:
    """Raise NotAllowed `console.refusal.prove` unless the second factor was given within a time (S20)."""
    if sign_in.proven_at is None or machine_now - sign_in.proven_at > within:
        raise errors.NotAllowed("console.refusal.prove")


def _who(row: sign_ins.SignInRow) -> access.Staff | None:
    if row.kind is Kind.HALF or row.locked_at is not None or row.role is None:
        return None
    role = access.Role.DESK if row.kind is Kind.DESK else access.Role(row.role)
    return access.Staff(row.staff_id, row.organisation_id, row.clinic_id, role)
