"""A step of a plan as a form sends it, and what is wrong with it in words for people."""

import dataclasses
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from reminderbot import errors
from reminderbot.planning import plan_form, plans, timeline
from reminderbot.services import people

MOST: Final = 40
"""Steps of a plan: people leave long series, and a phone is no book."""

_SAMPLES: Final = tuple(timeline.Anchor(date(2026, 6, 10), time(hour), "UTC") for hour in (9, 15, 19))
"""Sessions of an ordinary week, by which the order of steps is told."""
_HABITS: Final = timeline.Habits(zone="UTC", morning=people.MORNING, quiet=people.QUIET)
_FIELD: Final = re.compile(r'field "(\w+)"')
_NUMBER: Final = re.compile(r"[+-]?\d{1,5}(\.\d{1,4})?")


@dataclasses.dataclass(frozen=True)
class Typed:
    """What was typed of a moment: `kind` is "hours", "day" or, for an end, "start"; an empty `at` is the morning."""

    kind: str
    hours: str = ""
    days: str = ""
    at: str = ""


@dataclasses.dataclass(frozen=True)
class TypedStep:
    """A step as a form sends it."""

    key: str
    message: str
    when: Typed
    until: Typed
    part: str = plans.Part.CARE
    asks: tuple[str, ...] = ()
    again: bool = True  # whether it is sent once more when Telegram's answer never came
    silent: bool = False
    asks_again_after: str = ""  # hours; empty: it asks once


def read(typed: TypedStep) -> plans.Step:
    """Return the step; Invalid `console.plans.refused-<field>` for what cannot be."""
    form = {
        "key": typed.key.strip(),
        "message": typed.message.strip(),
        "part": typed.part,
        "when": _moment(typed.when, "when"),
        "until": plan_form.START if typed.until.kind == plan_form.START else _moment(typed.until, "until"),
        "budget": int(typed.again),
        "silent": typed.silent,
        "asks": list(typed.asks),
        **_again(typed.asks_again_after),
    }
    try:
        return plan_form.plan_from({"key": "any", "step": [form]}).steps[0]
    except ValueError as error:
        raise _wrong(_field(str(error))) from None


def shown(step: plans.Step) -> TypedStep:
    """Return a step as its form shows it."""
    return TypedStep(
        key=step.key,
        message=step.message,
        when=_shown(step.when),
        until=_shown(step.until),
        part=step.part,
        asks=tuple(step.asks),
        again=step.budget > 0,
        silent=step.silent,
        asks_again_after=_hours(step.asks_again_after) if step.asks_again_after else "",
    )


def ordered(steps: Iterable[plans.Step]) -> tuple[plans.Step, ...]:
    """Return steps in the order in which they fall after a session in the afternoon."""
    every = tuple(steps)
    meant = _meant(every, _SAMPLES[1])
    return tuple(sorted(every, key=lambda step: meant[step.key]))


def day_of(step: plans.Step) -> int:
    """Return the day, counted from that of the session, on which a step falls after a session in the afternoon."""
    return (_meant((step,), _SAMPLES[1])[step.key].date() - _SAMPLES[1].day).days


def never_fits(step: plans.Step) -> bool:
    """Tell whether a step is over before it falls for some session of an ordinary day."""
    places = [timeline.places(plans.Plan("any", (step,)), sample, _HABITS)[0] for sample in _SAMPLES]
    return any(place.meant >= place.useful_until for place in places)


def twins(steps: Sequence[plans.Step]) -> list[tuple[plans.Step, plans.Step]]:
    """Return the steps that fall at one minute, whenever the session is."""
    meant = [_meant(steps, sample) for sample in _SAMPLES]
    pairs = [(one, other) for at, one in enumerate(steps) for other in steps[at + 1 :]]
    return [(one, other) for one, other in pairs if all(each[one.key] == each[other.key] for each in meant)]


def _meant(steps: Sequence[plans.Step], sample: timeline.Anchor) -> dict[str, datetime]:
    return {place.step.key: place.meant for place in timeline.places(plans.Plan("any", tuple(steps)), sample, _HABITS)}


def _moment(typed: Typed, field: str) -> dict[str, Any]:
    if typed.kind == "hours":
        return {"hours": _number(typed.hours, f"{field}-hours")}
    days = _number(typed.days, f"{field}-days")
    if not float(days).is_integer():
        raise _wrong(f"{field}-days")
    return {"days": int(days), "at": _wall(typed.at, field)}


def _again(text: str) -> dict[str, Any]:
    return {"asks_again_after": {"hours": _number(text, "asks-again-after")}} if text.strip() else {}


def _number(text: str, what: str) -> float | int:
    plain = text.strip().replace(",", ".").replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain):
        raise _wrong(what)
    value = float(plain)
    return int(value) if value.is_integer() else value


def _wall(text: str, field: str) -> str:
    if not text.strip():
        return plan_form.MORNING
    try:
        return time.fromisoformat(text.strip().replace(".", ":").zfill(5)).strftime("%H:%M")
    except ValueError:
        raise _wrong(f"{field}-at") from None


def _field(sentence: str) -> str:
    """Return the field that a sentence of `plan_form` is about, "early" for an end that comes first."""
    if "ends before" in sentence:
        return "early"
    field = _FIELD.search(sentence)
    return field[1].replace("_", "-") if field else "step"


def _wrong(what: str) -> errors.Invalid:
    said = f"refused-{what}"
    return errors.Invalid(f"console.plans.{said}")


def _hours(delay: timedelta) -> str:
    return f"{delay.total_seconds() / 3600:g}"


def _shown(moment: plans.When | plans.Until) -> Typed:
    match moment:
        case plans.AtStart():
            return Typed(plan_form.START)
        case plans.After(delay=delay):
            return Typed("hours", hours=_hours(delay))
        case plans.OnDay(days=days, at=at):
            return Typed("day", days=str(days), at=f"{at:%H:%M}" if at else "")
