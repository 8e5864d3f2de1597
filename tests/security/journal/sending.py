"""Whoever sends files and texts: lists of sessions, files of texts, wording that would run, tables that compute."""

import csv
import io
import time
import zipfile

from tests.security.journal import stage, wire
from tests.security.journal.telling import Happened, counted, tried_by
from tests.services.lists import making
from tests.web.console import desk

SENDER, AUTHOR = "uploader of lists and files", "malicious author of texts"
FORMULA = '=HYPERLINK("http://evil.example";"x")'
HEADINGS = ("Appointment ID", "Patient", "Date", "Time")
TEXTS = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{% include '/etc/passwd' %}",
    "{% for i in (1..99999999) %}x{% endfor %}",
    "{{ 7 | times: 7 }}",
    "{{ first_name | append: first_name }}",
    "{% assign x = 49 %}{{ x }}",
    "{{ settings.token }}{{ config }}{{ self }}",
    "{%" * 5000,
    "<script>alert(1)</script><a href='javascript:alert(1)'>x</a>",
    "<a href='http://evil.example'>x</a>" + "<b>" * 3000,
    "\x00\u202e",
)


def packed(**parts: bytes) -> bytes:
    """Return a ZIP whose parts have these names, `__` for a slash and `_dot_` for a dot."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return made.getvalue()


def files() -> dict[str, bytes]:
    """Return what is no list, by what it would do."""
    whole = making.workbook(HEADINGS, ("A-1", "Ana", "24/11/2026", "15:30"))
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet><sheetData>&e;</sheetData></worksheet>'
    laughs = b"<!DOCTYPE x [" + b"".join(
        b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(12)
    )
    changed = {}
    for name, content in {"entity": entity, "laughs": laughs + b"]><worksheet>&l11;</worksheet>"}.items():
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(made, "w") as new:
            for each in old.infolist():
                new.writestr(each, content if "sheet1" in each.filename else old.read(each))
        changed[name] = made.getvalue()
    return changed | {
        "bomb": packed(xl__workbook_dot_xml=b"\0" * 200_000_000),
        "path": packed(**{"..__..__etc__x": b"x"}),
        "cut": whole[:-200],
        "nul": b"Patient,Date\nA\x00na,24/11/2026\n",
        "rows": b"Patient,Date\n" + b"A,24/11/2026\n" * 9000,
        "wide": b"Patient,Date" + b",x" * 5000 + b"\n",
        "quotes": b'Patient,Date\n"' + b'"' * 500_001,
        "noise": bytes(range(256)) * 4000,
    }


async def sent(browser: stage.Browser, content: bytes, *, name: str = "list.csv") -> tuple[int, str]:
    """Send a file as the form on /lists does; return the status, and where it leads or what it says."""
    words = {"_csrf": await browser.token()}
    given = {"list": (name, content, "application/octet-stream")}
    answer = await browser.client.post("/console/lists", data=words, files=given, headers={"Origin": browser.origin})
    return answer.status_code, answer.headers.get("location") or desk.text(answer)


@tried_by(
    SENDER,
    "lists: a zip bomb, outside and billion entities, paths, cut, null bytes, 9,000 rows, 5,000 columns, noise",
    is_long=True,
)
async def lists(on: stage.Stage) -> Happened:
    """Break or fill the program by a file."""
    got, slowest = [], 0.0
    async with on.browser(on.staff["desk"]) as front:
        for content in files().values():
            began = time.monotonic()
            status, says = await sent(front, content)
            slowest = max(slowest, time.monotonic() - began)
            got.append(status)
            if "root:" in says or "lollol" in says:
                return False, "an entity was read"
    waited = await wire.seconds(on.bot.port, "/healthz")
    held = set(got) <= {303, 413, 422} and slowest < 10 and waited < 2
    return held, f"{counted(got)}, the slowest within 10 s; served afterwards"


@tried_by(SENDER, "names of files with line breaks, quotes, paths; then every download's own name", is_long=True)
async def names_of_files(on: stage.Stage) -> Happened:
    """Put headers into an answer by the name of a file."""
    names = ("a\r\nSet-Cookie: x=y.csv", '"; filename="evil.exe', "../../etc/passwd", "\u202egpj.exe", "x" * 5000)
    got, bad = [], []
    async with on.browser(on.staff["admin"]) as admin:
        for number, name in enumerate(names):
            content = making.commas(HEADINGS, (f"N-{number}", "Ana", "24/11/2026", "15:30"))
            status, place = await sent(admin, content, name=name)
            got.append(status)
            if status != 303:
                continue
            for part in ("", "/report.csv", "/links.csv"):
                answer = await admin.client.get(place.partition("?")[0] + part)
                if "set-cookie: x" in str(answer.headers).lower() or "evil" in str(answer.headers):
                    bad.append(name[:8])
    return not bad and set(got) <= {303, 400, 413, 422}, f"{counted(got)}; in a header of an answer: {bad or 'never'}"


@tried_by(
    SENDER,
    "names that compute (`=HYPERLINK(…)`, `+`, `-`, `@`, tab): then the tables that staff download",
    is_long=True,
)
async def formulas(on: stage.Stage) -> Happened:
    """Run in a colleague's spreadsheet."""
    names = (FORMULA, "+1+cmd|' /C calc'!A0", "-2+3 Ana", "@SUM(1) Eva", "\t=1 Luis", "=Ana")
    rows = [(f"F-{number}", name, "26/11/2026", "15:30") for number, name in enumerate(names)]
    await on.invite(FORMULA)
    cells: list[str] = []
    async with on.browser(on.staff["admin"]) as admin:
        status, place = await sent(admin, making.commas(HEADINGS, *rows))
        if status != 303:
            return False, place
        path = place.partition("?")[0]
        page = path.removeprefix("/console")
        shown = await admin.get(page)
        seen = shown.text.split('name="seen" value="')[1].split('"')[0]
        await admin.send(f"{page}/apply", {"seen": seen}, seen=page)
        for table in (f"{path}/report.csv", f"{path}/links.csv", "/console/patients/list.csv"):
            text = (await admin.client.get(table)).content.decode("utf-8-sig")
            for delimiter in (",", ";"):
                cells += [cell for row in csv.reader(io.StringIO(text), delimiter=delimiter) for cell in row]
    running = [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    known = sum("HYPERLINK" in cell or "cmd" in cell for cell in cells)
    return (
        not running and known > 0,
        f"{known} cells hold it as text; cells that begin like a formula: {running or 'none'}",
    )


@tried_by(
    AUTHOR,
    "texts with attributes, files, endless loops, filters, assignments, scripts: previewed, kept, published",
    is_long=True,
)
async def templates(on: stage.Stage) -> Happened:
    """Run a text."""
    got, slowest, bad = [], 0.0, []
    async with on.browser(on.staff["admin"]) as admin:
        place = "/wording/microneedling/step.eve/en"
        for text in TEXTS:
            began = time.monotonic()
            for path in (f"{place}/preview", f"{place}/take", f"{place}/tidy", place):
                answer = await admin.post(path, {"body": text, "version": "0", "source": "", "then": ""})
                got.append(answer.status_code)
                if any(
                    word in answer.text for word in ("root:x", "<class ", ">49<", "<script>alert", 'href="javascript')
                ):
                    bad.append(text[:12])
            slowest = max(slowest, time.monotonic() - began)
            got.append((await admin.post("/wording/microneedling/publish", {"reach": "all"})).status_code)
        await admin.post(f"{place}/discard")
    held = not bad and 303 not in got[4::5] and max(got) < 500 and slowest < 15  # of four forms each, on a busy machine
    return held, f"{counted(got)}; none was published; evaluated or let through: {bad or 'none'}"
