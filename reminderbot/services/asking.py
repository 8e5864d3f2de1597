"""Questions that change nothing and need no database: a plan's timeline for a date, a typed date's reading."""

import dataclasses
from datetime import UTC, datetime, time

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import reading
from reminderbot.planning import hours, life
from reminderbot.planning import timeline as timelines


@dataclasses.dataclass(frozen=True)
class Question:
    """A session that might be: its local date and time (naive), and the habits of who would be reminded."""

    at: datetime
    zone: str
    plan: str
    language: str
    morning: time
    quiet: tuple[time, time]


@dataclasses.dataclass(frozen=True)
class Row:
    """One reminder of the answer; `local` is aware, `text` is plain."""

    step: str
    local: datetime
    zone: str
    due: datetime
    useful_until: datetime
    state: str
    text: str

    def as_json(self) -> dict[str, str]:
        """Return the stable shape that others script against."""
        return {
            "step": self.step,
            "local": self.local.replace(tzinfo=None).isoformat(timespec="minutes"),
            "zone": self.zone,
            "due": self.due.astimezone(UTC).isoformat(),
            "useful_until": self.useful_until.astimezone(UTC).isoformat(),
            "state": self.state,
            "text": self.text,
        }


def timeline(catalog: catalogs.Catalog, question: Question, *, now: datetime) -> list[Row]:
    """Return what a patient would get, in order, rendered as it would be sent."""
    anchor = timelines.Anchor(day=question.at.date(), at=question.at.time(), zone=question.zone)
    habits = timelines.Habits(question.zone, question.morning, hours.Quiet(*question.quiet))
    slots = timelines.slots(catalog.plan(question.plan), anchor, habits, now=now)
    return [_row(catalog, question, anchor, slot) for slot in slots]


def _row(catalog: catalogs.Catalog, question: Question, anchor: timelines.Anchor, slot: timelines.Slot) -> Row:
    from reminderbot.services import values  # with all that the store brings: `when` is answered without it

    filled = values.of_anchor(catalog, question.language, anchor, now=slot.due, zone=question.zone)
    return Row(
        step=slot.step.key,
        local=slot.local,
        zone=question.zone,
        due=slot.due,
        useful_until=slot.useful_until,
        state=str(slot.state if slot.state is life.State.PLANNED else slot.reason or slot.state),
        text=catalog.plain(catalog.say(question.language, slot.step.message, **filled)),
    )


def when(catalog: catalogs.Catalog, text: str, *, language: str, zone: str, now: datetime) -> dict[str, object]:
    """Return how the chat reads a typed date, in the shape of `reading.as_json`."""
    read = reading.read(text, language=language, zone=zone, now=now, words=catalog.date_words)
    sentence = catalog.say_plain(language, read.says.key, **read.says.values)
    return reading.as_json(read, sentence)
