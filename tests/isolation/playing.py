"""Plays random operations as the staff of one organisation, and looks after each and after all at the other's."""

import contextlib
import dataclasses
import html
import io
import random
import re
import time
import uuid
import zipfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.routing import Match, Route

from reminderbot import clocks, errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, sign_ins
from reminderbot.store import tables
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from reminderbot.web.console.pages import Page
from reminderbot.web.console.visit import Console
from tests import canaries
from tests.isolation import asking, forms, full, rows
from tests.services import cast
from tests.web.console import desk

TICK: Final = timedelta(milliseconds=10)  # so that who signs in by the real clock does so about now
BATCH: Final = 200  # operations between two looks at B's rows
FILLED: Final = 1_000  # operations between two fillings of A's clinics, which they empty
SHORTEST: Final = 8  # signs of what was sent, to be taken for an echo of it
SHARES: Final = {access.Role.ADMIN: 8, access.Role.CLINICIAN: 4, access.Role.DESK: 3}
"""How often who asks, as the one or the other may do more; beside them one who is half in, and a stranger."""

WITH_FILE: Final = {"/console/lists": "list", "/console/wording/{book}/exchange": "file"}
LIST: Final = "Name;Date;Time\nDora Núñez;26.11.2026;10:30\nElio Paz;27.11.2026;11:00\n".encode()
LEAVING: Final = {"/console/sign-out", "/console/lock", "/console/at"}  # forms that stand on every page
ROUTES: Final = [(Route(page.path, lambda _: None, methods=[page.method]), page) for page in consoles.ALL]


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw every id of the program's own from a seed, so that a run can be played again."""
    rng = random.Random(seed)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(uuid, "uuid4", lambda: uuid.UUID(int=rng.getrandbits(128), version=4))
        yield


@dataclasses.dataclass
class Figures:
    """What was played, and what of it may not be."""

    seed: int
    operations: int = 0
    seconds: float = 0.0
    looks: int = 0
    rows: int = 0
    answers: Counter[tuple[str, int]] = dataclasses.field(default_factory=Counter)
    broken: list[str] = dataclasses.field(default_factory=list)

    def lines(self, *, by_route: bool = False) -> list[str]:
        """Return the figures as lines of a report."""
        by_status = Counter[int]()
        for (_, status), count in self.answers.items():
            by_status[status] += count
        told = ", ".join(f"{count:,} of {status}" for status, count in sorted(by_status.items()))
        routes = {name for name, _ in self.answers}
        head = (
            f"{self.operations:,} operations in {self.seconds:.0f} s from seed {self.seed}: {len(routes)} of"
            f" {len(consoles.ALL)} routes; {told}; {self.looks} looks at {self.rows:,} rows of the other organisation;"
            f" {len(self.broken)} findings"
        )
        each = [f"{name} {status}: {count}" for (name, status), count in sorted(self.answers.items())]
        return [head, *(each if by_route else [])]


@dataclasses.dataclass
class _Player:
    """Somebody of A's staff, in a browser; `who` is None for a stranger."""

    browser: desk.Browser
    clinic: clinics.ClinicView
    role: access.Role | None
    kind: sign_ins.Kind = sign_ins.Kind.FULL


class Play:
    """A run: the world, whose browsers are open, and the figures so far."""

    def __init__(
        self,
        store: works.Store,
        catalog: catalogs.Catalog,
        two: full.Two,
        *,
        seed: int,
        now: datetime,
        tell: Callable[[Figures], None] = lambda _: None,
    ) -> None:
        """`tell` hears every thousand operations how it stands."""
        self.figures, self._tell = Figures(seed), tell
        self._store, self._catalog, self._two, self._now = store, catalog, two, now
        self._rng = random.Random(seed)
        self._began, self._start = clocks.machine(), 0.0
        console = Console(store, catalog, catalog, lambda: now, self._machine, cast.BOT, desk.ADDRESS)
        self._app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
        self._app.router.routes.extend(consoles.site(console))
        self._players: list[_Player] = []
        self._files = [LIST]
        self._asker: asking.Asker
        self._before: rows.Snapshot = {}
        self._ids: frozenset[str] = frozenset()
        self._words = {full.MARK, full.PHONE}

    async def run(self, operations: int) -> Figures:
        """Play so many operations; what was found stands in the figures."""
        self._start = time.perf_counter()
        foreign = self._two.foreign[0].organisation_id
        self._before = await rows.snapshot(self._store, foreign)
        self._asker = asking.Asker(self._rng, await self._own(), await rows.ids(self._store, foreign))
        self._ids = frozenset(re.findall(r"[0-9a-f]{32}", " ".join(key for _, key in self._before)))
        self._words |= await self._links(foreign)
        self.figures.rows = len(self._before)
        async with self._opened():
            while self.figures.operations < operations and not self.figures.broken:
                await self._batch(min(BATCH, operations - self.figures.operations))
        self.figures.seconds = time.perf_counter() - self._start
        return self.figures

    def _machine(self) -> datetime:
        """Return the machine's instant, moved on by operations: no draw rests on how long they took."""
        return self._began + self.figures.operations * TICK

    async def _links(self, organisation_id: str) -> set[str]:
        """Return the links of an organisation that still open something."""
        async with self._store.reading() as work:
            said = await canaries.kept(work, organisation_id)
        return said["invites.token"] | said["posters.token"]

    async def _batch(self, size: int) -> None:
        until = self.figures.operations + size
        for player in {id(each): each for each in self._players}.values():
            await self._let_in(player)
        self._asker.own = await self._own()
        while self.figures.operations < until:
            await self._operation(self._rng.choice(self._players))
        after = await rows.snapshot(self._store, self._two.foreign[0].organisation_id)
        self.figures.looks += 1
        told = f"within {size} operations before the {until:,}th"
        self.figures.broken += [f"{told}: {change[:500]}" for change in rows.changes(self._before, after)]
        if until // FILLED > (until - size) // FILLED:
            self.figures.seconds = time.perf_counter() - self._start
            self._tell(self.figures)
            mine = self._rng.choice(self._two.own)
            with contextlib.suppress(errors.Conflict):  # it has published as often as a clinic may within an hour
                await full.filled(self._store, self._catalog, mine, telegram_id=10_000 + until, now=self._now)

    async def _own(self) -> rows.Ids:
        return await rows.ids(self._store, self._two.own[0].organisation_id)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for clinic in self._two.own:
                for role, share in SHARES.items():
                    opened = await stack.enter_async_context(desk.browser(self._app))
                    self._players += [_Player(opened, clinic, role)] * share
            first = self._two.own[0]
            half = await stack.enter_async_context(desk.browser(self._app))
            self._players.append(_Player(half, first, access.Role.ADMIN, sign_ins.Kind.HALF))
            self._players.append(_Player(await stack.enter_async_context(desk.browser(self._app)), first, None))
            yield

    async def _let_in(self, player: _Player) -> None:
        """Sign somebody in anew, by another account if theirs was ended."""
        if player.role is None:
            return
        if player.browser.who is None or not await self._is_at_work(player.browser.who):
            player.browser.who = await desk.employ(self._store, player.clinic, player.role, name=f"Dana {player.role}")
        player.browser.client.cookies.clear()
        cookie = await desk.cookie(self._store, player.browser.who, kind=player.kind)
        player.browser.client.cookies.set("reminderbot", cookie, domain="console.example")

    async def _is_at_work(self, who: access.Staff) -> bool:
        r, s = tables.staff_roles.c, tables.staff.c
        query = select(s.id).join(tables.staff_roles, r.staff_id == s.id)
        held = (s.id == who.staff_id, r.clinic_id == who.clinic_id, r.role == who.role, s.left_at.is_(None))
        async with self._store.reading() as work:
            return (await work.run(query.where(*held))).first() is not None

    async def _operation(self, player: _Player) -> None:
        """Send one request to a route; or look at a page and send a form of it."""
        page = self._asker.page()
        path = self._asker.path(page)
        if page.method == "POST":
            await self._send(player, page, path, self._asker.form(page))
            return
        answer = await self._ask(player, page, "GET", path, params=self._asker.query(page))
        found = forms.found(answer.text, path) if "html" in answer.headers.get("content-type", "") else []
        leading = [(leads, form) for form in found if (leads := _page("POST", urlsplit(form.action).path))]
        for leads, form in leading:
            self._asker.learn(leads, form)
        chosen = [each for each in leading if each[0].path not in LEAVING]
        if chosen and self._rng.random() < 0.8:
            leads, form = self._rng.choice(chosen)
            await self._send(player, leads, form.action, self._asker.changed(form))

    async def _send(self, player: _Player, page: Page, path: str, form: dict[str, str]) -> None:
        given: dict[str, object] = {"data": {"_csrf": await player.browser.token(), **form}}
        if (field := WITH_FILE.get(page.path)) and self._rng.random() < 0.8:
            given["files"] = {field: ("a.csv", self._rng.choice(self._files))}
        await self._ask(player, page, "POST", path, **given, headers={"Origin": desk.ADDRESS})

    async def _ask(self, player: _Player, page: Page, method: str, path: str, **given: object) -> httpx.Response:
        answer = await player.browser.client.request(method, path, **given)
        self.figures.operations += 1
        self.figures.answers[page.name, answer.status_code] += 1
        sent = [path, *re.split(r"[/?&=]", path), *_words(given.get("params")), *_words(given.get("data"))]
        told = f"operation {self.figures.operations:,}, {player.role or 'stranger'}: {method} {path} {given}"
        if answer.status_code >= 500:
            self.figures.broken.append(f"{told}: {answer.status_code}")
        for leak in self._leaks(answer, sent):
            self.figures.broken.append(f"{told}: {answer.status_code}, {leak} of B's is in the answer")
        if "/export." in path and answer.status_code == 200:
            self._files = [LIST, answer.content]
        if answer.status_code == 401 or "/sign-in" in answer.headers.get("location", ""):
            await self._let_in(player)
        return answer

    def _leaks(self, answer: httpx.Response, sent: list[str]) -> set[str]:
        """Return what of B's stands in an answer that was not in the question itself."""
        text = html.unescape(said(answer))
        for word in sorted({each for each in sent if len(each) >= SHORTEST or full.MARK in each}, key=len)[::-1]:
            text = text.replace(word, "")
        found = {word for word in self._words if word.casefold() in text.casefold()}
        return found | (self._ids & set(re.findall(r"[0-9a-f]{32}", text)))


def said(answer: httpx.Response) -> str:
    """Return all that an answer says: its headers, its body, and what is packed in it."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    if answer.content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            return head + "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return head + answer.text


def _words(given: object) -> list[str]:
    return [str(each) for each in given.values()] if isinstance(given, dict) else []


def _page(method: str, path: str) -> Page | None:
    """Return the route that a path leads to, the first that fits as the console itself takes it."""
    scope = {"type": "http", "method": method, "path": path, "headers": []}
    return next((page for route, page in ROUTES if route.matches(scope)[0] is Match.FULL), None)
