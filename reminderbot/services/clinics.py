"""Clinics: added by the operator, with the name of whoever adopts the shipped plan for it."""

import dataclasses
from datetime import datetime

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours as clock_hours
from reminderbot.services import access, names, opening, people, shipping
from reminderbot.store import clinics, tables
from reminderbot.store import work as works

LONGEST_EMERGENCY = 200  # characters; the column's


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
    _who: access.Operator,
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
    quiet: clock_hours.Quiet = people.QUIET,
    organisation: str | None = None,
) -> ClinicView:
    """Add a clinic that adopts the shipped plan by a person's name.

    It is an organisation of its own, or a branch of the `organisation` under an id or a name. `emergency` and `hours`
    may be empty. Raises NotFound `refusal.unknown_organisation` (`text`); Invalid `refusal.name`, `refusal.phone`,
    `refusal.hours`, `refusal.emergency`, `refusal.unknown_zone`, `refusal.unknown_language`, `refusal.unknown_plan`;
    Conflict `refusal.clinic_exists` (`text`).
    """
    clock_hours.zone(zone)
    owner = await _organisation(work, organisation) if organisation else None
    row = clinics.ClinicRow(
        id=tables.new_id(),
        organisation_id=owner or tables.new_id(),
        name=names.name(name),
        phone=names.phone(phone),
        emergency=emergency_line(emergency),
        hours=opening.as_json(hours),
        zone=zone,
        languages=_spoken(languages, catalog),
        default_plan=shipping.plan(catalog, plan_key).key,
        quiet=quiet,
        adopted_by=names.name(adopted_by),
    )
    if any(_is_called(other, row.name) for other in await clinics.every(work)):
        raise errors.Conflict("refusal.clinic_exists", text=row.name)
    if owner is None:
        await clinics.add_organisation(work, id=row.organisation_id, name=row.name, now=now)
    await clinics.add(work, organisation_id=row.organisation_id, clinic=row, now=now)
    return _view(row)


async def list_(work: works.Work, _who: access.Operator) -> list[ClinicView]:
    """Return every clinic but the built-in one, by name."""
    return [_view(row) for row in await clinics.every(work)]


async def find(work: works.Work, _who: access.Operator, name_or_id: str) -> ClinicView:
    """Return the clinic under an id or a name (any case); NotFound `refusal.unknown_clinic` (`text`)."""
    for row in await clinics.every(work):
        if row.id == name_or_id or _is_called(row, name_or_id):
            return _view(row)
    raise errors.NotFound("refusal.unknown_clinic", text=names.clean(name_or_id)[: names.NAME])


async def row_of(work: works.Work, who: access.Staff | access.Operator, clinic_id: str) -> clinics.ClinicRow:
    """Return a clinic's row: the operator's choice, or the one that `who` works in, whatever id is given."""
    found = await clinics.get(work, who.clinic_id if isinstance(who, access.Staff) else clinic_id)
    if found is None:
        raise errors.NotFound("refusal.unknown_clinic", text=clinic_id)
    return found


async def _organisation(work: works.Work, name_or_id: str) -> str:
    wanted = names.clean(name_or_id).casefold()
    for row in await clinics.organisations(work):
        if row.id == name_or_id or names.clean(row.name).casefold() == wanted:
            return row.id
    raise errors.NotFound("refusal.unknown_organisation", text=names.clean(name_or_id)[: names.NAME])


async def own(work: works.Work, who: access.Staff) -> ClinicView:
    """Return the clinic that somebody of the staff works in now."""
    row = await clinics.get(work, who.clinic_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return _view(row)


def _is_called(row: clinics.ClinicRow, name: str) -> bool:
    return row.name.casefold() == names.clean(name).casefold()


def emergency_line(text: str) -> str:
    """Return a line for emergencies on one line, perhaps empty; Invalid `refusal.emergency`."""
    cleaned = names.clean(text)
    if len(cleaned) > LONGEST_EMERGENCY:
        raise errors.Invalid("refusal.emergency")
    return cleaned


def _spoken(languages: tuple[str, ...], catalog: catalogs.Catalog) -> tuple[str, ...]:
    if not languages or set(languages) - set(catalog.languages):
        raise errors.Invalid("refusal.unknown_language")
    return tuple(dict.fromkeys(languages))


def _view(row: clinics.ClinicRow) -> ClinicView:
    return ClinicView(
        id=row.id,
        organisation_id=row.organisation_id,
        name=row.name,
        phone=row.phone,
        emergency=row.emergency,
        hours=opening.from_json(row.hours)[0],
        zone=row.zone,
        languages=row.languages,
        default_plan=row.default_plan,
        adopted_by=row.adopted_by,
    )
