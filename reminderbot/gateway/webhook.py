"""The one route that Telegram posts to: known by its secret, stored, committed, and only then answered with 200."""

import asyncio
import hashlib
import hmac
import json
from http import HTTPStatus

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from reminderbot import meters
from reminderbot.gateway import receiving
from reminderbot.store import inbox
from reminderbot.store.work import UNREACHED, Store

HEADER = "X-Telegram-Bot-Api-Secret-Token"
LABEL = b"reminderbot: the secret of the webhook"
LARGEST = 1024 * 1024  # bytes of a body; Telegram's updates are a few kilobytes
STORED_WITHIN = 15.0  # seconds; Telegram would wait a minute, and posts again after a 503

log = structlog.get_logger(__name__)


def secret(token: str) -> str:
    """Return the webhook's secret: derived from the token, so that every process knows it and nobody keeps it."""
    return hmac.new(token.encode(), LABEL, hashlib.sha256).hexdigest()


def route(store: Store, *, bot_id: int, path: str, secret: str) -> Route:
    """Return the route at exactly `path`. Any process may have it: storing an update needs no seat."""

    async def post(request: Request) -> Response:
        status = await _take(request, store, bot_id=bot_id, secret=secret)
        meters.post(status)
        return Response(status_code=status, headers={"Cache-Control": "no-store"})

    return Route(path, post, methods=["POST"])


async def _take(request: Request, store: Store, *, bot_id: int, secret: str) -> HTTPStatus:
    """Look at the secret before a byte of the body is read."""
    given = request.headers.get(HEADER, "")
    if not hmac.compare_digest(given.encode("latin-1"), secret.encode()):
        return HTTPStatus.FORBIDDEN
    try:
        body = await _body(request)
        if body is None:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        update = receiving.update(json.loads(body))
    except (ValueError, RecursionError, ClientDisconnect) as error:
        log.warning("a post was no update", error=type(error).__name__)
        return HTTPStatus.BAD_REQUEST
    return await _keep(store, bot_id, update)


async def _body(request: Request) -> bytes | None:
    """Return the body; None as soon as it is longer than LARGEST, whether it was announced or not."""
    announced = request.headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) > LARGEST:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


async def _keep(store: Store, bot_id: int, update: inbox.Update) -> HTTPStatus:
    try:
        async with asyncio.timeout(STORED_WITHIN), store.writing() as work:
            await inbox.keep(work, bot_id, [update])
    except (*UNREACHED, TimeoutError):
        log.error("a posted update could not be stored", exc_info=True)
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.OK
