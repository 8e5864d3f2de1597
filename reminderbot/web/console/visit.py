"""One request being served: who asks, what was sent, one transaction, and the page that answers."""

import dataclasses
import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any, Final
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from reminderbot.catalog import blanks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours
from reminderbot.services import access, sign_ins
from reminderbot.store import work as works
from reminderbot.web.console import guard, templating
from reminderbot.web.console.pages import PREFIX, Page

LONGEST: Final = 300  # characters of an address that a form may lead to


@dataclasses.dataclass(frozen=True)
class Console:
    """What every page stands on. `address` is where people reach it, without a slash at its end."""

    store: works.Store
    catalog: catalogs.Catalog
    words: catalogs.Catalog
    now: Callable[[], datetime]
    machine_now: Callable[[], datetime]
    bot_id: int
    address: str

    @property
    def is_secure(self) -> bool:
        """Tell whether people reach it by https; the cookie then goes nowhere else."""
        return self.address.startswith("https://")

    def cookie(self, name: str) -> str:
        """Return a cookie's whole name; by https it is bound to this host."""
        return f"__Host-{name}" if self.is_secure else name


@dataclasses.dataclass(frozen=True)
class Ahead:
    """What is known of a form before its transaction is opened; `store` reaches as far as who asks may."""

    console: Console
    store: works.Store
    request: Request
    sign_in: sign_ins.SignIn | None
    form: Mapping[str, str] = dataclasses.field(repr=False)
    files: Mapping[str, UploadFile] = dataclasses.field(default_factory=dict, repr=False)

    @property
    def peer(self) -> str:
        """Return where the request came from."""
        return guard.peer(self.request)

    @property
    def now(self) -> datetime:
        """Now on the machine's clock."""
        return self.console.machine_now()


@dataclasses.dataclass
class Visit:
    """One request. `refused` is the sentence of a refusal when a form is shown again, `form` what was typed."""

    console: Console
    store: works.Store
    request: Request
    page: Page
    work: works.Work
    sign_in: sign_ins.SignIn | None
    seed: str = dataclasses.field(repr=False)
    form: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    lists: Mapping[str, list[str]] = dataclasses.field(default_factory=dict, repr=False)
    files: Mapping[str, UploadFile] = dataclasses.field(default_factory=dict, repr=False)
    refused: str = ""
    status: int = 200
    cookies: dict[str, str] = dataclasses.field(default_factory=dict, repr=False)
    prepared: Any = dataclasses.field(default=None, repr=False)
    catalog: catalogs.Catalog = dataclasses.field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Know what is shipped; `Page.catalog` tells of more."""
        self.catalog = self.console.catalog

    @property
    def who(self) -> access.Staff:
        """The actor that every service is asked as."""
        who = self.sign_in.who if self.sign_in else None
        assert who is not None  # noqa: S101 - a page with a right is never served without
        return who

    @property
    def now(self) -> datetime:
        """Now on the product clock."""
        return self.console.now()

    @property
    def machine_now(self) -> datetime:
        """Now on the machine's clock."""
        return self.console.machine_now()

    @property
    def language(self) -> str:
        """The reader's language: their own, else the browser's."""
        if self.sign_in:
            return self.sign_in.language
        return self.console.words.match_language(self.request.headers.get("accept-language", "")[:35].split(",")[0])

    @property
    def csrf(self) -> str:
        """The token that a form of this browser carries."""
        return guard.token(self.seed)

    @property
    def is_part(self) -> bool:
        """Tell whether a part of a page is asked for, to be put into one that is open."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def peer(self) -> str:
        """The address that the request came from."""
        return guard.peer(self.request)

    def cookie(self, name: str) -> str:
        """Return a cookie of ours that the browser has sent."""
        return self.request.cookies.get(self.console.cookie(name), "")[:100]

    def may(self, right: str) -> bool:
        """Tell whether who asks has a right, by its name: for templates."""
        who = self.sign_in.who if self.sign_in else None
        return who is not None and who.may(access.Right(right))

    def id(self, name: str) -> str:
        """Return an id out of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str, default: str = "") -> str:
        """Return a word of the address, cut to 300 characters."""
        return self.request.query_params.get(name, default).replace(guard.NUL, "")[:LONGEST]

    def text(self, key: str, /, **values: blanks.Value) -> str:
        """Return the console's words under "section.name"; a whole key ("refusal.…", "step.…") as plain text."""
        whole = key if self.console.words.has("en", key) else f"console.{key}"
        return self.console.words.say_plain(self.language, whole, **values)

    def day(self, on: date, *, zone: str) -> str:
        """Return a date with its weekday."""
        return self.console.words.day(self.language, on, today=self.local(self.now, zone).date())

    def moment(self, at: datetime, *, zone: str) -> str:
        """Return an instant on the clocks of `zone`, with its weekday, and "today" or "tomorrow" where it is."""
        local, today = self.local(at, zone), self.local(self.now, zone).date()
        return self.console.words.moment(self.language, local, today=today)

    def clock(self, at: time) -> str:
        """Return "15:30"."""
        return self.console.words.clock(self.language, at)

    def local(self, at: datetime, zone: str) -> datetime:
        """Return an instant on the clocks of `zone`."""
        return hours.to_local(at, zone)

    def show(self, template: str, /, **values: Any) -> Response:
        """Return a page, or a part of one (a template whose name begins with "_")."""
        values |= {"visit": self, "t": self.text, "once": secrets.token_hex(16)}
        return HTMLResponse(templating.render(template, values), self.status)

    def go(self, path: str, /, done: str = "", **query: str) -> Response:
        """Lead to another page of the console ("/patients"), which says `console.done.<done>`."""
        words = {**query, **({"done": done} if done else {})}
        return RedirectResponse(PREFIX + path + (f"?{urlencode(words)}" if words else ""), 303)

    def download(self, content: bytes, *, name: str, kind: str) -> Response:
        """Return a file to be saved under `name` (of letters, digits, "-" and ".")."""
        return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})

    @property
    def said(self) -> str:
        """What the page before has done, as a sentence; empty if nothing."""
        done = self.query("done")
        return self.text(f"done.{done}") if done and self.console.words.has("en", f"console.done.{done}") else ""
