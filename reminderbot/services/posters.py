"""The poster on a clinic's wall: patients tell their session themselves, and the clinic confirms or corrects it."""

import dataclasses
import secrets
from datetime import date, datetime, time
from typing import Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, timeline
from reminderbot.services import (
    access,
    audit,
    handover,
    in_force,
    invites,
    names,
    owing,
    people,
    registration,
    standings,
    treatments,
)
from reminderbot.store import chats, clinics, patients, posters
from reminderbot.store import work as works

MARK: Final = "w-"
"""How the payload of a poster's link begins; an invite's never does."""

SHOWN: Final = 100  # sessions to confirm that are shown at once

Telling = posters.TellingRow


@dataclasses.dataclass(frozen=True)
class Poster:
    """The poster of a clinic; `link` is empty while the bot has not told its name yet."""

    link: str = dataclasses.field(repr=False)
    since: datetime


@dataclasses.dataclass(frozen=True)
class Wall:
    """Where a poster hangs: what a patient who scans it is told, and what their session is planned by."""

    poster_id: str
    clinic_name: str
    zone: str
    plan_key: str


async def current(work: works.Work, who: access.Staff, *, bot_id: int) -> Poster | None:
    """Return the clinic's poster as it is printed; None if none hangs."""
    access.require(who, access.Right.INVITE)
    found = await posters.token(work, who.clinic_id)
    return Poster(await handover.start(work, bot_id, MARK + found[0]), found[1]) if found else None


async def rotate(work: works.Work, who: access.Staff, *, now: datetime) -> None:
    """Make the clinic a new poster; the old one is dead at once. Raises NotAllowed `refusal.not_adopted`."""
    access.require(who, access.Right.SET_CLINIC)
    clinic = await invites.adopted(work, who)
    await posters.end(work, clinic.id, now=now)
    await posters.add(
        work,
        organisation_id=clinic.organisation_id,
        clinic_id=clinic.id,
        staff_id=who.staff_id,
        token=secrets.token_urlsafe(24),
        now=now,
    )
    await audit.note(work, who, "onboarding.poster")


async def scanned(work: works.Work, payload: str) -> Wall | None:
    """Return where the poster behind a link hangs; None if no such poster is in force."""
    found = await posters.by_token(work, payload.removeprefix(MARK)) if payload.startswith(MARK) else None
    return await _wall(work, found)


async def wall(work: works.Work, poster_id: str) -> Wall:
    """Return where a poster hangs; NotFound `refusal.invite` once it was replaced."""
    found = await _wall(work, await posters.get(work, poster_id))
    if found is None:
        raise errors.NotFound("refusal.invite")
    return found


async def known(work: works.Work, who: access.Person, poster_id: str) -> str:
    """Return the name of the one patient of this chat whom the poster's clinic knows; empty for none or several."""
    poster = await posters.get(work, poster_id)
    theirs = [
        each for each in await patients.of_chat(work, who.chat_id) if poster and each.clinic_id == poster.clinic_id
    ]
    return theirs[0].name if len(theirs) == 1 else ""


async def patient(work: works.Work, who: access.Person, poster_id: str, name: str, *, now: datetime) -> str:
    """Return the chat's patient of that clinic and first name, made if there is none; their id.

    Raises NotAllowed `refusal.no_consent`, NotFound `refusal.invite`, Invalid `refusal.name`.
    """
    chat = await people.consenting(work, who)
    poster, called = await posters.get(work, poster_id), names.name(name)
    if poster is None:
        raise errors.NotFound("refusal.invite")
    known = await patients.of_chat(work, who.chat_id)
    theirs = [each.id for each in known if each.clinic_id == poster.clinic_id and _same(each.name, called)]
    if theirs:
        return theirs[0]
    clinic = await clinics.get(work, poster.clinic_id)
    assert clinic is not None  # noqa: S101 - a foreign key holds it
    habits = known[0].habits if known else timeline.Habits(clinic.zone, people.MORNING, clinic.quiet)
    place = {"organisation_id": poster.organisation_id}
    id = await patients.add(
        work, **place, clinic_id=clinic.id, name=called, language=chat.language, habits=habits, now=now
    )
    await patients.bind(work, **place, chat_id=chat.id, patient_id=id, via="poster", now=now)
    return id


async def register(
    work: works.Work,
    who: access.Person,
    poster_id: str,
    draft: registration.Draft,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
) -> registration.Registered:
    """Save a session that a patient tells by a poster, as `registration.register` does; the clinic is to confirm it."""
    poster = await posters.get(work, poster_id)
    if poster is None:
        raise errors.NotFound("refusal.invite")
    return await registration.register(work, who, draft, catalog=catalog, now=now, poster_of=poster.clinic_id)


async def to_confirm(work: works.Work, who: access.Staff) -> list[Telling]:
    """Return the sessions that patients have told and the clinic has not confirmed, the earliest first, at most 100."""
    return await posters.to_confirm(work, who.clinic_id, limit=SHOWN)


async def confirm(work: works.Work, who: access.Staff, treatment_id: str, *, version: int, now: datetime) -> None:
    """Say that a session is right as the patient told it.

    Raises NotFound for another clinic's, Conflict `console.refusal.old` if it has changed since it was shown.
    """
    view = await _held(work, who, treatment_id)
    if not await posters.is_confirmed(work, view.id, version=version, now=now):
        raise errors.Conflict("console.refusal.old")
    await standings.settle(work, [view.patient_id], now=now)
    await audit.note(work, who, "session.confirmed", patient_id=view.patient_id, treatment=view.id)


async def correct(
    work: works.Work,
    who: access.Staff,
    treatment_id: str,
    *,
    day: date,
    at: time,
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> treatments.Moved:
    """Confirm a session at another time than the patient told; the patient is told so at once.

    Raises as `confirm` and `treatments.move` do. The same time as before is a confirmation, told to nobody.
    """
    before = await _held(work, who, treatment_id)
    if version != before.version:
        raise errors.Conflict("console.refusal.old")
    moved = await treatments.move(work, who, treatment_id, day=day, at=at, now=now, version=version)
    await confirm(work, who, treatment_id, version=moved.treatment.version, now=now)
    if moved.is_new:
        await _tell(work, who, before, moved, catalog, now)
        await audit.note(work, who, "session.corrected", patient_id=before.patient_id, treatment=before.id)
    return moved


async def _held(work: works.Work, who: access.Staff, treatment_id: str) -> treatments.TreatmentView:
    access.require(who, access.Right.CHANGE_SESSIONS)
    view = await treatments.get(work, who, treatment_id)
    await people.held(work, who, view.patient_id)
    return await treatments.get(work, who, treatment_id)


async def _tell(
    work: works.Work,
    who: access.Staff,
    before: treatments.TreatmentView,
    moved: treatments.Moved,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    patient = await people.patient(work, who, before.patient_id)
    chat_id = await patients.chat_of(work, patient.id)
    chat = await chats.get(work, chat_id) if chat_id else None
    if chat is None or chat.blocked_at is not None or patient.stopped_at is not None:
        return
    today = hours.to_local(now, before.zone).date()
    said = [
        catalog.day_and_clock(chat.language, datetime.combine(view.day, view.at), today=today)
        for view in (before, moved.treatment)
    ]
    await owing.say(
        work,
        chat,
        "poster.corrected",
        organisation_id=who.organisation_id,
        catalog=await in_force.said(work, catalog, organisation_id=who.organisation_id, clinic_id=who.clinic_id),
        buttons={"timeline": owing.TIMELINE, "person": owing.PERSON},
        clinic_name=before.clinic_name,
        session_old=said[0],
        session=said[1],
    )


async def _wall(work: works.Work, poster: posters.PosterRow | None) -> Wall | None:
    clinic = await clinics.get(work, poster.clinic_id) if poster else None
    return Wall(poster.id, clinic.name, clinic.zone, clinic.default_plan) if poster and clinic else None


def _same(known: str, told: str) -> bool:
    """Tell whether two names may be one person's in a chat: "Ana" is "Ana García"."""
    return known.casefold().split(" ")[0] == told.casefold().split(" ")[0]
