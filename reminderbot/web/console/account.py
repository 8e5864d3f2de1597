"""A person's own pages: name, password, second factor, PIN, sign-ins; and signing out."""

from starlette.responses import Response

from reminderbot import errors
from reminderbot.services import accounts, clinics, desks, linking, passwords, second_factor, sign_ins
from reminderbot.web.console import sign_in as ways_in
from reminderbot.web.console.pages import Open, Pages
from reminderbot.web.console.visit import Ahead, Visit

pages = Pages()


@pages.post("/sign-out", Open.HALF)
async def sign_out(visit: Visit) -> Response:
    """End the sign-in of this browser; a desk's own computer is locked, and stays the desk's."""
    found = _own(visit)
    if found.kind is sign_ins.Kind.DESK:
        await desks.lock(visit.work, found, machine_now=visit.machine_now)
        return visit.go("/unlock")
    await sign_ins.end(visit.work, found, machine_now=visit.machine_now)
    visit.cookies["reminderbot"] = await ways_in.desk_behind(visit)
    if visit.cookies["reminderbot"]:
        visit.cookies["desk"] = ""
        return _cleared(visit.go("/unlock", done="signed-out"))
    return _cleared(visit.go("/sign-in", done="signed-out"))


@pages.get("/me", Open.STAFF)
async def look(visit: Visit) -> Response:
    """Show one's own account."""
    clinic = await clinics.row_of(visit.work, visit.who, "")
    open_ = await sign_ins.own_list(visit.work, visit.who, machine_now=visit.machine_now)
    return visit.show(
        "me.html",
        mine=await accounts.mine(visit.work, visit.who),
        sign_ins=[(each, visit.moment(each.seen_at, zone=clinic.zone)) for each in open_],
        languages=languages(visit),
        is_desk=_own(visit).kind is sign_ins.Kind.DESK,
        alerts=await linking.standing(visit.work, visit.who),
    )


@pages.post("/me", Open.STAFF, again=look)
async def rename(visit: Visit) -> Response:
    """Change name and language."""
    name, language = visit.form.get("name", ""), visit.form.get("language", "")
    spoken = visit.console.words.console_languages
    await accounts.set_name(visit.work, visit.who, name=name, language=language, languages=spoken)
    return visit.go("/me", done="me-saved")


@pages.get("/me/password", Open.STAFF)
async def password(visit: Visit) -> Response:
    """Ask for the password in force and a new one."""
    mine = await accounts.mine(visit.work, visit.who)
    return visit.show("me_password.html", mine=mine, least=passwords.LEAST, advised=passwords.ADVISED)


async def _password(ahead: Ahead) -> object:
    found = _ahead(ahead)
    new, again = ahead.form.get("new_password", ""), ahead.form.get("again_password", "")
    await accounts.refuse_new_password(ahead.store, found.staff_id, new, again)
    return await passwords.hashed(new) if await _is_own(ahead) else None


@pages.post("/me/password", Open.STAFF, again=password, before=_password)
async def set_password(visit: Visit) -> Response:
    """Change the password; every other sign-in ends."""
    found, hash = _own(visit), _given(visit)
    token = await accounts.set_password(visit.work, found, visit.who, hash, machine_now=visit.machine_now)
    visit.cookies["reminderbot"] = token
    return visit.go("/me", done="me-password")


@pages.get("/me/pin", Open.STAFF)
async def pin(visit: Visit) -> Response:
    """Ask for a PIN with which to unlock the desk's computer."""
    return visit.show("me_pin.html")


async def _pin(ahead: Ahead) -> object:
    passwords.refuse_pin(ahead.form.get("pin", ""))
    return await passwords.hashed(ahead.form["pin"]) if await _is_own(ahead) else None


@pages.post("/me/pin", Open.STAFF, again=pin, before=_pin)
async def set_pin(visit: Visit) -> Response:
    """Keep a PIN."""
    await accounts.set_pin(visit.work, visit.who, _given(visit))
    return visit.go("/me", done="me-pin")


@pages.get("/me/second", Open.STAFF)
async def second(visit: Visit) -> Response:
    """Show how to set up a second factor; who has one is asked for it before another takes its place."""
    mine = await accounts.mine(visit.work, visit.who)
    if mine.has_second:
        return visit.go("/me")
    return _set_up(visit, mine)


@pages.post("/me/second/other", Open.STAFF)
async def other(visit: Visit) -> Response:
    """Show how to set up another second factor, once the one in force was given."""
    mine = await accounts.mine(visit.work, visit.who)
    accounts.prove(_own(visit), has_second=mine.has_second, machine_now=visit.machine_now)
    return _set_up(visit, mine)


async def _second_again(visit: Visit) -> Response:
    return _set_up(visit, await accounts.mine(visit.work, visit.who))


async def _second(ahead: Ahead) -> object:
    await ways_in.counted(ahead)
    async with ahead.store.reading() as work:
        has_second = await accounts.has_second(work, _ahead(ahead).staff_id)
    return has_second or await _is_own(ahead)


@pages.post("/me/second", Open.STAFF, again=_second_again, before=_second)
async def set_second(visit: Visit) -> Response:
    """Put a second factor into force, and show the recovery codes this once."""
    seed = second_factor.opened(visit.work, visit.form.get("seed", ""), staff_id=visit.who.staff_id)
    if not visit.prepared:
        raise errors.Invalid("console.me.refused-password")
    if seed is None:
        raise errors.Invalid("console.sign-in.refused-code")
    code, now = visit.form.get("code", ""), visit.machine_now
    token, codes = await accounts.set_second_factor(visit.work, _own(visit), visit.who, seed, code, machine_now=now)
    visit.cookies["reminderbot"], visit.seed = token, token
    return visit.show("codes.html", codes=codes, onward="/console/me")


@pages.post("/me/codes", Open.STAFF, again=look)
async def codes(visit: Visit) -> Response:
    """Make new recovery codes, and show them this once."""
    made = await accounts.new_codes(visit.work, _own(visit), visit.who, machine_now=visit.machine_now)
    return visit.show("codes.html", codes=made, onward="/console/me")


async def _oneself(ahead: Ahead) -> object:
    """Who has no second factor gives the password again."""
    async with ahead.store.reading() as work:
        has_second = await accounts.has_second(work, _ahead(ahead).staff_id)
    return has_second or await _is_own(ahead)


@pages.post("/me/sign-ins", Open.STAFF, again=look, before=_oneself)
async def end(visit: Visit) -> Response:
    """End one of one's own sign-ins, once one has shown again who one is."""
    if not visit.prepared:
        raise errors.Invalid("console.me.refused-password")
    id = visit.form.get("sign_in", "")
    await accounts.end_sign_in(visit.work, _own(visit), visit.who, id, machine_now=visit.machine_now)
    return visit.go("/me", done="me-ended")


def _cleared(response: Response) -> Response:
    """Let the browser forget what it keeps of us; not the cookies, by which a desk's own computer stays known."""
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def languages(visit: Visit) -> list[tuple[str, str]]:
    """Return the languages of the console with their own names."""
    words = visit.console.words
    return [(code, words.language(code).name) for code in words.console_languages]


def _set_up(visit: Visit, mine: accounts.AccountView) -> Response:
    is_first = bool(visit.query("first") or visit.form.get("first"))
    values = {"first": is_first, "asks_password": not mine.has_second}
    return ways_in.set_up(visit, visit.who.staff_id, mine.login, action="/console/me/second", **values)


def _own(visit: Visit) -> sign_ins.SignIn:
    assert visit.sign_in is not None  # noqa: S101 - Open.STAFF
    return visit.sign_in


def _ahead(ahead: Ahead) -> sign_ins.SignIn:
    assert ahead.sign_in is not None  # noqa: S101 - Open.STAFF
    return ahead.sign_in


async def _is_own(ahead: Ahead) -> bool:
    given = ahead.form.get("current_password", "")
    return await accounts.is_own_password(ahead.store, _ahead(ahead), given, machine_now=ahead.now)


def _given(visit: Visit) -> str:
    """Return the hash that was made; Invalid `console.me.refused-password` if one's own password was wrong."""
    if not visit.prepared:
        raise errors.Invalid("console.me.refused-password")
    return str(visit.prepared)
