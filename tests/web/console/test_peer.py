"""From which address a try is counted: what a proxy of ours says, and nothing that a sender writes."""

import pytest
from starlette.requests import Request

from reminderbot.web.console import guard


def asked(peer: str | None, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    client = (peer, 1) if peer is not None else None
    return guard.peer(Request({"type": "http", "method": "GET", "path": "/", "headers": headers, "client": client}))


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("8.8.8.8", (), "8.8.8.8"),
        ("8.8.8.8", ("9.9.9.9",), "8.8.8.8"),
        ("127.0.0.1", ("9.9.9.9",), "9.9.9.9"),
        ("::1", ("1.1.1.1, 9.9.9.9",), "9.9.9.9"),
        ("172.18.0.5", ("1.1.1.1", "9.9.9.9"), "9.9.9.9"),
        ("127.0.0.1", ("not an address",), "127.0.0.1"),
        ("127.0.0.1", (), "127.0.0.1"),
        ("2001:4860:4860:1:2:3:4:5", (), "2001:4860:4860:1::/64"),
        ("::ffff:8.8.8.8", (), "8.8.8.8"),
        (None, ("9.9.9.9",), ""),
    ],
)
def test_an_address_is_the_peers_unless_the_peer_is_a_proxy(
    peer: str, forwarded: tuple[str, ...], counted: str
) -> None:
    assert asked(peer, *forwarded) == counted
