"""Reads what came with a call: its query, a form, files, or JSON."""

import json
import re
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from reminderbot.simulator import refusals
from reminderbot.simulator.methods import calls


async def read(request: Request) -> tuple[dict[str, Any], dict[str, calls.Upload]]:
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


def chat(given: dict[str, Any]) -> int | None:
    """Return the chat that a call names by number, before anything is checked."""
    text = str(given.get("chat_id", ""))
    return int(text) if re.fullmatch(r"-?\d{1,19}", text) else None
