"""What every answer of every door tells a browser: made from the route table, as an admin and as a stranger (S21)."""

import re
from collections.abc import Iterator
from datetime import datetime
from http.cookies import SimpleCookie
from importlib import resources

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.gateway import webhook
from reminderbot.services import access
from reminderbot.store import work as works
from reminderbot.web import assets, headers, metrics, ops
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.conftest import MONDAY
from tests.services import cast
from tests.web.console import desk, test_matrix, world

ADDRESS = "https://console.example"
SECRET = webhook.secret("123:abc")
ODD = ("TRACE", "OPTIONS", "PUT", "DELETE", "PATCH", "HEAD")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
FIELD = re.compile(r"<input\b[^>]*\bname=\"(?:\w*password|pin)\"[^>]*>")
LOADED = re.compile(
    r"<(?:script|img|iframe|source|embed|object)\b[^>]*\s(?:src|data)=\"([^\"]*)\"|<link\b[^>]*\shref=\"([^\"]*)\""
)


async def _broken(_request: Request) -> Response:
    raise RuntimeError("Kanarka")


def _site(store: works.Store, catalog: catalogs.Catalog, machine: desk.Machine, address: str) -> httpx.ASGITransport:
    """Return all doors as they stand behind a proxy."""
    gauge = ops.Gauge(store, bot_id=cast.BOT, now=lambda: MONDAY)
    console = Console(store, catalog, catalog, lambda: MONDAY, machine.now, cast.BOT, address)
    more = [
        metrics.route(store, gauge, bot_id=cast.BOT, pace=20),
        webhook.route(store, bot_id=cast.BOT, path="/telegram", secret=SECRET),
        Route("/broken", _broken),
        *consoles.site(console),
    ]
    app = ops.site(gauge, more=more, is_secure=address.startswith("https"))
    return httpx.ASGITransport(app=app, raise_app_exceptions=False)


def _requests(things: world.Things) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Return every route of every door with its methods, odd ones too, and every kind of error."""
    outside = ["/", "/healthz", "/readyz", "/metrics", "/telegram", "/nowhere", "/console", "/console/nowhere"]
    style = [assets.address(name) for name in assets.FILES]
    for path in [*outside, *style, "/console/assets/0/console.css"]:
        yield from ((method, path, {}) for method in ("GET", "POST", *ODD))
    for page in consoles.ALL:
        yield page.method, test_matrix.filled(page, things), {}
    yield from ((method, "/console/today", {}) for method in ODD)
    yield "GET", "/broken", {}
    yield "POST", "/telegram", {"headers": {webhook.HEADER: SECRET}, "content": b"no update"}
    yield "POST", "/telegram", {"headers": {webhook.HEADER: SECRET}, "content": b"x" * (webhook.LARGEST + 1)}
    yield "POST", "/console/sign-in", {"content": b"x" * 1_000_000}


def _wrong(answer: httpx.Response) -> list[str]:
    """Return what an answer lacks, or has and should not."""
    own = {"cache-control"} if "immutable" in answer.headers.get("cache-control", "") else set()
    found = [name for name, value in headers.of(is_secure=True).items() if answer.headers.get(name) != value]
    found = [name for name in found if name.lower() not in own]
    kind = answer.headers.get("content-type", "")
    if answer.content and (
        not kind or (kind.startswith(("text/", "image/svg")) and "charset=utf-8" not in kind.lower())
    ):
        found.append(f"content type {kind}")
    found += [name for name in ("server", "x-powered-by", "access-control-allow-origin") if name in answer.headers]
    found += [f"loads {each}" for each in _loaded(answer) if not each.startswith(("/console/assets/", "data:"))]
    if "html" in kind and (inline := INLINE.search(answer.text)):
        found.append(f"inline {inline[0]}")
    found += [
        f"shown while it is typed: {field}" for field in FIELD.findall(answer.text) if 'type="password"' not in field
    ]
    found += ["Kanarka"] if "Kanarka" in answer.text or "Traceback" in answer.text else []
    return found + [f"cookie {line}" for line in answer.headers.get_list("set-cookie") if not _is_bound(line)]


def _loaded(answer: httpx.Response) -> list[str]:
    if "html" not in answer.headers.get("content-type", ""):
        return []
    return [first or second for first, second in LOADED.findall(answer.text)]


def _is_bound(line: str) -> bool:
    [(name, morsel)] = SimpleCookie(line).items()
    kept = morsel["secure"], morsel["httponly"], morsel["samesite"].lower(), morsel["path"], morsel["domain"]
    return name.startswith("__Host-") and kept == (True, True, "lax", "/", "")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_every_answer_of_every_door_carries_its_headers_and_nothing_of_strangers(
    store: works.Store, now: datetime
) -> None:
    catalog, machine = catalogs.Catalog.load(files.default_folder()), desk.Machine()
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=now)
    things = await world.filled(store, catalog, bea, now=now, telegram_id=41) | test_matrix.SHARED
    who = await desk.employ(store, bea, access.Role.ADMIN)
    wrong, asked, pages, statuses = [], 0, 0, set()
    for cookies in ({}, {"__Host-reminderbot": await desk.cookie(store, who)}):
        transport = _site(store, catalog, machine, ADDRESS)
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            for method, path, given in _requests(things):
                client.cookies = httpx.Cookies(cookies)
                answer = await client.request(method, path, **given)  # type: ignore[arg-type]
                asked, pages = asked + 1, pages + ("html" in answer.headers.get("content-type", ""))
                statuses.add(answer.status_code)
                if (
                    cookies
                    and answer.status_code == 200
                    and "<html" in answer.text
                    and "/console/sign-out" not in answer.text
                ):
                    wrong.append(f"{method} {path}: no way to sign out")
                wrong += [f"{method} {path} {answer.status_code}: {each}" for each in _wrong(answer)]

    assert wrong == [], "\n".join(wrong)
    assert {200, 303, 400, 403, 404, 405, 413, 500} <= statuses
    assert (asked > 400, pages > 100) == (True, True)


def test_what_the_headers_say_is_as_strict_as_is_promised() -> None:
    said = headers.of(is_secure=True)
    policy = dict(part.strip().split(" ", 1) for part in said["Content-Security-Policy"].split(";"))
    shut = {"default-src", "frame-ancestors", "base-uri", "object-src"}

    assert {policy[name] for name in shut} == {"'none'"}
    assert {policy[name] for name in ("script-src", "style-src", "form-action", "connect-src")} == {"'self'"}
    assert said["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert (said["Cache-Control"], said["X-Content-Type-Options"]) == ("no-store", "nosniff")
    assert said["Cross-Origin-Opener-Policy"] == said["Cross-Origin-Resource-Policy"] == "same-origin"
    assert said["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_without_https_no_browser_is_told_to_come_by_https_only(store: works.Store) -> None:
    catalog = catalogs.Catalog.load(files.default_folder())
    transport = _site(store, catalog, desk.Machine(), "http://127.0.0.1:8080")
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        answer = await client.get("/console/sign-in")

    assert "strict-transport-security" not in answer.headers
    assert "secure" not in answer.headers["set-cookie"].lower()
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_signing_out_lets_the_browser_forget(store: works.Store, now: datetime) -> None:
    catalog = catalogs.Catalog.load(files.default_folder())
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=now)
    cookie = await desk.cookie(store, await desk.employ(store, bea, access.Role.DESK))
    transport = _site(store, catalog, desk.Machine(), desk.ADDRESS)
    async with httpx.AsyncClient(transport=transport, base_url=desk.ADDRESS) as client:
        client.cookies.set("reminderbot", cookie)

        answer = await desk.Browser(client).post("/sign-out")

    assert answer.headers["clear-site-data"] == '"storage"'
    assert answer.headers["cache-control"] == "no-store"


def test_nothing_of_ours_is_kept_in_the_browser() -> None:
    folder = resources.files("reminderbot.web.assets")
    ours = "".join(
        folder.joinpath(name).read_text() for name in assets.FILES if name.endswith(".js") and "/" not in name
    )

    assert "addEventListener" in ours
    assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie|__proto__|innerHTML|eval\(", ours)


@pytest.fixture
def now() -> datetime:
    """Monday morning."""
    return MONDAY
