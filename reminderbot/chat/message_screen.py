"""One message of a timeline: an old one read again as it was sent; what can be done about one that comes."""

from typing import Final

from reminderbot.chat import buttons, holds, one, reply, snooze
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.visit import Visit
from reminderbot.planning import life
from reminderbot.services import coming, own_titles, rows, treatments

LONGEST: Final = 4096
"""Characters of a message: what was sent may fill it alone, and then stands without the line above it."""

MOST: Final = 90
"""Buttons of one list; Telegram takes a hundred, with those below it."""

_READABLE = coming.SAID


async def choose(visit: Visit, treatment_id: str) -> None:
    """Show the messages of a session that can be read or changed, each on a button."""
    found = await treatments.timeline_of(visit.work, visit.who, treatment_id)
    titles = await own_titles.of_chat(visit.work, visit.who, catalog=visit.catalog, language=visit.language)
    keys = [
        _key(visit, row, rows.title(visit, row.title_key, titles.get((treatment_id, row.title_key), "")))
        for row in found.rows
        if _can_be_tapped(row)
    ]
    back = _back(visit, treatment_id)
    visit.turn(visit.text("one.which" if keys else "one.none"), *keys[:MOST], back, protect=True)


async def show(visit: Visit, reminder_id: str) -> None:
    """Show one message: its text as it was sent, or when it comes and what can be done about it."""
    found = await coming.reached(visit.work, visit.who, reminder_id)
    title = await one.title(visit, found)
    if found.row.state in _READABLE:
        await _read(visit, found, title)
    elif found.may_change:
        await _coming(visit, found)
    else:
        _shut(visit, found, title)


async def _read(visit: Visit, found: coming.Coming, title: str) -> None:
    body = await coming.text(visit.work, visit.who, found.row.id)
    date, clock = visit.day(found.local.date(), zone=found.patient.zone), visit.clock(found.local)
    head = visit.text("one.sent", date=date, clock=clock, title=title)
    if found.row.state is life.State.UNCONFIRMED:
        head = visit.text("row.not-sent", title=title, why=rows.why(visit, found.row.state, found.row.reason))
    html = f"{head}\n\n{body or visit.text('one.not-kept')}"
    html = html if len(visit.catalog.plain(html)) <= LONGEST else body
    visit.turn(html, _list(visit, found), visit.button("person", buttons.data(Tapped.WORRY)), protect=True)


async def _coming(visit: Visit, found: coming.Coming) -> None:
    html = await one.comes(visit, "one.coming", found)
    later = [*(await holds.line(visit, found.patient.id))[1], *await snooze.offers(visit, found)]
    undo = [visit.button("unsnooze", buttons.data(Tapped.UNSNOOZE, found.row.id))] if found.row.is_chosen else []
    left_out = visit.button("skip-one", buttons.data(Tapped.SKIP, found.row.id))
    visit.turn(html, *later, *undo, left_out, _list(visit, found), protect=True)


def _shut(visit: Visit, found: coming.Coming, title: str) -> None:
    if found.row.state in life.OPEN or found.row.state is life.State.SENDING:
        html = visit.text("row.on-its-way", title=title)
    else:
        html = visit.text("row.not-sent", title=title, why=rows.why(visit, found.row.state, found.row.reason))
    may_return = found.is_left_out and found.row.useful_until > visit.now
    undo = [visit.button("unskip", buttons.data(Tapped.UNSKIP, found.row.id))] if may_return else []
    visit.turn(html, *undo, _list(visit, found), protect=True)


def _can_be_tapped(row: treatments.ReminderView) -> bool:
    return row.state in _READABLE or row.state in life.OPEN or row.reason in coming.LEFT_OUT


def _key(visit: Visit, row: treatments.ReminderView, title: str) -> reply.Button:
    data = buttons.data(Tapped.ONE, row.id)
    if row.state in _READABLE:
        return visit.button("one-sent", data, title=title)
    return visit.button("one-coming" if row.state in life.OPEN else "one-left-out", data, title=title)


def _list(visit: Visit, found: coming.Coming) -> reply.Button:
    return visit.button("one-other", buttons.data(Tapped.ROWS, found.row.treatment_id))


def _back(visit: Visit, treatment_id: str) -> reply.Button:
    return visit.button("timeline", buttons.data(Tapped.TIMELINE, treatment_id))
