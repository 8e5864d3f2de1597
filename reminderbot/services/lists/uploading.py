"""An uploaded list: kept sealed for a day, looked at as often as wanted, read again with other choices, discarded."""

import asyncio
import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import babel

from reminderbot import errors
from reminderbot.catalog import asking
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, audit, shipping
from reminderbot.services.lists import columns, comparing, dates, lines, reading
from reminderbot.services.lists.columns import Column
from reminderbot.store import clinics, listed, uploads
from reminderbot.store import names as names_found
from reminderbot.store import work as works

KEPT: Final = timedelta(days=1)
"""How long an upload that nobody applies is kept."""
NOON: Final = time(12)
"""The time of lines without one, until staff say another."""
SHOWN: Final = 30
"""Earlier uploads that are listed."""
SAMPLES: Final = 3

_NAMED_IN: Final = ("en", "es")


@dataclasses.dataclass(frozen=True)
class Look:
    """An upload as it stands. `report` is None while a column that is needed has not been named.

    `samples` are the first cells of each heading; `applied_before` is when the same file was applied.
    """

    id: str
    headings: tuple[str, ...]
    samples: tuple[str, ...] = dataclasses.field(repr=False)
    rows: int
    notes: tuple[str, ...]
    sheet: str
    choices: lines.Choices
    report: comparing.Report | None
    applied_before: datetime | None
    created_at: datetime
    zone: str


@dataclasses.dataclass(frozen=True)
class Earlier:
    """An upload that was: who, when and how many, never its contents. `is_open`: it waits for a yes."""

    id: str
    by: str = dataclasses.field(repr=False)
    created_at: datetime
    applied_at: datetime | None
    counts: Mapping[str, int]
    is_open: bool


async def take(
    work: works.Work,
    who: access.Staff,
    table: reading.Table,
    *,
    digest: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str:
    """Keep a table that was read, sealed, and return the upload's id; what is older than a day is wiped on the way."""
    access.require(who, access.Right.IMPORT)
    clinic = await clinic_of(work, who)
    await wipe_old(work, now=now)
    choices = _guessed(table, clinic, await _plans(work, catalog, clinic))
    upload_id = await uploads.add(
        work,
        organisation_id=who.organisation_id,
        clinic_id=who.clinic_id,
        staff_id=who.staff_id,
        content=_kept(table, choices),
        digest=_digest(work, digest),
        now=now,
    )
    await audit.note(work, who, "list.uploaded", upload=upload_id, lines=len(table.rows))
    return upload_id


async def look(
    work: works.Work, who: access.Staff, upload_id: str, *, catalog: catalogs.Catalog, now: datetime, lock: bool = False
) -> Look:
    """Return what an upload would change. Writes nothing.

    Raises NotFound for another clinic's, Conflict `console.lists.applied-already` or `console.lists.over`.
    """
    row = await waiting(work, who, upload_id, now=now, lock=lock)
    clinic = await clinic_of(work, who)
    table, choices = _opened(row.content)
    report = None
    if not choices.missing:
        known = _known(catalog, clinic, await _plans(work, catalog, clinic), now)
        good, faults = await asyncio.to_thread(lines.read, table.rows, choices, known, width=len(table.headings))
        past = await _past(work, who, good, faults, now=now)
        report = await asyncio.to_thread(comparing.compare, good, faults, past, now=now, today=known.today)
    return Look(
        id=row.id,
        headings=table.headings,
        samples=_samples(table),
        rows=len(table.rows),
        notes=table.notes,
        sheet=table.sheet,
        choices=choices,
        report=report,
        applied_before=await uploads.applied_before(work, who.clinic_id, row.digest),
        created_at=row.created_at,
        zone=clinic.zone,
    )


async def choose(
    work: works.Work,
    who: access.Staff,
    upload_id: str,
    choices: lines.Choices,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Read an upload with other choices. Raises as `look` does, and Invalid `console.lists.choice`."""
    row = await waiting(work, who, upload_id, now=now, lock=True)
    table, _ = _opened(row.content)
    plans = await shipping.offered(work, catalog, clinic_id=who.clinic_id)
    is_known = choices.language in catalog.languages and choices.plan in plans
    if not is_known or any(not 0 <= at < len(table.headings) for at in choices.columns.values()):
        raise errors.Invalid("console.lists.choice")
    await uploads.set_content(work, row.id, _kept(table, choices))


async def discard(work: works.Work, who: access.Staff, upload_id: str, *, now: datetime) -> None:
    """Wipe an upload that will not be applied; twice is the same as once. NotFound for another clinic's."""
    access.require(who, access.Right.IMPORT)
    if await uploads.get(work, who.clinic_id, upload_id) is None:
        raise errors.NotFound("console.sorry.not-found")
    await uploads.end(work, who.clinic_id, upload_id, now=now)
    await audit.note(work, who, "list.discarded", upload=upload_id)


async def earlier(work: works.Work, who: access.Staff, *, now: datetime) -> list[Earlier]:
    """Return the clinic's uploads, the latest first."""
    access.require(who, access.Right.IMPORT)
    found = await uploads.of_clinic(work, who.clinic_id, limit=SHOWN)
    by = await uploads.makers(work, [row.staff_id for row in found])
    return [_earlier(row, by.get(row.staff_id, ""), now) for row in found]


async def find(work: works.Work, who: access.Staff, upload_id: str, *, now: datetime) -> Earlier:
    """Return one upload without its contents; NotFound for another clinic's."""
    access.require(who, access.Right.IMPORT)
    row = await uploads.get(work, who.clinic_id, upload_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    by = await uploads.makers(work, [row.staff_id])
    return _earlier(row, by.get(row.staff_id, ""), now)


async def names(work: works.Work, who: access.Staff, patient_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of patients of the clinic."""
    access.require(who, access.Right.IMPORT)
    return await listed.names_of(work, who.clinic_id, patient_ids)


async def wipe_old(work: works.Work, *, now: datetime) -> int:
    """Wipe what was uploaded more than a day ago and never applied; return how many. For the house's routines too."""
    return await uploads.wipe(work, before=now - KEPT, now=now)


async def waiting(
    work: works.Work, who: access.Staff, upload_id: str, *, now: datetime, lock: bool = False
) -> uploads.UploadRow:
    """Return an upload that may still be applied. Raises as `look` does."""
    access.require(who, access.Right.IMPORT)
    row = await uploads.get(work, who.clinic_id, upload_id, lock=lock)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    if row.applied_at is not None:
        raise errors.Conflict("console.lists.applied-already")
    if not row.content or row.created_at < now - KEPT:
        raise errors.Conflict("console.lists.over")
    return row


async def clinic_of(work: works.Work, who: access.Staff) -> clinics.ClinicRow:
    """Return the clinic that the staff works in; NotAllowed `refusal.not_adopted` before it has adopted a plan."""
    clinic = await clinics.get(work, who.clinic_id)
    if clinic is None:
        raise errors.NotFound("console.sorry.not-found")
    if clinic.adopted_by is None:
        raise errors.NotAllowed("refusal.not_adopted")
    return clinic


def blind(work: works.Work, who: access.Staff, key: str) -> bytes:
    """Return what an appointment is found by, of a clinic, without what the booking system calls it."""
    return work.index.of("listed", f"{who.clinic_id}|{key}")


def blind_number(work: works.Work, who: access.Staff, number: str) -> bytes:
    """Return what a patient is found by, of a clinic, without what the clinic calls them."""
    return names_found.external(work, who.clinic_id, number)


async def _past(
    work: works.Work, who: access.Staff, good: Sequence[lines.Line], faults: Sequence[lines.Fault], *, now: datetime
) -> comparing.Past:
    keys = {blind(work, who, key): key for key in [*(line.key for line in good), *(f.key for f in faults if f.key)]}
    numbers = {line.number: blind_number(work, who, line.number) for line in good if line.number}
    found = await listed.of_keys(work, who.clinic_id, list(keys))
    patients = await listed.patients_of(work, who.clinic_id, list(numbers.values()))
    sessions: dict[str, list[comparing.Held]] = {}
    for row in await listed.sessions_of(work, list(patients.values())):
        sessions.setdefault(row.patient_id, []).append(_held(row, who))
    by_key = {keys[row.key]: _held(row, who) for row in found}
    return comparing.Past(
        by_key=by_key,
        patients={number: patients[index] for number, index in numbers.items() if index in patients},
        sessions=sessions,
        ahead=[_held(row, who) for row in await listed.ahead(work, who.clinic_id, now=now)],
        numbers=numbers,
        namesakes=await _namesakes(work, who, [line for line in good if line.key not in by_key]),
    )


async def _namesakes(
    work: works.Work, who: access.Staff, strange: Sequence[lines.Line]
) -> dict[tuple[str, date], list[comparing.Held]]:
    """Return the booked sessions of the days of lines that no earlier list has brought, by name and day."""
    if not strange:
        return {}
    days = [line.day for line in strange]
    rows = await listed.between(work, who.clinic_id, min(days), max(days))
    names = await listed.names_of(work, who.clinic_id, [row.patient_id for row in rows])
    found: dict[tuple[str, date], list[comparing.Held]] = {}
    for row in rows:
        called = asking.fold(names.get(row.patient_id, ""))
        found.setdefault((called, row.day), []).append(_held(row, who))
    return found


def _held(row: listed.ListedRow, who: access.Staff) -> comparing.Held:
    return comparing.Held(
        treatment_id=row.treatment_id,
        patient_id=row.patient_id,
        day=row.day,
        at=row.at,
        starts_at=row.starts_at,
        version=row.version,
        is_booked=row.state == "booked",
        is_ours=row.clinic_id == who.clinic_id and row.erased_at is None,
        is_gone=row.gone_at is not None,
        number=row.external_index,
        key=row.key,
    )


def _guessed(table: reading.Table, clinic: clinics.ClinicRow, plans: dict[str, str]) -> lines.Choices:
    """Return how a table is read until staff say otherwise."""
    found = columns.matched(table.headings)
    if Column.PLAN in found and not any(lines.plan_of(cell, plans) for cell in _cells(table, found[Column.PLAN])):
        del found[Column.PLAN]  # it names services of the clinic's, none of which is a plan of ours
    told = dates.sniffed(_cells(table, found[Column.DAY])) if Column.DAY in found else None
    return lines.Choices(
        columns=found,
        order=told or dates.order_of(clinic.zone),
        at=NOON,
        language=clinic.languages[0],
        plan=clinic.default_plan,
    )


def _cells(table: reading.Table, at: int) -> list[str]:
    return [cells[at] for _, cells in table.rows if at < len(cells) and cells[at].strip()]


def _samples(table: reading.Table) -> tuple[str, ...]:
    seen = ([cell for cell in _cells(table, at) if "\0" not in cell][:SAMPLES] for at in range(len(table.headings)))
    return tuple(" · ".join(cell.strip()[:24] for cell in cells) for cells in seen)


def _known(catalog: catalogs.Catalog, clinic: clinics.ClinicRow, plans: dict[str, str], now: datetime) -> lines.Known:
    today: date = hours.to_local(now, clinic.zone).date()
    return lines.Known(languages=_languages(catalog), plans=plans, today=today)


def _languages(catalog: catalogs.Catalog) -> dict[str, str]:
    """Return our languages by what people call them: "es", "Spanish", "español"."""
    found = dict[str, str]()
    for code in catalog.languages:
        called = [babel.Locale.parse(code).get_display_name(other) for other in (code, *_NAMED_IN)]
        found |= {asking.fold(name): code for name in (code, catalog.language(code).name, *called) if name}
    return found


async def _plans(work: works.Work, catalog: catalogs.Catalog, clinic: clinics.ClinicRow) -> dict[str, str]:
    """Return the plans by their keys and by what the clinic calls them."""
    offered = await shipping.offered(work, catalog, clinic_id=clinic.id)
    return {asking.fold(name): key for key, names in offered.items() for name in (*names.values(), key)}


def _kept(table: reading.Table, choices: lines.Choices) -> str:
    return json.dumps({**dataclasses.asdict(table), "choices": choices.as_json()}, ensure_ascii=True)


def _opened(content: str) -> tuple[reading.Table, lines.Choices]:
    kept: dict[str, Any] = json.loads(content)
    rows = tuple((int(number), tuple(cells)) for number, cells in kept["rows"])
    table = reading.Table(tuple(kept["headings"]), rows, tuple(kept["notes"]), kept["sheet"])
    return table, lines.Choices.from_json(kept["choices"])


def _digest(work: works.Work, digest: str) -> bytes:
    return work.index.of("upload", re.sub(r"[^0-9a-f]", "", digest))


def _earlier(row: uploads.UploadRow, by: str, now: datetime) -> Earlier:
    is_open = row.applied_at is None and row.ended_at is None and row.created_at >= now - KEPT
    return Earlier(row.id, by, row.created_at, row.applied_at, row.counts, is_open)
