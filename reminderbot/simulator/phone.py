"""The phone in the browser: its pages, its files, and the events that keep it live."""

import html
import json
from collections.abc import AsyncIterator
from importlib import resources

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from reminderbot.simulator import world

_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_SCRIPTS = ("phone", "app", "bubbles", "clock", "composer", "line", "parts", "words")
_FILES = {f"{name}.js": "text/javascript" for name in _SCRIPTS}
_FILES |= {"phone.css": "text/css", "icon.svg": "image/svg+xml"}
_BEAT_SECONDS = 15.0
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{title}</title>
<link rel="icon" href="/phone/icon.svg">
<link rel="stylesheet" href="/phone/phone.css">
<script src="/phone/phone.js" defer></script>
</head>
<body class="phone-page">
{body}
</body>
</html>
"""


class Phones:
    """Serves `/phone/`, `/phone/<person>` and what both need."""

    def __init__(self, state: world.World) -> None:
        self._state = state

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [
            Route("/phone/", self._list),
            Route("/phone/{person:int}", self._one),
            Route("/phone/{person:int}/events", self._events),
            Route("/phone/{file}", self._file),
        ]

    async def _list(self, _: Request) -> Response:
        items = "".join(
            f'<li><a href="/phone/{person.id}">{html.escape(person.first_name)}</a></li>'
            for person in self._state.people.values()
        )
        return _page("Phones", f'<main class="phone-list"><h1>Phones</h1><ul>{items}</ul></main>')

    async def _one(self, request: Request) -> Response:
        person = self._state.people.get(request.path_params["person"])
        if person is None:
            return HTMLResponse("There is no such person.", 404, headers=_HEADERS)
        bot = request.query_params.get("bot", "")
        mount = f'<main><div class="phone" data-person="{person.id}" data-bot="{html.escape(bot)}"></div></main>'
        return _page(f"{person.first_name}'s phone", mount)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["file"]
        if name not in _FILES:
            return HTMLResponse("Not found", 404, headers=_HEADERS)
        content = resources.files("reminderbot.simulator").joinpath("phone_files", name).read_bytes()
        return Response(content, media_type=_FILES[name], headers=_HEADERS)

    async def _events(self, request: Request) -> Response:
        """Stream the conversation's version at each change; a beat now and then keeps the line open."""
        person = self._state.people.get(request.path_params["person"])
        wanted = request.query_params.get("bot", "")
        bot = self._state.bot(int(wanted) if wanted.isdigit() else None)
        if person is None or bot is None:
            return HTMLResponse("There is no such person.", 404, headers=_HEADERS)
        talk = self._state.conversation(bot, person)
        headers = {**_HEADERS, "X-Accel-Buffering": "no"}
        return StreamingResponse(_versions(talk), media_type="text/event-stream", headers=headers)


async def _versions(talk: world.Conversation) -> AsyncIterator[str]:
    told = -1
    while not talk.news.silenced:
        if talk.version != told:
            told = talk.version
            yield f"event: changed\ndata: {json.dumps({'version': told})}\n\n"
        if not await talk.news.heard(_BEAT_SECONDS):
            yield ": beat\n\n"


def _page(title: str, body: str) -> Response:
    return HTMLResponse(_PAGE.format(title=html.escape(title), body=body), headers=_HEADERS)
