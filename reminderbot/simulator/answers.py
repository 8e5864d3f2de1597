"""What a call is answered with: its result, a refusal, or what a fault leaves of them."""

import json
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from reminderbot.simulator import faults, refusals, wire

_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"


def refused_by(fault: faults.Fault) -> refusals.Refused | None:
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


def spoilt(fault: faults.Fault, of: Any) -> ASGIApp:
    """Return the answer of a call that a fault spoils."""
    match fault.kind:
        case faults.Kind.CUT:
            return wire.Cut(reset=fault.reset)
        case faults.Kind.SHORT:
            whole = json.dumps({"ok": True, "result": of}).encode()
            return wire.CutShort(whole[: len(whole) // 2])
        case faults.Kind.HTML:
            return Response(_PAGE.format("200 OK"), media_type="text/html")
        case faults.Kind.BROKEN_JSON:
            return Response('{"ok":true,"result":', media_type="application/json")
        case faults.Kind.SERVER_ERROR if fault.html:
            return Response(_PAGE.format(f"{fault.status} Bad Gateway"), fault.status, media_type="text/html")
        case faults.Kind.SERVER_ERROR:
            return refusal(refusals.Refused(fault.status, "Internal Server Error"))
        case _:
            return result(of)


def nothing() -> ASGIApp:
    """Return the answer for a caller that is not there any more."""
    return wire.Cut()


def result(of: Any) -> Response:
    """Return the answer of a call that went well."""
    return JSONResponse({"ok": True, "result": of})


def refusal(refused: refusals.Refused) -> Response:
    """Return the answer of a call that was refused."""
    body: dict[str, Any] = {"ok": False, "error_code": refused.code, "description": refused.description}
    if refused.parameters:
        body["parameters"] = refused.parameters
    return JSONResponse(body, refused.code)
