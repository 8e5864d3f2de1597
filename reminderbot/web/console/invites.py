"""Invites: entered at the desk, shown to the patient, followed until they join; and the plan on paper."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from starlette.responses import Response

from reminderbot.services import access, audit, desk_invites, invites, paper, posters, unbinding
from reminderbot.web.console import forms, handing, patient_changes
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages()

INVITE: Final = {"invite_id": "invite"}
QUARTER: Final = timedelta(minutes=15)
TONES: Final = {
    invites.State.INVITED: "wait",
    invites.State.OPENED: "wait",
    invites.State.JOINED: "good",
    invites.State.DECLINED: "off",
    invites.State.REVOKED: "off",
    invites.State.LOCKED: "bad",
    invites.State.NEVER: "bad",
}
"""How a state is coloured."""


@pages.get("/invites", access.Right.INVITE)
async def listed(visit: Visit) -> Response:
    """Show what became of the clinic's invites, and what patients have told by the poster."""
    given = visit.query("state")
    state = invites.State(given) if given in set(invites.State) else None
    shown = await desk_invites.list_(visit.work, visit.who, state=state, before=visit.query("after"), now=visit.now)
    clinic = await desk_invites.clinic(visit.work, visit.who)
    told = await posters.to_confirm(visit.work, visit.who) if not visit.query("after") else []
    states = [("", visit.text("console.invites.any"))] + [
        (one, visit.text(f"invites.state-{one}")) for one in invites.State
    ]
    return visit.show(
        "invites.html",
        page=shown,
        state=state or "",
        states=states,
        told=told,
        zone=clinic.zone,
        tones=TONES,
        typed=visit.request.path_params.get("treatment_id", ""),
    )


@pages.get("/invites/new", access.Right.INVITE)
async def new(visit: Visit) -> Response:
    """Show the form of a new invite: a name and a date, and the rest as it mostly is."""
    clinic = await desk_invites.clinic(visit.work, visit.who)
    local = visit.local(_rounded(visit.now), clinic.zone)
    catalog = visit.console.catalog
    return visit.show(
        "invite_new.html",
        day=local.date().isoformat(),
        at=f"{local:%H:%M}",
        plans=await patient_changes.offered(visit),
        plan=clinic.default_plan,
        languages=[(code, catalog.language(code).name) for code in catalog.languages],
        language=clinic.languages[0] if clinic.languages else "en",
    )


@pages.post("/invites/new", access.Right.INVITE, again=new)
async def make(visit: Visit) -> Response:
    """Enter the patient and lead to what is handed to them."""
    made = await forms.said_to_staff(
        invites.create,
        visit.work,
        visit.who,
        name=visit.form.get("name", ""),
        day=forms.day(visit.form.get("day", "")),
        at=forms.at(visit.form.get("at", "")),
        language=visit.form.get("language", "en"),
        plan_key=visit.form.get("plan") or None,
        catalog=visit.console.catalog,
        now=visit.now,
    )
    await audit.note(visit.work, visit.who, "onboarding.invited", patient_id=made.patient_id, invite=made.invite_id)
    return visit.go(f"/invites/{made.invite_id}")


@pages.get("/invites/{invite_id}", access.Right.INVITE, objects=INVITE)
async def one(visit: Visit) -> Response:
    """Show an invite: the QR code and the desk code while it lives, and what became of it."""
    return visit.show("invite.html", **await _shown(visit))


@pages.get("/invites/{invite_id}/live", access.Right.INVITE, objects=INVITE, is_part=True)
async def live(visit: Visit) -> Response:
    """Show the part of an invite's page that turns to "joined" by itself."""
    shown = await _shown(visit)
    if visit.query("state") == shown["invite"].state:
        return Response(status_code=204)
    return visit.show("_invite_live.html", **shown)


@pages.get("/invites/{invite_id}/card", access.Right.INVITE, objects=INVITE)
async def card(visit: Visit) -> Response:
    """Show the card that is printed and handed over."""
    shown = await _shown(visit)
    clinic = await desk_invites.clinic(visit.work, visit.who)
    p = handing.words(visit, shown["invite"].language)
    return visit.show("invite_card.html", **shown, clinic=clinic, p=p)


@pages.get("/invites/{invite_id}/plan", access.Right.INVITE, objects=INVITE, writes=True)
async def plan(visit: Visit) -> Response:
    """Show the session's plan, to be printed for whoever wants no messages."""
    invite = await desk_invites.view(visit.work, visit.who, visit.id("invite_id"), now=visit.now)
    made = await paper.plan(visit.work, visit.who, invite.treatment_id, catalog=visit.console.catalog, now=visit.now)
    await audit.note(visit.work, visit.who, "onboarding.paper", patient_id=invite.patient_id, invite=invite.id)
    p = handing.words(visit, made.language)
    when = [_when(visit, made.language, each.local.date(), each.local.time(), made.day) for each in made.entries]
    texts = [each.html.strip() for each in made.entries]
    session = _when(visit, made.language, made.day, made.at, visit.local(visit.now, made.zone).date())
    entries = list(zip(when, texts, strict=True))
    return visit.show("invite_plan.html", paper=made, entries=entries, session=session, invite=invite, p=p)


@pages.post("/invites/{invite_id}/revoke", access.Right.INVITE, again=one, objects=INVITE)
async def revoke(visit: Visit) -> Response:
    """Call an invite back."""
    await desk_invites.revoke(visit.work, visit.who, visit.id("invite_id"), now=visit.now)
    return visit.go(f"/invites/{visit.id('invite_id')}", done="invite-revoked")


@pages.post("/invites/{invite_id}/again", access.Right.INVITE, again=one, objects=INVITE)
async def again(visit: Visit) -> Response:
    """Make a new link and code; the old ones are dead."""
    made = await forms.said_to_staff(desk_invites.reissue, visit.work, visit.who, visit.id("invite_id"), now=visit.now)
    return visit.go(f"/invites/{made.invite_id}", done="invite-again")


async def _unbound_refused(visit: Visit) -> Response:
    return visit.show("sorry.html", says=visit.refused)


@pages.post(
    "/patients/{patient_id}/unbind", access.Right.INVITE, again=_unbound_refused, objects={"patient_id": "patient"}
)
async def unbind(visit: Visit) -> Response:
    """Untie a chat that was the wrong one, and show the new invite for the right person."""
    catalog = visit.console.catalog
    made = await unbinding.unbind(visit.work, visit.who, visit.id("patient_id"), catalog=catalog, now=visit.now)
    if made is None:
        return visit.go(f"/patients/{visit.id('patient_id')}", done="unbound")
    return visit.go(f"/invites/{made.invite_id}", done="unbound")


async def _shown(visit: Visit) -> dict[str, Any]:
    """Return what the pages of one invite show; `handed` is None once it has ended."""
    id, bot_id = visit.id("invite_id"), visit.console.bot_id
    invite = await desk_invites.view(visit.work, visit.who, id, now=visit.now)
    handed = await desk_invites.pass_(visit.work, visit.who, id, bot_id=bot_id, now=visit.now)
    qr = handing.qr(handed.link, visit.text("console.onboard.qr")) if handed and handed.link else ""
    return {"invite": invite, "handed": handed, "qr": qr, "tone": TONES[invite.state]}


def _when(visit: Visit, language: str, day: date, at: time, today: date) -> str:
    catalog = visit.console.catalog
    return f"{catalog.day(language, day, today=today)}, {catalog.clock(language, at)}"


def _rounded(now: datetime) -> datetime:
    """Return the next full quarter of an hour."""
    return now + (datetime.min.replace(tzinfo=now.tzinfo) - now) % QUARTER
