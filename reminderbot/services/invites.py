"""Invites: a one-time link that ties a chat to a patient whom a clinic has entered."""

import dataclasses
from datetime import date, datetime, time

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, treatments
from reminderbot.store import work as works

TRIES = 5
"""Wrong answers after which an invite is dead."""


@dataclasses.dataclass(frozen=True)
class Created:
    """A new invite; `token` is the link's `?start=` payload and is kept nowhere, nor is `desk_code`."""

    invite_id: str
    treatment_id: str
    token: str = dataclasses.field(repr=False)
    desk_code: str = dataclasses.field(repr=False)
    expires_at: datetime


@dataclasses.dataclass(frozen=True)
class Opened:
    """A link that may be confirmed; says nothing about whose it is. `is_yours`: this chat has confirmed it before."""

    invite_id: str
    is_yours: bool


@dataclasses.dataclass(frozen=True)
class Confirmed:
    """The chat is now the patient's; `is_new` is False when this chat had confirmed before."""

    patient_name: str
    timeline: treatments.TreatmentTimeline
    is_new: bool


@dataclasses.dataclass(frozen=True)
class WrongAnswer:
    """Neither the desk code nor the date; a value and not an error, since the try must be kept."""

    tries_left: int


async def create(
    work: works.Work,
    who: access.Operator,
    *,
    clinic_id: str,
    name: str,
    day: date,
    at: time,
    language: str,
    catalog: catalogs.Catalog,
    now: datetime,
    plan_key: str | None = None,
) -> Created:
    """Enter a clinic's patient with a session and its reminders, and make the link to hand over.

    Raises NotFound for an unknown clinic, NotAllowed `refusal.not_adopted`, Invalid `refusal.unknown_plan`,
    `refusal.unknown_language`, `refusal.name`, and the dates' refusals.
    """
    raise NotImplementedError


async def open_(work: works.Work, who: access.Person, token: str, *, now: datetime) -> Opened:
    """Look at a link: NotFound `refusal.invite`, one answer for unknown, used, expired, revoked and locked."""
    raise NotImplementedError


async def confirm(
    work: works.Work, who: access.Person, invite_id: str, answer: str | date, *, now: datetime
) -> Confirmed | WrongAnswer:
    """Bind the chat to the patient if `answer` is the desk code (any case, spaces) or the session's date.

    One chat of many wins. Raises NotAllowed `refusal.no_consent`, NotFound `refusal.invite`.
    """
    raise NotImplementedError
