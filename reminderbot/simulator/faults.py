"""Faults on demand: which call meets which misfortune, decided by rules that are used up or drawn by chance."""

import dataclasses
import enum
import fnmatch
import itertools
import random


class Kind(enum.StrEnum):
    """What can go wrong; "accepted" means that the call was carried out all the same."""

    TOO_MANY = "too_many"  # 429 with retry_after, not accepted
    SERVER_ERROR = "server_error"  # 5xx in JSON or HTML; accepted if so asked
    HANG = "hang"  # silence for some seconds, then the true answer; not accepted if the caller left before
    CUT = "cut"  # the connection ends without an answer, before or after acceptance
    SHORT = "short"  # 200, accepted, and the body ends in the middle
    HTML = "html"  # 200, accepted, and a page instead of JSON
    BROKEN_JSON = "broken_json"  # 200, accepted, and JSON that does not parse
    UNAUTHORIZED = "unauthorized"  # 401, as after a revoked token
    BLOCKED = "blocked"  # 403, as from a person who blocked the bot
    CONFLICT = "conflict"  # 409, as when somebody else polls


@dataclasses.dataclass
class Fault:
    """A rule. It applies to calls that match `method` (a glob), `chat` and `bot`; None matches all.

    The first `skip` matches pass; then `times` matches (None: all) fail, each with `probability`, drawn from
    `seed`. `accepted` decides for `server_error`, `hang` and `cut` whether the call was carried out first.
    `seconds` is the hang, or `retry_after`; `reset` cuts with a reset instead of an end.
    """

    kind: Kind
    method: str = "*"
    chat: int | None = None
    bot: int | None = None
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seed: int | None = None
    accepted: bool = False
    seconds: float = 1.0
    status: int = 502
    html: bool = False
    reset: bool = False
    id: int = 0
    met: int = 0

    def __post_init__(self) -> None:
        self.kind = Kind(self.kind)
        self._chance = random.Random(self.seed)  # noqa: S311 - a repeatable draw, not a secret

    def matches(self, *, method: str, chat: int | None, bot: int | None) -> bool:
        """Tell whether a call is one of those this rule speaks of."""
        return (
            fnmatch.fnmatchcase(method.lower(), self.method.lower())
            and self.chat in (None, chat)
            and self.bot in (None, bot)
        )

    def strikes(self) -> bool:
        """Count one matching call; True if it fails."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times == 0 or self._chance.random() >= self.probability:
            return False
        self.times = None if self.times is None else self.times - 1
        self.met += 1
        return True


class Faults:
    """The rules in force, in the order in which they were made; the first that strikes wins."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self.rules: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Put a rule in force under an id."""
        fault.id = next(self._ids)
        self.rules.append(fault)
        return fault

    def clear(self, fault_id: int | None = None) -> None:
        """Take one rule out of force, or all of them."""
        self.rules = [rule for rule in self.rules if fault_id not in (None, rule.id)]

    def strike(self, *, method: str, chat: int | None, bot: int | None) -> Fault | None:
        """Return what happens to a call; None if it is left alone."""
        matching = [rule for rule in self.rules if rule.matches(method=method, chat=chat, bot=bot)]
        return next((rule for rule in matching if rule.strikes()), None)
