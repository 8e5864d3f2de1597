"""Style and script of the pages: our own, htmx and Pico; served under an address that changes with their content."""

import functools
import hashlib
from importlib import resources
from pathlib import PurePosixPath
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

KINDS: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml; charset=utf-8"}
FILES: Final = (
    "console.css",
    "console.js",
    "icon.svg",
    "vendor/htmx-4.0.1.min.js",
    "vendor/pico-2.1.1.min.css",
    "wording.js",
)
HEADERS: Final = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@functools.cache
def address(name: str) -> str:
    """Return where an asset is served."""
    return f"/console/assets/{_digest(name)}/{name}"


def route() -> Route:
    """Return the route of all assets."""
    return Route("/console/assets/{digest}/{name:path}", _served)


async def _served(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in FILES or request.path_params["digest"] != _digest(name):
        return Response("Not found", 404, headers={"Cache-Control": "no-store"}, media_type="text/plain")
    return Response(_content(name), media_type=KINDS[PurePosixPath(name).suffix], headers=HEADERS)


@functools.cache
def _content(name: str) -> bytes:
    return resources.files("reminderbot.web.assets").joinpath(name).read_bytes()


@functools.cache
def _digest(name: str) -> str:
    return hashlib.sha256(_content(name)).hexdigest()[:12]
