"""Sign-ins: a browser in which somebody of the staff is signed in, found by the hash of its cookie (S5)."""

import dataclasses
import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_s = tables.sign_ins.c


class Kind(StrEnum):
    """How far somebody is signed in."""

    HALF = "half"  # the second factor is still asked for
    FULL = "full"
    DESK = "desk"  # a desk's own computer, with desk rights


@dataclasses.dataclass(frozen=True)
class SignInRow:
    """A sign-in with the person and the role it stands for; `role` is None where they have none in the clinic."""

    id: str
    staff_id: str
    organisation_id: str
    clinic_id: str
    clinic_name: str
    kind: Kind
    role: str | None
    name: str = dataclasses.field(repr=False)
    language: str
    seen_at: datetime
    ends_at: datetime
    proven_at: datetime | None
    locked_at: datetime | None
    ended_at: datetime | None
    left_at: datetime | None
    clinics: int  # in how many they have a role


@dataclasses.dataclass(frozen=True)
class OpenRow:
    """One that has not ended, as a list of them shows it."""

    id: str
    kind: Kind
    staff_id: str
    clinic_name: str
    label: str = dataclasses.field(repr=False)
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


def token_hash(token: str) -> bytes:
    """Return what is kept of a token that was drawn at random: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


async def add(
    work: Work,
    *,
    token: str,
    staff_id: str,
    organisation_id: str,
    clinic_id: str,
    kind: Kind,
    now: datetime,
    ends_at: datetime,
    proven_at: datetime | None = None,
    locked_at: datetime | None = None,
    label: str = "",
) -> str:
    """Add a sign-in and return its id; `now` is the machine's. `label` says which computer it is."""
    id = tables.new_id()
    row = insert(tables.sign_ins).values(
        id=id,
        organisation_id=organisation_id,
        token_hash=token_hash(token),
        staff_id=staff_id,
        clinic_id=clinic_id,
        kind=kind,
        created_at=now,
        seen_at=now,
        ends_at=ends_at,
        proven_at=proven_at,
        locked_at=locked_at,
        label=work.system.seal(label, table="sign_ins", row=id, column="label") if label else None,
    )
    await work.run(row)
    return id


async def by_token(work: Work, token: str) -> SignInRow | None:
    """Return the sign-in behind a cookie, ended or not."""
    staff, roles, clinics = tables.staff, tables.staff_roles, tables.clinics
    others = roles.alias()
    role = (roles.c.staff_id == _s.staff_id) & (roles.c.clinic_id == _s.clinic_id)
    joined = (
        tables.sign_ins.join(staff, staff.c.id == _s.staff_id)
        .join(clinics, clinics.c.id == _s.clinic_id)
        .outerjoin(roles, role)
    )
    query = select(
        *(tables.sign_ins.c[name] for name in _OWN),
        staff.c.organisation_id,
        staff.c.key_id,
        staff.c.name.label("sealed_name"),
        staff.c.language,
        staff.c.left_at,
        clinics.c.name.label("clinic_name"),
        roles.c.role,
        select(func.count()).where(others.c.staff_id == _s.staff_id).scalar_subquery().label("clinics"),
    ).select_from(joined)
    row = (await work.run(query.where(_s.token_hash == token_hash(token)))).first()
    return await _opened(work, row) if row else None


async def touch(work: Work, id: str, *, now: datetime, after: timedelta) -> None:
    """Note that a sign-in was in use at `now`, unless that was noted within `after`."""
    stale = (_s.id == id) & (_s.seen_at < now - after) & _s.ended_at.is_(None)
    await work.run(update(tables.sign_ins).where(stale).values(seen_at=now))


async def end(work: Work, id: str, *, now: datetime) -> None:
    """End one sign-in."""
    await work.run(update(tables.sign_ins).where(_s.id == id, _s.ended_at.is_(None)).values(ended_at=now))


async def end_all(work: Work, staff_id: str, *, now: datetime, but: str | None = None) -> None:
    """End every sign-in of a person, but one; desks' own computers that they have unlocked are locked."""
    theirs = (_s.staff_id == staff_id) & _s.ended_at.is_(None)
    desks = theirs & (_s.kind == Kind.DESK) & _s.locked_at.is_(None)
    await work.run(update(tables.sign_ins).where(desks).values(locked_at=now, proven_at=None))
    own = theirs & (_s.kind != Kind.DESK)
    if but is not None:
        own &= _s.id != but
    await work.run(update(tables.sign_ins).where(own).values(ended_at=now))


async def renew(work: Work, id: str, token: str, **changed: Any) -> bool:
    """Give a sign-in another token: the cookie before opens nothing any more. False for one that has ended."""
    own = update(tables.sign_ins).where(_s.id == id, _s.ended_at.is_(None))
    return (await work.run(own.values(token_hash=token_hash(token), **changed))).rowcount == 1


async def set_proven(work: Work, id: str, *, now: datetime) -> None:
    """Note that the second factor was given."""
    await work.run(update(tables.sign_ins).where(_s.id == id).values(proven_at=now))


async def lock(work: Work, id: str, *, now: datetime) -> None:
    """Lock a desk's computer."""
    desk = (_s.id == id) & (_s.kind == Kind.DESK) & _s.locked_at.is_(None)
    await work.run(update(tables.sign_ins).where(desk).values(locked_at=now, proven_at=None))


async def open_of(work: Work, staff_id: str, *, now: datetime, seen_after: datetime) -> list[OpenRow]:
    """Return a person's own sign-ins that have not ended, the latest first."""
    own = (_s.staff_id == staff_id) & (_s.kind == Kind.FULL) & (_s.seen_at > seen_after)
    return await _open(work, own, now=now)


async def desks_of(work: Work, clinic_id: str, *, now: datetime) -> list[OpenRow]:
    """Return the enrolled computers of a clinic's desk."""
    return await _open(work, (_s.clinic_id == clinic_id) & (_s.kind == Kind.DESK), now=now)


async def _open(work: Work, condition: ColumnElement[bool], *, now: datetime) -> list[OpenRow]:
    clinics = tables.clinics
    columns = (_s.id, _s.kind, _s.staff_id, _s.label, _s.created_at, _s.seen_at, _s.ends_at)
    query = select(*columns, clinics.c.name.label("clinic_name")).join_from(
        tables.sign_ins, clinics, clinics.c.id == _s.clinic_id
    )
    live = query.where(condition, _s.ended_at.is_(None), _s.ends_at > now).order_by(_s.created_at.desc())
    found = []
    for row in (await work.run(live)).mappings():
        cell, id = row["label"], row["id"]
        label = work.system.open(cell, table="sign_ins", row=id, column="label") if cell else ""
        found.append(OpenRow(**{**row, "kind": Kind(row["kind"]), "label": label}))
    return found


_OWN = ("id", "staff_id", "clinic_id", "kind", "seen_at", "ends_at", "proven_at", "locked_at", "ended_at")


async def _opened(work: Work, row: Any) -> SignInRow:
    key = await work.key(row.key_id)
    sealed = row.sealed_name
    name = key.open(sealed, table="staff", row=row.staff_id, column="name") if key and sealed else ""
    own = {name: getattr(row, name) for name in _OWN if name != "kind"}
    return SignInRow(
        **own,
        kind=Kind(row.kind),
        organisation_id=row.organisation_id,
        clinic_name=row.clinic_name,
        role=row.role,
        name=name,
        language=row.language,
        left_at=row.left_at,
        clinics=row.clinics,
    )
