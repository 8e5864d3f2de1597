"""The door of bots: `/bot<token>/<method>` and `/file/bot<token>/<path>`, with the faults that were ordered."""

import asyncio
import dataclasses
import inspect
import re
from collections.abc import Awaitable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from reminderbot.simulator import answers, faults, incoming, journal, pace, refusals, schema, world
from reminderbot.simulator.methods import calls, table

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{30,}", re.ASCII)


class _Gone(Exception):
    """The caller went away while it was waiting."""


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
            given, uploads = await incoming.read(request)
            chat = incoming.chat(given)
            return await self._meet(request, _Asked(bot, name, chat, given, uploads))
        except refusals.Refused as refused:
            self._note(bot, name, chat, refused, accepted=False)
            return answers.refusal(refused)
        except _Gone as gone:
            self._note(bot, name, chat, gone, accepted=False)
            return answers.nothing()

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
            return answers.result(await self._carry_out(request, asked))
        if refused := answers.refused_by(fault):
            raise refused
        if not fault.accepted and await self._fails_before(request, fault):
            self._note(asked.bot, asked.method, asked.chat, fault, accepted=False)
            return answers.spoilt(fault, None)
        result = await self._carry_out(request, asked, fault)
        if fault.kind is faults.Kind.HANG and fault.accepted:
            await self._state.closing.heard(fault.seconds)
        return answers.spoilt(fault, result)

    async def _fails_before(self, request: Request, fault: faults.Fault) -> bool:
        """Tell whether a call ends without being carried out; a hang does if its caller does not wait for it."""
        if fault.kind is faults.Kind.HANG:
            await self._state.closing.heard(fault.seconds)
            return self._state.closing.silenced or await request.is_disconnected()
        return fault.kind in (faults.Kind.CUT, faults.Kind.SERVER_ERROR)

    async def _carry_out(self, request: Request, asked: "_Asked", fault: faults.Fault | None = None) -> Any:
        params = schema.read(asked.method, asked.given)
        if self._limits is not None:
            self._limits.hold(bot=asked.bot.id, method=asked.method, chat=asked.chat)
        result = table.HANDLERS[asked.method](
            calls.Call(self._state, self._log, asked.bot, asked.method, params, asked.uploads)
        )
        if inspect.isawaitable(result):
            result = await _while_there(request, result)
        self._note(asked.bot, asked.method, asked.chat, fault, accepted=True)
        return result

    def _note(
        self,
        bot: world.Bot | None,
        method: str,
        chat: int | None,
        why: refusals.Refused | faults.Fault | _Gone | None,
        *,
        accepted: bool,
    ) -> None:
        outcome, description = "200", ""
        if isinstance(why, refusals.Refused):
            outcome, description = str(why.code), why.description
        elif isinstance(why, _Gone):
            outcome = "gone"
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
            return answers.refusal(refused)
        wanted = request.path_params["path"]
        file = next((file for file in self._state.files.values() if file.path == wanted), None)
        if file is None:
            return answers.refusal(refusals.not_found())
        return Response(file.content, media_type=file.mime)


@dataclasses.dataclass(frozen=True)
class _Asked:
    """A call as it came, before its parameters are checked."""

    bot: world.Bot
    method: str
    chat: int | None
    given: dict[str, Any]
    uploads: dict[str, calls.Upload]


async def _while_there(request: Request, work: Awaitable[Any]) -> Any:
    """Wait for `work` as long as the caller does: a poller that died must not look like a second one."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise _Gone
        return working.result()
    finally:
        working.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
