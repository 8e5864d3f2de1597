"""Questions that change nothing and need no database: a plan's timeline, a typed date, a question in plain words."""

import dataclasses
from datetime import UTC, datetime, time, timedelta
from typing import Final, assert_never

from reminderbot import errors
from reminderbot.catalog import asking, reading
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours, life, phases
from reminderbot.planning import timeline as timelines
from reminderbot.services import answering, phrases

_UTC: Final = "UTC"


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


def ask(
    catalog: catalogs.Catalog, text: str, *, language: str, now: datetime, since: timedelta | None = None
) -> dict[str, object]:
    """Return what the chat answers to somebody without a clinic, `since` a session (None: they have told of none).

    Raises Invalid `refusal.ask_blank`, `refusal.ask_long`.
    """
    if not text.strip():
        raise errors.Invalid("refusal.ask_blank")
    if len(text) > asking.MOST_CHARACTERS:
        raise errors.Invalid("refusal.ask_long", count=str(asking.MOST_CHARACTERS))
    if text.startswith("/"):
        return _obeyed(catalog, language, is_for_a_person=False)
    found = answering.read(catalog, text, language=language)
    if found.kind is not answering.Kind.WORRY and (wish := _wished(catalog, text, language, now)):
        return wish
    if found.kind is not answering.Kind.WORRY and (button := phrases.button(catalog, text)):
        is_for_a_person = button in {phrases.Button.PERSON, phrases.Button.CALL_ME}
        return _obeyed(catalog, language, is_for_a_person=is_for_a_person)
    parts = answering.parts(catalog, found, _asker(catalog, found.language, now, since))
    match found.kind:
        case answering.Kind.WORRY:
            return _answered(found.kind, [], catalog.plain(answering.alone(catalog, found.language)))
        case answering.Kind.COMMAND:
            return _obeyed(catalog, found.language, is_for_a_person=found.command == "person")
        case answering.Kind.ANSWER | answering.Kind.UNKNOWN if parts:
            return _answered(found.kind, parts, catalog.plain("\n\n".join(part.html for part in parts)))
        case _ if (date := when(catalog, text, language=language, zone=_UTC, now=now))["kind"] != "refuse":
            return _answered(answering.Kind.COMMAND, [], str(date["says"]))
        case _ if not (answering.says_something(catalog, text, language=found.language) and catalog.knows(text)):
            return _answered(found.kind, [], catalog.say_plain(found.language, "help.fallback"))
        case _:
            said = answering.unknown(catalog, found.language, _asker(catalog, found.language, now, since))
            return _answered(found.kind, [], catalog.plain(said))


def _obeyed(catalog: catalogs.Catalog, language: str, *, is_for_a_person: bool) -> dict[str, object]:
    """Return what stands for a screen of the chat: all commands, or whom to call."""
    says = answering.alone(catalog, language) if is_for_a_person else catalog.say(language, "help.all")
    return _answered(answering.Kind.COMMAND, [], catalog.plain(says))


def _wished(catalog: catalogs.Catalog, text: str, language: str, now: datetime) -> dict[str, object] | None:
    """Return what is said to a wish that the chat grants before it looks for a question: a pause, fewer messages."""
    command = answering.Kind.COMMAND
    match phrases.wish(catalog, text):
        case phrases.Wish.PAUSE:
            return _answered(command, [], catalog.say_plain(language, "pause.ask"))
        case phrases.Wish.LESS:
            return _answered(command, [], catalog.say_plain(language, "stop.less", has_next=False))
        case phrases.Wish.THANKS:
            return _answered(answering.Kind.UNKNOWN, [], catalog.say_plain(language, "done.thanks"))
        case None:
            day = phrases.paused_until(catalog, text, language=language, zone=_UTC, now=now)
            if day is None:
                return None
            date = catalog.day(language, day, today=hours.to_local(now, _UTC).date())
            return _answered(command, [], catalog.say_plain(language, "pause.done", date=date, count=0, count_late=0))
        case other:
            assert_never(other)


def _asker(catalog: catalogs.Catalog, language: str, now: datetime, since: timedelta | None) -> answering.Asker:
    from reminderbot.services import values  # with all that the store brings, as above

    anchor = None
    if since is not None:
        start = hours.to_local(now - since, _UTC)
        anchor = timelines.Anchor(day=start.date(), at=start.time().replace(tzinfo=None), zone=_UTC)
    filled = values.of_anchor(catalog, language, anchor, now=now, zone=_UTC)
    return answering.Asker(phases.expected_phase(anchor, now), filled)


def _answered(kind: answering.Kind, parts: list[answering.Part], says: str) -> dict[str, object]:
    facts = list(dict.fromkeys(fact for part in parts for fact in part.facts))
    return {"kind": str(kind), "topics": [part.topic for part in parts], "facts": facts, "says": says}
