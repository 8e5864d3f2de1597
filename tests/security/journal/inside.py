"""Somebody of the staff who wants more than their role gives, and the admin of another organisation."""

import asyncio
import itertools

from reminderbot import clocks
from reminderbot.services import access, sign_ins
from reminderbot.web import console as consoles
from reminderbot.web.console.pages import Page
from tests.security.journal import stage
from tests.security.journal.telling import Happened, counted, tried_by
from tests.web.console import desk, hired, test_matrix, world

ROLE, NEXT_DOOR = "front desk, clinician", "admin of another clinic"
SHIPPED = test_matrix.SHARED
FIELDS = (
    *("action", "act", "aside", "asked", "at", "body", "cancel_gone", "claim", "clinic", "code", "confirmed"),
    *("current_password", "day", "default_plan", "desk", "do", "emergency", "erases", "first", "hash", "heir", "hours"),
    *("kept", "kind", "label", "language", "leave_out", "letter_words", "lines", "lines_language", "lines_plan"),
    *("login", "lost", "name", "next", "note", "order", "pause", "person", "phone", "pin", "plan", "quiet_from"),
    *("reach", "replacement", "restores", "retention", "review_on", "role", "seed", "seen", "shown", "sign_in"),
    *(
        "source",
        "step",
        "subject",
        "then",
        "to",
        "until",
        "version",
        "why",
        "words",
        "zone",
        "from",
        "title",
        "phrases",
    ),
)
"""Names that fields of our forms have."""

HOSTILE = ("a\x00b\u202e\u2066<script>alert(1)</script>", "9" * 60 + "{{7*7}}")


async def asked(browser: stage.Browser, page: Page, path: str, form: dict[str, str] | None = None) -> int:
    """Ask for a page, with the token that the browser has."""
    if page.method == "GET":
        return (await browser.client.get(path)).status_code
    return (await browser.post(path.removeprefix("/console"), form)).status_code


def changes(before: dict[str, list[object]], after: dict[str, list[object]]) -> str:
    """Return the names of the tables whose rows are not what they were, but for when sign-ins were used."""
    return ", ".join(name for name, rows in before.items() if rows != after[name] and name != "sign_ins")


@tried_by(
    NEXT_DOOR, "this clinic's id in the place of each id of each address, one at a time and all at once", is_long=True
)
async def foreign_ids(on: stage.Stage) -> Happened:
    """Swap ids in every address."""
    before, got, wrong = await world.rows_of(on.store, on.bea.organisation_id), [], []
    async with on.browser(on.staff["carl"]) as carl:
        for page in (each for each in consoles.ALL if each.objects):
            kinds = [kind for kind in page.objects.values() if kind not in SHIPPED]
            mixes = [{kind: on.own[kind]} for kind in kinds] + [{kind: on.own[kind] for kind in kinds}]
            for mix in {tuple(each.items()): each for each in mixes if each}.values():
                path = test_matrix.filled(page, on.foreign | SHIPPED | mix)
                got.append(await asked(carl, page, path))
                if got[-1] != 404 and not mix.keys() <= {"step"}:  # a step's key is a word, and no id
                    wrong.append(f"{page.name}: {got[-1]}")
    changed = changes(before, await world.rows_of(on.store, on.bea.organisation_id))
    return not wrong and not changed, f"{counted(got)}; rows changed: {changed or 'none'} {' '.join(wrong)}".strip()


@tried_by(
    NEXT_DOOR,
    "this clinic's ids in the fields of forms: clinic, colleague, heir, case, sign-in, desk, plan",
    is_long=True,
)
async def ids_in_forms(on: stage.Stage) -> Happened:
    """Swap ids in forms that are one's own."""
    ada, theirs = on.staff["admin"], on.foreign
    cookie = await desk.cookie(on.store, ada.who)
    async with on.store.reading() as work:
        found = await sign_ins.find(work, cookie, machine_now=clocks.machine())
    assert found is not None
    patient, case = f"/patients/{theirs['patient']}", f"/cases/{theirs['case']}"
    day = {"day": "2026-11-30", "at": "10:00", "version": "1"}
    forms = [
        ("/at", {"clinic": on.bea.id}),
        (f"{case}/owner", {"to": ada.id, "version": "1"}),
        ("/today/cases", {"kind": "worry", "subject": on.own["worry"], "do": "open"}),
        ("/today/cases", {"kind": "letter", "subject": on.own["letter"], "do": "acknowledge"}),
        (f"{patient}/branch", {"to": on.bea.id}),
        (f"{patient}/sessions/{theirs['treatment']}/plan", {"plan": on.own["plan"], "version": "1"}),
        (f"{patient}/sessions/new", {"plan": on.own["plan"], **day}),
        ("/invites/new", {"name": "X", "plan": on.own["plan"], "language": "en", **day}),
        (f"/staff/{theirs['staff']}/left", {"heir": ada.id}),
        ("/staff", {"name": "X", "login": "ada", "role": "admin", "language": "en"}),
        ("/me/sign-ins", {"sign_in": found.id}),
        ("/desks/end", {"desk": found.id}),
        ("/patients/failed", {"confirmed": on.own["reminder"], "reminder": on.own["reminder"]}),
        ("/plans", {"name": "X", "like": on.own["plan"], "language": "en"}),
        (f"/lists/{theirs['upload']}/apply", {"seen": on.own["upload"], "lines_plan": on.own["plan"]}),
        ("/clinic", {"default_plan": on.own["plan"], "version": "1"}),
    ]
    before, got = await world.rows_of(on.store, on.bea.organisation_id), []
    async with on.browser(on.staff["carl"]) as carl:
        for path, form in forms:
            answer = await carl.post(path, form)
            got.append(answer.status_code)
            if stage.OWN in answer.text:
                return False, f"{path} showed this clinic's patient"
    changed = changes(before, await world.rows_of(on.store, on.bea.organisation_id))
    async with on.browser() as ada_there:
        ada_there.wears(cookie)
        is_in = (await ada_there.get("/me")).status_code == 200
    words = f"{counted(got)}; rows changed: {changed or 'none'}, nobody was signed out"
    return not changed and is_in and 500 not in got, words


@tried_by(ROLE, "every address that the role has no right to, looked at and sent to", is_long=True)
async def beyond_the_role(on: stage.Stage) -> Happened:
    """Open what is for others."""
    got = []
    for who in ("desk", "clinician"):
        rights = access.RIGHTS[on.staff[who].who.role]
        async with on.browser(on.staff[who]) as browser:
            for page in consoles.ALL:
                if isinstance(page.policy, access.Right) and page.policy not in rights:
                    got.append(await asked(browser, page, test_matrix.filled(page, on.own | SHIPPED)))
    return set(got) == {403}, counted(got)


@tried_by(
    ROLE,
    "one's own role set to admin, in two ways; a link for an admin's password; an alien's cookie at a desk",
    is_long=True,
)
async def own_elevation(on: stage.Stage) -> Happened:
    """Become an admin."""
    dana, ada = on.staff["desk"], on.staff["admin"]
    got = []
    async with on.browser(dana) as browser:
        for path, form in (
            (f"/staff/{dana.id}/role", {"role": "admin", "version": "1"}),
            (f"/staff/{ada.id}/link", {"lost": "password"}),
            ("/desks", {"label": "mine"}),
        ):
            got.append((await browser.post(path, form)).status_code)
        mine = await browser.post("/me", {"name": "Dana", "language": "en", "role": "admin", "clinic": on.carls.id})
        page = await browser.get("/staff")
    return set(got) == {403} and page.status_code == 403, f"{counted(got)}; own page {mine.status_code}, still no admin"


@tried_by(
    ROLE, "every field of every form of one's own with null bytes, directions, scripts, huge numbers", is_long=True
)
async def hostile_fields(on: stage.Stage) -> Happened:
    """Send what no browser would, where one may send: nothing may fall over."""
    got, fallen = [], []
    skipped = ("/sign-out", "/lock", "/me/password", "/me/pin", "/me/second", "/desks", "/left", "/role", "/sign-ins")
    async with on.browser(on.staff["admin"]) as browser:
        for page, value in itertools.product(consoles.ALL, HOSTILE):
            if page.path.endswith(skipped):
                continue
            path = test_matrix.filled(page, on.own | SHIPPED)
            if page.method == "GET":
                queries = dict.fromkeys(FIELDS, value[:60])
                status = (await browser.client.get(path, params=queries)).status_code
            else:
                status = await asked(browser, page, path, dict.fromkeys(FIELDS, value[:200]))
            got.append(status)
            if status >= 500:
                fallen.append(f"{page.name} {value[:6]!r}")
        for page in (each for each in consoles.ALL if each.objects):
            for value in ("a%00b", "%27%3B--"):
                path = test_matrix.PARAMETER.sub(value, page.path)
                got.append(await asked(browser, page, path))
                if got[-1] >= 500:
                    fallen.append(f"{page.name} {value[:6]!r}")
    return not fallen, f"{counted(got)} {'; '.join(fallen[:20])}".strip()


@tried_by(ROLE, "a page kept open while the role was taken away, the password changed, the person let go", is_long=True)
async def after_loss(on: stage.Stage) -> Happened:
    """Go on with an old cookie."""
    eve = await hired.hire(on.store, on.bea, access.Role.CLINICIAN, "evelyn")
    got = []
    async with on.browser(on.staff["admin"]) as admin:
        async with on.browser(eve) as browser:
            assert (await browser.get("/letters")).status_code == 200
            await admin.send(f"/staff/{eve.id}/role", {"role": "desk"}, seen=f"/staff/{eve.id}")
            got.append((await browser.get("/letters")).status_code)
        async with on.browser(eve) as first, on.browser(eve) as second:
            new = {"new_password": "a quiet harbour lantern", "again_password": "a quiet harbour lantern"}
            form = {"current_password": hired.PASSWORD, **new}
            changed = await asyncio.gather(*[each.send("/me/password", form) for each in (first, second)])
            got += sorted([(await each.get("/me")).status_code for each in (first, second)])
        async with on.browser(eve) as browser:
            await admin.send(f"/staff/{eve.id}/left", {"heir": ""}, seen=f"/staff/{eve.id}")
            got.append((await browser.get("/me")).status_code)
    both = sorted(each.status_code for each in changed)
    return got == [303, 200, 303, 303], f"each led to the sign-in; of two changes at once ({both}) one sign-in stayed"


@tried_by(
    "thief of a cookie or a computer",
    "one code of the second factor in ten browsers at once, and once more",
    is_long=True,
)
async def replayed_code(on: stage.Stage) -> Happened:
    """Use a code that was seen."""
    clem = on.staff["clinician"]
    code, token = clem.code(), []
    for _ in range(10):
        token.append(await desk.cookie(on.store, clem.who, kind=sign_ins.Kind.HALF))

    async def given(cookie: str) -> int:
        async with on.browser() as browser:
            browser.wears(cookie)
            return (await browser.post("/second", {"code": code})).status_code

    got = await asyncio.gather(*map(given, token))
    again = await given(await desk.cookie(on.store, clem.who, kind=sign_ins.Kind.HALF))
    return got.count(303) == 1 and again != 303, f"{counted(list(got))}; once more {again}"


@tried_by(
    "thief of a cookie or a computer",
    "PINs at a locked desk: guessed, of another clinic's staff, pages behind it",
    is_long=True,
)
async def pins(on: stage.Stage) -> Happened:
    """Open the desk's own computer."""
    dana = on.staff["desk"]
    got, behind = [], []
    async with on.browser() as browser:
        cookie = await desk.cookie(on.store, on.staff["admin"].who, kind=sign_ins.Kind.DESK)
        browser.wears(cookie)
        for person in (on.foreign["staff"], on.staff["carl"].id, on.staff["admin"].id, "0" * 32):
            got.append((await browser.post("/unlock", {"person": person, "pin": hired.PIN})).status_code)
        for path in ("/today", "/patients", "/me", "/staff", "/second"):
            behind.append((await browser.get(path)).status_code)
        for number in range(8):
            got.append((await browser.post("/unlock", {"person": dana.id, "pin": f"11111{number}"})).status_code)
        right = (await browser.post("/unlock", {"person": dana.id, "pin": hired.PIN})).status_code
    held = 303 not in got and right != 303 and set(behind) == {303}
    return held, f"{counted(got)}; after five wrong ones the right one too ({right}): a whole sign-in is asked for"


@tried_by(
    "thief of a cookie or a computer",
    "to publish, to let staff go, to make links, an hour after the code was given",
    is_long=True,
)
async def without_the_code(on: stage.Stage) -> Happened:
    """Do what reaches many, without the second factor."""
    proving = [page for page in consoles.ALL if page.proves]
    got = []
    async with on.browser() as browser:
        async with on.store.writing() as work:
            given = {"organisation_id": on.bea.organisation_id, "clinic_id": on.bea.id, "is_proven": False}
            kind, now = sign_ins.Kind.FULL, clocks.machine()
            id = on.staff["admin"].id
            cookie = await sign_ins.begin(work, staff_id=id, kind=kind, machine_now=now, **given)
        browser.wears(cookie)
        for page in proving:
            got.append(await asked(browser, page, test_matrix.filled(page, on.own | SHIPPED)))
    return set(got) == {403}, f"{counted(got)}: the code is asked for, what was typed is kept"
