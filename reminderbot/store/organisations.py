"""Organisations above their clinics: who of the staff works where, and what clinics may not change."""

import dataclasses
from collections.abc import Sequence

from sqlalchemy import func, select, update

from reminderbot.store import tables
from reminderbot.store.work import Work

_k, _s, _o = tables.clinics.c, tables.staff_roles.c, tables.organisations.c


@dataclasses.dataclass(frozen=True)
class BranchRow:
    """One clinic of an organisation, and the role that one person of the staff has there, if any."""

    id: str
    name: str
    phone: str
    zone: str
    role: str | None


@dataclasses.dataclass(frozen=True)
class OrganisationRow:
    """An organisation with the settings that its clinics may not change."""

    id: str
    name: str
    locks: tuple[str, ...]


async def get(work: Work, organisation_id: str, *, lock: bool = False) -> OrganisationRow:
    """Return an organisation; with `lock` nobody else changes it before this visit ends."""
    query = select(_o.id, _o.name, _o.locks).where(_o.id == organisation_id)
    row = (await work.run(query.with_for_update() if lock else query)).one()
    return OrganisationRow(row.id, row.name, tuple(row.locks or ()))


async def set_locks(work: Work, organisation_id: str, locks: Sequence[str]) -> None:
    """Set what its clinics may not change."""
    await work.run(update(tables.organisations).where(_o.id == organisation_id).values(locks=list(locks)))


async def branches(work: Work, organisation_id: str, staff_id: str) -> list[BranchRow]:
    """Return every clinic of an organisation, by name, with this person's role there."""
    mine = (_s.clinic_id == _k.id) & (_s.staff_id == staff_id)
    query = (
        select(_k.id, _k.name, _k.phone, _k.zone, _s.role)
        .select_from(tables.clinics.outerjoin(tables.staff_roles, mine))
        .where(_k.organisation_id == organisation_id)
        .order_by(_k.name, _k.id)
    )
    return [BranchRow(**row) for row in (await work.run(query)).mappings()]


async def has_role(work: Work, *, clinic_id: str, staff_id: str) -> bool:
    """Tell whether a person works in a clinic."""
    query = select(_s.staff_id).where(_s.clinic_id == clinic_id, _s.staff_id == staff_id)
    return (await work.run(query)).first() is not None


async def holders(work: Work, organisation_id: str) -> list[str]:
    """Return the names of those who are admins of every clinic of an organisation, and so of the organisation."""
    all_of_them = select(func.count()).where(_k.organisation_id == organisation_id).scalar_subquery()
    whole = (
        select(_s.staff_id)
        .where(_s.organisation_id == organisation_id, _s.role == "admin")
        .group_by(_s.staff_id)
        .having(func.count() == all_of_them)
    )
    p = tables.staff.c
    query = select(p.id, p.key_id, p.name).where(p.id.in_(whole), p.left_at.is_(None))
    names = []
    for row in (await work.run(query)).all():
        key = await work.key(row.key_id)
        if key is not None and row.name is not None:
            names.append(key.open(row.name, table="staff", row=row.id, column="name"))
    return sorted(names)
