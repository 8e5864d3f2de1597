"""What an answer of Telegram means: the outcome of a call, decided by the exception and its `__cause__`.

Source: the table in the design of delivery, read from python-telegram-bot 22.8 and run over real sockets. The class
alone mixes "not sent" and "may have been sent"; BadRequest and TimedOut are both NetworkErrors, so the order decides.
"""

import dataclasses
import re
import warnings
from datetime import timedelta
from enum import StrEnum
from typing import Any

import httpx
from telegram import error


class Outcome(StrEnum):
    """What became of a call, as far as we can know."""

    ACCEPTED = "accepted"  # Telegram answered ok
    NOT_SENT = "not_sent"  # it never left: no copy can exist
    UNKNOWN = "unknown"  # it may have been accepted
    WAIT = "wait"  # too many calls: not accepted, and nothing else before `retry_after`
    REJECTED = "rejected"  # refused for good
    BLOCKED = "blocked"  # the person has blocked the bot, or is gone
    HALT = "halt"  # the token is not accepted: nothing can be sent at all
    CONFLICT = "conflict"  # somebody else polls with this token


NOT_ARRIVED = frozenset(set(Outcome) - {Outcome.ACCEPTED, Outcome.UNKNOWN})
"""Outcomes after which no copy can exist."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """The outcome of a call. `result` is Telegram's when accepted; `detail` names the reason, never its content."""

    outcome: Outcome
    result: Any = dataclasses.field(default=None, repr=False)  # holds the message that was made
    detail: str = ""
    retry_after: timedelta = timedelta(0)
    is_hung: bool = False  # nothing came back at all, though the connection stands

    @property
    def message_id(self) -> int | None:
        """Return the id of the message that was made or edited; None if there is none."""
        id = self.result.get("message_id") if isinstance(self.result, dict) else None
        return id if isinstance(id, int) else None


NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
UNASKED_WAIT = timedelta(seconds=5)  # for a 429 of something between us and Telegram, which does not say how long
_TOO_LARGE = ("Request Entity Too Large", "Content Too Large")  # 413, in the words of Telegram and of Python
_TOO_MANY = "Too Many Requests"
_UNCHANGED = "message is not modified"


def accepted(result: Any) -> Answer:
    """Return the answer for a call that raised nothing."""
    return Answer(Outcome.ACCEPTED, result)


def of(raised: BaseException) -> Answer:
    """Return what it means that a call raised `raised`; whatever nobody foresaw is UNKNOWN."""
    detail = _named(raised)
    match raised:
        case error.RetryAfter():
            return Answer(Outcome.WAIT, detail=detail, retry_after=_retry_after(raised))
        case error.BadRequest() if _UNCHANGED in raised.message.lower():
            return Answer(Outcome.ACCEPTED, detail=detail)
        case error.BadRequest() | error.ChatMigrated():
            return Answer(Outcome.REJECTED, detail=detail)
        case error.Forbidden():
            return Answer(Outcome.BLOCKED, detail=detail)
        case error.InvalidToken() | error.EndPointNotFound():
            return Answer(Outcome.HALT, detail=detail)
        case error.Conflict():
            return Answer(Outcome.CONFLICT, detail=detail)
        case error.NetworkError():
            return _of_the_network(raised, detail)
        case _:
            return Answer(Outcome.UNKNOWN, detail=detail, is_hung=isinstance(raised, TimeoutError))


def _of_the_network(raised: error.NetworkError, detail: str) -> Answer:
    if isinstance(raised.__cause__, NEVER_LEFT):
        return Answer(Outcome.NOT_SENT, detail=detail)
    if raised.message.startswith(_TOO_LARGE):
        return Answer(Outcome.REJECTED, detail=detail)
    if raised.message.startswith(_TOO_MANY):
        return Answer(Outcome.WAIT, detail=detail, retry_after=UNASKED_WAIT)
    return Answer(Outcome.UNKNOWN, detail=detail, is_hung=isinstance(raised.__cause__, httpx.ReadTimeout))


def _retry_after(raised: error.RetryAfter) -> timedelta:
    """Return it as a timedelta: the library hands out an int, with a warning, or a timedelta, by its environment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wait = raised.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _named(raised: BaseException) -> str:
    """Return the names of the exception and its cause, and of a refusal the words before any content it quotes."""
    names = [type(each).__name__ for each in (raised, raised.__cause__) if each is not None]
    words = raised.message if isinstance(raised, error.BadRequest | error.Forbidden) else ""
    said = re.match(r"[A-Za-z'_ ]{1,60}", words.removeprefix("Forbidden: "))
    return " from ".join(names) + (f": {said[0].strip()}" if said else "")
