"""The list of patients: searched, filtered, paged, taken along as a table; and what failed, sent again."""

import asyncio
from datetime import date
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from reminderbot.services import access, audit, listing, sending_again, sheets
from reminderbot.services.standings import Standing
from reminderbot.web.console import patient_words as words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()

COLOURS: Final = {
    Standing.BLOCKED: "bad",
    Standing.NEVER: "bad",
    Standing.STOPPED: "off",
    Standing.DECLINED: "off",
    Standing.TO_INVITE: "wait",
    Standing.OPENED: "wait",
    Standing.INVITED: "wait",
    Standing.PAUSED: "off",
    Standing.JOINED: "good",
    Standing.ENDED: "off",
}
ASKED: Final = ("q", "standing", "from", "to", "order")
YEARS: Final = range(2000, 2101)  # of a day that may be looked for


@pages.get("/patients", access.Right.SEE_PATIENTS)
async def patients(visit: Visit) -> Response:
    """Show one page of the list."""
    wanted, misread = _wanted(visit)
    found = await listing.page(visit.work, visit.who, wanted, place=visit.query("at"), now=visit.now)
    zone = await listing.zone(visit.work, visit.who)
    return visit.show(
        "patients.html",
        rows=[(row, *_told(visit, row, zone)) for row in found.rows],
        found=found,
        wanted=wanted,
        misread=misread,
        colours=COLOURS,
        standings=[("", visit.text("patients.any")), *((each, visit.text(f"standing.{each}")) for each in Standing)],
        orders=[(each, visit.text(f"patients.by-{each}")) for each in listing.Order],
        many=listing.COUNTED,
        asked=_asked(visit),
        leads=lambda at: _address(visit, at),
    )


@pages.post("/patients", access.Right.SEE_PATIENTS)
async def sought(visit: Visit) -> Response:
    """Lead to the list that the form asks for; its address tells nobody who was searched for."""
    asked = {name: visit.form.get(name, "") for name in ASKED}
    asked["q"] = listing.sealed(visit.work, visit.who, asked["q"].strip())
    return visit.go("/patients", **{name: word for name, word in asked.items() if word})


@pages.get("/patients/list.csv", access.Right.EXPORT)
async def taken_along(visit: Visit) -> Response:
    """Hand out all that was asked for as CSV; it is noted before it is read, and read a few at a time."""
    wanted, _ = _wanted(visit)
    zone = await listing.zone(visit.work, visit.who)
    store = visit.store
    async with store.writing() as work:
        await audit.note(work, visit.who, "patients.exported")
    columns = ("name", "session", "standing", "sent", "looks")
    lines = [[visit.text(f"patients.{column}") for column in columns]]
    async for rows in listing.every(store, visit.who, wanted, now=visit.now):
        lines += [_line(visit, row, zone) for row in rows]
        await asyncio.sleep(0)
    content = await asyncio.to_thread(sheets.csv, lines)
    return visit.download(content, name="patients.csv", kind="text/csv; charset=utf-8")


@pages.get("/patients/failed", access.Right.SEND_AGAIN)
async def failed(visit: Visit) -> Response:
    """Show what failed and may still be sent."""
    return await _failed(visit, [])


@pages.post("/patients/failed", access.Right.SEND_AGAIN, again=failed)
async def send_again(visit: Visit) -> Response:
    """Send again what was ticked, and say of each what became of it."""
    ids = [each for each in visit.lists.get("reminder", []) if each]
    confirmed = visit.form.get("confirmed") == "yes"
    results = await sending_again.send(visit.work, visit.who, ids, confirmed=confirmed, now=visit.now)
    return await _failed(visit, results, chosen=True)


async def _failed(visit: Visit, results: list[sending_again.Result], *, chosen: bool = False) -> Response:
    rows = await sending_again.failed(visit.work, visit.who, now=visit.now)
    zone = await listing.zone(visit.work, visit.who)
    shown = [
        {
            "row": row,
            "title": words.title(visit, row.step_key),
            "state": visit.text(f"life.{row.state}"),
            "until": visit.moment(row.useful_until, zone=zone),
            "due": visit.moment(row.due_at, zone=zone),
            "why_not": sending_again.refused(row, confirmed=True, now=visit.now),
            "is_unsure": sending_again.may_have_arrived(row),
        }
        for row in rows
    ]
    told = [(each, words.title(visit, each.row.step_key) if each.row else "") for each in results]
    left = {each.id for each in results if each.outcome is sending_again.Outcome.MAY_HAVE_ARRIVED}
    return visit.show(
        "patients_failed.html",
        rows=shown,
        results=told,
        none_chosen=chosen and not results,
        ticked=left | (set(visit.lists.get("reminder", [])) if visit.refused else set()),
        most=sending_again.MOST,
    )


def _wanted(visit: Visit) -> tuple[listing.Wanted, bool]:
    """Return what the address asks for, and whether a part of it could not be read; such a part is as if not asked."""
    standing, order = visit.query("standing"), visit.query("order") or listing.Order.LATEST
    first, last = _day(visit.query("from")), _day(visit.query("to"))
    misread = (bool(visit.query("from")) and first is None) or (bool(visit.query("to")) and last is None)
    misread |= bool(standing) and standing not in set(Standing)
    misread |= order not in set(listing.Order)
    query = listing.opened(visit.work, visit.who, _sealed(visit))
    misread |= query is None
    return (
        listing.Wanted(
            query=query or "",
            standing=Standing(standing) if standing in set(Standing) else None,
            first=first,
            last=last,
            order=listing.Order(order) if order in set(listing.Order) else listing.Order.LATEST,
        ),
        misread,
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _asked(visit: Visit) -> dict[str, str]:
    return {name: visit.query(name) for name in ASKED} | {"q": _sealed(visit)}


def _sealed(visit: Visit) -> str:
    """Return the sealed words of the address, which are longer than others."""
    return visit.request.query_params.get("q", "")[: 10 * listing.LONGEST]


def _address(visit: Visit, at: str) -> str:
    """Return where another page of the same list is."""
    words = {name: word for name, word in _asked(visit).items() if word}
    return f"/console/patients?{urlencode({**words, 'at': at})}"


def _told(visit: Visit, row: listing.Row, zone: str) -> tuple[str, str]:
    """Return the session and the last reminder in the reader's words."""
    session = ""
    if row.session is not None:
        day, at = visit.day(row.session.day, zone=row.session.zone), visit.clock(row.session.at)
        session = f"{day}, {at}" if row.session.is_booked else visit.text("patients.called-off", date=day)
    return session, visit.moment(row.sent_at, zone=zone) if row.sent_at else ""


def _line(visit: Visit, row: listing.Row, zone: str) -> list[str]:
    """Return a row of the file: days and hours so that a spreadsheet can sort them."""
    session = f"{row.session.day} {row.session.at:%H:%M}" if row.session and row.session.is_booked else ""
    sent = f"{visit.local(row.sent_at, zone):%Y-%m-%d %H:%M}" if row.sent_at else ""
    standing = visit.text(f"standing.{row.standing}") if row.standing else ""
    return [row.name, session, standing, sent, str(row.looks)]
