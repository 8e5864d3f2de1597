"""Another web site in the staff's browser, and what is shown there of what others typed."""

from urllib.parse import urlsplit

from reminderbot.web import console as consoles
from tests.security.journal import inside, stage
from tests.security.journal.telling import Happened, counted, tried_by
from tests.web.console import hired, test_matrix

SITE, TYPER = "another web site", "whoever types a name"
NAME = '"><script>alert(1)</script>\u202e\u2066'
ELSEWHERE = (
    *(
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil",
        "/console//evil.example",
        "javascript:alert(1)",
    ),
    *(
        "/console/..//evil.example",
        "/consolex",
        "/console/\r\nSet-Cookie: a=b",
        "/console/%0d%0aX: y",
        "http:/evil",
        "",
    ),
)


@tried_by(
    SITE,
    "every form, sent with a foreign origin, from a sub-domain, with none of our tokens, with another's token",
    is_long=True,
)
async def foreign_forms(on: stage.Stage) -> Happened:
    """Send forms in the staff's name."""
    got = []
    async with on.browser(on.staff["admin"]) as admin, on.browser(on.staff["desk"]) as other:
        own, theirs = await admin.token(), await other.token()
        kinds = (
            ({"Origin": "https://evil.example"}, own),
            ({"Sec-Fetch-Site": "same-site", "Origin": on.address}, own),
            ({"Origin": "null"}, own),
            ({"Origin": on.address}, ""),
            ({"Origin": on.address}, theirs),
        )
        pages = [page for page in consoles.ALL if page.method == "POST"]
        for number, page in enumerate(pages):
            path = test_matrix.filled(page, on.own | test_matrix.SHARED)
            headers, token = kinds[number % len(kinds)]
            got.append((await admin.client.post(path, data={"_csrf": token}, headers=headers)).status_code)
    return set(got) == {403}, f"{counted(got)}, nothing done, what was typed is shown again"


@tried_by(
    SITE, "changing something by a look: every page's address as a GET, opened by a picture or a link", is_long=True
)
async def looks(on: stage.Stage) -> Happened:
    """Let a browser only look, where a form is taken."""
    before, got = await stage.world.rows_of(on.store, on.bea.organisation_id), []
    reads = {page.path for page in consoles.ALL if page.method == "GET"}
    async with on.browser(on.staff["admin"]) as admin:
        for page in (each for each in consoles.ALL if each.method == "POST" and each.path not in reads):
            path = test_matrix.filled(page, on.own | test_matrix.SHARED)
            got.append((await admin.client.get(path, params={"_method": "POST", "do": "close"})).status_code)
    changed = inside.changes(before, await stage.world.rows_of(on.store, on.bea.organisation_id))
    return set(got) <= {404} and not changed, f"{counted(got)}; rows changed: {changed or 'none'}"


@tried_by(
    SITE,
    "pages in a frame, sniffed as another kind, kept by a cache, scripts within them, what the address tells",
    is_long=True,
)
async def framed(on: stage.Stage) -> Happened:
    """Look at what every page tells a browser."""
    bad, seen = [], 0
    async with on.browser(on.staff["admin"]) as admin:
        for page in (each for each in consoles.ALL if each.method == "GET" and "token" not in each.path):
            answer = await admin.client.get(test_matrix.filled(page, on.own | test_matrix.SHARED))
            policy, seen = answer.headers["Content-Security-Policy"], seen + 1
            is_held = (
                "frame-ancestors 'none'" in policy and "unsafe" not in policy and "no-store" in str(answer.headers)
            )
            is_held &= answer.headers["X-Content-Type-Options"] == "nosniff"
            if not is_held or "<script>" in answer.text or " onclick=" in answer.text or "http://evil" in answer.text:
                bad.append(page.name)
    return not bad, f"{seen} pages, without a flaw: {not bad}"


@tried_by(SITE, "`next=` to other hosts, to scripts, with line breaks: after a whole sign-in", is_long=True)
async def redirects(on: stage.Stage) -> Happened:
    """Lead away whoever signs in."""
    led = []
    for place in ELSEWHERE:
        async with on.browser() as browser:
            form = {"login": "dana", "password": hired.PASSWORD, "next": place}
            answer = await browser.send("/sign-in", form)
            led.append(answer.headers.get("location", ""))
            assert "set-cookie: a=b" not in str(answer.headers).lower()
    away = [each for each in led if urlsplit(each).netloc or not each.startswith("/console/")]
    return not away, f"{len(led)} times to a page of ours; away: {away or 'never'}"


@tried_by(
    TYPER,
    "a patient's name that closes a tag, runs a script and turns the line round: on pages, cards, plans, lists",
    is_long=True,
)
async def scripts_in_names(on: stage.Stage) -> Happened:
    """Run in a colleague's browser."""
    made = await on.invite(NAME)
    bad, seen = [], 0
    async with on.browser(on.staff["admin"]) as admin:
        found = await admin.post("/patients", {"q": '"><script>alert(1)</script>'})
        places = [
            "/today",
            "/patients",
            found.headers["location"].removeprefix("/console"),
            "/invites",
            "/patients/list.csv",
            "/patients/failed",
        ]
        places += [f"/invites/{made.invite_id}{part}" for part in ("", "/card", "/plan", "/live")]
        places += [
            "/patients?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
            "/today?done=%3Cscript%3E",
            "/sign-in?next=%22%3E",
        ]
        for place in places:
            answer = await admin.client.get(f"/console{place}")
            seen += answer.status_code == 200
            is_page = answer.headers.get("Content-Type", "").startswith("text/html")
            if (is_page and "<script>alert" in answer.text) or "\u202e" in answer.text or answer.status_code >= 500:
                bad.append(place)
    return not bad and seen > 8, f"{seen} pages, cards and tables; running or turned: {bad or 'nowhere'}"
