"""What an address in a setting must look like; whatever is wrong is a ValueError that ends the setting's sentence."""

import dataclasses
import re
from collections.abc import Collection
from urllib.parse import SplitResult, unquote, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
WEBHOOK_PORTS = frozenset({443, 80, 88, 8443})  # those that Telegram posts to
OURS = frozenset({"/healthz", "/readyz", "/metrics"})
TOKEN = re.compile(r"\d{3,}(:|%3A)[A-Za-z0-9_-]{16,}", re.IGNORECASE)
MAIL_PORTS = {"smtp": 587, "smtps": 465}
MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
PATH = re.compile(r"(/(?!\.+(/|$))[A-Za-z0-9._~-]+)+")  # no part of dots alone: a proxy would go up by it


def web(value: str) -> str:
    """Return the address of a web server without the slash at its end."""
    parts = _split(value)
    if parts is None or not parts.hostname:
        raise ValueError("is not a web address. Write https://host or http://host:port")
    return value.rstrip("/")


def telegram(value: str) -> str:
    """Return the address of the Bot API; the token stands in each request's path, so that no other machine is plain."""
    address = web(value)
    parts = urlsplit(address)
    if parts.scheme != "https" and is_elsewhere(parts.hostname or ""):
        raise ValueError("would send the bot's token in the open. Write https://, or http:// for this machine itself")
    return address


def is_elsewhere(host: str) -> bool:
    """Tell whether a host is another machine; a name of one word is another container's, on a network of ours."""
    return host not in LOOPBACK and not host.startswith("127.") and ("." in host or ":" in host)


def webhook(value: str) -> str:
    """Return the address that Telegram is to post to; plain HTTP and any port are for this machine itself."""
    parts = _split(value)
    if parts is None or not parts.hostname:
        raise ValueError("is not a web address. Write for example https://bot.example.org/telegram")
    if TOKEN.search(value):
        raise ValueError("holds a bot token. An address is seen by every proxy on the way: write another path")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("may hold no user, no question mark and no #. Write https://host/path")
    if parts.hostname not in LOOPBACK:
        _hold_to_telegrams(parts)
    if not PATH.fullmatch(parts.path):
        raise ValueError("needs a path of letters, digits and . _ ~ - such as /telegram, without a slash at its end")
    if parts.path in OURS:
        raise ValueError(f"cannot end in {parts.path}, which is for the operator. Write another path")
    return value


@dataclasses.dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `encrypted` from the first byte, else by STARTTLS."""

    host: str
    port: int
    encrypted: bool
    user: str
    password: str = dataclasses.field(repr=False)

    @property
    def is_here(self) -> bool:
        """Tell whether it is this machine's own: nobody on the way can read what is not encrypted."""
        return self.host in LOOPBACK


def mail_server(value: str) -> MailServer:
    """Return the mail server of an address; user and password may be percent-encoded."""
    parts = _split(value, MAIL_PORTS)
    if parts is None or not parts.hostname or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("is no mail server. Write smtp://user:password@host:587 or smtps://user:password@host:465")
    if (parts.username is None) is not (parts.password is None):
        raise ValueError("needs both a user and a password, or neither. Write smtp://user:password@host:587")
    return MailServer(
        host=parts.hostname,
        port=parts.port or MAIL_PORTS[parts.scheme],
        encrypted=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def mailbox(value: str) -> str:
    """Return one person's address."""
    if not MAILBOX.fullmatch(value):
        raise ValueError("is not a mail address. Write one, such as oncall@clinic.example")
    return value


def path(value: str) -> str:
    """Return the path of an address that was accepted."""
    return urlsplit(value).path


def _hold_to_telegrams(parts: SplitResult) -> None:
    if parts.scheme != "https":
        raise ValueError("must begin with https://. Telegram posts to nothing else")
    if (443 if parts.port is None else parts.port) not in WEBHOOK_PORTS:
        raise ValueError("names a port that Telegram does not post to. It may be 443, 80, 88 or 8443")


def _split(value: str, schemes: Collection[str] = frozenset({"http", "https"})) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port  # a port that is none is found out only when it is read
    except ValueError:
        return None
    return parts if parts.scheme in schemes else None
