"""Staff: who works in which clinic and as what, their passwords, PINs and second factors (S7, S8)."""

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_s = tables.staff.c
_r = tables.staff_roles.c


@dataclasses.dataclass(frozen=True)
class StaffRow:
    """A person of the staff, opened; `seed` is the second factor's, in force once `totp_since` stands."""

    id: str
    organisation_id: str
    login: str = dataclasses.field(repr=False)
    name: str = dataclasses.field(repr=False)
    language: str
    password_hash: str | None = dataclasses.field(repr=False)
    pin_hash: str | None = dataclasses.field(repr=False)
    seed: str | None = dataclasses.field(repr=False)
    totp_since: datetime | None
    version: int
    created_at: datetime
    left_at: datetime | None


@dataclasses.dataclass(frozen=True)
class RoleRow:
    """What a person is in one clinic."""

    staff_id: str
    clinic_id: str
    clinic_name: str
    role: str


async def add(work: Work, *, organisation_id: str, login: str, name: str, language: str, now: datetime) -> str:
    """Add a person who has no password and no role yet; return the id. The login must be free."""
    key, id = await work.new_key("staff"), tables.new_id()
    row = insert(tables.staff).values(
        id=id,
        organisation_id=organisation_id,
        key_id=key.id,
        login_index=_login_index(work, login),
        login=key.seal(login, table="staff", row=id, column="login"),
        name=key.seal(name, table="staff", row=id, column="name"),
        language=language,
        created_at=now,
    )
    await work.run(row)
    return id


async def get(work: Work, staff_id: str, *, lock: bool = False) -> StaffRow | None:
    """Return a person; with `lock` others who change them wait."""
    return await _one(work, _s.id == staff_id, lock=lock)


async def by_login(work: Work, login: str) -> StaffRow | None:
    """Return whoever signs in with a login."""
    return await _one(work, _s.login_index == _login_index(work, login), lock=False)


async def of_clinic(work: Work, clinic_id: str) -> list[StaffRow]:
    """Return everybody who has a role in a clinic."""
    theirs = select(_r.staff_id).where(_r.clinic_id == clinic_id)
    rows = (await work.run(select(tables.staff).where(_s.id.in_(theirs), _s.left_at.is_(None)))).all()
    return [await _opened(work, row) for row in rows]


async def every(work: Work) -> list[StaffRow]:
    """Return everybody who has not left, of every clinic."""
    rows = (await work.run(select(tables.staff).where(_s.left_at.is_(None)))).all()
    return [await _opened(work, row) for row in rows]


async def roles(work: Work, staff_id: str) -> list[RoleRow]:
    """Return what a person is in which clinic, by the clinic's name."""
    return await _roles(work, _r.staff_id == staff_id)


async def roles_of(work: Work, staff_ids: list[str]) -> list[RoleRow]:
    """Return what several people are in which clinic."""
    return await _roles(work, _r.staff_id.in_(staff_ids))


async def admins(work: Work, clinic_id: str) -> list[str]:
    """Return the ids of a clinic's admins, locked: two who leave at once do so one after the other."""
    theirs = select(_r.staff_id).where(_r.clinic_id == clinic_id, _r.role == "admin").order_by(_r.staff_id)
    return list((await work.run(theirs.with_for_update())).scalars())


async def set_role(
    work: Work, *, staff_id: str, clinic_id: str, organisation_id: str, role: str | None, now: datetime
) -> None:
    """Let a person be `role` in a clinic; None: nothing any more."""
    await work.run(delete(tables.staff_roles).where(_r.staff_id == staff_id, _r.clinic_id == clinic_id))
    if role is not None:
        row = {"staff_id": staff_id, "clinic_id": clinic_id, "organisation_id": organisation_id}
        await work.run(insert(tables.staff_roles).values(**row, role=role, since=now))
    await work.run(update(tables.staff).where(_s.id == staff_id).values(version=_s.version + 1))


async def set_name(work: Work, staff_id: str, *, name: str, language: str) -> None:
    """Keep another name and language."""
    key = await work.key((await work.run(select(_s.key_id).where(_s.id == staff_id))).scalar_one())
    sealed = key.seal(name, table="staff", row=staff_id, column="name") if key else None
    await _set(work, staff_id, {"name": sealed, "language": language})


async def set_password(work: Work, staff_id: str, hash: str) -> None:
    """Keep the hash of another password."""
    await _set(work, staff_id, {"password_hash": hash})


async def set_pin(work: Work, staff_id: str, hash: str | None) -> None:
    """Keep the hash of another PIN."""
    await _set(work, staff_id, {"pin_hash": hash})


async def is_rehashed(work: Work, staff_id: str, *, old: str, new: str) -> bool:
    """Replace a hash by one of the same password; False if the password was changed meanwhile."""
    same = (_s.id == staff_id) & (_s.password_hash == old)
    return (await work.run(update(tables.staff).where(same).values(password_hash=new))).rowcount == 1


async def set_second_factor(work: Work, staff_id: str, *, seed: str | None, step: int | None, now: datetime) -> None:
    """Keep another seed, whose code of `step` has just been used; None: no second factor any more."""
    key = await work.key((await work.run(select(_s.key_id).where(_s.id == staff_id))).scalar_one())
    sealed = key.seal(seed, table="staff", row=staff_id, column="totp") if key and seed else None
    await _set(work, staff_id, {"totp": sealed, "totp_step": step, "totp_since": now if sealed else None})


async def is_step_used_up(work: Work, staff_id: str, step: int) -> bool:
    """Use up the code of a time step and all before it; False if one of them was used already."""
    fresh = (_s.id == staff_id) & or_(_s.totp_step.is_(None), _s.totp_step < step)
    return (await work.run(update(tables.staff).where(fresh).values(totp_step=step))).rowcount == 1


async def leave(work: Work, staff_id: str, *, now: datetime) -> None:
    """Let a person be gone: no password, no PIN, no second factor, no recovery codes, no chat that gets alerts."""
    codes = tables.recovery_codes
    await work.run(delete(codes).where(codes.c.staff_id == staff_id))
    gone = dict.fromkeys(("password_hash", "pin_hash", "totp", "totp_step", "totp_since", "chat_id"))
    await _set(work, staff_id, {**gone, "left_at": now})


async def come_back(work: Work, staff_id: str) -> None:
    """Let somebody who had left be of the staff again."""
    await _set(work, staff_id, {"left_at": None})


async def last_clinic(work: Work, staff_id: str) -> str | None:
    """Return the clinic that a person worked in when they signed in last."""
    i = tables.sign_ins.c
    query = select(i.clinic_id).where(i.staff_id == staff_id).order_by(i.created_at.desc()).limit(1)
    found: str | None = (await work.run(query)).scalar_one_or_none()
    return found


async def add_recovery(work: Work, staff_id: str, organisation_id: str, codes: list[str]) -> None:
    """Keep these recovery codes, by keyed hashes, in place of all before."""
    c = tables.recovery_codes
    await work.run(delete(c).where(c.c.staff_id == staff_id))
    own = {"staff_id": staff_id, "organisation_id": organisation_id}
    rows = [{"id": tables.new_id(), **own, "code_hash": _recovery_hash(work, staff_id, code)} for code in codes]
    if rows:
        await work.run(insert(c), rows)


async def is_recovery_used_up(work: Work, staff_id: str, code: str, *, now: datetime) -> bool:
    """Use up a recovery code; False if it is none of theirs, or was used."""
    c = tables.recovery_codes.c
    unused = (c.staff_id == staff_id) & (c.code_hash == _recovery_hash(work, staff_id, code)) & c.used_at.is_(None)
    return (await work.run(update(tables.recovery_codes).where(unused).values(used_at=now))).rowcount == 1


async def recovery_left(work: Work, staff_id: str) -> int:
    """Return how many recovery codes a person has left."""
    c = tables.recovery_codes.c
    query = select(func.count()).where(c.staff_id == staff_id, c.used_at.is_(None))
    return int((await work.run(query)).scalar_one())


def _login_index(work: Work, login: str) -> bytes:
    return work.index.of("login", login)


def _recovery_hash(work: Work, staff_id: str, code: str) -> bytes:
    return work.index.of("recovery", f"{staff_id}|{code}")


async def _set(work: Work, staff_id: str, values: Mapping[str, Any]) -> None:
    await work.run(update(tables.staff).where(_s.id == staff_id).values(**values, version=_s.version + 1))


async def _one(work: Work, condition: ColumnElement[bool], *, lock: bool) -> StaffRow | None:
    query = select(tables.staff).where(condition)
    row = (await work.run(query.with_for_update() if lock else query)).first()
    return await _opened(work, row) if row else None


async def _roles(work: Work, condition: ColumnElement[bool]) -> list[RoleRow]:
    clinics = tables.clinics
    query = select(_r.staff_id, _r.clinic_id, clinics.c.name.label("clinic_name"), _r.role)
    joined = query.select_from(tables.staff_roles.join(clinics, clinics.c.id == _r.clinic_id)).where(condition)
    found = await work.run(joined.order_by(clinics.c.name, clinics.c.id))
    return [RoleRow(**row) for row in found.mappings()]


async def _opened(work: Work, row: Any) -> StaffRow:
    key = await work.key(row.key_id)

    def open(column: str) -> str:
        cell = getattr(row, column)
        return key.open(cell, table="staff", row=row.id, column=column) if key and cell else ""

    same = ("id", "organisation_id", "language", "password_hash", "pin_hash", "totp_since", "version")
    return StaffRow(
        **{name: getattr(row, name) for name in same},
        login=open("login"),
        name=open("name"),
        seed=open("totp") or None,
        created_at=row.created_at,
        left_at=row.left_at,
    )
