"""A patient changes clinic or phone: what it does is shown first."""

from starlette.responses import Response

from reminderbot.services import access, branches, people, phones
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()
PATIENT = {"patient_id": "patient"}


@pages.get("/patients/{patient_id}/branch", access.Right.CHANGE_SESSIONS, objects=PATIENT, seen="branch")
async def branch(visit: Visit) -> Response:
    """Show the clinics to choose from and, once one is chosen, what goes along."""
    patient_id, to = visit.id("patient_id"), visit.form.get("to") or visit.query("to")
    patient = await people.patient(visit.work, visit.who, patient_id)
    choices = await branches.choices(visit.work, visit.who)
    chosen = to if to in {each.id for each in choices} else ""
    seen = await branches.preview(visit.work, visit.who, patient_id, chosen, now=visit.now) if chosen else None
    return visit.show(
        "branch.html", patient_id=patient_id, patient_name=patient.name, choices=choices, chosen=chosen, seen=seen
    )


@pages.post("/patients/{patient_id}/branch", access.Right.CHANGE_SESSIONS, objects=PATIENT, again=branch)
async def change_branch(visit: Visit) -> Response:
    """Hand the patient over; they are another clinic's then, and no longer on this one's pages."""
    await branches.change(
        visit.work,
        visit.who,
        visit.id("patient_id"),
        visit.form.get("to", "")[:32],
        catalog=visit.console.catalog,
        now=visit.now,
        machine_now=visit.machine_now,
    )
    return visit.go("/patients", done="handed-over")


@pages.get("/patients/{patient_id}/new-phone", access.Right.INVITE, objects=PATIENT, seen="new-phone")
async def phone(visit: Visit) -> Response:
    """Show what a change of phone does."""
    seen = await phones.preview(visit.work, visit.who, visit.id("patient_id"), now=visit.now)
    starts = visit.moment(seen.session.starts_at, zone=seen.session.zone)
    return visit.show("new_phone.html", patient_id=visit.id("patient_id"), seen=seen, starts=starts)


@pages.post("/patients/{patient_id}/new-phone", access.Right.INVITE, objects=PATIENT, again=phone)
async def change_phone(visit: Visit) -> Response:
    """Let the old chat go, and lead to the fresh invite."""
    made = await phones.change(
        visit.work,
        visit.who,
        visit.id("patient_id"),
        catalog=visit.console.catalog,
        now=visit.now,
        machine_now=visit.machine_now,
    )
    return visit.go(f"/invites/{made.invite_id}", done="phone-changed")
