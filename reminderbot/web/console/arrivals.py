"""Patients who come by themselves: by the poster on the wall, and with a code that they read out."""

from typing import Final

from starlette.responses import Response

from reminderbot.services import access, claims, desk_invites, posters, treatments
from reminderbot.web.console import forms, handing, invites
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()


@pages.get("/poster", access.Right.INVITE)
async def poster(visit: Visit) -> Response:
    """Show the poster for the wall, to be printed."""
    clinic = await desk_invites.clinic(visit.work, visit.who)
    found = await posters.current(visit.work, visit.who, bot_id=visit.console.bot_id)
    title = visit.text("console.wall.qr", clinic_name=clinic.name)
    qr = handing.qr(found.link, title) if found and found.link else ""
    languages = [code for code in clinic.languages if code in visit.console.catalog.languages] or ["en"]
    words = [(code, handing.words(visit, code)) for code in languages]
    return visit.show("poster.html", poster=found, clinic=clinic, qr=qr, words=words)


@pages.post("/poster", access.Right.SET_CLINIC, again=poster)
async def rotate(visit: Visit) -> Response:
    """Make a new poster; the one before is dead at once."""
    await forms.said_to_staff(posters.rotate, visit.work, visit.who, now=visit.now)
    return visit.go("/poster", done="poster-made")


TREATMENT: Final = {"treatment_id": "treatment"}


@pages.post("/sessions/{treatment_id}/confirm", access.Right.CHANGE_SESSIONS, again=invites.listed, objects=TREATMENT)
async def confirm(visit: Visit) -> Response:
    """Say that the date which a patient has told is right, or put it right."""
    await treatments.get(visit.work, visit.who, visit.id("treatment_id"))
    day, at = forms.day(visit.form.get("day", "")), forms.at(visit.form.get("at", ""))
    moved = await forms.said_to_staff(
        posters.correct,
        visit.work,
        visit.who,
        visit.id("treatment_id"),
        day=day,
        at=at,
        version=forms.number(visit.form.get("version", "")),
        catalog=visit.console.catalog,
        now=visit.now,
    )
    return visit.go("/invites", done="session-corrected" if moved.is_new else "session-confirmed")


@pages.get("/claim", access.Right.INVITE)
async def claim(visit: Visit) -> Response:
    """Show where the code of a patient who registered alone is typed."""
    return visit.show("claim.html")


@pages.post("/claim", access.Right.INVITE, again=claim)
async def claimed(visit: Visit) -> Response:
    """Take the patient behind a code into the clinic; a wrong code is counted, and so no refusal."""
    found = await forms.said_to_staff(
        claims.redeem,
        visit.work,
        visit.who,
        visit.form.get("claim", ""),
        visit.form.get("name", ""),
        catalog=visit.console.catalog,
        now=visit.now,
        machine_now=visit.machine_now,
    )
    if isinstance(found, claims.WrongCode):
        key = "console.invites.refused-claim" if found.tries_left else "console.invites.refused-claim-paused"
        visit.refused, visit.status = visit.text(key, count=found.tries_left), 422
        return await claim(visit)
    return visit.go(f"/patients/{found.patient_id}", done="claimed")
