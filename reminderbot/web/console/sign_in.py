"""Signing in: password, second factor, one-time links, a locked desk computer, another clinic."""

from typing import Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.services import desks, keeping, links, passwords, second_factor, sign_ins, signing_in
from reminderbot.web.console.pages import KEPT, PREFIX, Open, Pages
from reminderbot.web.console.visit import LONGEST, Ahead, Visit

pages = Pages()
ELSEWHERE: Final = ("/sign-in", "/second", "/unlock", "/welcome", "/sign-out")


@pages.get("/sign-in", Open.ANYBODY)
async def look(visit: Visit) -> Response:
    """Ask for login and password; who is signed in is led on."""
    found = visit.sign_in
    if found is not None and (found.kind is not sign_ins.Kind.DESK or not visit.query("other")):
        return await _led_on(visit, found)
    if found is None and (desk := await desk_behind(visit)):
        visit.cookies["reminderbot"] = desk
        return visit.go("/unlock", **_next(visit))
    return await _asked(visit)


async def _asked(visit: Visit) -> Response:
    return visit.show("sign_in.html", next=wanted(visit), kept=visit.form.get("kept", ""))


async def _checked(ahead: Ahead) -> object:
    form = ahead.form
    return await signing_in.check(
        ahead.store, form.get("login", ""), form.get("password", ""), address=ahead.peer, machine_now=ahead.now
    )


@pages.post("/sign-in", Open.ANYBODY, again=_asked, before=_checked, most=KEPT)
async def enter(visit: Visit) -> Response:
    """Begin a sign-in under a new id."""
    token, _ = await signing_in.enter(visit.work, visit.prepared, address=visit.peer, machine_now=visit.machine_now)
    return await _onward(visit, token)


@pages.get("/welcome/{token}", Open.ANYBODY)
async def welcome(visit: Visit) -> Response:
    """Ask whoever has a one-time link for a password of their own."""
    row = await links.whose(visit.work, visit.id("token"), machine_now=visit.machine_now)
    return visit.show("welcome.html", row=row, least=passwords.LEAST, advised=passwords.ADVISED)


async def _chosen(ahead: Ahead) -> object:
    async with ahead.store.reading() as work:
        row = await links.whose(work, str(ahead.request.path_params["token"]), machine_now=ahead.now)
    links.refuse_password(row, ahead.form.get("new_password", ""), ahead.form.get("again_password", ""))
    return await passwords.hashed(ahead.form["new_password"])


@pages.post("/welcome/{token}", Open.ANYBODY, again=welcome, before=_chosen)
async def choose(visit: Visit) -> Response:
    """Set the password, use the link up, and go on to the second factor."""
    now = visit.machine_now
    used = await links.use(visit.work, visit.id("token"), password_hash=visit.prepared, machine_now=now)
    token, is_half = await signing_in.welcomed(visit.work, used.row, machine_now=now)
    if is_half or used.has_second:
        return await _onward(visit, token)
    await _taken_over(visit, token)
    return visit.go("/me/second", first="yes")


@pages.get("/second", Open.HALF)
async def second(visit: Visit) -> Response:
    """Ask for the code of the second factor; who has none yet sets one up."""
    found = _half(visit)
    return await _led_on(visit, found) if found.kind is not sign_ins.Kind.HALF else await _second(visit)


async def _second(visit: Visit) -> Response:
    row = await signing_in.person(visit.work, _half(visit).staff_id)
    values = {"next": wanted(visit), "kept": visit.form.get("kept", "")}
    if row.totp_since is not None:
        return visit.show("second.html", **values)
    return set_up(visit, row.id, row.login, action="/console/second/first", **values)


def set_up(visit: Visit, staff_id: str, login: str, *, action: str, **values: object) -> Response:
    """Show a seed as a picture and to be typed; what was drawn before stays while the form is shown again."""
    seed = second_factor.opened(visit.work, visit.form.get("seed", ""), staff_id=staff_id) or second_factor.new_seed()
    return visit.show(
        "second_set_up.html",
        action=action,
        sealed=second_factor.sealed(visit.work, seed, staff_id=staff_id),
        seed=" ".join(seed[start : start + 4] for start in range(0, len(seed), 4)),
        picture=second_factor.picture(seed, login=login),
        **{"first": False, "asks_password": False, "next": "", "kept": "", **values},
    )


async def counted(ahead: Ahead) -> None:
    """Count one try of a second factor before it is looked at."""
    if ahead.sign_in is not None:
        await signing_in.count_code(ahead.store, ahead.sign_in.staff_id, machine_now=ahead.now)


@pages.post("/second", Open.HALF, again=second, before=counted, most=KEPT)
async def give(visit: Visit) -> Response:
    """Take the code; the sign-in is whole then, under a new id."""
    found = _half(visit)
    if found.kind is not sign_ins.Kind.HALF:
        return await _led_on(visit, found)
    code = visit.form.get("code", "")
    return await _onward(visit, await signing_in.finish(visit.work, found, code, machine_now=visit.machine_now))


@pages.post("/second/first", Open.HALF, again=second, before=counted, most=KEPT)
async def first(visit: Visit) -> Response:
    """Put a first second factor into force, and show the recovery codes this once."""
    found = _half(visit)
    if found.kind is not sign_ins.Kind.HALF:
        return await _led_on(visit, found)
    seed = second_factor.opened(visit.work, visit.form.get("seed", ""), staff_id=found.staff_id) or ""
    if not seed:
        raise errors.Invalid("console.sign-in.refused-code")
    code, now = visit.form.get("code", ""), visit.machine_now
    token, codes = await signing_in.finish_set_up(visit.work, found, seed, code, machine_now=now)
    await _taken_over(visit, token)
    return visit.show("codes.html", codes=codes, onward=wanted(visit) or f"{PREFIX}/today")


async def _prove_again(visit: Visit) -> Response:
    kept = {"kept": visit.form.get("kept", ""), "fields": [], "path": "", "is_in": False, "is_locked": False}
    return visit.show("kept.html", why="prove", **kept)


@pages.post("/prove", Open.STAFF, again=_prove_again, before=counted, most=KEPT)
async def prove(visit: Visit) -> Response:
    """Take the second factor anew, and show the form that asked for it, to be sent again."""
    assert visit.sign_in is not None  # noqa: S101 - Open.STAFF
    code, now = visit.form.get("code", ""), visit.machine_now
    await signing_in.prove_again(visit.work, visit.sign_in, code, machine_now=now)
    return _kept(visit, visit.sign_in.staff_id) or visit.go("/today")


@pages.get("/unlock", Open.HALF)
async def locked(visit: Visit) -> Response:
    """Ask at a locked computer of the desk who is there, and for the PIN."""
    found = _half(visit)
    if found.kind is not sign_ins.Kind.DESK or found.who is not None:
        return await _led_on(visit, found)
    people = await desks.people(visit.work, found)
    is_spent = await desks.is_spent(visit.work, found)
    values = {"next": wanted(visit), "kept": visit.form.get("kept", "")}
    return visit.show("unlock.html", people=people, is_spent=is_spent, **values)


async def _pin(ahead: Ahead) -> object:
    found, pin = ahead.sign_in, ahead.form.get("pin", "")
    if found is None or found.kind is not sign_ins.Kind.DESK or found.who is not None or not pin:
        return None
    return await desks.check(ahead.store, found, ahead.form.get("person", ""), pin, machine_now=ahead.now)


@pages.post("/unlock", Open.HALF, again=locked, before=_pin, most=KEPT)
async def unlock(visit: Visit) -> Response:
    """Unlock a computer of the desk for whoever gave their PIN; without one, ask for it."""
    found = _half(visit)
    if found.kind is not sign_ins.Kind.DESK or found.who is not None:
        return await _led_on(visit, found)
    if not visit.form.get("pin"):
        return await locked(visit)
    token = await desks.unlock(visit.work, found, visit.prepared, machine_now=visit.machine_now)
    return await _onward(visit, token)


@pages.post("/lock", Open.HALF)
async def lock(visit: Visit) -> Response:
    """Lock a computer of the desk at once."""
    await desks.lock(visit.work, _half(visit), machine_now=visit.machine_now)
    return visit.go("/unlock")


@pages.get("/at", Open.STAFF)
async def clinics(visit: Visit) -> Response:
    """Show the clinics that one works in."""
    return visit.show("at.html", roles=await signing_in.clinics_of(visit.work, visit.who), here=visit.who.clinic_id)


@pages.post("/at", Open.STAFF, again=clinics)
async def switch(visit: Visit) -> Response:
    """Work in another clinic from now on."""
    found = _half(visit)
    token = await signing_in.switch(visit.work, found, visit.who, visit.form.get("clinic", ""))
    visit.cookies["reminderbot"] = token
    return visit.go("/today")


async def desk_behind(visit: Visit) -> str:
    """Return the cookie of the desk's own computer on which somebody had signed in whole; empty if there is none."""
    token = visit.cookie("desk")
    found = await sign_ins.find(visit.work, token, machine_now=visit.machine_now) if token else None
    return token if found is not None and found.is_live and found.kind is sign_ins.Kind.DESK else ""


def wanted(visit: Visit) -> str:
    """Return where somebody wanted to go, a page of ours; empty if it is anything else."""
    path = visit.form.get("next") or visit.query("next")
    is_own = path.startswith(PREFIX + "/") and path.isprintable() and "//" not in path and "\\" not in path
    begins = path.removeprefix(PREFIX)
    return path if is_own and len(path) <= LONGEST and not begins.startswith(ELSEWHERE) else ""


def _next(visit: Visit) -> dict[str, str]:
    path = wanted(visit)
    return {"next": path} if path else {}


def _half(visit: Visit) -> sign_ins.SignIn:
    assert visit.sign_in is not None  # noqa: S101 - Open.HALF
    return visit.sign_in


async def _led_on(visit: Visit, found: sign_ins.SignIn) -> Response:
    """Lead who is signed in to where they can be."""
    if found.who is not None:
        return visit.go(wanted(visit).removeprefix(PREFIX) or "/today")
    return visit.go("/unlock" if found.kind is sign_ins.Kind.DESK else "/second", **_next(visit))


async def _onward(visit: Visit, token: str) -> Response:
    """Go on under a new cookie: to the second factor, to what was typed before, or to where one wanted to go."""
    found = await _taken_over(visit, token)
    if found.who is None:
        return await _second(visit) if visit.form.get("kept") else visit.go("/second", **_next(visit))
    return _kept(visit, found.staff_id) or await _led_on(visit, found)


async def _taken_over(visit: Visit, token: str) -> sign_ins.SignIn:
    """Give the browser a new cookie in place of the one before; a desk's own computer stays known behind it."""
    before, desk = visit.sign_in, visit.cookie("reminderbot")
    found = await sign_ins.find(visit.work, token, machine_now=visit.machine_now)
    assert found is not None  # noqa: S101 - it was begun in this transaction
    if before is not None and before.kind is sign_ins.Kind.DESK and found.id != before.id:
        await desks.lock(visit.work, before, machine_now=visit.machine_now)
        visit.cookies["desk"] = desk
    elif before is not None and found.id != before.id:
        await sign_ins.end(visit.work, before, machine_now=visit.machine_now)
    await _trusted(visit, before, found)
    visit.cookies["reminderbot"], visit.seed, visit.sign_in = token, token, found
    return found


async def _trusted(visit: Visit, before: sign_ins.SignIn | None, found: sign_ins.SignIn) -> None:
    """Let PINs be tried again at a desk's computer of this clinic, once somebody has signed in whole there."""
    behind = visit.cookie("desk")
    known = before if before is not None and before.kind is sign_ins.Kind.DESK else None
    if known is None and behind:
        known = await sign_ins.find(visit.work, behind, machine_now=visit.machine_now)
    is_whole = found.who is not None and found.kind is sign_ins.Kind.FULL
    if known is not None and known.kind is sign_ins.Kind.DESK and is_whole and known.clinic_id == found.clinic_id:
        await desks.trust_again(visit.work, known)


def _kept(visit: Visit, staff_id: str) -> Response | None:
    """Return what the same person had typed, to be sent again; None if there is nothing, or it is somebody else's."""
    found = keeping.opened(visit.work, visit.form.get("kept", ""), staff_id=staff_id)
    if found is None:
        return None
    path, fields = found
    return visit.show("kept.html", why="ready", kept="", path=path, fields=fields, is_in=True, is_locked=False)
