"""What a person prefers: language, zone, morning hour, quiet hours, reads, the phone of whoever treated them."""

import dataclasses
from datetime import datetime, time
from typing import Any

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, names, people, planner
from reminderbot.store import chats, patients, treatments
from reminderbot.store import work as works

LONGEST_QUIET = 16 * 60  # minutes; what is left of the day must hold a morning hour and the evening before a session


@dataclasses.dataclass(frozen=True)
class Preferences:
    """What is set now. `zone` is None and the rest are the defaults while the chat has no patient yet."""

    language: str
    zone: str | None
    morning: time
    quiet: hours.Quiet
    wants_reads: bool
    treated_by: str | None = dataclasses.field(repr=False)
    is_stopped: bool


@dataclasses.dataclass(frozen=True)
class Changed:
    """What is set now, and how many reminders come at another time or not at all because of it."""

    preferences: Preferences
    moved: int


@dataclasses.dataclass(frozen=True)
class Habits:
    """What a clinic may set for one patient: the language, the zone, the hour of day steps, the quiet hours."""

    language: str
    zone: str
    morning: time
    quiet: hours.Quiet


async def current(work: works.Work, who: access.Person) -> Preferences:
    """Return the chat's preferences; of several patients, those of its main one."""
    chat, patient = await people.chat(work, who), await people.main(work, who)
    if patient is None:
        return Preferences(chat.language, None, people.MORNING, people.QUIET, True, None, False)
    return Preferences(
        language=chat.language,
        zone=patient.zone,
        morning=patient.morning,
        quiet=patient.quiet,
        wants_reads=patient.wants_reads,
        treated_by=patient.treated_by or None,
        is_stopped=patient.stopped_at is not None,
    )


async def set_language(
    work: works.Work, who: access.Person, language: str, *, catalog: catalogs.Catalog
) -> Preferences:
    """Set the language of the chat and its patients; Invalid `refusal.unknown_language`. Needs no consent."""
    if language not in catalog.languages:
        raise errors.Invalid("refusal.unknown_language")
    chat = await people.chat(work, who, lock=True)
    await chats.set_language(work, chat.id, language)
    return await current(work, who)


async def set_zone(work: works.Work, who: access.Person, zone: str, *, now: datetime) -> Changed:
    """Set the patients' zone, an exact IANA name; future reminders move. Invalid `refusal.unknown_zone`.

    Like all that follow it needs consent, and makes the chat's own patient if there is none yet.
    """
    hours.zone(zone)
    return await _set(work, who, now=now, zone=zone)


async def set_morning(work: works.Work, who: access.Person, morning: time, *, now: datetime) -> Changed:
    """Set the hour at which day steps arrive; Invalid `refusal.morning_is_quiet` inside the quiet hours."""
    _refuse_quiet_morning(morning, (await current(work, who)).quiet)
    return await _set(work, who, now=now, morning=morning)


async def set_quiet(work: works.Work, who: access.Person, quiet: hours.Quiet, *, now: datetime) -> Changed:
    """Set the quiet hours; the same time twice means none.

    Raises Invalid `refusal.morning_is_quiet` around the morning hour, `refusal.quiet_too_long` above 16 hours.
    """
    _refuse_quiet_morning((await current(work, who)).morning, quiet)
    if _minutes(quiet) > LONGEST_QUIET:
        raise errors.Invalid("refusal.quiet_too_long")
    return await _set(work, who, now=now, quiet_from=quiet.start, quiet_to=quiet.end)


async def set_treated_by(
    work: works.Work,
    who: access.Person,
    phone: str | None,
    *,
    now: datetime,  # noqa: ARG001 - every change is handed the time of its cause
) -> Preferences:
    """Keep the phone of whoever treated the person, as typed; None forgets it. Invalid `refusal.phone`.

    NotFound `refusal.no_session` before the first session: there is nobody to keep it for.
    """
    kept = names.phone(phone) if phone else ""
    await people.consenting(work, who)
    patient = await people.main(work, who)
    if patient is None:
        raise errors.NotFound("refusal.no_session")
    await patients.set_treated_by(work, patient.id, kept)
    return await current(work, who)


async def set_reads(work: works.Work, who: access.Person, wants_reads: bool, *, now: datetime) -> Changed:
    """Say whether the short reads after the care part come."""
    return await _set(work, who, now=now, wants_reads=wants_reads)


def checked(habits: Habits, *, catalog: catalogs.Catalog) -> Habits:
    """Return what a clinic may set for a patient.

    Raises Invalid `refusal.unknown_language`, `refusal.unknown_zone`, `console.habits.refused-morning` inside the
    quiet hours, `console.habits.refused-quiet` above 16 hours.
    """
    if habits.language not in catalog.languages:
        raise errors.Invalid("refusal.unknown_language")
    hours.zone(habits.zone)
    if habits.quiet.covers(habits.morning):
        raise errors.Invalid("console.habits.refused-morning")
    if _minutes(habits.quiet) > LONGEST_QUIET:
        raise errors.Invalid("console.habits.refused-quiet")
    return habits


async def set_of(work: works.Work, who: access.Staff, patient_id: str, habits: Habits, *, now: datetime) -> int:
    """Set the `checked` habits of a clinic's patient; return how many reminders come at another time or not at all.

    The caller holds the patient. Their chat speaks the language too, unless it is somebody else's as well.
    """
    columns = {"zone": habits.zone, "morning": habits.morning, "language": habits.language}
    quiet = {"quiet_from": habits.quiet.start, "quiet_to": habits.quiet.end}
    await patients.set_habits(work, [patient_id], columns | quiet)
    chat_id = await patients.chat_of(work, patient_id)
    if chat_id is not None and await people.in_chat(work, chat_id) == 1:
        await chats.set_language(work, chat_id, habits.language)
    patient = await people.patient(work, who, patient_id)
    found = await treatments.of_clinic(work, who.clinic_id, patient_id=patient_id)
    return await planner.settle_these(work, [patient], found, now=now)


async def _set(work: works.Work, who: access.Person, *, now: datetime, **habits: Any) -> Changed:
    chat = await people.consenting(work, who)
    zone = habits.get("zone", "UTC")
    main = await people.main(work, who)
    if main is None and "zone" not in habits:
        raise errors.NotFound("refusal.no_session")
    await people.made(work, who, language=chat.language, zone=zone, now=now)
    ids = [each.id for each in await patients.of_chat(work, who.chat_id)]
    await patients.set_habits(work, ids, habits)
    return Changed(moved=await planner.settle(work, who, now=now), preferences=await current(work, who))


def _refuse_quiet_morning(morning: time, quiet: hours.Quiet) -> None:
    if quiet.covers(morning):
        raise errors.Invalid("refusal.morning_is_quiet")


def _minutes(quiet: hours.Quiet) -> int:
    first, last = (at.hour * 60 + at.minute for at in (quiet.start, quiet.end))
    return (last - first) % (24 * 60)
