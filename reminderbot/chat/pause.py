"""A pause until a day: offered, tapped or typed, said in the timeline, and undone by one tap."""

from datetime import date, datetime, timedelta
from typing import Final

from reminderbot.chat import buttons, dialogues, reads, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import NOWHERE, Say, Visit
from reminderbot.services import pausing, phrases, stopping

DAYS: Final = (1, 3, 7, 14)
"""How many days ahead the offered days are."""


async def tapped(visit: Visit, rest: str) -> None:
    """Pause until the tapped day, or ask until when."""
    if not rest:
        await ask(visit)
    elif day := _day(rest):
        await begin(visit, day, say=visit.turn)
    else:
        visit.toasts("toast.stale")


async def ask(visit: Visit) -> None:
    """Ask until when; a typed day is taken too."""
    zone = (await visit.habits()).zone
    today = visit.local(zone).date()
    days = [today + timedelta(days=ahead) for ahead in DAYS]
    await dialogues.save(visit, dialogues.Pause())
    keep = visit.button("keep", buttons.data(Tapped.KEEP))
    visit.say(visit.text("pause.ask"), *(_row(visit, day, zone) for day in days), keep)


async def typed(visit: Visit, text: str) -> bool:
    """Take a typed day; of several readings the person chooses. False when it is no day."""
    zone = (await visit.habits()).zone
    found = reads.read(visit, text, zone=zone)
    days = sorted({day for choice in found.choices if (day := _day(choice))})
    if found.value is not None:
        day = found.value.date() if isinstance(found.value, datetime) else found.value
        await begin(visit, day, say=visit.say)
    elif days:
        visit.say(reads.sentence(visit, found), *(_row(visit, day, zone) for day in days))
    return found.value is not None or bool(days)


async def said(visit: Visit, text: str) -> bool:
    """Take "pause until Friday"; False where it names no day ahead."""
    zone = (await visit.habits()).zone or NOWHERE
    day = phrases.paused_until(visit.catalog, text, language=visit.language, zone=zone, now=visit.now)
    if day:
        await begin(visit, day, say=visit.say)
    return day is not None


async def begin(visit: Visit, day: date, *, say: Say) -> None:
    """Pause until a day, and say what will come late and what will not come."""
    held = await pausing.pause(visit.work, visit.who, day, now=visit.now)
    if isinstance(await dialogues.load(visit), dialogues.Pause):
        await dialogues.end(visit)
    date_words = visit.day(day, zone=(await visit.habits()).zone)
    html = visit.text("pause.done", date=date_words, count=held.later, count_late=held.lost)
    say(html, _undo(visit), visit.button("timeline", buttons.data(Tapped.TIMELINE)))


async def lift(visit: Visit, _rest: str = "") -> None:
    """End the pause; a second tap is told that there is none. A stop is not ended with it, and that is said."""
    lifted = await pausing.lift(visit.work, visit.who, now=visit.now)
    if await stopping.is_stopped(visit.work, visit.who):
        visit.turn(visit.text("stop.line"), visit.button("resume", buttons.data(Tapped.RESUME)))
        return
    html = visit.text("pause.lifted" if lifted.is_new else "pause.none")
    visit.turn(html, visit.button("timeline", buttons.data(Tapped.TIMELINE)))


async def line(visit: Visit, days: dict[str, date]) -> tuple[str, list[reply.Row]]:
    """Return the line that tells of a pause, with its way back; nothing where there is none."""
    if not days:
        return "", []
    zone = (await visit.habits()).zone
    return visit.text("pause.line", date=visit.day(max(days.values()), zone=zone)), [_undo(visit)]


def offer(visit: Visit) -> reply.Button:
    """Return the button that asks until when to pause."""
    return visit.button("pause", buttons.data(Tapped.PAUSE))


def _row(visit: Visit, day: date, zone: str | None) -> reply.Button:
    return visit.button("pause-until", buttons.data(Tapped.PAUSE, day.isoformat()), date=visit.day(day, zone=zone))


def _undo(visit: Visit) -> reply.Button:
    return visit.button("unpause", buttons.data(Tapped.UNPAUSE))


def _day(choice: str) -> date | None:
    try:
        return datetime.fromisoformat(choice).date()
    except ValueError:
        return None
