"""What a supervisor asks: does the process live, and is it ready; mounted whatever doors are open."""

import dataclasses
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse
from starlette.requests import Request
from starlette.routing import BaseRoute

from reminderbot import clocks
from reminderbot.store import bots, migrate, reminders, rewrapping, work
from reminderbot.web import faults, headers, reading

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
    by_webhook: bool = False
    misses_key: bool = False

    @property
    def found(self) -> list[faults.Fault]:
        """Return what is out of bounds."""
        found = []
        if self.database != "ok":
            found.append(faults.SILENT if self.database == faults.SILENT.sentence else faults.AWAY)
        elif self.migrations not in FITTING:
            found.append(faults.outdated(self.migrations))
        if self.misses_key:
            found.append(faults.KEYLESS)
        if self._is_deaf:
            found.append(faults.UNREACHED if self.by_webhook else faults.DEAF)
        if (self.oldest_overdue_seconds or 0) > OVERDUE_WITHIN.total_seconds():
            found.append(faults.OVERDUE)
        return found

    @property
    def faults(self) -> list[str]:
        """Return what is out of bounds, one sentence each."""
        return [fault.sentence for fault in self.found]

    @property
    def _is_deaf(self) -> bool:
        failing = (self.polls_failing_seconds or 0) > FAILING_WITHIN.total_seconds()
        return failing or self.last_poll_seconds is None or self.last_poll_seconds > POLL_WITHIN.total_seconds()


def site(gauge: "Gauge", *, more: Sequence[BaseRoute] = (), is_secure: bool = False) -> FastAPI:
    """Return the web application, with `more` routes; a path is met exactly or not at all.

    `is_secure`: people reach it by https.
    """
    app = FastAPI(title="reminderbot", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(more)
    app.include_router(router(gauge), include_in_schema=False)
    app.add_middleware(headers.Headed, is_secure=is_secure)

    async def failed(_request: Request, _error: Exception) -> JSONResponse:
        """Answer outside of what adds the headers."""
        return JSONResponse({"status": "failed"}, status_code=500, headers=headers.of(is_secure=is_secure))

    app.add_exception_handler(Exception, failed)
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
        told = figures.faults
        body = {"status": "unready" if told else "ready", **dataclasses.asdict(figures), "faults": told}
        return _answer(body, ok=not told)

    return routes


class Gauge:
    """Measures readiness, in time whatever the database does; `now` is the product clock's."""

    def __init__(
        self, store: work.Store, *, bot_id: int, now: Callable[[], datetime], by_webhook: bool = False
    ) -> None:
        self._store = store
        self._bot_id = bot_id
        self._now = now
        self._by_webhook = by_webhook
        self._reading = reading.Reading(self._measure)

    async def read(self) -> Figures:
        """Return the figures of this moment; a database that does not answer is a figure, not an exception."""
        return await self._reading.result() or self._unknown(faults.SILENT)

    async def _measure(self) -> Figures:
        now = self._now()
        try:
            async with self._store.reading() as visit:
                standing = await migrate.standing_in(visit)
                polls = await bots.polls(visit, self._bot_id)
                overdue = await reminders.overdue_now(visit, now)
                misses_key = self._store.misses_key or await rewrapping.is_ahead(visit)
        except work.UNREACHED:
            return self._unknown(faults.AWAY)
        return Figures(
            database="ok",
            migrations=str(standing),
            last_poll_seconds=_age(clocks.machine(), polls.heard),
            polls_failing_seconds=_age(polls.returned, polls.heard) if polls.returned else None,
            oldest_overdue_seconds=_age(now, overdue.oldest_due),
            overdue=overdue.count,
            by_webhook=self._by_webhook,
            misses_key=misses_key,
        )

    def _unknown(self, why: faults.Fault) -> Figures:
        return Figures(why.sentence, "unknown", None, None, None, None, self._by_webhook)


def _age(now: datetime, since: datetime | None) -> float | None:
    return None if since is None else round((now - since).total_seconds(), 3)


def _answer(body: dict[str, Any], *, ok: bool) -> JSONResponse:
    return JSONResponse(body, status_code=200 if ok else 503, headers={"Cache-Control": "no-store"})
