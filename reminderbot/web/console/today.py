"""Today: what needs a person first, the day's sessions, what was sent and what comes."""

from typing import Any

from starlette.responses import Response

from reminderbot import errors
from reminderbot.services import access, cases, day, outcomes, reviewing, treatments
from reminderbot.web.console import book_words, today_lines
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

ALL = 500
"""How many of one kind are listed when all are asked for."""

pages = Pages()


@pages.get("/today", access.Right.SEE_DAY)
async def today(visit: Visit) -> Response:
    """Show the day: whom to call first."""
    zone = await day.zone(visit.work, visit.who)
    figures = await day.figures(visit.work, visit.who, zone=zone, now=visit.now)
    return visit.show(
        "today.html",
        **await _needs(visit),
        sessions=await day.sessions(visit.work, visit.who, zone=zone, now=visit.now),
        figures=figures,
        reviews=await _reviews(visit),
        to_confirm=await day.to_confirm(visit.work, visit.who),
        bars=today_lines.bars(figures.chart),
        date=visit.day(visit.local(visit.now, zone).date(), zone=zone),
        zone=zone,
    )


@pages.get("/today/cases", access.Right.SEE_DAY)
async def needs(visit: Visit) -> Response:
    """Show the list alone: the part that renews itself, or all of one kind."""
    wanted = visit.query("kind")
    kind = next((each for each in cases.Kind if each == wanted), None)
    values = await _needs(visit, only=kind, most=ALL if kind else cases.SHOWN)
    return visit.show("_needs.html" if visit.is_part else "needs.html", **values)


@pages.post("/today/cases", access.Right.HANDLE_CASES, again=today)
async def act(visit: Visit) -> Response:
    """Acknowledge, contact, close or open what the list shows; its case is made when it is first touched."""
    form = visit.form
    case_id = await cases.touch(visit.work, visit.who, form.get("kind", ""), form.get("subject", ""), now=visit.now)
    if form.get("do") == "open":
        return visit.go(f"/cases/{case_id}")
    done = await do(visit, case_id)
    return visit.go("/today", done=done)


@pages.post(
    "/today/sessions/{treatment_id}", access.Right.CHANGE_SESSIONS, again=today, objects={"treatment_id": "treatment"}
)
async def session(visit: Visit) -> Response:
    """Note what became of a session."""
    treatment_id = (await treatments.get(visit.work, visit.who, visit.id("treatment_id"))).id
    match visit.form.get("do"):
        case "came":
            await day.came(visit.work, visit.who, treatment_id, now=visit.now)
            return visit.go("/today", done="session-came")
        case "not-yet":
            await day.not_yet(visit.work, visit.who, treatment_id)
            return visit.go("/today", done="session-not-yet")
        case "missed":
            await day.not_held(visit.work, visit.who, treatment_id, now=visit.now)
            return visit.go("/today", done="session-missed")
        case _:
            raise errors.Invalid("console.cases.unknown")


async def do(visit: Visit, case_id: str) -> str:
    """Do what a button of a case says; return the name of what is said on the next page."""
    match visit.form.get("do"):
        case "acknowledge":
            await cases.acknowledge(visit.work, visit.who, case_id, now=visit.now)
            return "case-acknowledged"
        case "contacted":
            await cases.contacted(visit.work, visit.who, case_id, now=visit.now)
            return "case-contacted"
        case "close":
            await outcomes.close(
                visit.work,
                visit.who,
                case_id,
                catalog=visit.console.catalog,
                now=visit.now,
                machine_now=visit.machine_now,
            )
            return "case-closed"
        case _:
            raise errors.Invalid("console.cases.unknown")


async def _reviews(visit: Visit) -> list[tuple[reviewing.Review, str]]:
    """Return what is to be read again, each with the name of its book."""
    found = await reviewing.due(visit.work, visit.who, catalog=visit.console.catalog, now=visit.now)
    return [(each, await book_words.title(visit, each.book)) for each in found]


async def _needs(visit: Visit, *, only: cases.Kind | None = None, most: int = cases.SHOWN) -> dict[str, Any]:
    found = await cases.list_(visit.work, visit.who, now=visit.now, only=only, most=most)
    return {"lines": [today_lines.line(visit, each) for each in found.lines], "more": found.more, "only": only}
