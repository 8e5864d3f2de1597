"""The staff of a clinic: added, given roles, sent a new link, gone; and the desk's own computers."""

from starlette.responses import Response

from reminderbot.services import access, clinics, desks, links
from reminderbot.services import staff as people
from reminderbot.web.console import account
from reminderbot.web.console.pages import PREFIX, Pages
from reminderbot.web.console.visit import Visit

pages = Pages()
ONE = {"staff_id": "staff"}


@pages.get("/staff", access.Right.MANAGE_STAFF)
async def look(visit: Visit) -> Response:
    """List who works in the clinic, and the desk's own computers."""
    clinic = await clinics.row_of(visit.work, visit.who, "")
    found = await desks.list_(visit.work, visit.who, machine_now=visit.machine_now)
    return visit.show(
        "staff.html",
        people=await people.list_(visit.work, visit.who),
        desks=[(each, visit.moment(each.seen_at, zone=clinic.zone)) for each in found],
        roles=_roles(visit),
        languages=account.languages(visit),
    )


@pages.post("/staff", access.Right.MANAGE_STAFF, again=look, proves=True)
async def add(visit: Visit) -> Response:
    """Add a person, and show their one-time link this once."""
    added = await people.add(
        visit.work,
        visit.who,
        await clinics.row_of(visit.work, visit.who, ""),
        name=visit.form.get("name", ""),
        login=visit.form.get("login", ""),
        role=visit.form.get("role", ""),
        language=visit.form.get("language", "") or visit.language,
        machine_now=visit.machine_now,
    )
    return await _linked(visit, added.name, added.link) if added.link else visit.go("/staff", done="staff-added")


@pages.get("/staff/{staff_id}", access.Right.MANAGE_STAFF, objects=ONE)
async def one(visit: Visit) -> Response:
    """Show one of the staff: role, link, leaving."""
    person = await people.one(visit.work, visit.who, visit.id("staff_id"))
    others = [(each.id, each.name) for each in await people.list_(visit.work, visit.who) if each.id != person.id]
    return visit.show("staff_one.html", person=person, roles=_roles(visit), colleagues=others)


@pages.post("/staff/{staff_id}/role", access.Right.MANAGE_STAFF, again=one, objects=ONE, proves=True)
async def set_role(visit: Visit) -> Response:
    """Give another role; their sign-ins end."""
    version = visit.form.get("version", "")
    await people.set_role(
        visit.work,
        visit.who,
        visit.id("staff_id"),
        visit.form.get("role", ""),
        version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
        machine_now=visit.machine_now,
    )
    return visit.go("/staff", done="staff-role")


@pages.post("/staff/{staff_id}/link", access.Right.MANAGE_STAFF, again=one, objects=ONE, proves=True)
async def link(visit: Visit) -> Response:
    """Make a fresh link, and show it this once."""
    person = await people.one(visit.work, visit.who, visit.id("staff_id"))
    purpose = links.Purpose.RESET if visit.form.get("lost") == "password" else links.Purpose.WELCOME
    made = await people.link(visit.work, visit.who, person.id, purpose=purpose, machine_now=visit.machine_now)
    return await _linked(visit, person.name, made)


@pages.post("/staff/{staff_id}/left", access.Right.MANAGE_STAFF, again=one, objects=ONE, proves=True)
async def left(visit: Visit) -> Response:
    """Let somebody be gone: sign-ins end, open cases find an owner or none."""
    heir = visit.form.get("heir", "")
    await people.leave(visit.work, visit.who, visit.id("staff_id"), heir=heir, machine_now=visit.machine_now)
    return visit.go("/staff", done="staff-left")


@pages.post("/desks", access.Right.ENROL_DESK, again=look, proves=True)
async def enrol(visit: Visit) -> Response:
    """Make this browser the desk's own computer."""
    assert visit.sign_in is not None  # noqa: S101 - a page with a right
    label, now = visit.form.get("label", ""), visit.machine_now
    visit.cookies["reminderbot"] = await desks.enrol(visit.work, visit.sign_in, visit.who, label, machine_now=now)
    visit.cookies["desk"] = ""
    return visit.go("/unlock", done="desk-enrolled")


@pages.post("/desks/end", access.Right.ENROL_DESK, again=look)
async def revoke(visit: Visit) -> Response:
    """Let a computer be the desk's no more."""
    await desks.revoke(visit.work, visit.who, visit.form.get("desk", ""), machine_now=visit.machine_now)
    return visit.go("/staff", done="desk-revoked")


async def _linked(visit: Visit, name: str, made: links.Link) -> Response:
    clinic = await clinics.row_of(visit.work, visit.who, "")
    address = f"{visit.console.address}{PREFIX}/welcome/{made.token}"
    until = visit.moment(made.expires_at, zone=clinic.zone)
    return visit.show("staff_link.html", name=name, address=address, until=until)


def _roles(visit: Visit) -> list[tuple[str, str]]:
    return [(str(role), visit.text(f"staff.role-{role}")) for role in access.Role]
