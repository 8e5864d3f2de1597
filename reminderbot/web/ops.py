"""What a supervisor asks: does the process live, and is it ready; mounted whatever doors are open."""

import asyncio
import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.routing import BaseRoute

from reminderbot import clocks
from reminderbot.store import bots, migrate, reminders, work

POLL_WITHIN = timedelta(seconds=75)  # a long poll takes 25 s at most; three of them did not return
FAILING_WITHIN = timedelta(seconds=5)  # polls that return refused: a stranger's 409, a revoked token, an outage
ANSWER_WITHIN = 4.0  # seconds; a supervisor's own limit is five
FITTING = frozenset({"current", "newer"})  # a newer program has migrated it: that is a live upgrade, and we serve on
AWAY = "The database cannot be reached."
SILENT = "The database does not answer."
OVERDUE_WITHIN = timedelta(seconds=75)  # of the product clock; sends are paced, a backlog longer than this is told


@dataclasses.dataclass(frozen=True)
class Figures:
    """What readiness is judged by; a figure that cannot be had is None."""

    database: str
    migrations: str
    last_poll_seconds: float | None
    polls_failing_seconds: float | None
    oldest_overdue_seconds: float | None
    overdue: int | None

    @property
    def faults(self) -> list[str]:
        """Return what is out of bounds, one sentence each."""
        found = []
        if self.database != "ok":
            found.append(self.database)
        elif self.migrations not in FITTING:
            found.append(f"The database's schema is {self.migrations}. Run `reminderbot migrate`.")
        failing = (self.polls_failing_seconds or 0) > FAILING_WITHIN.total_seconds()
        if failing or self.last_poll_seconds is None or self.last_poll_seconds > POLL_WITHIN.total_seconds():
            found.append("Telegram has not answered a poll lately.")
        if (self.oldest_overdue_seconds or 0) > OVERDUE_WITHIN.total_seconds():
            found.append("A reminder is overdue.")
        return found


def site(gauge: "Gauge", *, more: Sequence[BaseRoute] = ()) -> FastAPI:
    """Return the web application, with `more` routes; a path is met exactly or not at all."""
    app = FastAPI(title="reminderbot", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(more)
    app.include_router(router(gauge), include_in_schema=False)
    app.add_exception_handler(Exception, _failed)
    return app


def router(gauge: "Gauge") -> APIRouter:
    """Return the two routes of health."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> JSONResponse:
        return _answer({"status": "ok"}, ok=True)

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        figures = await gauge.read()
        faults = figures.faults
        body = {"status": "unready" if faults else "ready", **dataclasses.asdict(figures), "faults": faults}
        return _answer(body, ok=not faults)

    return routes


class Gauge:
    """Measures readiness, in ANSWER_WITHIN seconds whatever the database does; `now` is the product clock's."""

    def __init__(self, store: work.Store, *, bot_id: int, now: Callable[[], datetime]) -> None:
        self._store = store
        self._bot_id = bot_id
        self._now = now
        self._reading: asyncio.Task[Figures] | None = None

    async def read(self) -> Figures:
        """Return the figures of this moment; a database that does not answer is a figure, not an exception.

        A reading that hangs is left to itself, since to cancel it may hang as well; those who ask next wait for it too.
        """
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._measure())
        done, _ = await asyncio.wait({self._reading}, timeout=ANSWER_WITHIN)
        return self._reading.result() if done else _unknown(SILENT)

    async def _measure(self) -> Figures:
        now = self._now()
        try:
            async with self._store.reading() as visit:
                standing = await migrate.standing_in(visit)
                polls = await bots.polls(visit, self._bot_id)
                overdue = await reminders.overdue_now(visit, now)
        except work.UNREACHED:
            return _unknown(AWAY)
        return Figures(
            database="ok",
            migrations=str(standing),
            last_poll_seconds=_age(clocks.machine(), polls.heard),
            polls_failing_seconds=_age(polls.returned, polls.heard) if polls.returned else None,
            oldest_overdue_seconds=_age(now, overdue.oldest_due),
            overdue=overdue.count,
        )


def _unknown(why: str) -> Figures:
    return Figures(why, "unknown", None, None, None, None)


def _age(now: datetime, since: datetime | None) -> float | None:
    return None if since is None else round((now - since).total_seconds(), 3)


def _answer(body: dict[str, Any], *, ok: bool) -> JSONResponse:
    return JSONResponse(body, status_code=200 if ok else 503, headers={"Cache-Control": "no-store"})


async def _failed(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"status": "failed"}, status_code=500)
