"""The time machine: a plan is played for somebody invented, shown as Telegram shows it, and tried in one's own chat."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from reminderbot import errors
from reminderbot.planning import hours, playing, timeline
from reminderbot.services import access, people, preferences, trying
from reminderbot.services import time_machine as machine
from reminderbot.services import wording as wordings
from reminderbot.store import clinics
from reminderbot.web.console import forms
from reminderbot.web.console import patient_changes as changing
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()

RIGHT: Final = access.Right.READ_WORDING
BOOK: Final = {"book": "book"}
NOON: Final = time(12)
"""The patient's hour at which what is told of a day happens."""

FURTHEST: Final = 400  # days from the session
YEARS: Final = range(2000, 2100)
CHANGE: Final = {"day": "2027-03-26", "at": "17:00", "zone": "Europe/Madrid", "home": "Europe/Madrid"}
"""A session two days before the clocks of Europe go forward."""

Given = dict[str, str]
"""What the form holds, by field: all that a play is made of, so that its address can be handed on."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One thing of the play in order of time: a step of the plan, or what happens."""

    local: datetime
    day: str
    clock: str
    offset: str
    line: machine.Line | None = None
    title: str = ""
    happening: playing.Happening | None = None
    to: str = ""


@pages.get("/wording/{book}/time-machine", RIGHT, objects=BOOK)
async def show(visit: Visit) -> Response:
    """Show the form and, below it, the play."""
    book, given = visit.id("book"), await _given(visit)
    played: machine.Play | None = None
    zone = given["home"]
    published = await machine.published(visit.work, visit.who, book)
    await _stage(visit, {**given, "source": machine.IN_FORCE})  # a book that is none is not here
    with changing.looking(visit):
        played = await _played(visit, given)
    codes = await wordings.languages(visit.work, visit.who, visit.console.catalog)
    languages = [(code, visit.console.catalog.language(code).name) for code in codes]
    sources = [*_sources(visit), *((row.id, _edition(visit, row.number, row.published_at)) for row in published)]
    shown: dict[str, Any] = {
        "book": book,
        "given": given,
        "rows": list(_rows(visit, played, zone)) if played else [],
        "is_playable": played is not None and bool(played.sent),
        "count": len(played.sent) if played else 0,
        "zone": zone,
        "summary": _summary(visit, given, dict(languages), dict(sources)) if played else "",
        "languages": languages,
        "sources": sources,
        "shortcuts": _shortcuts(visit, given),
        "is_linked": await trying.is_linked(visit.work, visit.who),
        "shortest": trying.SHORTEST,
        "longest": trying.LONGEST,
    }
    return visit.show("time_machine.html", **shown)


@pages.post("/wording/{book}/time-machine/send", RIGHT, objects=BOOK, again=show)
async def send(visit: Visit) -> Response:
    """Send one message of the play to one's own chat."""
    given = await _given(visit)
    played = await _played(visit, given)
    line = next((line for line in played.sent if line.step_key == visit.form.get("step")), None)
    if line is None:
        raise errors.Conflict("console.time-machine.refused-none")
    return await _tried(visit, given, [line], pause=trying.SHORTEST, done="tried-one")


@pages.post("/wording/{book}/time-machine/play", RIGHT, objects=BOOK, again=show)
async def play(visit: Visit) -> Response:
    """Send the whole play to one's own chat, with pauses."""
    given = await _given(visit)
    played = await _played(visit, given)
    if not played.sent:
        raise errors.Conflict("console.time-machine.refused-none")
    pause = forms.number(visit.form.get("pause", ""))
    return await _tried(visit, given, list(played.sent), pause=pause, done="tried-all")


async def _tried(visit: Visit, given: Given, lines: list[machine.Line], *, pause: int, done: str) -> Response:
    book, console = visit.id("book"), visit.console
    texts = [
        trying.Text(line.key, line.language, line.html, line.buttons, _moment(visit, line.local)) for line in lines
    ]
    await trying.play(
        visit.work, visit.who, book, texts, words=console.words, machine_now=visit.machine_now, pause=pause
    )
    return visit.go(f"/wording/{book}/time-machine", done=done, **{name: word for name, word in given.items() if word})


async def _played(visit: Visit, given: Given) -> machine.Play:
    """Play what the form holds; Invalid for what cannot be read, NotFound for texts that are not there."""
    zone = given["zone"]
    hours.zone(zone)
    anchor = timeline.Anchor(_day(given["day"]), forms.at(given["at"]), zone)
    quiet = hours.Quiet(forms.at(given["quiet_from"]), forms.at(given["quiet_to"]))
    typed = preferences.Habits(given["language"], given["home"], forms.at(given["morning"]), quiet)
    habits = preferences.checked(typed, catalog=visit.console.catalog)
    invented = machine.Invented(
        given["name"], habits.language, anchor, timeline.Habits(habits.zone, habits.morning, habits.quiet)
    )
    script = _script(given, anchor, habits.zone)
    return machine.play(await _stage(visit, given), invented, script)


async def _stage(visit: Visit, given: Given) -> machine.Stage:
    asked = (visit.work, visit.who, visit.id("book"), given["source"])
    return await machine.staged(*asked, catalog=visit.console.catalog, now=visit.now)


def _script(given: Given, anchor: timeline.Anchor, zone: str) -> playing.Script:
    """Return what happens; Invalid `console.time-machine.refused-move`, `…-back` for what is told by halves."""
    joins, moved, stops, back = (_days(given[name]) for name in ("joins", "moved_on", "stops_on", "back_on"))
    happens = []
    if (moved is None) != (not given["moved_day"]):
        raise errors.Invalid("console.time-machine.refused-move")
    if back is not None and (stops is None or back < stops):
        raise errors.Invalid("console.time-machine.refused-back")
    if moved is not None:
        to = timeline.Anchor(_day(given["moved_day"]), forms.at(given["moved_at"] or given["at"]), anchor.zone)
        happens.append(playing.Happening(_noon(anchor, moved, zone), playing.Kind.MOVES, to))
    if stops is not None:
        happens.append(playing.Happening(_noon(anchor, stops, zone), playing.Kind.STOPS))
    if back is not None:
        happens.append(playing.Happening(_noon(anchor, back, zone), playing.Kind.RETURNS))
    return playing.Script(_noon(anchor, joins or 0, zone), tuple(happens), declines=given["declines"] == "yes")


def _noon(anchor: timeline.Anchor, days: int, zone: str) -> datetime:
    return hours.local_to_instant(anchor.day + timedelta(days=days), NOON, zone).instant


def _day(text: str) -> date:
    """Return a day of this century; Invalid `console.invites.refused-day`."""
    found = forms.day(text)
    if found.year not in YEARS:
        raise errors.Invalid("console.invites.refused-day")
    return found


def _days(text: str) -> int | None:
    """Return how many days after the session, below zero before it; Invalid `console.time-machine.refused-days`."""
    if not text:
        return None
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 5 and int(digits) <= FURTHEST):
        raise errors.Invalid("console.time-machine.refused-days", most=str(FURTHEST))
    return int(text)


async def _given(visit: Visit) -> Given:
    """Return the form as it was typed, else as it begins."""
    clinic = await clinics.get(visit.work, visit.who.clinic_id)
    zone = clinic.zone if clinic else "UTC"
    quiet = clinic.quiet if clinic else people.QUIET
    codes = await wordings.languages(visit.work, visit.who, visit.console.catalog)
    begins = {
        "source": machine.IN_FORCE,
        "name": "Ana",
        "language": codes[0],
        "day": (visit.local(visit.now, zone).date() + timedelta(days=7)).isoformat(),
        "at": "15:30",
        "zone": zone,
        "home": zone,
        "morning": f"{people.MORNING:%H:%M}",
        "quiet_from": f"{quiet.start:%H:%M}",
        "quiet_to": f"{quiet.end:%H:%M}",
        "joins": "-7",
    }
    told = ("moved_on", "moved_day", "moved_at", "stops_on", "back_on", "declines")
    typed = {name: changing.typed(visit, name) for name in (*begins, *told)}
    is_typed = visit.form.keys() & begins.keys() or visit.query("day")
    kept = {"name"} if is_typed else set()  # a patient of whom no name is known
    return {name: word if word or name in kept else begins.get(name, "") for name, word in typed.items()}


def _summary(visit: Visit, given: Given, languages: Mapping[str, str], sources: Mapping[str, str]) -> str:
    """Return who gets which texts in one line: what is printed knows no form."""
    session = f"{visit.day(_day(given['day']), zone=given['zone'])}, {visit.clock(forms.at(given['at']))}"
    language, source = languages.get(given["language"], given["language"]), sources.get(given["source"], "")
    return " · ".join(part for part in (given["name"], language, session, source) if part)


def _sources(visit: Visit) -> Iterator[tuple[str, str]]:
    shipped = (machine.SHIPPED,) if visit.id("book") in visit.console.catalog.plan_keys else ()
    for name in (machine.IN_FORCE, machine.DRAFTS, *shipped):
        yield name, visit.text(f"time-machine.source-{name}")


def _edition(visit: Visit, number: int, at: datetime) -> str:
    return visit.text("time-machine.source-edition", count=number, date=visit.day(at.date(), zone="UTC"))


def _shortcuts(visit: Visit, given: Given) -> list[tuple[str, str]]:
    """Return what is often asked, in words, each with the address of its play."""
    begins = {name: given[name] for name in ("source", "name", "language", "day", "at", "zone", "home")}
    later = (date.fromisoformat(begins["day"]) if _is_day(begins["day"]) else visit.now.date()) + timedelta(days=10)
    often: Mapping[str, Mapping[str, str]] = {
        "late": {"joins": "2"},
        "moved": {"moved_on": "2", "moved_day": later.isoformat()},
        "stopped": {"stops_on": "5", "back_on": "6"},
        "clock": CHANGE,
    }
    return [(visit.text(f"time-machine.often-{name}"), urlencode({**begins, **more})) for name, more in often.items()]


def _is_day(text: str) -> bool:
    try:
        return _day(text).isoformat() == text
    except errors.Invalid:
        return False


def _rows(visit: Visit, played: machine.Play, zone: str) -> Iterator[Row]:
    told = [(each.at, None, each) for each in played.happened] + [(line.at, line, None) for line in played.lines]
    for at, line, happening in sorted(told, key=lambda one: one[0]):
        local = visit.local(at, zone)
        row = Row(local, visit.day(local.date(), zone=zone), visit.clock(local.time()), _offset(local), line)
        if line is not None:
            yield dataclasses.replace(row, title=_title(visit, line.step_key))
        elif happening is not None:
            yield dataclasses.replace(row, happening=happening, to=_to(visit, happening, zone))


def _title(visit: Visit, step: str) -> str:
    known = visit.console.words.has("en", f"title.{step}")
    words = visit.text(f"title.{step}") if known else step
    return words[:1].upper() + words[1:]


def _offset(local: datetime) -> str:
    """Return "UTC+01:00", which tells the two halves of a repeated hour apart."""
    return f"UTC{local.isoformat()[-6:]}"


def _to(visit: Visit, happening: playing.Happening, zone: str) -> str:
    to = happening.to
    return f"{visit.day(to.day, zone=zone)}, {visit.clock(to.at)}" if to else ""


def _moment(visit: Visit, local: datetime) -> str:
    return f"{visit.console.words.day(visit.language, local.date(), today=local.date())}, {visit.clock(local.time())}"
