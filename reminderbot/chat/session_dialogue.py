"""Telling a session: its day, its time, the zone, the morning hour; each by a tap or typed, in any order."""

import dataclasses
from datetime import date, datetime, time
from typing import assert_never

from reminderbot import errors
from reminderbot.catalog import reading
from reminderbot.chat import calendar, dialogues, reads, review, session_prompts, zone_dialogue
from reminderbot.chat.dialogues import Asks, Session
from reminderbot.chat.visit import Say, Visit
from reminderbot.services import phrases, treatments


async def begin(visit: Visit) -> None:
    """Ask for the day of a session."""
    await advance(visit, Session(), say=visit.say)


async def begin_move(visit: Visit, treatment_id: str) -> None:
    """Ask for the new day of a session; NotFound when it is not the person's."""
    view = await treatments.get(visit.work, visit.who, treatment_id)
    await advance(visit, Session(moves=view.id, version=view.version, zone=view.zone), say=visit.say)


async def again(visit: Visit, step: Session) -> None:
    """Ask for the day and the time once more."""
    await advance(visit, dataclasses.replace(_forgotten(step), day="", at=""))


async def repeat(visit: Visit, step: Session) -> None:
    """Ask again what is asked now."""
    await advance(visit, step, say=visit.say)


async def typed(visit: Visit, step: Session, text: str) -> bool:
    """Take a typed answer; False when the text is none."""
    match Asks(step.asks):
        case Asks.ZONE:
            return await _typed_zone(visit, step, text)
        case Asks.HOUR:
            return await _typed_hour(visit, step, text)
        case Asks.REVIEW if phrases.is_yes(visit.catalog, text):
            await review.save(visit, step)
            return True
        case Asks.DAY | Asks.TIME | Asks.REVIEW:
            return await _typed_date(visit, step, text)
        case other:
            assert_never(other)


async def day_tapped(visit: Visit, step: Session, rest: str) -> None:
    """Take Today, Yesterday, or show the calendar."""
    if rest == "other":
        today = visit.local(await _zone(visit, step)).date()
        rows = [*calendar.rows(visit.language, today=today), session_prompts.cancel(visit)]
        visit.turn(visit.text("prompt.calendar"), *rows)
    elif rest in ("0", "-1"):
        word = visit.catalog.language(visit.language).near[int(rest)]
        await _take(visit, step, word)
    else:
        visit.toasts("toast.stale")


async def calendar_tapped(visit: Visit, step: Session, tapped: str) -> None:
    """Take a day of the calendar, or show another month; a tap on nothing does nothing."""
    today = visit.local(await _zone(visit, step)).date()
    match calendar.picked(tapped, visit.language, today=today):
        case None:
            visit.toasts("toast.calendar")
        case date() as day:
            await advance(visit, dataclasses.replace(_forgotten(step), day=day.isoformat()))
        case rows:
            visit.turn(visit.text("prompt.calendar"), *rows, session_prompts.cancel(visit))


async def read_tapped(visit: Visit, step: Session, choice: str) -> None:
    """Take one of several readings; a forged one is read like any typed text."""
    if not await _take(visit, step, choice):
        visit.toasts("toast.stale")


async def time_tapped(visit: Visit, step: Session, rest: str) -> None:
    """Take a time of the quick answers."""
    if step.day and rest in {f"{at:%H:%M}" for at in session_prompts.HOURS}:
        await _take(visit, step, rest, known_day=step.date)
    else:
        visit.toasts("toast.stale")


async def zone_chosen(visit: Visit, step: Session, zone: str) -> None:
    """Take the zone, and read the words of the day again, now that we know whose today it is."""
    await advance(visit, _settled(visit, dataclasses.replace(step, zone=zone)))


async def hour_chosen(visit: Visit, step: Session, at: time) -> None:
    """Take the morning hour."""
    await advance(visit, dataclasses.replace(step, hour=f"{at:%H:%M}"))


async def advance(visit: Visit, step: Session, *, say: Say | None = None) -> None:
    """Ask for what is missing next; with all of it known, show what would be saved.

    NotAllowed `refusal.stopped` for a new session while all messages are stopped: better said before than after.
    """
    habits = await visit.habits()
    if habits.is_stopped and not step.moves:
        raise errors.NotAllowed("refusal.stopped")
    if habits.zone and not step.hour and not step.moves:
        step = dataclasses.replace(step, hour=f"{habits.morning:%H:%M}")
    step = dataclasses.replace(step, asks=_missing(step))
    await dialogues.save(visit, step)
    if step.asks == Asks.REVIEW:
        await review.show(visit, step, say or visit.turn)
        return
    html, rows = session_prompts.question(visit, step, habits.zone)
    (say or visit.turn)(html, *rows, session_prompts.cancel(visit))


def _missing(step: Session) -> Asks:
    if not step.day:
        return Asks.DAY
    if not step.at:
        return Asks.TIME
    if not step.zone:
        return Asks.ZONE
    return Asks.REVIEW if step.hour or step.moves else Asks.HOUR


async def _zone(visit: Visit, step: Session) -> str | None:
    return step.zone or (await visit.habits()).zone


async def _typed_date(visit: Visit, step: Session, text: str) -> bool:
    known = step.date if step.asks == Asks.TIME else None
    if await _take(visit, step, text, known_day=known):
        return True
    found = reads.read(visit, text, zone=await _zone(visit, step), known_day=known)
    if not found.choices:
        return False
    visit.say(reads.sentence(visit, found), *reads.choices(visit, found), session_prompts.cancel(visit))
    return True


async def _take(visit: Visit, step: Session, text: str, *, known_day: date | None = None) -> bool:
    found = reads.read(visit, text, zone=await _zone(visit, step), known_day=known_day)
    if found.value is None:
        return False
    await advance(visit, _told(visit, _with(step, found), text, at_only=known_day is not None))
    return True


def _told(visit: Visit, step: Session, text: str, *, at_only: bool) -> Session:
    """Remember the words of a day or a time while we do not know whose clock they are told by."""
    said, when = ("", "") if step.zone else (text, visit.now.isoformat())
    if at_only:
        return dataclasses.replace(step, at_said=said, at_said_at=when)
    return dataclasses.replace(step, said=said, said_at=when, at_said="", at_said_at="")


def _with(step: Session, found: reading.Read) -> Session:
    if isinstance(found.value, datetime):
        at = f"{found.value:%H:%M}"
        return dataclasses.replace(step, day=found.value.date().isoformat(), at=at)
    return dataclasses.replace(step, day=found.value.isoformat()) if found.value else step


def _settled(visit: Visit, step: Session) -> Session:
    """Read the remembered words again on the right clock, as of when they were said."""
    if step.said:
        found = reads.read(visit, step.said, zone=step.zone, now=datetime.fromisoformat(step.said_at))
        step = _with(step, found)
    if step.at_said:
        said_at = datetime.fromisoformat(step.at_said_at)
        found = reads.read(visit, step.at_said, zone=step.zone, known_day=step.date, now=said_at)
        step = _with(step, found)
    return _forgotten(step)


def _forgotten(step: Session) -> Session:
    return dataclasses.replace(step, said="", said_at="", at_said="", at_said_at="")


async def _typed_zone(visit: Visit, step: Session, text: str) -> bool:
    guess = step.offered or (await visit.habits()).zone
    if guess and phrases.is_yes(visit.catalog, text):
        await zone_chosen(visit, step, guess)
        return True
    zones = zone_dialogue.understood(visit, text)
    await dialogues.save(visit, dataclasses.replace(step, offered=zone_dialogue.only(zones)))
    html, rows = zone_dialogue.offer(visit, zones)
    visit.say(html, *rows, session_prompts.cancel(visit))
    return True


async def _typed_hour(visit: Visit, step: Session, text: str) -> bool:
    at = reads.clock(visit, text)
    if at:
        await hour_chosen(visit, step, at)
    return at is not None
