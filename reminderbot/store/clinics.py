"""Clinics, each with the organisation it belongs to."""

import dataclasses
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select

from reminderbot.planning import hours as clock_hours
from reminderbot.store import tables
from reminderbot.store.work import Work

BUILT_IN = tables.BUILT_IN
"""The organisation and clinic of those who registered themselves."""


@dataclasses.dataclass(frozen=True)
class ClinicRow:
    """A clinic; `hours` is JSON of `services.opening`, `wording` counts what it has published or withdrawn."""

    id: str
    organisation_id: str
    name: str
    phone: str
    emergency: str
    hours: dict[str, Any]
    zone: str
    languages: tuple[str, ...]
    default_plan: str
    quiet: clock_hours.Quiet
    adopted_by: str | None
    wording: int = 0


@dataclasses.dataclass(frozen=True)
class OrganisationRow:
    """Who owns one clinic or forty."""

    id: str
    name: str


async def organisations(work: Work) -> list[OrganisationRow]:
    """Return all but the built-in organisation, by name."""
    o = tables.organisations.c
    query = select(o.id, o.name).where(o.id != BUILT_IN).order_by(o.name, o.id)
    return [OrganisationRow(**row) for row in (await work.run(query)).mappings()]


async def add_organisation(work: Work, *, id: str, name: str, now: datetime) -> None:
    """Add an organisation that has no clinic yet."""
    await work.run(insert(tables.organisations).values(id=id, name=name, created_at=now))


async def add(work: Work, *, organisation_id: str, clinic: ClinicRow, now: datetime) -> None:
    """Add a clinic to an organisation, adopted by `clinic.adopted_by` at `now`."""
    await work.run(
        insert(tables.clinics).values(
            id=clinic.id,
            organisation_id=organisation_id,
            name=clinic.name,
            phone=clinic.phone,
            emergency=clinic.emergency,
            hours=clinic.hours,
            zone=clinic.zone,
            languages=list(clinic.languages),
            default_plan=clinic.default_plan,
            quiet_from=clinic.quiet.start,
            quiet_to=clinic.quiet.end,
            adopted_by=clinic.adopted_by,
            adopted_at=now if clinic.adopted_by else None,
            created_at=now,
        )
    )


async def get(work: Work, clinic_id: str) -> ClinicRow | None:
    """Return a clinic, the built-in one too."""
    found = await _rows(work, tables.clinics.c.id == clinic_id)
    return found[0] if found else None


async def every(work: Work) -> list[ClinicRow]:
    """Return all but the built-in clinic, by name."""
    return await _rows(work, tables.clinics.c.id != BUILT_IN)


async def _rows(work: Work, condition: ColumnElement[bool]) -> list[ClinicRow]:
    query = select(tables.clinics).where(condition).order_by(tables.clinics.c.name, tables.clinics.c.id)
    return [_row(row) for row in (await work.run(query)).all()]


def _row(row: Any) -> ClinicRow:
    return ClinicRow(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        phone=row.phone,
        emergency=row.emergency,
        hours=row.hours,
        zone=row.zone,
        languages=tuple(row.languages),
        default_plan=row.default_plan,
        quiet=clock_hours.Quiet(row.quiet_from, row.quiet_to),
        adopted_by=row.adopted_by,
        wording=row.wording,
    )
