"""How a page is served: who asks is found, the form is held to be ours, one transaction, refusals become sentences."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from reminderbot import errors, observability
from reminderbot.services import access, audit, keeping, sign_ins, submitting
from reminderbot.store import vault
from reminderbot.store import work as works
from reminderbot.web import assets, headers
from reminderbot.web.console import guard
from reminderbot.web.console.pages import KEPT, PREFIX, Open, Page
from reminderbot.web.console.visit import Ahead, Console, Visit

STATUS: Final = {errors.NotFound: 404, errors.NotAllowed: 403, errors.Conflict: 409, errors.Invalid: 422}
FIELDS: Final = 500  # of a form
PROVEN: Final = timedelta(minutes=10)  # how long a second factor that was given serves for what needs one

log = observability.logger()


def routes(console: Console, pages: Sequence[Page]) -> list[BaseRoute]:
    """Return the routes of all pages and of their assets; whatever else is asked for under the prefix is not there."""
    paths = dict.fromkeys(page.path for page in pages)
    made: list[BaseRoute] = [assets.route()]
    for path in paths:
        served = {page.method: page for page in pages if page.path == path}
        made.append(Route(path, _Endpoint(console, served)))
    return [*made, Route(PREFIX + "/{rest:path}", _Endpoint(console, {})), Route(PREFIX, _home), Route("/", _home)]


async def _home(_request: Request) -> Response:
    return RedirectResponse(PREFIX + "/today", 303, headers={"Cache-Control": "no-store"})


class _Endpoint:
    """One path as an ASGI application; Starlette hands requests of every method to it."""

    def __init__(self, console: Console, pages: dict[str, Page]) -> None:
        self._console = console
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._pages.get("GET" if scope["method"] == "HEAD" else scope["method"])
        request = Request(scope, guard.limited(receive, page.most if page else 0))
        response = await _answered(self._console, request, page)
        response.headers.update(headers.of(is_secure=self._console.is_secure))
        await response(scope, receive, send)


async def _answered(console: Console, request: Request, page: Page | None) -> Response:
    """Serve one request whatever happens: never a stack trace, never silence."""
    serving, name = _Serving(console, request), page.name if page else ""
    try:
        return await serving.answered(page)
    except guard.TooLarge:
        return await serving.sorry(413, "too-large")
    except vault.KeyMissing:
        log.error("a master key is missing here for a page: restart with the new key and the old one", page=name)
        return serving.bare(503, "away")
    except vault.Unopened as torn:
        log.error(
            "a sealed value was changed or moved in the database: see 'A value does not open' in docs/runbook.md",
            page=name,
            place=torn.place,
        )
        return await serving.torn()
    except works.UNREACHED:
        log.warning("the database did not serve a page", page=name)
        return serving.bare(503, "away")
    except Exception as error:
        log.error("a page failed", page=name, error=type(error).__name__)
        return serving.bare(500, "failed")
    finally:
        await serving.close()


class _Serving:
    """One request on its way."""

    def __init__(self, console: Console, request: Request) -> None:
        self._console = console
        self._request = request
        self._cookie = request.cookies.get(console.cookie("reminderbot"), "")[:100]
        self._stranger = request.cookies.get(console.cookie("form"), "")[:100]
        self._fresh = "" if self._stranger else secrets.token_urlsafe(24)
        self._sign_in: sign_ins.SignIn | None = None
        self._form = FormData()
        self._is_door = False

    async def answered(self, page: Page | None) -> Response:
        self._sign_in = await self._found()
        if page is None or guard.NUL in self._request.scope["path"]:
            return await self.sorry(404, "not-found")
        self._is_door = page.policy in (Open.ANYBODY, Open.HALF)
        if page.most > KEPT and not self._may_open(page):
            return await self._turned_away(page)  # unread: a stranger sends no more than can be kept for later
        if page.method == "POST" and (refused := await self._read(page)) is not None:
            return refused
        if not self._may_open(page):
            return await self._turned_away(page)
        if self._sign_in and not self._sign_in.is_locked:  # nobody is at work at a locked computer
            await self._note_use(self._sign_in)
        return await self._served(page)

    @property
    def _store(self) -> works.Store:
        """The store as far as who asks may reach: before that is known, and to sign in as another, accounts alone."""
        sign_in = self._sign_in if self._sign_in and self._sign_in.is_live and not self._is_door else None
        return access.confined(self._console.store, sign_in.who if sign_in else None)

    async def close(self) -> None:
        """Close the files that came with the form."""
        await self._form.close()

    async def _found(self) -> sign_ins.SignIn | None:
        if not self._cookie:
            return None
        async with self._store.reading() as work:
            return await sign_ins.find(work, self._cookie, machine_now=self._console.machine_now())

    async def _note_use(self, sign_in: sign_ins.SignIn) -> None:
        if self._request.headers.get("hx-request") == "true" and self._request.method == "GET":
            return  # a page that refreshes itself is nobody at work
        now = self._console.machine_now()
        if now - sign_in.seen_at > sign_ins.NOTED:
            async with self._store.writing() as work:
                await sign_ins.note_use(work, sign_in.id, machine_now=now)

    async def _read(self, page: Page) -> Response | None:
        """Read the form; a response if it cannot be taken."""
        if not guard.is_readable(self._request):
            return await self.sorry(400, "bad-form")
        try:
            form = await self._request.form(max_files=1, max_fields=FIELDS, max_part_size=page.most)
        except (MultiPartException, HTTPException, ValueError):
            return await self.sorry(400, "bad-form")
        except ClientDisconnect:
            return Response(status_code=400)
        self._form = FormData([(name, guard.without_nul(value)) for name, value in form.multi_items()])
        given = self._form.get("_csrf", "")
        if isinstance(given, str) and guard.is_own(self._request, given, self._seed):
            return None
        if self._sign_in is not None and not self._sign_in.is_live and page.policy is not Open.ANYBODY:
            return None  # the sign-in has ended: what was typed is kept and asked for again, nothing is done
        log.warning("a form was not sent by a page of ours", page=page.name, staff=self._staff_id)
        return await self._kept_form(page, 403, "old-form")

    @property
    def _staff_id(self) -> str:
        """Who has signed in, for the log; empty for a stranger."""
        return self._sign_in.staff_id if self._sign_in else ""

    @property
    def _seed(self) -> str:
        is_in = self._sign_in is not None and self._sign_in.is_live
        return self._cookie if is_in else self._stranger or self._fresh

    def _may_open(self, page: Page) -> bool:
        if page.policy is Open.ANYBODY:
            return True
        if self._sign_in is None or not self._sign_in.is_live:
            return False
        if page.policy is Open.HALF:
            return True
        who = self._sign_in.who
        return who is not None and (page.policy is Open.STAFF or who.may(access.Right(page.policy)))

    async def _turned_away(self, page: Page) -> Response:
        """Ask to sign in, keeping what was typed; or say that the role does not allow it."""
        sign_in = self._sign_in
        if sign_in is not None and sign_in.is_live and sign_in.who is not None:
            log.warning("a role does not open a page", page=page.name, staff=self._staff_id)
            return await self.sorry(403, "role")
        if self._request.headers.get("hx-request") == "true":
            is_typing = self._request.query_params.get("form") == "open"  # what is typed beside it survives the sign-in
            return Response(status_code=204, headers={} if is_typing else {"HX-Refresh": "true"})
        if page.method == "POST":
            return await self._kept_form(page, 401, "ended")
        if sign_in is not None and sign_in.is_live:
            path = "/unlock" if sign_in.kind is sign_ins.Kind.DESK else "/second"
        else:
            path = "/sign-in"
        next_ = self._request.url.path + (f"?{self._request.url.query}" if self._request.url.query else "")
        return RedirectResponse(f"{PREFIX}{path}?{_encoded(next_)}", 303)

    async def _kept_form(self, page: Page, status: int, why: str) -> Response:
        """Show what was typed as a form that can be sent again, after signing in where that is needed."""
        fields = [(name, value) for name, value in self._form.multi_items() if isinstance(value, str)]
        kept = [(name, value) for name, value in fields if not name.startswith("_") and not _is_secret(name)]
        path = self._request.url.path
        async with self._store.reading() as work:
            visit = self._visit(page, work, status=status)
            may_keep = page.policy is not Open.ANYBODY
            sealed = keeping.sealed(work, staff_id=self._staff_id, path=path, fields=kept) if may_keep else ""
            is_in = self._sign_in is not None and self._sign_in.is_live
            is_desk = is_in and self._sign_in is not None and self._sign_in.kind is sign_ins.Kind.DESK
            is_locked = is_desk and self._sign_in is not None and self._sign_in.who is None
            values = {"kept": sealed, "path": path, "fields": kept, "is_in": is_in, "is_locked": is_locked}
            shown = visit.show("kept.html", why=why, **values)
        return self._finished(visit, shown)

    async def _served(self, page: Page) -> Response:
        try:
            return await self._done(page)
        except submitting.Repeated as repeated:
            return RedirectResponse(repeated.location, 303)
        except errors.Refusal as refusal:
            return await self._refused(page, refusal)

    async def _done(self, page: Page) -> Response:
        store = self._store
        prepared = await page.before(self._ahead()) if page.before else None
        async with store.writing() if page.writes else store.reading() as work:
            visit = self._visit(page, work)
            visit.prepared = prepared
            once = visit.form.get("_once", "")
            if page.method == "POST" and once and visit.sign_in and visit.sign_in.who:
                await submitting.refuse_repeated(work, visit.who, once)
            if page.proves and visit.sign_in:
                sign_ins.prove(visit.sign_in, within=PROVEN, machine_now=visit.machine_now)
            await _know(visit)
            response = await page.handler(visit)
            if page.seen:  # last, since it holds up others of the clinic until the commit
                await audit.note(work, visit.who, "patient.seen", patient_id=visit.id("patient_id"), page=page.seen)
            if page.method == "POST" and once and visit.sign_in and visit.sign_in.who and response.status_code == 303:
                place = response.headers["location"]
                await submitting.keep(work, visit.who, once, location=place, machine_now=visit.machine_now)
        return self._finished(visit, response)

    async def _refused(self, page: Page, refusal: errors.Refusal) -> Response:
        """Say why not; where the page has a form, show it again with what was typed."""
        log.info("a page was refused", page=page.name, why=refusal.key, staff=self._staff_id)
        if refusal.key == "console.refusal.prove":
            return await self._kept_form(page, 403, "prove")
        async with self._store.reading() as work:
            visit = self._visit(page, work, status=_status(refusal))
            visit.refused = visit.text(refusal.key, **refusal.values)
            shown = await self._again(page, visit)
        return self._finished(visit, shown)

    async def _again(self, page: Page, visit: Visit) -> Response:
        if page.again is not None:
            try:
                await _know(visit)
                return await page.again(visit)
            except errors.Refusal as other:  # what the form was about is not there either, or is not theirs
                visit.status, visit.refused = _status(other), visit.text(other.key, **other.values)
        return visit.show("sorry.html", says=visit.refused)

    async def sorry(self, status: int, why: str) -> Response:
        """Return a page with one sentence, `console.sorry.<why>`."""
        async with self._store.reading() as work:
            visit = self._visit(_NOWHERE, work, status=status)
            shown = visit.show("sorry.html", says=visit.text(f"sorry.{why}"))
        return self._finished(visit, shown)

    async def torn(self) -> Response:
        """Say that something does not open; it may be what the page's own frame shows, such as the asker's name."""
        try:
            return await self.sorry(500, "sealed")
        except vault.Unopened:
            return self.bare(500, "sealed")

    def bare(self, status: int, why: str) -> Response:
        """Return one sentence without a look at the database, which may be what is away."""
        words, language = self._console.words, self._sign_in.language if self._sign_in else "en"
        return Response(words.say_plain(language, f"console.sorry.{why}"), status, media_type="text/plain")

    def _ahead(self) -> Ahead:
        sign_in = self._sign_in if self._sign_in and self._sign_in.is_live else None
        form = {name: value for name, value in self._form.multi_items() if isinstance(value, str)}
        return Ahead(self._console, self._store, self._request, sign_in, form, self._files())

    def _files(self) -> dict[str, UploadFile]:
        items = self._form.multi_items()
        return {name: value for name, value in items if isinstance(value, UploadFile) and value.filename}

    def _visit(self, page: Page, work: works.Work, *, status: int = 200) -> Visit:
        sign_in = self._sign_in if self._sign_in and self._sign_in.is_live else None
        items = self._form.multi_items()
        lists: dict[str, list[str]] = {}
        for name, value in items:
            if isinstance(value, str):
                lists.setdefault(name, []).append(value)
        files = self._files()
        form = {name: values[-1] for name, values in lists.items()}
        return Visit(
            self._console,
            self._store,
            self._request,
            page,
            work,
            sign_in,
            self._seed,
            form,
            lists,
            files,
            status=status,
        )

    def _finished(self, visit: Visit, response: Response) -> Response:
        if self._fresh:
            visit.cookies.setdefault("form", self._fresh)
        for name, value in visit.cookies.items():
            is_secure = self._console.is_secure
            attributes = {"httponly": True, "secure": is_secure, "samesite": "lax", "path": "/"}
            whole = self._console.cookie(name)
            if value:
                life = int(sign_ins.LIFE[sign_ins.Kind.DESK].total_seconds())
                response.set_cookie(whole, value, max_age=life, **attributes)  # type: ignore[arg-type]
            else:
                response.delete_cookie(whole, **attributes)  # type: ignore[arg-type]
        return response


async def _know(visit: Visit) -> None:
    if visit.page.catalog:
        visit.catalog = await visit.page.catalog(visit.work, visit.who, visit.console.catalog)


def _status(refusal: errors.Refusal) -> int:
    return next(code for kind, code in STATUS.items() if isinstance(refusal, kind))


def _is_secret(name: str) -> bool:
    """Tell whether what is typed under this name is never kept nor shown again."""
    return "password" in name or name in {"pin", "code"}


def _encoded(path: str) -> str:
    return urlencode({"next": path[:300]})


async def _nobody(visit: Visit) -> Response:
    return visit.show("sorry.html", says="")


_NOWHERE = Page("GET", PREFIX, Open.ANYBODY, _nobody, False, None, {}, 0, False)
