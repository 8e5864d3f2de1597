"""What reading a typed date comes to: an instant, a date, a question with choices, or a refusal."""

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a person's words came to."""

    INSTANT = "instant"  # a day and an hour, both certain enough to be echoed for a yes
    DATE = "date"  # a day without an hour: ask the hour next
    ASK = "ask"  # several readings, or one we doubt: ask which
    REFUSE = "refuse"  # nothing to offer; the sentence says what to write instead


@dataclasses.dataclass(frozen=True)
class Says:
    """The message that answers: its key in `messages/` (`read.…`, `ask.…`, `refusal.…`) and its values."""

    key: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Read:
    """What was read. `value` is naive local time (its `fold` tells the second of two equal wall times).

    `choices` are local ISO dates or date-times, the likeliest first; only a wall time that happens twice carries
    offsets. Each of them, handed to `read` again, is read as exactly itself.
    """

    kind: Kind
    says: Says
    value: datetime | date | None = None
    choices: tuple[str, ...] = ()


def as_json(read: Read, sentence: str) -> dict[str, object]:
    """Return the stable JSON shape of `read` with the rendered `sentence`."""
    value = None if read.value is None else _iso(read.value)
    return {"kind": read.kind.value, "value": value, "choices": list(read.choices), "says": sentence}


def _iso(value: datetime | date) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()
