"""What every request passes: where it comes from, its form's token, the limit of its body (S4)."""

import hashlib
import hmac
import ipaddress
from typing import Final
from urllib.parse import urlsplit

from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message, Receive

NUL: Final = "\x00"
"""No keyboard types it, and PostgreSQL takes no text that holds it."""

SAME: Final = frozenset({"same-origin", "none"})  # "none": an address that was typed


class TooLarge(Exception):
    """A body has more bytes than its page takes."""


def token(seed: str) -> str:
    """Return the form token that goes with a browser's cookie; the cookie cannot be had from it."""
    return hmac.new(seed.encode(), b"form", hashlib.sha256).hexdigest()


def is_own(request: Request, given: str, seed: str) -> bool:
    """Tell whether a form was sent by a page of ours: Fetch Metadata or Origin, and the form's token."""
    return _is_near(request) and bool(seed) and hmac.compare_digest(token(seed).encode(), given.encode())


def _is_near(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in SAME
    origin = request.headers.get("origin")
    return origin is None or ((place := _place(origin)) != "" and place == request.headers.get("host"))


def _place(origin: str) -> str:
    """Return the host and port of an Origin; empty if it is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def is_readable(request: Request) -> bool:
    """Tell whether a form is in UTF-8, as browsers send it.

    Python knows charsets whose reading takes the square of a form's length, and a sender may name any of them.
    """
    _, given = parse_options_header(request.headers.get("content-type", ""))
    return given.get(b"charset", b"utf-8").lower() == b"utf-8"


def peer(request: Request) -> str:
    """Return the address that a request came from, as tries are counted by it.

    Behind a proxy on this machine or in a private network it is the last one in X-Forwarded-For, which that proxy has
    written; from anywhere else the header is whatever the sender likes. An IPv6 address counts as its /64.
    """
    near = _address(request.client.host if request.client else "")
    if near is not None and (near.is_loopback or near.is_private):
        near = _address(",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2]) or near
    if isinstance(near, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((near, 64), strict=False))
    return str(near or "")


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip()[:45])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def without_nul(value: UploadFile | str) -> UploadFile | str:
    """Return what a field holds, as a database takes it."""
    return value.replace(NUL, "") if isinstance(value, str) else value


def limited(receive: Receive, most: int) -> Receive:
    """Return a `receive` that raises TooLarge once more than `most` bytes have come."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise TooLarge
        return message

    return counted
