"""What staff changes about a patient's sessions: each change is shown first, with what moves and what stays."""

import contextlib
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Any, Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.planning import hours, life
from reminderbot.services import access, changes, dossier, registration, shipping
from reminderbot.services import clinics as clinics_
from reminderbot.web.console import patient_words as words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()
RIGHT: Final = access.Right.CHANGE_SESSIONS
PATIENT: Final = {"patient_id": "patient"}
SESSION: Final = {**PATIENT, "treatment_id": "treatment"}
BOOKED: Final = "booked"


def moment(visit: Visit) -> changes.Moment:
    """Return when and in which words a change of this visit is made."""
    console = visit.console
    return changes.Moment(console.catalog, console.bot_id, visit.now, visit.machine_now)


def typed(visit: Visit, name: str) -> str:
    """Return what was typed in a form that is shown again, else what the address asks to see."""
    return visit.form.get(name, visit.query(name)).strip()


def day(text: str) -> date:
    """Return a day as a browser sends it; Invalid `console.change.refused-day`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise errors.Invalid("console.change.refused-day") from None


def clock(text: str, refusal: str = "console.change.refused-day") -> time:
    """Return a time as a browser sends it; Invalid `refusal`."""
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise errors.Invalid(refusal) from None


def number(text: str) -> int:
    """Return the version that a form was shown with; 0, which no row has, if it carries none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


async def offered(visit: Visit) -> list[tuple[str, str]]:
    """Return the plans by which the clinic treats, as choices of a field: each key with what the plan is called."""
    found = await shipping.offered(visit.work, visit.console.catalog, clinic_id=visit.who.clinic_id)
    return [(key, shipping.called(key, names, visit.language)) for key, names in found.items()]


@contextlib.contextmanager
def looking(visit: Visit) -> Iterator[None]:
    """Look ahead of a change: what is refused is said above the form, which stays as it was typed."""
    try:
        yield
    except (errors.Invalid, errors.Conflict) as refusal:
        if not visit.refused:
            visit.refused = visit.text(refusal.key, **refusal.values)
            visit.status = 422


@pages.get("/patients/{patient_id}/sessions/{treatment_id}/move", RIGHT, objects=SESSION, seen="move")
async def move(visit: Visit) -> Response:
    """Ask for a new date; once there is one, show what it changes."""
    view = await changes.session(visit.work, visit.who, visit.id("patient_id"), visit.id("treatment_id"))
    lines: Sequence[str] = ()
    if typed(visit, "day") and view.state == BOOKED:
        with looking(visit):
            wall = {"day": day(typed(visit, "day")), "at": clock(typed(visit, "at"))}
            asked = (visit.work, visit.who, view.patient_id, view.id)
            found = await changes.preview_move(*asked, **wall, now=visit.now)  # type: ignore[arg-type]
            on = _wall(visit, view.zone, **wall)  # type: ignore[arg-type]
            lines = [visit.text("change.to", session=on), *words.counts(visit, found)]
    given = {"day": typed(visit, "day") or view.day.isoformat(), "at": typed(visit, "at") or f"{view.at:%H:%M}"}
    return await _shown(visit, "move", view, lines=lines, given=given)


@pages.post("/patients/{patient_id}/sessions/{treatment_id}/move", RIGHT, objects=SESSION, again=move)
async def moved(visit: Visit) -> Response:
    """Move it."""
    ids = (visit.id("patient_id"), visit.id("treatment_id"))
    await changes.move(
        visit.work,
        visit.who,
        *ids,
        day=day(visit.form.get("day", "")),
        at=clock(visit.form.get("at", "")),
        version=number(visit.form.get("version", "")),
        moment=moment(visit),
    )
    return visit.go(f"/patients/{ids[0]}", done="session-moved")


@pages.get("/patients/{patient_id}/sessions/{treatment_id}/cancel", RIGHT, objects=SESSION, seen="cancel")
async def cancel(visit: Visit) -> Response:
    """Show what ends when a session is called off."""
    view = await changes.session(visit.work, visit.who, visit.id("patient_id"), visit.id("treatment_id"))
    found = await changes.preview_cancel(visit.work, visit.who, view.patient_id, view.id)
    counted = {"ends": found.ends, "sent": found.sent}
    lines = [visit.text(f"change.{what}", count=count) for what, count in counted.items() if count]
    return await _shown(visit, "cancel", view, lines=lines or [visit.text("change.nothing")])


@pages.post("/patients/{patient_id}/sessions/{treatment_id}/cancel", RIGHT, objects=SESSION, again=cancel)
async def cancelled(visit: Visit) -> Response:
    """Call it off."""
    ids, version = (visit.id("patient_id"), visit.id("treatment_id")), number(visit.form.get("version", ""))
    await changes.cancel(visit.work, visit.who, *ids, version=version, moment=moment(visit))
    return visit.go(f"/patients/{ids[0]}", done="session-off")


@pages.get("/patients/{patient_id}/sessions/{treatment_id}/plan", RIGHT, objects=SESSION, seen="plan")
async def plan(visit: Visit) -> Response:
    """Ask for another plan; once there is one, show what it changes."""
    view = await changes.session(visit.work, visit.who, visit.id("patient_id"), visit.id("treatment_id"))
    lines: Sequence[str] = ()
    if typed(visit, "plan") and view.state == BOOKED:
        with looking(visit):
            asked = (visit.work, visit.who, view.patient_id, view.id, typed(visit, "plan"))
            lines = words.counts(visit, await changes.preview_plan(*asked, moment=moment(visit)))
    plans = await offered(visit)
    other = next((key for key, _ in plans if key != view.plan_key), view.plan_key)
    return await _shown(visit, "plan", view, lines=lines, given={"plan": typed(visit, "plan") or other}, plans=plans)


@pages.post("/patients/{patient_id}/sessions/{treatment_id}/plan", RIGHT, objects=SESSION, again=plan)
async def planned(visit: Visit) -> Response:
    """Have the session follow it."""
    ids, version = (visit.id("patient_id"), visit.id("treatment_id")), number(visit.form.get("version", ""))
    key = visit.form.get("plan", "")
    await changes.set_plan(visit.work, visit.who, *ids, key, version=version, moment=moment(visit))
    return visit.go(f"/patients/{ids[0]}", done="plan-changed")


@pages.get("/patients/{patient_id}/sessions/new", RIGHT, objects=PATIENT, seen="new")
async def new(visit: Visit) -> Response:
    """Ask for another session; once there is a date, show what it brings."""
    found = await dossier.head(visit.work, visit.who, visit.id("patient_id"))
    lines: Sequence[str] = ()
    if typed(visit, "day"):
        with looking(visit):
            draft = await _draft(visit)
            seen = await registration.preview(
                visit.work, visit.who, draft, catalog=visit.console.catalog, now=visit.now
            )
            lines = _brings(visit, seen, draft)
    clinic = await clinics_.own(visit.work, visit.who)
    plans = await offered(visit)
    given = {name: typed(visit, name) for name in ("day", "at")} | {"plan": typed(visit, "plan") or clinic.default_plan}
    return visit.show(
        "session_new.html", found=found, patient=found.patient, lines=lines, given=given, plans=plans, zone=clinic.zone
    )


@pages.post("/patients/{patient_id}/sessions/new", RIGHT, objects=PATIENT, again=new)
async def added(visit: Visit) -> Response:
    """Add it."""
    await changes.add(visit.work, visit.who, await _draft(visit), moment=moment(visit))
    return visit.go(f"/patients/{visit.id('patient_id')}", done="session-added")


async def _draft(visit: Visit) -> registration.Draft:
    clinic = await clinics_.own(visit.work, visit.who)
    return registration.Draft(
        day=day(typed(visit, "day")),
        at=clock(typed(visit, "at")),
        zone=clinic.zone,
        patient_id=visit.id("patient_id"),
        plan_key=typed(visit, "plan") or clinic.default_plan,
    )


def _brings(visit: Visit, seen: registration.Preview, draft: registration.Draft) -> list[str]:
    if seen.saved_as is not None:
        return [visit.text("change.add-same")]
    coming = sum(slot.state is life.State.PLANNED for slot in seen.slots)
    told = {"add-coming": coming, "add-out": len(seen.slots) - coming}
    lines = [visit.text("change.to", session=_wall(visit, draft.zone, day=draft.day, at=draft.at))]
    lines += [visit.text(f"change.{what}", count=count) for what, count in told.items() if count]
    if seen.wall is hours.Kind.SKIPPED:
        starts = visit.clock(hours.to_local(seen.starts_at, draft.zone).time())
        lines.insert(1, visit.text("change.add-skipped", clock=starts))
    return lines


def _wall(visit: Visit, zone: str, *, day: date, at: time) -> str:
    return f"{visit.day(day, zone=zone)}, {visit.clock(at)}"


async def _shown(visit: Visit, act: str, view: Any, **values: Any) -> Response:
    found = await dossier.head(visit.work, visit.who, view.patient_id)
    session = words.session(visit, view)
    more = {"given": {}, "plans": [], "act": act, "view": view, "session": session, "found": found} | values
    return visit.show("session_change.html", patient=found.patient, **more)
