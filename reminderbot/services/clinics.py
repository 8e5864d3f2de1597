"""Clinics: added by the operator, with the name of whoever adopts the shipped plan for it."""

import dataclasses
from datetime import datetime, time

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours as clock_hours
from reminderbot.services import access
from reminderbot.store import work as works

QUIET = clock_hours.Quiet(time(21), time(8))
"""Quiet hours where nobody chose others."""


@dataclasses.dataclass(frozen=True)
class ClinicView:
    """A clinic; `hours` as it was written."""

    id: str
    organisation_id: str
    name: str
    phone: str
    emergency: str
    hours: str
    zone: str
    languages: tuple[str, ...]
    default_plan: str
    adopted_by: str | None


async def add(
    work: works.Work,
    who: access.Operator,
    *,
    name: str,
    phone: str,
    emergency: str,
    hours: str,
    zone: str,
    languages: tuple[str, ...],
    adopted_by: str,
    catalog: catalogs.Catalog,
    now: datetime,
    plan_key: str = "microneedling",
    quiet: clock_hours.Quiet = QUIET,
) -> ClinicView:
    """Add a clinic, an organisation of its own. Raises Invalid `refusal.name`, `refusal.phone`, `refusal.hours`,

    `refusal.unknown_zone`, `refusal.unknown_language`, `refusal.unknown_plan`; Conflict `refusal.clinic_exists`.
    """
    raise NotImplementedError


async def list_(work: works.Work, who: access.Operator) -> list[ClinicView]:
    """Return every clinic but the built-in one, by name."""
    raise NotImplementedError


async def find(work: works.Work, who: access.Operator, name_or_id: str) -> ClinicView:
    """Return the clinic under an id or an exact name (any case); NotFound `refusal.unknown_clinic`."""
    raise NotImplementedError
