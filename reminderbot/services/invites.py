"""Invites: a one-time link that ties a chat to a patient whom a clinic has entered."""

import dataclasses
import hmac
import secrets
from datetime import date, datetime, time, timedelta

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import timeline
from reminderbot.services import (
    access,
    claiming,
    names,
    people,
    registration,
    sessions,
    shipping,
    standings,
    treatments,
)
from reminderbot.store import clinics, invites, patients, tables
from reminderbot.store import treatments as treatment_rows
from reminderbot.store import work as works

TRIES = invites.TRIES
"""Wrong answers after which an invite is dead."""

LIFE = timedelta(days=30)
"""How long a link may be used, and in any case until `AFTER` past the session."""

AFTER = timedelta(days=14)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Of a desk code: nothing that is heard or read as something else (0 O, 1 I L)."""

CODE = 5  # letters: 28 million codes for 5 tries

State = invites.State
LIVE = frozenset({State.INVITED, State.OPENED})
"""States in which a link may still be used."""


@dataclasses.dataclass(frozen=True)
class Created:
    """A new invite; `token` is the link's `?start=` payload. Like `desk_code` it is found by a hash of it alone."""

    invite_id: str
    patient_id: str
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
    """The chat is the patient's; `is_new` is False when this chat had confirmed before."""

    patient_name: str = dataclasses.field(repr=False)
    timeline: treatments.TreatmentTimeline
    is_new: bool


@dataclasses.dataclass(frozen=True)
class WrongAnswer:
    """Neither the desk code nor the date; a value and not an error, since the try must be kept."""

    tries_left: int


async def create(
    work: works.Work,
    who: access.Operator | access.Staff,
    *,
    name: str,
    day: date,
    at: time,
    language: str,
    catalog: catalogs.Catalog,
    now: datetime,
    clinic_id: str = "",
    plan_key: str | None = None,
) -> Created:
    """Enter a clinic's patient with a session and its reminders, and make the link to hand over.

    Staff makes it for the clinic they work in; only the operator says for which (`clinic_id`). Raises NotFound for an
    unknown clinic, NotAllowed `refusal.not_adopted` or for a role, Invalid `refusal.unknown_plan`,
    `refusal.unknown_language`, `refusal.name`, and the dates' refusals.
    """
    clinic = await adopted(work, who, clinic_id)
    anchor = sessions.anchor(day=day, at=at, zone=clinic.zone, now=now)
    if language not in catalog.languages:
        raise errors.Invalid("refusal.unknown_language")
    habits = timeline.Habits(zone=clinic.zone, morning=people.MORNING, quiet=clinic.quiet)
    plan = await shipping.in_force(work, catalog, plan_key or clinic.default_plan, clinic_id=clinic.id)
    patient_id = await patients.add(
        work,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        name=names.name(name),
        language=language,
        habits=habits,
        now=now,
    )
    treatment_id = await registration.booked(
        work,
        patient=(clinic.organisation_id, clinic.id, patient_id),
        anchor=anchor,
        slots=tuple(timeline.slots(plan, anchor, habits, now=now)),
        zone=clinic.zone,
        plan=plan,
        entered_by="clinic",
        catalog=catalog,
        now=now,
    )
    return await made(
        work, who, clinic, patient_id=patient_id, treatment_id=treatment_id, starts_at=timeline.start(anchor), now=now
    )


async def made(
    work: works.Work,
    who: access.Operator | access.Staff,
    clinic: clinics.ClinicRow,
    *,
    patient_id: str,
    treatment_id: str,
    starts_at: datetime,
    now: datetime,
) -> Created:
    """Make the link of a patient's session, the only one of theirs that lives; what has expired is wiped on the way."""
    await invites.wipe_expired(work, now=now)
    await invites.revoke_of_patient(work, patient_id, now=now)
    invite = Created(
        invite_id=tables.new_id(),
        patient_id=patient_id,
        treatment_id=treatment_id,
        token=new_token(),
        desk_code=new_code(),
        expires_at=ends(starts_at, now=now),
    )
    await invites.add(
        work,
        id=invite.invite_id,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        patient_id=patient_id,
        treatment_id=treatment_id,
        token=invite.token,
        code=invite.desk_code,
        now=now,
        expires_at=invite.expires_at,
        staff_id=who.staff_id if isinstance(who, access.Staff) else None,
    )
    await standings.settle(work, [patient_id], now=now)
    return invite


async def adopted(work: works.Work, who: access.Operator | access.Staff, clinic_id: str = "") -> clinics.ClinicRow:
    """Return the clinic that invites: the staff's own, or the one that the operator names.

    Raises NotAllowed for a role that may not, `refusal.not_adopted`; NotFound `refusal.unknown_clinic`.
    """
    if isinstance(who, access.Staff):
        access.require(who, access.Right.INVITE)
        clinic_id = who.clinic_id
    clinic = await clinics.get(work, clinic_id)
    if clinic is None or clinic.id == clinics.BUILT_IN:
        raise errors.NotFound("refusal.unknown_clinic", text=clinic_id[: names.NAME])
    if clinic.adopted_by is None:
        raise errors.NotAllowed("refusal.not_adopted")
    return clinic


async def open_(work: works.Work, who: access.Person, token: str, *, now: datetime) -> Opened:
    """Look at a link: NotFound `refusal.invite`, one answer for unknown, used, expired, revoked and locked."""
    found = await invites.by_token(work, token)
    if found is None:
        raise _refused()
    if _is_yours(found, who):
        return Opened(found.id, is_yours=True)
    _refuse_dead(found, now)
    if await invites.is_first_opened(work, found.id, now=now):
        await standings.settle(work, [found.patient_id], now=now)
    return Opened(found.id, is_yours=False)


async def decline(work: works.Work, who: access.Person, *, now: datetime, token: str = "", invite_id: str = "") -> None:
    """Note that whoever holds a link wants none of it: it is dead, and the clinic sees that they said no.

    Raises NotFound `refusal.invite` for one that cannot be used, and for one that this chat has confirmed.
    """
    await people.chat(work, who, lock=True)
    found = await (invites.by_token(work, token) if token else invites.get(work, invite_id))
    if found is None or not await invites.is_declined(work, found.id, tries=TRIES, now=now):
        raise _refused()
    await standings.settle(work, [found.patient_id], now=now)


async def confirm(
    work: works.Work,
    who: access.Person,
    invite_id: str,
    answer: str | date,
    *,
    now: datetime,
    day: date | None = None,
) -> Confirmed | WrongAnswer:
    """Bind the chat to the patient if `answer` is the desk code (any case, spaces) or the session's date.

    `day` is the date that a typed answer may mean too: "4AM8N" is a code and looks like a time. It is one try.
    One chat of many wins. Raises NotAllowed `refusal.no_consent`, NotFound `refusal.invite`.
    """
    chat = await people.consenting(work, who)
    found = await invites.get(work, invite_id)
    if found is None:
        raise _refused()
    if _is_yours(found, who):
        return await _confirmed(work, who, found, is_new=False)
    _refuse_dead(found, now)
    is_right = await _is_right(work, found, answer) or (day is not None and await _is_right(work, found, day))
    if not is_right:
        return await _counted(work, found, now)
    if not await invites.is_redeemed(work, found.id, chat_id=chat.id, tries=TRIES, now=now):
        raise _refused()  # another chat was first
    await claiming.bind(work, chat, found, now=now)
    return await _confirmed(work, who, found, is_new=True)


def is_code(text: str) -> bool:
    """Tell whether a text has the form of a desk code, whatever else it may be."""
    given = _as_code(text)
    return len(given) == CODE and set(given) <= set(ALPHABET)


def _as_code(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()


def new_code() -> str:
    """Return a desk code."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE))


def ends(starts_at: datetime, *, now: datetime) -> datetime:
    """Return when a link to a session ends."""
    return max(now + LIFE, starts_at + AFTER)


def new_token() -> str:
    """Return a token; what begins with "w-" is a poster's, so that one look tells them apart."""
    while (token := secrets.token_urlsafe(32))[1] == "-":
        pass
    return token


def _refused() -> errors.NotFound:
    return errors.NotFound("refusal.invite")


def _is_yours(found: invites.InviteRow, who: access.Person) -> bool:
    return found.redeemed_at is not None and found.chat_id == who.chat_id


def _refuse_dead(found: invites.InviteRow, now: datetime) -> None:
    if found.state(tries=TRIES, now=now) not in LIVE:
        raise _refused()


async def _is_right(work: works.Work, found: invites.InviteRow, answer: str | date) -> bool:
    if isinstance(answer, date):
        row = await treatment_rows.whoever_asks(work, found.treatment_id)
        return row is not None and row.day == answer
    given = _as_code(answer)
    return hmac.compare_digest(invites.code_hash(work, invite_id=found.id, code=given), found.code_hash)


async def _counted(work: works.Work, found: invites.InviteRow, now: datetime) -> WrongAnswer:
    wrong = await invites.count_wrong(work, found.id, tries=TRIES, now=now)
    if wrong is None:
        raise _refused()
    await standings.settle(work, [found.patient_id], now=now)
    return WrongAnswer(tries_left=TRIES - wrong)


async def _confirmed(work: works.Work, who: access.Person, found: invites.InviteRow, *, is_new: bool) -> Confirmed:
    try:
        timeline = await treatments.timeline_of(work, who, found.treatment_id)
    except errors.NotFound:
        raise _refused() from None  # the clinic has bound the patient to another chat since
    return Confirmed(timeline.treatment.patient_name, timeline, is_new=is_new)
