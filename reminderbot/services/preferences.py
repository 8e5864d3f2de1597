"""What a person prefers: language, zone, morning hour, quiet hours, reads, the phone of whoever treated them."""

import dataclasses
from datetime import datetime, time

from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access
from reminderbot.store import work as works


@dataclasses.dataclass(frozen=True)
class Preferences:
    """What is set now. `zone` is None and the rest are the defaults while the chat has no patient yet."""

    language: str
    zone: str | None
    morning: time
    quiet: hours.Quiet
    wants_reads: bool
    treated_by: str | None
    is_stopped: bool


@dataclasses.dataclass(frozen=True)
class Changed:
    """What is set now, and how many reminders come at another time or not at all because of it."""

    preferences: Preferences
    moved: int


async def current(work: works.Work, who: access.Person) -> Preferences:
    """Return the chat's preferences; of several patients, the chat's own patient's, else the first bound."""
    raise NotImplementedError


async def set_language(
    work: works.Work, who: access.Person, language: str, *, catalog: catalogs.Catalog
) -> Preferences:
    """Set the language of the chat and its patients; Invalid `refusal.unknown_language`. Needs no consent."""
    raise NotImplementedError


async def set_zone(work: works.Work, who: access.Person, zone: str, *, now: datetime) -> Changed:
    """Set the patients' zone, an exact IANA name; future reminders move. Invalid `refusal.unknown_zone`.

    Like all that follow it needs consent, and makes the chat's own patient if there is none yet.
    """
    raise NotImplementedError


async def set_morning(work: works.Work, who: access.Person, morning: time, *, now: datetime) -> Changed:
    """Set the hour at which day steps arrive; Invalid `refusal.morning_is_quiet` inside the quiet hours."""
    raise NotImplementedError


async def set_quiet(work: works.Work, who: access.Person, quiet: hours.Quiet, *, now: datetime) -> Changed:
    """Set the quiet hours; the same time twice means none. Invalid `refusal.morning_is_quiet`, `refusal.quiet_too_long`."""
    raise NotImplementedError


async def set_treated_by(work: works.Work, who: access.Person, phone: str | None, *, now: datetime) -> Preferences:
    """Keep the phone of whoever treated the person, as typed; None forgets it. Invalid `refusal.phone`."""
    raise NotImplementedError


async def set_reads(work: works.Work, who: access.Person, wants_reads: bool, *, now: datetime) -> Changed:
    """Say whether the short reads after the care part come."""
    raise NotImplementedError
