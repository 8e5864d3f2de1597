"""The questions of the dialogue about a session, each with the answers that can be tapped."""

from datetime import time
from typing import Final, assert_never

from reminderbot.chat import buttons, reply, zone_dialogue
from reminderbot.chat.buttons import Tapped
from reminderbot.chat.dialogues import Asks, Session
from reminderbot.chat.visit import Visit

HOURS: Final = tuple(time(hour) for hour in (9, 10, 11, 12, 13, 15, 16, 17, 18, 19))
"""When sessions begin as a rule; any other time is typed."""

MORNINGS: Final = (time(7), time(8, 30), time(10))
"""Morning hours in one tap."""


def question(visit: Visit, step: Session, guess: str | None) -> tuple[str, list[reply.Row]]:
    """Return what is asked now; `guess` is the zone that we have a reason for."""
    match Asks(step.asks):
        case Asks.DAY:
            return visit.text("prompt.move-day" if step.moves else "prompt.day"), _day_rows(visit)
        case Asks.TIME:
            return visit.text("prompt.time", date=visit.day(step.date, zone=guess)), _time_rows(visit)
        case Asks.ZONE:
            return zone_dialogue.question(visit, guess)
        case Asks.HOUR | Asks.REVIEW:
            return visit.text("prompt.hour"), morning_rows(visit)
        case other:
            assert_never(other)


def _day_rows(visit: Visit) -> list[reply.Row]:
    names = {"0": "today", "-1": "yesterday", "other": "other-day"}
    return [visit.button(name, buttons.data(Tapped.DAY, rest)) for rest, name in names.items()]


def _time_rows(visit: Visit) -> list[reply.Row]:
    keys = [
        reply.Button(visit.catalog.clock(visit.language, at), buttons.data(Tapped.TIME, f"{at:%H:%M}")) for at in HOURS
    ]
    return [keys[:5], keys[5:]]


def morning_rows(visit: Visit) -> list[reply.Row]:
    """Return the buttons of the morning hours."""
    times = [
        reply.Button(visit.catalog.clock(visit.language, at), buttons.data(Tapped.HOUR, f"{at:%H:%M}"))
        for at in MORNINGS
    ]
    return [*times, visit.button("hour-other", buttons.data(Tapped.HOUR, "other"))]


def cancel(visit: Visit) -> reply.Button:
    """Return the button that leaves the dialogue."""
    return visit.button("cancel", buttons.data(Tapped.CANCEL))
