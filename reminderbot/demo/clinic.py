"""The demo's clinic: its staff, and twenty invented patients, one in every state that the console shows."""

import dataclasses
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from reminderbot import app, clocks
from reminderbot.planning import hours, life
from reminderbot.services import (
    access,
    chats,
    checkins,
    clinics,
    consent,
    invites,
    letters,
    pausing,
    posters,
    registration,
    shipping,
    staff,
    standings,
    stopping,
    values,
    worries,
)
from reminderbot.services import treatments as treatments_
from reminderbot.store import bots, rehearsed
from reminderbot.store import work as works

OPERATOR: Final = access.Operator()
ZONE: Final = "Europe/Madrid"


class Now(StrEnum):
    """How a patient stands when the demo begins."""

    INVITED = "invited"  # the link was handed over and not opened
    OPENED = "opened"
    NEVER = "never"  # the session is over and the link was never used
    JOINED = "joined"
    STOPPED = "stopped"
    BLOCKED = "blocked"
    WORRIED = "worried"
    FINE = "fine"  # has answered a check-in
    REJECTED = "rejected"
    UNCONFIRMED = "unconfirmed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    PAUSED = "paused"
    WROTE = "wrote"  # to the clinic
    TOLD = "told"  # gave the date by the poster on the wall; the clinic is to confirm it


@dataclasses.dataclass(frozen=True)
class Patient:
    """Somebody invented: `days` from today to the session at `at`; the invite was made `before` days ahead of it."""

    name: str
    language: str
    days: int
    at: time
    now: Now
    before: int = 6


PATIENTS: Final = (
    Patient("Berta Molina", "es", 0, time(10), Now.JOINED),
    Patient("Carlos Peña", "es", 0, time(11, 30), Now.JOINED),
    Patient("Dora King", "en", 0, time(16), Now.INVITED),
    Patient("Elena Prieto", "es", 0, time(17, 30), Now.OPENED),
    Patient("Farah Amini", "en", -1, time(12), Now.WORRIED),
    Patient("Gael Ortiz", "es", -1, time(18), Now.JOINED),
    Patient("Hana Sato", "en", -2, time(10, 30), Now.FINE),
    Patient("Iris Vega", "es", -3, time(16), Now.BLOCKED),
    Patient("John Reed", "en", -3, time(9, 30), Now.UNCONFIRMED),
    Patient("Karim Haddad", "en", -4, time(13), Now.NEVER),
    Patient("Laia Puig", "es", -5, time(11), Now.REJECTED),
    Patient("Marta Soler", "es", -7, time(10), Now.STOPPED),
    Patient("Nora Lindt", "en", -9, time(15), Now.FINE),
    Patient("Óscar Gil", "es", -14, time(12), Now.WROTE),
    Patient("Paula Ríos", "es", -21, time(17), Now.PAUSED),
    Patient("Quim Ferrer", "es", -33, time(9), Now.JOINED),
    Patient("Rosa Blanco", "es", 1, time(10), Now.JOINED),
    Patient("Sara Cohen", "en", 2, time(12, 30), Now.DECLINED, before=9),
    Patient("Tomás Ruiz", "es", 3, time(16, 30), Now.CANCELLED, before=10),
    Patient("Uma Rao", "en", 5, time(11), Now.TOLD),
)


STAFF: Final = (
    ("Dr Bea Ruiz", "bea", access.Role.ADMIN),
    ("Eva Marín", "eva", access.Role.CLINICIAN),
    ("Leo Sanz", "leo", access.Role.DESK),
)
"""Who works there: name, what they sign in with, role."""


@dataclasses.dataclass(frozen=True)
class Invited:
    """What is known of a patient once the invite is made."""

    patient: Patient
    invite: invites.Created
    who: access.Person | None


async def made(
    house: app.House, *, bot_id: int, username: str, start: Callable[[str, str], int]
) -> dict[access.Role, access.Staff]:
    """Fill the house with the clinic, its staff and its patients; return the staff by their roles.

    `start` gives a person a phone on which the bot was started, and returns their Telegram id.
    """
    now = house.clock.now()
    async with house.store.writing() as work:
        await bots.ensure(work, bot_id, username=username)
        clinic = await clinics.add(
            work,
            OPERATOR,
            name="Dr Bea Skin Clinic",
            phone="+34 910 000 000",
            emergency="112",
            hours="Mon-Fri 9:00-18:00, Sat 10:00-14:00",
            zone=ZONE,
            languages=("en", "es"),
            adopted_by="Dr Bea Ruiz",
            catalog=house.catalog,
            now=now,
        )
        team = {role: await _employed(work, clinic, name, login, role) for name, login, role in STAFF}
        await posters.rotate(work, team[access.Role.ADMIN], now=now)
    for number, patient in enumerate(PATIENTS):
        async with house.store.writing() as work:
            if patient.now is Now.TOLD:
                await _told(work, house, team, patient, bot_id=bot_id, start=start)
            else:
                await _brought(work, house, clinic, patient, bot_id=bot_id, start=start, number=number)
    return team


async def _employed(
    work: works.Work, clinic: clinics.ClinicView, name: str, login: str, role: access.Role
) -> access.Staff:
    row = await clinics.row_of(work, OPERATOR, clinic.id)
    added = await staff.add(
        work, OPERATOR, row, name=name, login=login, role=role, language="en", machine_now=clocks.machine()
    )
    return access.Staff(added.staff_id, clinic.organisation_id, clinic.id, role)


async def _told(
    work: works.Work,
    house: app.House,
    team: dict[access.Role, access.Staff],
    patient: Patient,
    *,
    bot_id: int,
    start: Callable[[str, str], int],
) -> None:
    """Let somebody have opened the poster and told the date of their session."""
    now = house.clock.now()
    who = await _arrived(work, house, patient, bot_id=bot_id, start=start, at=now)
    poster = await posters.current(work, team[access.Role.ADMIN], bot_id=bot_id)
    wall = await posters.scanned(work, poster.link.partition("start=")[2]) if poster else None
    assert wall is not None  # noqa: S101 - it was hung up a moment ago
    id = await posters.patient(work, who, wall.poster_id, patient.name.split()[0], now=now)
    draft = registration.Draft(day=_day(now, patient.days), at=patient.at, zone=ZONE, patient_id=id)
    await posters.register(work, who, wall.poster_id, draft, catalog=house.catalog, now=now)


async def _brought(
    work: works.Work,
    house: app.House,
    clinic: clinics.ClinicView,
    patient: Patient,
    *,
    bot_id: int,
    start: Callable[[str, str], int],
    number: int,
) -> None:
    now, day = house.clock.now(), _day(house.clock.now(), patient.days)
    early = now + timedelta(days=min(patient.days, 0) - patient.before)
    invite = await invites.create(
        work,
        OPERATOR,
        clinic_id=clinic.id,
        name=patient.name,
        day=day,
        at=patient.at,
        language=patient.language,
        catalog=house.catalog,
        now=early,
    )
    who = None
    if patient.now not in (Now.INVITED, Now.NEVER):
        who = await _arrived(work, house, patient, bot_id=bot_id, start=start, at=early)
        opened = await invites.open_(work, who, invite.token, now=early)
        if patient.now is Now.DECLINED:
            await invites.decline(work, who, invite_id=opened.invite_id, now=now)
        elif patient.now is not Now.OPENED:
            await invites.confirm(work, who, opened.invite_id, invite.desk_code, now=early)
            await _played(work, house, Invited(patient, invite, who), number=number)


async def _arrived(
    work: works.Work,
    house: app.House,
    patient: Patient,
    *,
    bot_id: int,
    start: Callable[[str, str], int],
    at: datetime,
) -> access.Person:
    telegram_id = start(patient.name.split()[0], patient.language)
    chat = await chats.arrive(
        work, bot_id=bot_id, telegram_id=telegram_id, language_code=patient.language, catalog=house.catalog, now=at
    )
    await consent.give(work, chat.person, wording=house.catalog.message(patient.language, "start.welcome").hash, now=at)
    return chat.person


async def _played(work: works.Work, house: app.House, invited: Invited, *, number: int) -> None:
    """Let the past of a patient have happened, and what brought them into their state."""
    now, patient, who = house.clock.now(), invited.patient, invited.who
    assert who is not None  # noqa: S101 - whoever has joined has a chat
    if patient.now is Now.CANCELLED:
        await treatments_.cancel(work, who, invited.invite.treatment_id, now=now)
        return
    past = await rehearsed.due(work, invited.invite.treatment_id, now=now)
    last = len(past) - 1
    for place, each in enumerate(past):
        ends = _ENDS.get(patient.now, life.State.SENT) if place == last else life.State.SENT
        await _ended(work, house, invited, each, ends, number=number * 20 + place + 1)
    if patient.now is Now.STOPPED:
        await stopping.stop(work, who, now=now - timedelta(hours=5))
    elif patient.now is Now.PAUSED:
        bound = await treatments_.of_chat(work, who)
        await pausing.begin(work, bound[0].patient_id, until=now + timedelta(days=10))
        await standings.settle(work, [bound[0].patient_id], now=now)
    elif patient.now is Now.WROTE:
        await letters.write(work, who, "¿Puedo volver a nadar esta semana?", now=now - timedelta(minutes=50))
    elif patient.now is Now.BLOCKED:
        await chats.left(work, who, now=now - timedelta(hours=3))
    elif patient.now in (Now.WORRIED, Now.FINE):
        await _answered(work, house, invited, past)


_ENDS: Final = {Now.REJECTED: life.State.REJECTED, Now.UNCONFIRMED: life.State.UNCONFIRMED}


async def _ended(
    work: works.Work, house: app.House, invited: Invited, past: rehearsed.Past, state: life.State, *, number: int
) -> None:
    who, language = invited.who, invited.patient.language
    assert who is not None  # noqa: S101
    message = house.catalog.message(language, past.message_key)
    text_id = await shipping.text(work, message, organisation_id=past.organisation_id, now=past.due_at)
    blanks = await values.of_chat(
        work, who, language, catalog=house.catalog, now=past.due_at, treatment_id=invited.invite.treatment_id
    )
    body = house.catalog.say(language, past.message_key, **blanks)
    await rehearsed.end(
        work, past, state=state, chat_id=who.chat_id, text_id=text_id, language=language, body=body, number=number
    )


async def _answered(work: works.Work, house: app.House, invited: Invited, past: list[rehearsed.Past]) -> None:
    """Answer the last check-in that was sent, or raise the worry without one."""
    who, patient, now = invited.who, invited.patient, house.clock.now()
    assert who is not None  # noqa: S101
    plan = house.catalog.plan("microneedling")
    steps = {step.message: step for step in plan.steps}
    asked = [each for each in past if steps[each.message_key].asks]
    if patient.now is Now.WORRIED:
        about = past[-1].id if past else None
        words = "My cheek is very red and it burns. Is that normal?"
        await worries.raise_(work, who, reminder_id=about, words=words, now=now - timedelta(minutes=12))
    elif asked:
        ask = steps[asked[-1].message_key].asks[0]
        answer = checkins.ANSWERS[ask][0]
        await checkins.answer(work, who, asked[-1].id, ask, answer, now=asked[-1].due_at + timedelta(hours=1))


def _day(now: datetime, days: int) -> date:
    return (hours.to_local(now, ZONE) + timedelta(days=days)).date()
