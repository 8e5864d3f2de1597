"""What the Bot API says no with: a status, Telegram's words for it, and its response parameters."""


class Refused(Exception):
    """A call that is not carried out; the door answers it as `{"ok": false, …}`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(reason: str) -> Refused:
    """Return a 400 in Telegram's form."""
    return Refused(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refused:
    """Return a 403 in Telegram's form: the chat does not take what the bot sends."""
    return Refused(403, f"Forbidden: {reason}")


def conflict(reason: str) -> Refused:
    """Return a 409 in Telegram's form: somebody else gets the updates."""
    return Refused(409, f"Conflict: {reason}")


def too_large() -> Refused:
    """Return the 413 of a file that is more than a bot may upload."""
    return Refused(413, "Request Entity Too Large")


def too_many(seconds: int) -> Refused:
    """Return a 429 that asks to come back after `seconds`."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def unauthorized() -> Refused:
    """Return the 401 of a token that nobody holds."""
    return Refused(401, "Unauthorized")


def not_found() -> Refused:
    """Return the 404 of a method that does not exist or of a malformed token."""
    return Refused(404, "Not Found")
