"""A browser of the staff's: signs in, looks at pages, sends their forms as they stand."""

import contextlib
import dataclasses
import html
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
from fastapi import FastAPI
from sqlalchemy import insert

from reminderbot import clocks
from reminderbot.services import access, clinics, sign_ins
from reminderbot.store import tables
from reminderbot.store import work as works

ADDRESS = "http://console.example"
CSRF = re.compile(r'name="_csrf" value="([0-9a-f]+)"')
ONCE = re.compile(r'name="_once" value="([0-9a-f]+)"')
TAGS = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclasses.dataclass
class Machine:
    """The machine's clock, moved by hand."""

    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        """Return the machine's instant."""
        return clocks.machine() + self.ahead


@dataclasses.dataclass
class Browser:
    """One browser; `who` is the actor it is signed in as."""

    client: httpx.AsyncClient
    who: access.Staff | None = None

    async def get(self, path: str, **query: str) -> httpx.Response:
        """Look at a page of the console, without following where it leads."""
        return await self.client.get(f"/console{path}", params=query or None)

    async def send(self, path: str, form: dict[str, str] | None = None, *, seen: str = "", **given) -> httpx.Response:
        """Send a form as the page `seen` (by default the page of the same path) shows it, with its tokens."""
        shown = await self.client.get(f"/console{seen or path}")
        found = CSRF.search(shown.text)
        token = found[1] if found else await self.token()
        once = ONCE.search(shown.text)
        words = {"_csrf": token, **({"_once": once[1]} if once else {}), **(form or {})}
        return await self.client.post(f"/console{path}", data=words, headers={"Origin": ADDRESS}, **given)

    async def post(self, path: str, form: dict[str, str] | None = None, **given) -> httpx.Response:
        """Send a form with the right token, without looking at its page first."""
        words = {"_csrf": await self.token(), **(form or {})}
        return await self.client.post(f"/console{path}", data=words, headers={"Origin": ADDRESS}, **given)

    async def token(self) -> str:
        """Return the form token of this browser."""
        from reminderbot.web.console import guard

        seed = self.client.cookies.get("reminderbot") or self.client.cookies.get("form")
        if seed is None:
            await self.client.get("/console/nowhere")
            seed = self.client.cookies.get("form")
        return guard.token(seed or "")


def text(response: httpx.Response) -> str:
    """Return what a reader sees of a page."""
    return " ".join(html.unescape(TAGS.sub(" ", response.text)).split())


async def employ(
    store: works.Store, clinic: clinics.ClinicView, role: access.Role, *, name: str = "Dana", login: str | None = None
) -> access.Staff:
    """Let somebody work in a clinic; they have no password, so that they cannot sign in by themselves."""
    async with store.writing() as work:
        key, id, now = await work.new_key("staff"), tables.new_id(), clocks.machine()
        row = insert(tables.staff).values(
            id=id,
            organisation_id=clinic.organisation_id,
            key_id=key.id,
            login_index=work.index.of("login", login or id),
            login=key.seal(login or id, table="staff", row=id, column="login"),
            name=key.seal(name, table="staff", row=id, column="name"),
            language="en",
            created_at=now,
        )
        await work.run(row)
        given = {"staff_id": id, "clinic_id": clinic.id, "organisation_id": clinic.organisation_id}
        await work.run(insert(tables.staff_roles).values(**given, role=role, since=now))
    return access.Staff(id, clinic.organisation_id, clinic.id, role)


async def cookie(store: works.Store, who: access.Staff, *, kind: sign_ins.Kind = sign_ins.Kind.FULL) -> str:
    """Return the cookie of a fresh sign-in."""
    async with store.writing() as work:
        return await sign_ins.begin(
            work,
            staff_id=who.staff_id,
            organisation_id=who.organisation_id,
            clinic_id=who.clinic_id,
            kind=kind,
            machine_now=clocks.machine(),
        )


@contextlib.asynccontextmanager
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    """Open a browser that is not signed in."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        yield Browser(client)


@contextlib.asynccontextmanager
async def signed_in(
    app: FastAPI, store: works.Store, clinic: clinics.ClinicView, role: access.Role
) -> AsyncIterator[Browser]:
    """Open a browser in which somebody of a clinic is signed in."""
    who = await employ(store, clinic, role, name=f"Dana {role}")
    async with browser(app) as opened:
        opened.client.cookies.set("reminderbot", await cookie(store, who))
        opened.who = who
        yield opened
