"""The morning hour and the quiet hours: what a choice would do is shown by an example, and one tap saves it."""

import re
from collections.abc import Awaitable, Callable
from datetime import time
from typing import Final

from reminderbot.chat import buttons, dialogues, habits, reads, reply
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import own_titles, phrases, preferences, rows, trying_habits

QUIETS: Final = (hours.Quiet(time(21), time(8)), hours.Quiet(time(22), time(7)), hours.Quiet(time(20), time(9)))
NO_QUIET: Final = hours.Quiet(time(0), time(0))
SAVE: Final = "save-"
"""Before what a tap on "Save" saves: the button holds its own value, so that an older one saves what it showed."""

_BETWEEN = re.compile(r"\s*(?:[-–—]|\bto\b|\bin\b|\ba\b|\bhasta\b)\s*")


async def hour_tapped(visit: Visit, step: dialogues.Hour, rest: str) -> None:
    """Take a tap on a morning hour, or on "Save" under one."""
    at = _clock(rest.removeprefix(SAVE))
    if at is None:
        visit.toasts("toast.stale")
    elif rest.startswith(SAVE) or step.is_first:
        await _save_hour(visit, at)
    else:
        await try_hour(visit, at)


async def hour_typed(visit: Visit, step: dialogues.Hour, text: str) -> bool:
    """Take a typed hour, or a yes to the one that was shown; False when the text is none."""
    if step.at and phrases.is_yes(visit.catalog, text):
        await _save_hour(visit, time.fromisoformat(step.at))
        return True
    chosen = reads.clock(visit, text)
    if chosen and step.is_first:
        await _save_hour(visit, chosen)
    elif chosen:
        await try_hour(visit, chosen)
    return chosen is not None


async def try_hour(visit: Visit, at: time) -> None:
    """Show what a morning hour would do; one that is kept already changes nothing."""
    if at == (await visit.habits()).morning:
        await _save_hour(visit, at)
        return
    tried = await _tried(visit, lambda: habits.keep_morning(visit, at))
    clock, quiet = visit.catalog.clock(visit.language, at), quiet_words(visit, tried.preferences.quiet)
    head = visit.text("prompt.hour-try", clock=clock, quiet=quiet)
    await dialogues.save(visit, dialogues.Hour(f"{at:%H:%M}"))
    save = visit.button("save", buttons.data(Tapped.HOUR, f"{SAVE}{at:%H:%M}"))
    other = visit.button("hour-other", buttons.data(Tapped.HOUR, "other"))
    visit.turn("\n\n".join([head, await _example(visit, tried)]), save, other, _keep(visit))


async def quiet_tapped(visit: Visit, rest: str) -> None:
    """Take quiet hours of a button, or a tap on "Save" under some."""
    chosen = _quiet(visit, rest.removeprefix(SAVE))
    if chosen is None:
        visit.toasts("toast.stale")
    elif rest.startswith(SAVE):
        await _save_quiet(visit, chosen)
    else:
        await _try_quiet(visit, chosen)


async def quiet_typed(visit: Visit, step: dialogues.Quiet, text: str) -> bool:
    """Take typed quiet hours, like 22:00-07:00, or a yes to those that were shown; False when the text is none."""
    if step.between and phrases.is_yes(visit.catalog, text):
        await quiet_tapped(visit, f"{SAVE}{step.between}")
        return True
    chosen = _between(visit, text)
    if chosen:
        await _try_quiet(visit, chosen)
    return chosen is not None


def quiet_words(visit: Visit, quiet: hours.Quiet) -> str:
    """Return "21:00–08:00"; empty for none."""
    if quiet.start == quiet.end:
        return ""
    return f"{visit.catalog.clock(visit.language, quiet.start)}–{visit.catalog.clock(visit.language, quiet.end)}"


def quiet_rows(visit: Visit) -> list[reply.Row]:
    """Return the buttons of quiet hours, and of none."""
    keys = [reply.Button(quiet_words(visit, quiet), buttons.data(Tapped.QUIET, _data(quiet))) for quiet in QUIETS]
    return [*keys, visit.button("no-quiet", buttons.data(Tapped.QUIET, "none"))]


async def _save_hour(visit: Visit, at: time) -> None:
    kept = await habits.keep_morning(visit, at)
    await dialogues.end(visit)
    clock, quiet = visit.catalog.clock(visit.language, at), quiet_words(visit, kept.quiet)
    visit.turn(visit.text("done.hour", clock=clock, quiet=quiet))


async def _try_quiet(visit: Visit, chosen: hours.Quiet) -> None:
    if chosen == (await visit.habits()).quiet:
        await _save_quiet(visit, chosen)
        return
    tried = await _tried(visit, lambda: _kept_quiet(visit, chosen))
    head = visit.text("prompt.quiet-try", quiet=quiet_words(visit, chosen))
    await dialogues.save(visit, dialogues.Quiet(_data(chosen)))
    save = visit.button("save", buttons.data(Tapped.QUIET, f"{SAVE}{_data(chosen)}"))
    visit.turn("\n\n".join([head, await _example(visit, tried)]), save, _keep(visit))


async def _save_quiet(visit: Visit, chosen: hours.Quiet) -> None:
    await _kept_quiet(visit, chosen)
    await dialogues.end(visit)
    visit.turn(visit.text("done.quiet", quiet=quiet_words(visit, chosen)))


async def _kept_quiet(visit: Visit, chosen: hours.Quiet) -> preferences.Preferences:
    return (await preferences.set_quiet(visit.work, visit.who, chosen, now=visit.now)).preferences


async def _tried(visit: Visit, keep: Callable[[], Awaitable[preferences.Preferences]]) -> trying_habits.Tried:
    return await trying_habits.tried(visit.work, visit.who, keep, now=visit.now)


async def _example(visit: Visit, tried: trying_habits.Tried) -> str:
    """Return when a message would come: one that moves, where any does."""
    found = tried.example
    if found is None:
        return visit.text("prompt.example", moment="", title="")
    titles = await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)
    key = found.reminder.title_key
    called = rows.title(visit, key, titles.get((found.treatment.id, key), ""))
    moment = visit.moment(found.reminder.local, zone=found.treatment.patient_zone)
    return visit.text("prompt.example", moment=moment, title=called)


def _quiet(visit: Visit, rest: str) -> hours.Quiet | None:
    return NO_QUIET if rest == "none" else _between(visit, rest)


def _between(visit: Visit, text: str) -> hours.Quiet | None:
    ends = [reads.clock(visit, part) for part in _BETWEEN.split(text.strip(), maxsplit=1)]
    start, end = [*ends, None, None][:2]
    return hours.Quiet(start, end) if start is not None and end is not None else None


def _data(quiet: hours.Quiet) -> str:
    return f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet.start != quiet.end else "none"


def _clock(rest: str) -> time | None:
    try:
        return time.fromisoformat(rest).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None


def _keep(visit: Visit) -> reply.Button:
    return visit.button("keep", buttons.data(Tapped.KEEP))
