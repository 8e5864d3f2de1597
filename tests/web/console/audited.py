"""Watches what the console serves in a test: deeds, looks at a patient and exports that left no line in the audit."""

import contextvars
from typing import Any

import pytest
from sqlalchemy import event, func, select
from starlette.responses import Response

from reminderbot.store import tables
from reminderbot.store import work as works
from reminderbot.web.console import serving
from reminderbot.web.console.pages import Page

DRAFT = "a draft, which nobody is sent: what is published, approved, imported or thrown away has its line"
PLAN, TEXT = "POST /console/plans/{plan_key}", "POST /console/wording/{book}/{key}/{language}"
DRAFTING = (
    *(PLAN + end for end in ("", "/shipped", "/steps/new", "/steps/{step_key}", "/steps/{step_key}/remove")),
    PLAN + "/versions/{edition_id}",
    *(TEXT + end for end in ("", "/take", "/tidy")),
)
WITHOUT: dict[str, str] = {
    **dict.fromkeys(DRAFTING, DRAFT),
    "POST /console/sign-in": "nobody is in yet while the second factor is asked for: the line is written with that",
    "POST /console/lists/{upload_id}/columns": "how a list is read before anything is done: that has its own line",
}
"""What changes something, and why it writes no line."""

OWN = ("sign_ins", "throttles", "submissions", "audit", "audit_heads")
"""Tables of one's own browser, and of the audit itself: signing out and locking a computer change no others."""


_mine: contextvars.ContextVar[list[str]] = contextvars.ContextVar("_mine")
"""The tables that one request has changed: a draft that keeps itself meanwhile is another's."""


class Watch:
    """What was served, and the names of pages that wrote no line though they should have."""

    def __init__(self, store: works.Store) -> None:
        self._store = store
        self.served: set[str] = set()
        self.silent: set[str] = set()
        event.listen(store.engine.sync_engine, "after_cursor_execute", self._executed)

    async def lines(self) -> int:
        """Return how many lines there are in all chains."""
        async with self._store.reading() as work:
            return int((await work.run(select(func.coalesce(func.sum(tables.audit_heads.c.number), 0)))).scalar_one())

    def saw(self, page: Page, response: Response, *, lines: int, changes: int) -> None:
        """Judge what was served, with so many new lines and statements that changed rows."""
        self.served.add(page.name)
        if lines == 0 and owes_line(page, response, has_changed=changes > 0):
            self.silent.add(page.name)

    def _executed(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        verb, *words = statement.replace("(", " ").split(maxsplit=3)
        table = words[1] if verb in {"INSERT", "DELETE"} else words[0] if words else ""
        mine = _mine.get(None)
        if mine is not None and verb in {"INSERT", "UPDATE", "DELETE"} and table not in OWN and cursor.rowcount != 0:
            mine.append(table)


def owes_line(page: Page, response: Response, *, has_changed: bool) -> bool:
    """Tell whether what was done, seen or taken along belongs into the audit."""
    if page.name in WITHOUT or page.is_part:
        return False
    if page.method == "POST":
        return has_changed
    is_of_patient = "patient" in page.objects.values() and response.status_code == 200
    return is_of_patient or "content-disposition" in response.headers


def watch(store: works.Store, monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Count the lines before and after whatever is served and not refused, for the rest of the test."""
    seen, done = Watch(store), serving._Serving._done

    async def counted(self: serving._Serving, page: Page) -> Response:
        before, changed = await seen.lines(), list[str]()
        token = _mine.set(changed)
        try:
            response = await done(self, page)
        finally:
            _mine.reset(token)
        seen.saw(page, response, lines=await seen.lines() - before, changes=len(changed))
        return response

    monkeypatch.setattr(serving._Serving, "_done", counted)
    return seen
