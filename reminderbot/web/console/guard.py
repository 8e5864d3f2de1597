"""What every request passes: where it comes from, its form's token, the limit of its body, the headers (S4, S21)."""

import hashlib
import hmac
import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import Message, Receive

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none a form would send its origin as "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
HSTS: Final = {"Strict-Transport-Security": "max-age=31536000"}
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
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


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
