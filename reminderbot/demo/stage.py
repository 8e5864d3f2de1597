"""The demo's page: what it shows of the house, and the winding of the product clock. Loopback only, never in `run`."""

import asyncio
import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from reminderbot import app, clocks
from reminderbot.planning import hours, life
from reminderbot.services import access, sign_ins, treatments
from reminderbot.simulator import world
from reminderbot.store import chats, reminders

FILES = {"demo.html": "text/html", "demo.css": "text/css", "demo.js": "text/javascript"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self' http://127.0.0.1:* http://localhost:*",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with none a form would send its origin as "null"
    "Cache-Control": "no-store",
}
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
PATIENCE = 8.0  # machine seconds that one reminder may take to arrive while the clock is wound past it
LOOK = 0.1  # machine seconds between two looks
MOVING = frozenset({life.State.PLANNED, life.State.CLAIMED, life.State.SENDING})
TONES = {life.State.SENT: "good", life.State.PLANNED: "wait", life.State.CLAIMED: "wait", life.State.SENDING: "wait"}
TONES |= dict.fromkeys((life.State.REJECTED, life.State.UNCONFIRMED, life.State.PARKED, life.State.BLOCKED), "bad")


@dataclasses.dataclass(frozen=True)
class Player:
    """One invented person, and the language of the words beside the phone."""

    person: world.Person
    language: str


class Stage:
    """The page, its state and its clock."""

    def __init__(self, clock: clocks.Clock, *, bot: int) -> None:
        self._clock = clock
        self._bot = bot
        self._players: list[Player] = []
        self._house: app.House | None = None
        self._team: Mapping[access.Role, access.Staff] = {}
        self._winding = asyncio.Lock()

    def add(self, person: world.Person) -> None:
        """Give a person a phone on the page."""
        self._players.append(Player(person, "en"))

    def open(self, house: app.House, team: Mapping[access.Role, access.Staff]) -> None:
        """Show what happens in this house, and let its staff in by a click."""
        self._house, self._team = house, team

    def routes(self) -> list[BaseRoute]:
        """Return the page's routes."""
        return [
            Route("/", self._page),
            Route("/demo/people", self._people),
            Route("/demo/state", self._state),
            Route("/demo/wind", self._wind, methods=["POST"]),
            Route("/demo/desk", self._desk, methods=["POST"]),
            Route("/demo/{name}", self._file),
        ]

    async def _page(self, _request: Request) -> Response:
        return _served("demo.html")

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        return _served(name) if name in FILES else Response("Not found", 404, headers=HEADERS)

    async def _people(self, _request: Request) -> Response:
        rows = [{"id": each.person.id, "name": each.person.first_name, "bot": self._bot} for each in self._players]
        return JSONResponse(rows, headers=HEADERS)

    async def _state(self, request: Request) -> Response:
        if self._house is None:
            return JSONResponse({"now": "…", "zone": "", "next": "", "people": [], "winding": True}, headers=HEADERS)
        told = await self._told(self._house, request.query_params.get("zone", ""))
        return JSONResponse(told, headers=HEADERS)

    async def _told(self, house: app.House, browser: str) -> dict[str, Any]:
        """Return what the page shows; hours are the first patient's, or the browser's before there is one."""
        now = self._clock.now()
        people = await self._timelines(house, now)
        waiting = [row for _, found in people for each in found for row in each.rows if row.state in MOVING]
        first = min(waiting, key=lambda row: row.due, default=None)
        zone = next((each.treatment.patient_zone for _, found in people for each in found), None)
        shown = zone or (browser if hours.is_zone(browser) else "UTC")
        return {
            "now": _moment(hours.to_local(now, shown), weekday="%A", month="%B"),
            "zone": shown,
            "next": f"Next: {_named(house, first)}, {_moment(first.local)}" if first else "",
            "winding": self._winding.locked(),
            "people": [_person(house, player, found) for player, found in people],
        }

    async def _timelines(
        self, house: app.House, now: datetime
    ) -> list[tuple[Player, list[treatments.TreatmentTimeline]]]:
        found = []
        async with house.store.reading() as visit:
            for player in self._players:
                chat = await chats.find(visit, bot_id=self._bot, telegram_id=player.person.id)
                rows = await treatments.timeline(visit, access.Person(chat.id), now=now) if chat else []
                found.append((player, rows))
        return found

    async def _desk(self, request: Request) -> Response:
        """Sign somebody invented in and lead to the console: cookies are the host's, whatever the port."""
        role = str((await request.form()).get("as", ""))
        if not _is_own(request) or self._house is None or role not in self._team:
            return JSONResponse({"says": "Choose whom to be on the demo's own page."}, 403, headers=HEADERS)
        who, console = self._team[access.Role(role)], self._house.settings.console_address
        async with self._house.store.writing() as visit:
            cookie = await sign_ins.begin(
                visit,
                staff_id=who.staff_id,
                organisation_id=who.organisation_id,
                clinic_id=who.clinic_id,
                kind=sign_ins.Kind.FULL,
                machine_now=clocks.machine(),
            )
        led = RedirectResponse(f"{console}/console/today", 303, headers=HEADERS)
        led.set_cookie("reminderbot", cookie, httponly=True, samesite="lax")
        return led

    async def _wind(self, request: Request) -> Response:
        if not _is_own(request):
            return JSONResponse({"says": "Only this page winds the clock."}, 403, headers=HEADERS)
        try:
            by = str((await request.json()).get("by", ""))
        except (ValueError, AttributeError):
            by = ""
        if self._house is None or by not in {*STEPS, "next"}:
            return JSONResponse({"says": "Wind by hour, day or next."}, 400, headers=HEADERS)
        async with self._winding:
            says = await self._wound(self._house, by)
        return JSONResponse({"says": says}, headers=HEADERS)

    async def _wound(self, house: app.House, by: str) -> str:
        """Wind the clock, stopping at each reminder on the way until it has arrived."""
        start = self._clock.now()
        first = await self._next_due(house)
        if by == "next":
            if first is None:
                return "No reminder is waiting."
            target = max(first, start)
        else:
            target = start + STEPS[by]
        before = await self._sent(house)
        while (due := await self._anybodys(house)) is not None and due <= target:
            self._to(due + timedelta(seconds=1))
            if not await self._until_sent(house):
                break
        self._to(target)
        came = await self._sent(house) - before
        return (
            f"{came} message came." if came == 1 else f"{came} messages came." if came else "Wound. No message was due."
        )

    def _to(self, instant: datetime) -> None:
        self._clock.wind(max(timedelta(0), instant - self._clock.now()))
        if self._house is not None:
            self._house.wake()

    async def _next_due(self, house: app.House) -> datetime | None:
        found = await self._timelines(house, self._clock.now())
        dues = [row.due for _, each in found for one in each for row in one.rows if row.state in MOVING]
        return min(dues, default=None)

    async def _sent(self, house: app.House) -> int:
        found = await self._timelines(house, self._clock.now())
        return sum(row.state is life.State.SENT for _, each in found for one in each for row in one.rows)

    async def _anybodys(self, house: app.House) -> datetime | None:
        """Return when the next reminder of anybody falls due, the clinic's patients included."""
        async with house.store.reading() as visit:
            return (await reminders.look(visit, self._bot, self._clock.now())).due

    async def _until_sent(self, house: app.House) -> bool:
        """Wait until nothing that could be sent waits or is on its way; False when patience ends."""
        for _ in range(int(PATIENCE / LOOK)):
            async with house.store.reading() as visit:
                look = await reminders.look(visit, self._bot, self._clock.now())
            if not look.busy and look.wake is None:  # nothing is under a lease either
                return True
            await asyncio.sleep(LOOK)
        return False


def _is_own(request: Request) -> bool:
    origin = request.headers.get("origin")
    return origin is None or origin == str(request.base_url).rstrip("/")


def _person(house: app.House, player: Player, found: list[treatments.TreatmentTimeline]) -> dict[str, Any]:
    return {
        "id": player.person.id,
        "name": player.person.first_name,
        "zone": found[0].treatment.patient_zone if found else "",
        "sessions": [_session(house, each) for each in found],
    }


def _session(house: app.House, each: treatments.TreatmentTimeline) -> dict[str, Any]:
    day = datetime.combine(each.treatment.day, each.treatment.at)
    return {
        "title": f"session on {_moment(day)}" + ("" if each.treatment.state == "booked" else " (cancelled)"),
        "reminders": [
            {
                "what": _named(house, row),
                "at": _moment(row.sent_local or row.local),
                "state": _state(row),
                "tone": TONES.get(row.state, "off"),
            }
            for row in each.rows
        ],
    }


def _named(house: app.House, row: treatments.ReminderView) -> str:
    return house.catalog.say_plain("en", f"title.{row.step_key}")


def _state(row: treatments.ReminderView) -> str:
    words = str(row.state) if row.reason is None else f"{row.state}: {row.reason}"
    return words.replace("_", " ")


def _moment(local: datetime, *, weekday: str = "%a", month: str = "%b") -> str:
    return f"{local:{weekday}} {local.day} {local:{month} %Y, %H:%M}"


def _served(name: str) -> Response:
    content = resources.files("reminderbot.demo").joinpath("files", name).read_bytes()
    return Response(content, media_type=FILES[name], headers=HEADERS)
