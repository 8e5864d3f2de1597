"""The door of bots: `/bot<token>/<method>` and `/file/bot<token>/<path>`, with the faults that were ordered."""

import inspect
import json
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from reminderbot.simulator import faults, journal, pace, refusals, schema, wire, world
from reminderbot.simulator.methods import calls, table

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}", re.ASCII)
_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"


class Door:
    """Serves calls of bots: checks, strikes with faults, carries out, notes, answers - in this order."""

    def __init__(
        self, state: world.World, log: journal.Journal, ordered: faults.Faults, limits: pace.Limits | None
    ) -> None:
        self._state = state
        self._log = log
        self._faults = ordered
        self._limits = limits

    def routes(self) -> list[BaseRoute]:
        """Return the routes; a token stands in the path, as Telegram wants it."""
        return [
            Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._serve_file, methods=["GET"]),
        ]

    async def _serve(self, request: Request) -> ASGIApp:
        name = request.path_params["method"]
        bot: world.Bot | None = None
        chat: int | None = None
        try:
            bot = self._bot(request)
            name = schema.method(name)
            given, uploads = await _given(request)
            chat = _chat(given)
            return await self._meet(request, _Asked(bot, name, chat, given, uploads))
        except refusals.Refused as refused:
            self._note(bot, name, chat, refused, accepted=False)
            return _refusal(refused)

    def _bot(self, request: Request) -> world.Bot:
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            raise refusals.not_found()
        bot = self._state.bots.get(token)
        if bot is None or bot.revoked:
            raise refusals.unauthorized()
        return bot

    async def _meet(self, request: Request, asked: "_Asked") -> ASGIApp:
        """Carry out a call, or let the fault that strikes it happen."""
        fault = self._faults.strike(method=asked.method, chat=asked.chat, bot=asked.bot.id)
        if fault is None:
            return _ok(await self._carry_out(asked))
        if refused := _refused_by(fault):
            raise refused
        if not fault.accepted and await self._fails_before(request, fault):
            self._note(asked.bot, asked.method, asked.chat, fault, accepted=False)
            return _spoilt(fault, None)
        result = await self._carry_out(asked, fault)
        if fault.kind is faults.Kind.HANG and fault.accepted:
            await self._state.closing.heard(fault.seconds)
        return _spoilt(fault, result)

    async def _fails_before(self, request: Request, fault: faults.Fault) -> bool:
        """Tell whether a call ends without being carried out; a hang does if its caller does not wait for it."""
        if fault.kind is faults.Kind.HANG:
            await self._state.closing.heard(fault.seconds)
            return self._state.closing.silenced or await request.is_disconnected()
        return fault.kind in (faults.Kind.CUT, faults.Kind.SERVER_ERROR)

    async def _carry_out(self, asked: "_Asked", fault: faults.Fault | None = None) -> Any:
        params = schema.read(asked.method, asked.given)
        if self._limits is not None:
            self._limits.hold(bot=asked.bot.id, method=asked.method, chat=asked.chat)
        result = table.HANDLERS[asked.method](
            calls.Call(self._state, self._log, asked.bot, asked.method, params, asked.uploads)
        )
        if inspect.isawaitable(result):
            result = await result
        self._note(asked.bot, asked.method, asked.chat, fault, accepted=True)
        return result

    def _note(
        self,
        bot: world.Bot | None,
        method: str,
        chat: int | None,
        why: refusals.Refused | faults.Fault | None,
        *,
        accepted: bool,
    ) -> None:
        outcome, description = "200", ""
        if isinstance(why, refusals.Refused):
            outcome, description = str(why.code), why.description
        elif why is not None:
            outcome = why.kind.value
        self._log.call(
            bot=bot.id if bot else None,
            method=method,
            chat=chat,
            outcome=outcome,
            description=description,
            accepted=accepted,
        )

    async def _serve_file(self, request: Request) -> Response:
        try:
            self._bot(request)
        except refusals.Refused as refused:
            return _refusal(refused)
        wanted = request.path_params["path"]
        file = next((file for file in self._state.files.values() if file.path == wanted), None)
        if file is None:
            return _refusal(refusals.not_found())
        return Response(file.content, media_type=file.mime)


class _Asked:
    """A call as it came, before its parameters are checked."""

    def __init__(
        self,
        bot: world.Bot,
        method: str,
        chat: int | None,
        given: dict[str, Any],
        uploads: dict[str, calls.Upload],
    ) -> None:
        self.bot = bot
        self.method = method
        self.chat = chat
        self.given = given
        self.uploads = uploads


async def _given(request: Request) -> tuple[dict[str, Any], dict[str, calls.Upload]]:
    """Read the query and the body: JSON, a form, or a form with files."""
    given: dict[str, Any] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return given | _object(await request.body()), {}
    uploads: dict[str, calls.Upload] = {}
    if kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form() as form:
            for key, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    uploads[key] = calls.Upload(value.filename or "file", mime, await value.read())
                else:
                    given[key] = value
    return given | {key: upload for key, upload in uploads.items() if not _attached(key, given)}, uploads


def _attached(key: str, given: dict[str, Any]) -> bool:
    return any(isinstance(value, str) and f"attach://{key}" in value for value in given.values())


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise refusals.bad("can't parse JSON object")
    return value


def _chat(given: dict[str, Any]) -> int | None:
    text = str(given.get("chat_id", ""))
    return int(text) if re.fullmatch(r"-?\d{1,19}", text) else None


def _refused_by(fault: faults.Fault) -> refusals.Refused | None:
    """Return the refusal a fault consists of; None if it is of another kind."""
    match fault.kind:
        case faults.Kind.TOO_MANY:
            return refusals.too_many(max(1, round(fault.seconds)))
        case faults.Kind.UNAUTHORIZED:
            return refusals.unauthorized()
        case faults.Kind.BLOCKED:
            return refusals.forbidden("bot was blocked by the user")
        case faults.Kind.CONFLICT:
            return refusals.conflict(
                "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
        case _:
            return None


def _spoilt(fault: faults.Fault, result: Any) -> ASGIApp:
    """Return the answer of a call that a fault spoils."""
    match fault.kind:
        case faults.Kind.CUT:
            return wire.Cut(reset=fault.reset)
        case faults.Kind.SHORT:
            whole = json.dumps({"ok": True, "result": result}).encode()
            return wire.CutShort(whole[: len(whole) // 2])
        case faults.Kind.HTML:
            return Response(_PAGE.format("200 OK"), media_type="text/html")
        case faults.Kind.BROKEN_JSON:
            return Response('{"ok":true,"result":', media_type="application/json")
        case faults.Kind.SERVER_ERROR if fault.html:
            return Response(_PAGE.format(f"{fault.status} Bad Gateway"), fault.status, media_type="text/html")
        case faults.Kind.SERVER_ERROR:
            return _refusal(refusals.Refused(fault.status, "Internal Server Error"))
        case _:
            return _ok(result)


def _ok(result: Any) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _refusal(refused: refusals.Refused) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return JSONResponse(body, refused.code)
