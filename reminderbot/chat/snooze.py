"""One message put off: to an offered time, or to a day and an hour that are tapped or typed; undone by one tap."""

from datetime import date, datetime, time
from typing import Final

from reminderbot import errors
from reminderbot.chat import buttons, dialogues, one, reads, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Say, Visit
from reminderbot.services import coming, snoozing, treatments

_DAY: Final = "%Y%m%d"
_MOMENT: Final = "%Y%m%dT%H%M"


async def offers(visit: Visit, found: coming.Coming) -> list[reply.Row]:
    """Return the buttons that put a message off; none where no other time is of use."""
    times = await snoozing.offered(visit.work, found, now=visit.now)
    keys: list[reply.Row] = [_to(visit, found, each) for each in times]
    if await snoozing.days(visit.work, found, now=visit.now):
        keys.append(visit.button("snooze-pick", buttons.data(Tapped.SNOOZE, found.row.id)))
    return keys


async def of_next(visit: Visit) -> list[reply.Row]:
    """Return the button that puts off the message that comes next; none where no other time of it is of use."""
    next = await treatments.next_up(visit.work, visit.who, now=visit.now)
    found = await coming.reached(visit.work, visit.who, next.reminder.id) if next else None
    if found is None or not found.may_change or not await snoozing.days(visit.work, found, now=visit.now):
        return []
    return [visit.button("later", buttons.data(Tapped.SNOOZE, found.row.id))]


async def tapped(visit: Visit, rest: str) -> None:
    """Ask to when, or take the day, or the day and the hour, that was tapped."""
    reminder_id, _, when = rest.partition(":")
    if not when:
        await ask(visit, reminder_id, say=visit.turn)
    elif (day := _parsed(when, _DAY)) is not None:
        await _ask_hour(visit, reminder_id, day.date(), say=visit.turn)
    elif (local := _parsed(when, _MOMENT)) is not None:
        await _begin(visit, reminder_id, local, say=visit.turn)
    else:
        visit.toasts("toast.stale")


async def ask(visit: Visit, reminder_id: str, *, say: Say) -> None:
    """Ask to which day one message is put off, the times of `offers` first; a typed day and hour are taken too."""
    found = await coming.reached(visit.work, visit.who, reminder_id)
    coming.require_open(found)
    times = await snoozing.offered(visit.work, found, now=visit.now)
    days = await snoozing.days(visit.work, found, now=visit.now)
    await dialogues.save(visit, dialogues.Snooze(reminder_id))
    until = _moment(visit, found, found.until)
    html = visit.text("snooze.ask", title=await one.title(visit, found), until=until)
    say(html, *(_to(visit, found, at) for at in times), *(_on(visit, found, day) for day in days), _keep(visit))


async def typed(visit: Visit, step: dialogues.Snooze, text: str) -> bool:
    """Take a typed day, hour or both; of several readings the person chooses. False when it is none.

    An hour alone is of the day that was tapped, else of the day on which the message comes.
    """
    found = await coming.reached(visit.work, visit.who, step.reminder_id)
    day = date.fromisoformat(step.day) if step.day else found.local.date()
    read = reads.read(visit, text, zone=found.patient.zone, known_day=day)
    meant = [read.value] if read.value is not None else _meant(found, read.choices)
    if len(meant) > 1:
        visit.say(reads.sentence(visit, read), *(_choice(visit, found, each) for each in meant))
    elif meant and isinstance(meant[0], datetime):
        await _begin(visit, step.reminder_id, meant[0].replace(tzinfo=None, fold=0), say=visit.say)
    elif meant:
        await _ask_hour(visit, step.reminder_id, meant[0], say=visit.say)
    return bool(meant)


async def undo(visit: Visit, reminder_id: str) -> None:
    """Have a message come when it would have; a second tap is told when it comes."""
    undone = await snoozing.undo(visit.work, visit.who, reminder_id, now=visit.now)
    html = await one.comes(visit, "snooze.undone" if undone.is_new else "snooze.none", undone.found)
    visit.turn(html, *_after(visit, undone.found), protect=True)


async def _ask_hour(visit: Visit, reminder_id: str, day: date, *, say: Say) -> None:
    found = await coming.reached(visit.work, visit.who, reminder_id)
    coming.require_open(found)
    if day < found.local.date():
        raise errors.Invalid("refusal.snooze_earlier")
    await dialogues.save(visit, dialogues.Snooze(reminder_id, day.isoformat()))
    times = await snoozing.times(visit.work, found, day, now=visit.now)
    date_words = visit.day(day, zone=found.patient.zone)
    until = _moment(visit, found, found.until)
    html = visit.text("snooze.hour" if times else "snooze.no-hour", date=date_words, until=until)
    other = visit.button("snooze-pick", buttons.data(Tapped.SNOOZE, reminder_id))
    say(html, *(_at(visit, found, each) for each in times), other, _keep(visit))


async def _begin(visit: Visit, reminder_id: str, local: datetime, *, say: Say) -> None:
    """Put the message off; into quiet hours only their end is offered, and said to be one."""
    asked = await snoozing.ask(visit.work, visit.who, reminder_id, local, now=visit.now)
    if asked.quiet_end is not None:
        await _quiet(visit, reminder_id, local, asked.quiet_end.replace(tzinfo=None), say=say)
        return
    put = await snoozing.snooze(visit.work, visit.who, reminder_id, local, now=visit.now)
    if isinstance(await dialogues.load(visit), dialogues.Snooze):
        await dialogues.end(visit)
    title, moment = await one.title(visit, put.found), _moment(visit, put.found, put.found.local)
    html = visit.text("snooze.done", title=title, moment=moment, moment_old=_moment(visit, put.found, put.before))
    undo_it = visit.button("unsnooze", buttons.data(Tapped.UNSNOOZE, reminder_id))
    say(html, undo_it, *_after(visit, put.found), protect=True)


async def _quiet(visit: Visit, reminder_id: str, local: datetime, end: datetime, *, say: Say) -> None:
    found = await coming.reached(visit.work, visit.who, reminder_id)
    fits = (await snoozing.ask(visit.work, visit.who, reminder_id, end, now=visit.now)).fit is snoozing.Fit.FITS
    html = visit.text(
        "snooze.quiet",
        moment_old=_moment(visit, found, local),
        quiet=f"{_clock(visit, found.patient.quiet.start)}–{_clock(visit, found.patient.quiet.end)}",
        moment=_moment(visit, found, end) if fits else "",
    )
    other = visit.button("snooze-pick", buttons.data(Tapped.SNOOZE, reminder_id))
    say(html, *([_to(visit, found, end)] if fits else []), other, _keep(visit))


def _meant(found: coming.Coming, choices: tuple[str, ...]) -> list[datetime | date]:
    """Return the readings that lie ahead of the message's time; the latest where none does, to be refused."""
    given = [datetime.fromisoformat(choice).replace(tzinfo=None) for choice in choices]
    every = [at if "T" in choice else at.date() for choice, at in zip(choices, given, strict=True)]
    due = found.local.replace(tzinfo=None)
    ahead = [each for each in every if each >= (due if isinstance(each, datetime) else due.date())]
    return ahead or sorted(every, key=str)[-1:]


def _choice(visit: Visit, found: coming.Coming, meant: datetime | date) -> reply.Button:
    return _to(visit, found, meant) if isinstance(meant, datetime) else _on(visit, found, meant)


def _to(visit: Visit, found: coming.Coming, local: datetime) -> reply.Button:
    when = buttons.data(Tapped.SNOOZE, f"{found.row.id}:{local.strftime(_MOMENT)}")
    return visit.button("snooze-to", when, moment=_moment(visit, found, local))


def _on(visit: Visit, found: coming.Coming, day: date) -> reply.Button:
    label = visit.day(day, zone=found.patient.zone)
    return reply.Button(label, buttons.data(Tapped.SNOOZE, f"{found.row.id}:{day.strftime(_DAY)}"))


def _at(visit: Visit, found: coming.Coming, local: datetime) -> reply.Button:
    return reply.Button(
        _clock(visit, local.time()), buttons.data(Tapped.SNOOZE, f"{found.row.id}:{local.strftime(_MOMENT)}")
    )


def _after(visit: Visit, found: coming.Coming) -> list[reply.Row]:
    return [visit.button("timeline", buttons.data(Tapped.TIMELINE, found.row.treatment_id))]


def _keep(visit: Visit) -> reply.Button:
    return visit.button("keep", buttons.data(Tapped.KEEP))


def _clock(visit: Visit, at: time) -> str:
    return visit.catalog.clock(visit.language, at)


def _moment(visit: Visit, found: coming.Coming, local: datetime) -> str:
    return visit.moment(local.replace(tzinfo=None), zone=found.patient.zone)


def _parsed(given: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(given, form)  # noqa: DTZ007 - a time on the patient's clock
    except ValueError:
        return None
