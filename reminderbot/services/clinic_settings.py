"""The settings of a clinic: shown with what its organisation holds, and changed field by field."""

import dataclasses
import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import places
from reminderbot.planning import hours as clock_hours
from reminderbot.services import access, audit, clinic_words, clinics, names, opening, organisations, people, shipping
from reminderbot.store import clinic_settings as rows
from reminderbot.store import clinics as clinic_rows
from reminderbot.store import organisations as organisation_rows
from reminderbot.store import retention
from reminderbot.store import work as works

KEPT: Final = range(120, 3651)
"""Days after the last session for which data may be kept: the last reminder of a plan is useful until day 120."""

ACKNOWLEDGE: Final = range(5, 1441)
"""Minutes of opening hours in which somebody must have acknowledged a worry."""

LONGEST_QUIET: Final = 16  # hours; as in the chat, a part of the day stays free

Words = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Settings:
    """A clinic as it is set. `may_change_locked`: whoever asks is an admin of the whole organisation, who locks."""

    name: str
    phone: str
    emergency: str
    hours: str
    week: opening.Week
    zone: str
    languages: tuple[str, ...]
    default_plan: str
    quiet: clock_hours.Quiet
    consent: Words
    privacy: Words
    retention_days: int | None
    phone_only: bool
    alert_words: bool
    acknowledge_within: int
    version: int
    patients: int
    locks: frozenset[str]
    held_by: str
    holders: tuple[str, ...]
    may_change_locked: bool

    def is_fixed(self, name: str) -> bool:
        """Tell whether whoever asks cannot change a setting, since the organisation holds it."""
        return name in self.locks and not self.may_change_locked


@dataclasses.dataclass(frozen=True)
class Typed:
    """What was typed for the settings that the form has shown; the others are None and stay."""

    name: str | None = None
    phone: str | None = None
    emergency: str | None = None
    hours: str | None = None
    zone: str | None = None
    languages: tuple[str, ...] | None = None
    default_plan: str | None = None
    quiet: tuple[str, str] | None = None
    consent: Words | None = None
    privacy: Words | None = None
    retention: str | None = None  # days; empty: until somebody erases
    phone_only: bool | None = None
    alert_words: bool | None = None
    acknowledge: str | None = None  # minutes


async def of(work: works.Work, who: access.Staff) -> Settings:
    """Return the settings of the clinic in which `who` works now."""
    access.require(who, access.Right.SET_CLINIC)
    row = await _row(work, who)
    above = await organisations.of(work, who, access.Right.SET_CLINIC)
    text, week = opening.from_json(row.hours)
    return Settings(
        name=row.name,
        phone=row.phone,
        emergency=row.emergency,
        hours=text,
        week=week,
        zone=row.zone,
        languages=tuple(row.languages),
        default_plan=row.default_plan,
        quiet=clock_hours.Quiet(row.quiet_from, row.quiet_to),
        consent=row.consent_words,
        privacy=row.privacy_words,
        retention_days=row.retention_days,
        phone_only=row.phone_only,
        alert_words=row.alert_words,
        acknowledge_within=row.acknowledge_within,
        version=row.version,
        patients=await rows.patients(work, row.id),
        locks=frozenset(row.locks),
        held_by=row.organisation_name,
        holders=tuple(await organisation_rows.holders(work, row.organisation_id)) if row.locks else (),
        may_change_locked=above.is_whole,
    )


async def change(
    work: works.Work,
    who: access.Staff,
    typed: Typed,
    *,
    version: int,
    erases: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> tuple[str, ...]:
    """Change what differs; return the names of those settings, as `organisations.SETTINGS` has them.

    `version` is that of the settings as shown, `erases` how many patients the person has agreed to see erased by a
    shorter time. Raises Conflict `console.refusal.old`, `console.clinic.refused-locked`, `refusal.clinic_exists`;
    Invalid for what cannot be kept, `console.clinic.refused-retention-count` (`count`) for more than `erases`.
    """
    access.require(who, access.Right.SET_CLINIC)
    row = await _row(work, who)
    if row.version != version:
        raise errors.Conflict("console.refusal.old")
    wanted = _wanted(typed, catalog, tuple(await shipping.offered(work, catalog, clinic_id=who.clinic_id)))
    differing = tuple(name for name, values in wanted.items() if _differs(row, values))
    if not differing:
        return ()
    await _refuse_locked(work, who, differing, row)
    if "name" in differing:
        await _refuse_taken(work, row, wanted["name"]["name"])
    if "retention" in differing:
        await _refuse_erasing(work, row, wanted["retention"]["retention_days"], erases, now)
    values = {column: value for name in differing for column, value in wanted[name].items()}
    if not await rows.is_changed(work, row.id, version=version, values=values):
        raise errors.Conflict("console.refusal.old")
    await audit.note(work, who, "clinic.changed", settings=",".join(differing))
    return differing


async def would_erase(work: works.Work, who: access.Staff, text: str, *, now: datetime) -> int:
    """Return how many patients the typed days would erase at once; none for what is no such number."""
    access.require(who, access.Right.SET_CLINIC)
    try:
        days = _days(text)
    except errors.Invalid:
        return 0
    return await retention.count(work, who.clinic_id, days=days, now=now) if days else 0


def week_of(text: str) -> opening.Week:
    """Return the week that opening hours mean, as they are being typed. Invalid `refusal.hours`."""
    return opening.read(text)


async def _row(work: works.Work, who: access.Staff) -> rows.SettingsRow:
    row = await rows.get(work, who.clinic_id)
    if row is None:
        raise errors.NotFound("console.sorry.not-found")
    return row


def _wanted(typed: Typed, catalog: catalogs.Catalog, plan_keys: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """Return the columns that each setting that was shown would have."""
    read: dict[str, Callable[[Any], dict[str, Any]]] = {
        "name": lambda text: {"name": names.name(text)},
        "phone": lambda text: {"phone": names.phone(text)},
        "emergency": lambda text: {"emergency": clinics.emergency_line(text)},
        "hours": lambda text: {"hours": opening.as_json(text)},
        "zone": lambda text: {"zone": _zone(text)},
        "languages": lambda codes: {"languages": list(_languages(codes, catalog))},
        "default_plan": lambda key: {"default_plan": key if key in plan_keys else shipping.plan(catalog, key).key},
        "quiet": _quiet,
        "consent": lambda words: {"consent_words": _words(words, catalog)},
        "privacy": lambda words: {"privacy_words": _words(words, catalog)},
        "retention": lambda text: {"retention_days": _days(text)},
        "phone_only": lambda yes: {"phone_only": yes},
        "alert_words": lambda yes: {"alert_words": yes},
        "acknowledge": lambda text: {"acknowledge_within": _number(text, ACKNOWLEDGE, "refused-acknowledge")},
    }
    given = {name: value for name, value in vars(typed).items() if value is not None}
    return {name: read[name](value) for name, value in given.items()}


def _differs(row: rows.SettingsRow, values: dict[str, Any]) -> bool:
    return any(getattr(row, column) != value for column, value in values.items())


async def _refuse_locked(
    work: works.Work, who: access.Staff, differing: tuple[str, ...], row: rows.SettingsRow
) -> None:
    above = await organisations.of(work, who, access.Right.SET_CLINIC)
    if set(differing) & set(above.locks) and not above.is_whole:
        raise errors.Conflict("console.clinic.refused-locked", organisation_name=row.organisation_name)


async def _refuse_taken(work: works.Work, row: rows.SettingsRow, name: str) -> None:
    taken = (other.name.casefold() for other in await clinic_rows.every(work) if other.id != row.id)
    if name.casefold() in taken:
        raise errors.Conflict("refusal.clinic_exists", text=name)


async def _refuse_erasing(
    work: works.Work, row: rows.SettingsRow, days: int | None, agreed: int, now: datetime
) -> None:
    """Whoever sets a time is told first how many patients it erases tonight."""
    count = await retention.count(work, row.id, days=days, now=now) if days is not None else 0
    if count > agreed:
        raise errors.Invalid("console.clinic.refused-retention-count", count=str(count))


def _zone(text: str) -> str:
    """Return the zone that a name or a city means."""
    near = places.near(text[:64], catalogs.ENGLISH)
    if clock_hours.is_zone(text.strip()) or len(near) == 1:
        return near[0]
    raise errors.Invalid("console.clinic.refused-zone", text=", ".join(near) or names.clean(text)[: names.NAME])


def _languages(codes: tuple[str, ...], catalog: catalogs.Catalog) -> tuple[str, ...]:
    """Return the languages in their order: the first is the one that a patient gets where nobody chooses."""
    if not codes or set(codes) - set(catalog.languages):
        raise errors.Invalid("console.clinic.refused-languages")
    return tuple(dict.fromkeys(codes))


def _quiet(between: tuple[str, str]) -> dict[str, Any]:
    """Return quiet hours; both times empty, or the same, are none."""
    typed = tuple(part.strip() for part in between)
    try:
        first, last = (time.fromisoformat(part or "00:00").replace(second=0, microsecond=0) for part in typed)
    except ValueError:
        raise errors.Invalid("console.clinic.refused-quiet") from None
    minutes = ((last.hour * 60 + last.minute) - (first.hour * 60 + first.minute)) % (24 * 60)
    is_half = bool(typed[0]) != bool(typed[1])
    if is_half or first.tzinfo or last.tzinfo or minutes > LONGEST_QUIET * 60:
        raise errors.Invalid("console.clinic.refused-quiet")
    if clock_hours.Quiet(first, last).covers(people.MORNING):
        raise errors.Invalid("console.clinic.refused-quiet")
    return {"quiet_from": first, "quiet_to": last}


def _words(by_language: Words, catalog: catalogs.Catalog) -> dict[str, str]:
    cleaned = {code: clinic_words.clean(by_language.get(code, "")) for code in catalog.languages}
    return {code: words for code, words in cleaned.items() if words}


def _days(text: str) -> int | None:
    return _number(text, KEPT, "refused-retention") if text.strip() else None


def _number(text: str, within: range, refused: str) -> int:
    typed = text.strip()
    if not re.fullmatch(r"[0-9]{1,5}", typed) or int(typed) not in within:
        raise errors.Invalid(f"console.clinic.{refused}")
    return int(typed)
