"""What a person prefers, shown and changed: hour, quiet hours, zone, language, phone, reads."""

import re
from datetime import time
from typing import Final

from reminderbot.catalog import places
from reminderbot.chat import buttons, dialogues, habits, reads, reply, session_prompts, zone_dialogue
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import hours
from reminderbot.services import claims, preferences

QUIETS: Final = (hours.Quiet(time(21), time(8)), hours.Quiet(time(22), time(7)), hours.Quiet(time(20), time(9)))
NO_QUIET: Final = hours.Quiet(time(0), time(0))

_BETWEEN = re.compile(r"\s*(?:[-–—]|\bto\b|\bin\b|\ba\b|\bhasta\b)\s*")


async def show(visit: Visit, _rest: str = "") -> None:
    """Show all that can be set, with a button for each."""
    found = await visit.habits()
    html = visit.text(
        "settings.now",
        clock=visit.catalog.clock(visit.language, found.morning),
        quiet=_quiet_words(visit, found.quiet),
        city=places.city(found.zone, visit.language) if found.zone else "",
        language_name=visit.catalog.language(visit.language).name,
        clinic_phone=found.treated_by or "",
        wants_reads=found.wants_reads,
    )
    wanted = ["hour", "quiet", "zone", "language", "phone"]
    rows: list[reply.Row] = [visit.button(f"set-{what}", buttons.data(Tapped.SET, what)) for what in wanted]
    rows.append(visit.button("no-reads" if found.wants_reads else "want-reads", _reads(not found.wants_reads)))
    if await claims.claimable(visit.work, visit.who):
        rows.append(visit.button("clinic", buttons.data(Tapped.CLINIC)))
    rows.append(visit.button("privacy", buttons.data(Tapped.PRIVACY)))
    visit.say(html, *rows, visit.button("stop", buttons.data(Tapped.STOP)))


async def ask(visit: Visit, what: str) -> None:
    """Ask for the new value of one setting."""
    match what:
        case "hour":
            await dialogues.save(visit, dialogues.Hour())
            visit.say(visit.text("prompt.hour"), *session_prompts.morning_rows(visit), _keep(visit))
        case "quiet":
            await dialogues.save(visit, dialogues.Quiet())
            visit.say(visit.text("prompt.quiet"), *_quiet_rows(visit), _keep(visit))
        case "zone":
            await ask_zone(visit)
        case "language":
            await ask_language(visit)
        case "phone":
            await dialogues.save(visit, dialogues.Phone())
            none = visit.button("no-phone", buttons.data(Tapped.PHONE, "none"))
            visit.say(visit.text("prompt.phone"), none, _keep(visit))
        case _:
            visit.toasts("toast.stale")


async def ask_zone(visit: Visit, *, then_hour: bool = False) -> None:
    """Ask "It is 14:05 for you now, right?"; with `then_hour` the morning hour comes next."""
    await dialogues.save(visit, dialogues.Place(then_hour))
    html, rows = zone_dialogue.question(visit, (await visit.habits()).zone)
    visit.say(html, *rows, _keep(visit))


async def ask_language(visit: Visit, _rest: str = "") -> None:
    """Ask for the language, each named in itself."""
    names = {code: visit.catalog.language(code).name for code in visit.catalog.languages}
    keys = [reply.Button(name, buttons.data(Tapped.LANGUAGE, code)) for code, name in names.items()]
    visit.say(visit.text("prompt.language"), *keys)


async def language_tapped(visit: Visit, code: str) -> None:
    """Speak another language from here on."""
    await preferences.set_language(visit.work, visit.who, code, catalog=visit.catalog)
    visit.chat = type(visit.chat)(**{**vars(visit.chat), "language": code})
    visit.say(visit.text("done.language"), visit.button("help", buttons.data(Tapped.HELP)))


async def zone_chosen(visit: Visit, step: dialogues.Place, zone: str) -> None:
    """Keep the zone; after a clinic's link the morning hour is asked for next."""
    changed = await preferences.set_zone(visit.work, visit.who, zone, now=visit.now)
    city, clock = places.city(zone, visit.language), visit.clock(visit.local(zone))
    visit.turn(visit.text("done.zone", city=city, clock=clock, count=changed.moved))
    await dialogues.end(visit)
    if step.then_hour:
        await ask(visit, "hour")


async def hour_chosen(visit: Visit, at: time) -> None:
    """Keep the morning hour."""
    kept = await habits.keep_morning(visit, at)
    await dialogues.end(visit)
    clock, quiet = visit.catalog.clock(visit.language, at), _quiet_words(visit, kept.quiet)
    visit.turn(visit.text("done.hour", clock=clock, quiet=quiet))


async def quiet_tapped(visit: Visit, rest: str) -> None:
    """Take quiet hours of a button."""
    chosen = NO_QUIET if rest == "none" else _between(visit, rest)
    if chosen is None:
        visit.toasts("toast.stale")
    else:
        await _keep_quiet(visit, chosen)


async def quiet_typed(visit: Visit, text: str) -> bool:
    """Take typed quiet hours, like 22:00-07:00; False when the text is none."""
    chosen = _between(visit, text)
    if chosen:
        await _keep_quiet(visit, chosen)
    return chosen is not None


async def reads_tapped(visit: Visit, rest: str) -> None:
    """Say whether the short reads after the care part come."""
    if rest not in ("yes", "no"):
        visit.toasts("toast.stale")
        return
    await preferences.set_reads(visit.work, visit.who, rest == "yes", now=visit.now)
    visit.say(visit.text("done.reads-yes" if rest == "yes" else "done.reads-no"))


async def phone_typed(visit: Visit, text: str) -> bool:
    """Keep the phone of whoever treated the person; False for a text without a digit, which may be a question."""
    if not any(letter.isdigit() for letter in text):
        return False
    kept = await preferences.set_treated_by(visit.work, visit.who, text, now=visit.now)
    await dialogues.end(visit)
    visit.say(visit.text("done.phone", clinic_phone=kept.treated_by or ""))
    return True


async def phone_tapped(visit: Visit, rest: str) -> None:
    """Go on without a phone, or forget the one that is kept."""
    if rest == "none":
        await preferences.set_treated_by(visit.work, visit.who, None, now=visit.now)
    await dialogues.end(visit)
    visit.turn(visit.text("done.no-phone"))


async def _keep_quiet(visit: Visit, chosen: hours.Quiet) -> None:
    await preferences.set_quiet(visit.work, visit.who, chosen, now=visit.now)
    await dialogues.end(visit)
    visit.turn(visit.text("done.quiet", quiet=_quiet_words(visit, chosen)))


def _between(visit: Visit, text: str) -> hours.Quiet | None:
    ends = [reads.clock(visit, part) for part in _BETWEEN.split(text.strip(), maxsplit=1)]
    start, end = [*ends, None, None][:2]
    return hours.Quiet(start, end) if start is not None and end is not None else None


def _quiet_words(visit: Visit, quiet: hours.Quiet) -> str:
    if quiet.start == quiet.end:
        return ""
    return f"{visit.catalog.clock(visit.language, quiet.start)}–{visit.catalog.clock(visit.language, quiet.end)}"


def _quiet_rows(visit: Visit) -> list[reply.Row]:
    keys = [
        reply.Button(_quiet_words(visit, quiet), buttons.data(Tapped.QUIET, f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"))
        for quiet in QUIETS
    ]
    return [*keys, visit.button("no-quiet", buttons.data(Tapped.QUIET, "none"))]


def _reads(wanted: bool) -> str:
    return buttons.data(Tapped.READS, "yes" if wanted else "no")


def _keep(visit: Visit) -> reply.Button:
    return visit.button("keep", buttons.data(Tapped.KEEP))
