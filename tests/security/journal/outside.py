"""The internet stranger: at the console's door, at the server itself, and with posts that are not Telegram's."""

import asyncio
import json
import resource
import statistics
import time

from reminderbot.services import sign_ins
from reminderbot.web import connections
from tests.cli import terminal
from tests.security.journal import stage, wire
from tests.security.journal.telling import Happened, counted, tried_by

GUESSER, FORGER = "guesser on the network", "forger of Telegram's posts"
HELD_OPEN = 600
PATHS = (
    "/console/assets/..%2f..%2fsettings.py",
    "/console/assets/x/..%252f..%252f..%252fetc/passwd",
    "/console/assets/%00/console.css",
    "/console/%2e%2e/metrics",
    "/console/../metrics",
    "//console/today",
    "/console//today",
    "/console/today%00",
    "/console/today/",
    "/console/today;admin",
    "/console/%ff%fe",
    "/console/%ed%a0%80",
    "/Console/today",
    "/docs",
    "/openapi.json",
    "http://evil.example/console/today",
)
FRAMINGS = (
    "Content-Length: 5\r\nContent-Length: 6",
    "Content-Length: +5",
    "Content-Length: -1",
    "Content-Length: 0x5",
    "Content-Length: " + "9" * 5000,
    "Transfer-Encoding: chunked\r\nContent-Length: 5",
    "Transfer-Encoding : chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding:\x0bchunked",
)
METHODS = ("TRACE", "CONNECT", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND", "FOO")


@tried_by(
    GUESSER, "paths out of the folder, double encodings, null bytes, an absolute address; as an admin too", is_long=True
)
async def paths(on: stage.Stage) -> Happened:
    """Ask for what lies beside the pages."""
    got = []
    async with on.browser(on.staff["admin"]) as admin:
        cookie = f"Cookie: reminderbot={admin.client.cookies['reminderbot']}"
        for path in PATHS:
            got += [await wire.status(on.bot.port, wire.request("GET", path, *more)) for more in ((), (cookie,))]
    return set(got) <= {400, 404}, counted(got)


@tried_by(GUESSER, "every odd verb at the console, the webhook, `/metrics`; an upgrade to a websocket")
async def verbs(on: stage.Stage) -> Happened:
    """Ask with other methods."""
    places = ("/console/today", "/console/sign-in", stage.PATH, "/metrics", "/readyz")
    sent = [wire.request(method, place) for method in METHODS for place in places]
    got = [await wire.status(on.bot.port, each) for each in sent]
    upgrade = wire.request("GET", "/console/today", "Upgrade: websocket").replace(b": close", b": Upgrade, close")
    led = await wire.status(on.bot.port, upgrade)
    return set(got) <= {404, 405} and led == 303, f"{counted(got)}; the upgrade is led to the sign-in"


@tried_by(GUESSER, "request smuggling: two lengths, both framings, odd signs; a second request behind each")
async def smuggling(on: stage.Stage) -> Happened:
    """Send requests of which two servers might disagree where they end."""
    got = []
    for framing in FRAMINGS:
        first = f"POST {stage.PATH} HTTP/1.1\r\nHost: x\r\n{framing}\r\n\r\n0\r\n\r\n"
        sent = first + "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        got.append(wire.statuses(await wire.answers(on.bot.port, sent.encode("latin-1"), within=2)))
    refused = sum(each == [400] for each in got)
    return refused == len(got), f"400 and the end of the connection, {refused} times of {len(got)}"


@tried_by(GUESSER, "Host and X-Forwarded-Host of others, broken ones, none; where one is led, and an Origin to match")
async def hosts(on: stage.Stage) -> Happened:
    """Let addresses be made of what a request says of itself."""
    got, led = [], []
    for host in ("evil.example", "[", "a/console/evil?", "a@b", "x:99999999", "\xff", ""):
        for more in ((), ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil")):
            answer = await wire.answers(on.bot.port, wire.request("GET", "/console/today", *more, host=host))
            got += wire.statuses(answer)
            led.append(answer.partition(b"location: ")[2].split(b"\r\n")[0])
    is_ours = all(place.startswith(b"/console/sign-in?next=") for place in led)
    return is_ours and set(got) == {303}, f"{counted(got)}, to a path of ours without any host"


@tried_by(GUESSER, "a look into health, figures and error pages for tokens, names, paths of the machine, versions")
async def told_by_errors(on: stage.Stage) -> Happened:
    """Read all that anybody may read, and what a broken request gets."""
    form = ("Content-Type: multipart/form-data; boundary=B",)
    sent = [
        *(wire.request("GET", path) for path in ("/healthz", "/readyz", "/metrics", "/console/sign-in", "/x")),
        wire.request("POST", "/console/sign-in", *form, body=b"--B\r\nno part"),
        wire.request("POST", "/console/sign-in", "Origin: http://[", "Content-Type: application/x", body=b"x"),
        b"\x16\x03\x01 not http\r\n\r\n",
    ]
    got = [await wire.answers(on.bot.port, each) for each in sent]
    told = b"".join(got)
    secrets = (terminal.TOKEN.partition(":")[2], stage.SECRET, terminal.KEY, "Kanarka", "Traceback", str(on.folder))
    found = [each[:9] for each in (*secrets, "site-packages", "uvicorn", "Python/") if each.encode() in told]
    status = [code for each in got for code in wire.statuses(each)]
    return not found and 500 not in status, f"{counted(status)}; found: {', '.join(found) or 'nothing'}"


@tried_by(GUESSER, "forms in charsets that take the square of their length to read, 10 MiB where lists are sent")
async def charsets(on: stage.Stage) -> Happened:
    """Keep the process busy with reading: nobody is signed in yet when a form is read."""
    got, waits = [], []
    for charset, path, size in (
        ("punycode", "/console/sign-in", 200_000),
        ("PunyCode", "/console/second", 200_000),
        ("idna", "/console/sign-in", 200_000),
        ("punycode", "/console/lists", 9_000_000),
        ("utf-8", "/console/lists", 9_000_000),
    ):
        body = b'--B\r\nContent-Disposition: form-data; name="login"\r\n\r\n' + b"b" * size + b"\r\n--B--\r\n"
        kind = f"Content-Type: multipart/form-data; boundary=B; charset={charset}"
        began = time.monotonic()
        got.append(await wire.status(on.bot.port, wire.request("POST", path, kind, body=body), within=60))
        waits.append(time.monotonic() - began)
    return set(got) <= {0, 400, 401, 403} and max(waits) < 2, f"{counted(got)}, each within 2 s"


@tried_by(GUESSER, f"{HELD_OPEN} half-open connections (cut heads, cut bodies) at a bot that may open 400 files")
async def half_open(on: stage.Stage) -> Happened:
    """Begin requests and never end them, while others want to be served."""
    pid = on.bot._process.pid
    before = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (400, before[1]))
    waits = []
    try:
        for begun in (
            b"GET /console/sign-in HTTP/1.1\r\nHost: x\r\nX-Slow: ",
            wire.request("POST", "/console/sign-in", "Content-Length: 60000") + b"login=",
        ):
            async with wire.held_open(on.bot.port, HELD_OPEN // 2, begun):
                waits += [await wire.seconds(on.bot.port, path) for path in ("/healthz", "/console/sign-in")]
                async with wire.held_open(on.bot.port, HELD_OPEN // 2, begun):
                    waits += [await wire.seconds(on.bot.port, path) for path in ("/healthz", "/console/sign-in")]
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, before)
    return max(waits) < 2, f"others were served within 2 s; at most {connections.MOST} stay, the longest waiting go"


@tried_by(GUESSER, "the time that a wrong password takes, of known and of unknown names", is_long=True)
async def timing(on: stage.Stage) -> Happened:
    """Learn by a clock who works there."""
    took: dict[str, list[float]] = {"known": [], "unknown": []}
    async with on.browser() as guesser:
        token = await guesser.token()
        for number in range(4):  # five in vain make an account wait
            for kind, login in (("known", "clem"), ("unknown", f"nobody{number}")):
                form = {"_csrf": token, "login": login, "password": "a wrong one for all"}
                headers = {"X-Forwarded-For": f"9.8.{number}.7"}
                began = time.monotonic()
                await guesser.client.post("/console/sign-in", data=form, headers=headers)
                took[kind].append(time.monotonic() - began)
    known, unknown = (statistics.median(each) for each in took.values())
    apart = abs(known - unknown)
    return apart < 0.5 * max(known, unknown), "the medians lie less than half of one apart: both are hashed"


@tried_by(GUESSER, "30 passwords of one account from 30 addresses that X-Forwarded-For invents", is_long=True)
async def passwords(on: stage.Stage) -> Happened:
    """Guess faster than one may."""
    said: list[str] = []
    async with on.browser() as guesser:
        token = await guesser.token()
        for number in range(30):
            form = {"_csrf": token, "login": "ada", "password": f"a wrong one {number}"}
            headers = {"X-Forwarded-For": f"9.9.9.9, 7.7.7.{number}"}
            answer = await guesser.client.post("/console/sign-in", data=form, headers=headers)
            said.append(stage.desk.text(answer))
    waited = sum("wait" in each.lower() or "again in" in each.lower() for each in said)
    return waited >= 20, f"{len(said) - waited} were looked at, {waited} told to wait"


@tried_by(GUESSER, "cookies: invented, cut, two of a name, one set before the sign-in (fixation), half a sign-in")
async def cookies(on: stage.Stage) -> Happened:
    """Be somebody by a cookie."""
    async with on.browser(on.staff["admin"]) as admin, on.browser() as fixed:
        real = str(admin.client.cookies["reminderbot"])
        half = await stage.desk.cookie(on.store, on.staff["admin"].who, kind=sign_ins.Kind.HALF)
        made = ["x" * 43, real[:-1], real[:-1] + ("A" if real[-1] != "A" else "B"), real.upper(), "", half, real + "x"]
        made += [f"{real[:20]}; reminderbot={real[20:]}", "a\x00b", "é", "x" * 4000]
        sent = [wire.request("GET", "/console/today", f"Cookie: reminderbot={each}") for each in made]
        got = [await wire.status(on.bot.port, each) for each in sent]
        fixed.wears("known to the attacker")
        form = {"login": "dana", "password": stage.hired.PASSWORD}
        anew = (await fixed.send("/sign-in", form)).cookies.get("reminderbot", "")
    is_new = len(anew) == 43
    return set(got) <= {303, 400} and is_new, f"{counted(got)}; the sign-in gave a new one"


@tried_by(FORGER, "posts with no secret, a near one, in another header, beside a real one; larger than they say")
async def posts(on: stage.Stage) -> Happened:
    """Write in Ana's name."""
    update = json.dumps({"update_id": 900_000_001, "message": {"message_id": 1, "chat": {"id": 41}}}).encode()
    name = "X-Telegram-Bot-Api-Secret-Token"
    near = (stage.SECRET[:-1], stage.SECRET + "0", stage.SECRET.upper(), "", "é", "x" * 8000, terminal.TOKEN)
    heads = [(), *((f"{name}: {each}",) for each in near), (f"{name}: x", f"{name}: {stage.SECRET}")]
    heads += [(f"X_Telegram_Bot_Api_Secret_Token: {stage.SECRET}",), (f"Authorization: {stage.SECRET}",)]
    got = [await wire.status(on.bot.port, wire.request("POST", stage.PATH, *each, body=update)) for each in heads]
    known = f"{name}: {stage.SECRET}"
    large = wire.request("POST", stage.PATH, known, "Content-Length: 99999999999")
    broken = [
        wire.request("POST", stage.PATH, known, body=each) for each in (b"[" * 200_000, b"\xff", b"{}", b"9" * 9999)
    ]
    more = [await wire.status(on.bot.port, each) for each in (large, *broken)]
    lives = await asyncio.to_thread(on.bot.get, "/healthz")
    held = set(got) == {403} and set(more) <= {400, 413} and lives[0] == 200
    return held, f"{counted(got)}; with the secret and no update {counted(more)}"
