"""What a supervisor asks: does the process live, and is it ready; mounted whatever doors are open."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request

from reminderbot import clocks
from reminderbot.store import bots, migrate, reminders, work

POLL_WITHIN = timedelta(seconds=75)  # a long poll takes 25 s at most; three of them did not return
FAILING_WITHIN = timedelta(seconds=5)  # polls that return refused: a stranger's 409, a revoked token, an outage
FITTING = frozenset({"current", "newer"})  # a newer program has migrated it: that is a live upgrade, and we serve on
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


def site(store: work.Store, *, bot_id: int, now: Callable[[], datetime]) -> FastAPI:
    """Return the web application; `now` is the product clock's."""
    app = FastAPI(title="reminderbot", docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(router(store, bot_id=bot_id, now=now), include_in_schema=False)
    app.add_exception_handler(Exception, _failed)
    return app


def router(store: work.Store, *, bot_id: int, now: Callable[[], datetime]) -> APIRouter:
    """Return the two routes of health."""
    routes = APIRouter()

    @routes.get("/healthz")
    async def healthz() -> JSONResponse:
        return _answer({"status": "ok"}, ok=True)

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        figures = await measure(store, bot_id=bot_id, now=now())
        faults = figures.faults
        body = {"status": "unready" if faults else "ready", **dataclasses.asdict(figures), "faults": faults}
        return _answer(body, ok=not faults)

    return routes


async def measure(store: work.Store, *, bot_id: int, now: datetime) -> Figures:
    """Return the figures of this moment; a database that does not answer is a figure, not an exception."""
    try:
        async with store.reading() as visit:
            standing = await migrate.standing_in(visit)
            polls = await bots.polls(visit, bot_id)
            overdue = await reminders.overdue_now(visit, now)
    except work.UNREACHED:
        return Figures("The database cannot be reached.", "unknown", None, None, None, None)
    return Figures(
        database="ok",
        migrations=str(standing),
        last_poll_seconds=_age(clocks.machine(), polls.heard),
        polls_failing_seconds=_age(polls.returned, polls.heard) if polls.returned else None,
        oldest_overdue_seconds=_age(now, overdue.oldest_due),
        overdue=overdue.count,
    )


def _age(now: datetime, since: datetime | None) -> float | None:
    return None if since is None else round((now - since).total_seconds(), 3)


def _answer(body: dict[str, Any], *, ok: bool) -> JSONResponse:
    return JSONResponse(body, status_code=200 if ok else 503, headers={"Cache-Control": "no-store"})


async def _failed(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"status": "failed"}, status_code=500)
