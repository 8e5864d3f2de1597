"""One case: what it is about, what was done, a note, and whom it is handed to."""

from starlette.responses import Response

from reminderbot.services import access, alerts, audit, cases, day
from reminderbot.web.console import today, today_lines
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()
_CASE = {"case_id": "case"}


@pages.get("/cases/{case_id}", access.Right.SEE_DAY, writes=True, objects=_CASE)
async def show(visit: Visit) -> Response:
    """Show a case; that it was looked at is noted, since it may hold a patient's words."""
    shown = await _shown(visit)
    await audit.note(visit.work, visit.who, "case.seen", case=visit.id("case_id"))
    return shown


async def _shown(visit: Visit) -> Response:
    """Show a case without a note of the look: what a refused form comes back to."""
    of = await cases.view(visit.work, visit.who, visit.id("case_id"), now=visit.now)
    zone = await day.zone(visit.work, visit.who)
    people = await cases.colleagues_of(visit.work, visit.who)
    return visit.show(
        "case.html",
        of=of,
        name=of.patient_name or visit.text("today.no-name"),
        about=today_lines.about(visit, of.row.kind, of.about, of.step_key),
        raised=visit.moment(of.row.raised_at, zone=zone),
        due=visit.moment(of.row.due_at, zone=zone) if of.row.due_at else "",
        told=visit.moment(of.row.told_at, zone=zone) if of.row.told_at else "",
        is_late=of.state is cases.State.NEW and of.row.due_at is not None and of.row.due_at <= visit.now,
        owner=of.names.get(of.row.owner_id or "", ""),
        history=today_lines.history(visit, of, zone),
        people=[(each.id, each.name or visit.text("today.no-name")) for each in people],
    )


@pages.post("/cases/{case_id}", access.Right.HANDLE_CASES, again=_shown, objects=_CASE)
async def act(visit: Visit) -> Response:
    """Acknowledge, contact or close."""
    await cases.view(visit.work, visit.who, visit.id("case_id"), now=visit.now)  # another clinic's is not there
    done = await today.do(visit, visit.id("case_id"))
    return visit.go("/today" if done == "case-closed" else f"/cases/{visit.id('case_id')}", done=done)


@pages.post("/cases/{case_id}/note", access.Right.HANDLE_CASES, again=_shown, objects=_CASE)
async def note(visit: Visit) -> Response:
    """Save the note."""
    case_id = visit.id("case_id")
    await cases.write_note(visit.work, visit.who, case_id, visit.form.get("note", ""), version=_version(visit))
    return visit.go(f"/cases/{case_id}", done="case-noted")


@pages.post("/cases/{case_id}/owner", access.Right.HANDLE_CASES, again=_shown, objects=_CASE)
async def owner(visit: Visit) -> Response:
    """Hand the case over, and tell the colleague."""
    case_id, to = visit.id("case_id"), visit.form.get("to", "")
    await cases.hand_over(visit.work, visit.who, case_id, to, version=_version(visit))
    means = alerts.Means(visit.console.words, visit.console.address)
    await alerts.handed(visit.work, means, visit.who, case_id, machine_now=visit.machine_now)
    return visit.go(f"/cases/{case_id}", done="case-handed-over")


def _version(visit: Visit) -> int:
    """Return the version that the form was shown with; one that is none differs from all."""
    given = visit.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1
