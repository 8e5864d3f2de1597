"""The steps of our dialogues: frozen facts that are kept as JSON in the database between two updates."""

import dataclasses
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from reminderbot.chat.visit import Visit
from reminderbot.services import dialogues


class Asks(StrEnum):
    """What the dialogue about a session asks for now."""

    DAY = "day"
    TIME = "time"
    ZONE = "zone"
    HOUR = "hour"
    REVIEW = "review"  # all is said; save it?


@dataclasses.dataclass(frozen=True)
class Session:
    """A session being told. What is empty is not known yet; `moves` is the treatment that gets this date.

    `said` are the words the day was read from, `at_said` those of the time, and the instants when: told in an unknown
    zone, "today" and "two hours ago" are read again once it is known. `version` is that of the treatment as seen.
    `poster` is the clinic's that was scanned for it, `called` the name that its clinic will see. `offered` is the zone
    that was asked about last, for whoever types "yes".
    """

    asks: str = Asks.DAY
    day: str = ""
    at: str = ""
    said: str = ""
    said_at: str = ""
    at_said: str = ""
    at_said_at: str = ""
    zone: str = ""
    offered: str = ""
    hour: str = ""
    moves: str = ""
    version: int = 0
    poster: str = ""
    called: str = dataclasses.field(default="", repr=False)

    @property
    def date(self) -> date:
        """The day that is known."""
        return date.fromisoformat(self.day)

    @property
    def time(self) -> time:
        """The time that is known."""
        return time.fromisoformat(self.at)


@dataclasses.dataclass(frozen=True)
class Link:
    """A clinic's link was opened and waits for consent; `wording` is what the person was shown to agree to."""

    token: str = dataclasses.field(repr=False)
    wording: str = ""


@dataclasses.dataclass(frozen=True)
class Proof:
    """A clinic's link waits for the desk code or the session's date."""

    invite_id: str


@dataclasses.dataclass(frozen=True)
class Wall:
    """A clinic's poster was scanned and waits for consent; `wording` as in a Link."""

    poster_id: str
    wording: str = ""


@dataclasses.dataclass(frozen=True)
class Called:
    """A clinic's poster was scanned, and the name is asked for."""

    poster_id: str


@dataclasses.dataclass(frozen=True)
class Place:
    """The zone is asked for, outside the dialogue about a session; the morning hour next, if `then_hour`.

    `offered` is the zone that was asked about last, for whoever types "yes".
    """

    then_hour: bool = False
    offered: str = ""


@dataclasses.dataclass(frozen=True)
class Hour:
    """The morning hour is asked for, outside the dialogue about a session.

    `at` is the one whose example was shown. Where none was chosen yet it `is_first`, and is kept at once.
    """

    at: str = ""
    is_first: bool = False


@dataclasses.dataclass(frozen=True)
class Quiet:
    """The quiet hours are asked for; `between` are those whose example was shown."""

    between: str = ""


@dataclasses.dataclass(frozen=True)
class Phone:
    """The phone of whoever treated the person is asked for."""


@dataclasses.dataclass(frozen=True)
class Pause:
    """The day until which to pause is asked for."""


@dataclasses.dataclass(frozen=True)
class Snooze:
    """The day and the hour are asked for to which one message is put off; `day` is the one that was tapped."""

    reminder_id: str
    day: str = ""


@dataclasses.dataclass(frozen=True)
class Letter:
    """What is written goes to the clinic; `sent` counts the letters so far, `at` is when the last thing was said."""

    patient_id: str
    sent: int = 0
    at: str = ""


@dataclasses.dataclass(frozen=True)
class More:
    """A worry is on the clinic's list, and one sentence about it is asked for; `at` is when."""

    worry_id: str
    at: str = ""


Step = Session | Link | Proof | Wall | Called | Place | Hour | Quiet | Phone | Pause | Snooze | Letter | More

_STEPS: Final[dict[str, type[Step]]] = {
    "session": Session,
    "link": Link,
    "proof": Proof,
    "wall": Wall,
    "called": Called,
    "place": Place,
    "hour": Hour,
    "quiet": Quiet,
    "phone": Phone,
    "pause": Pause,
    "snooze": Snooze,
    "letter": Letter,
    "more": More,
}
_NAMES: Final = {kind: name for name, kind in _STEPS.items()}


def as_json(step: Step) -> tuple[str, dict[str, Any]]:
    """Return a step's name and its facts."""
    return _NAMES[type(step)], dataclasses.asdict(step)


def of_json(name: str, data: dict[str, Any]) -> Step | None:
    """Return the step; None for one that another version of this program wrote and this one cannot read."""
    try:
        return _STEPS[name](**data)
    except (KeyError, TypeError):
        return None


async def load(visit: Visit) -> Step | None:
    """Return where the chat is; None when it is in no dialogue."""
    found = await dialogues.load(visit.work, visit.who)
    return of_json(found.name, found.data) if found else None


async def save(visit: Visit, step: Step) -> None:
    """Put the chat into `step`, or on to it."""
    name, data = as_json(step)
    await dialogues.save(visit.work, visit.who, name, data, now=visit.now)


async def end(visit: Visit) -> None:
    """End the dialogue, if there is one."""
    await dialogues.end(visit.work, visit.who)
