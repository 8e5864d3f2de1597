"""A plan as plain data, the form of `messages/plans/*.toml` and of stored plan versions, and back.

Wrong shapes raise ValueError with one sentence: the step, the field, what stands there and what to write instead.
"""

import re
from collections.abc import Mapping
from datetime import time, timedelta
from enum import StrEnum
from typing import TypeVar, assert_never

from reminderbot.planning import plans, second_ask

Form = dict[str, object]

MORNING = "morning"
START = "start"

_Choice = TypeVar("_Choice", bound=StrEnum)
_FURTHEST_DAYS = 366
_FURTHEST_HOURS = 24 * _FURTHEST_DAYS
_WALL = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MESSAGE = re.compile(r"[a-z0-9.-]+")
_PLAN_FIELDS = ("key", "step")
_STEP_FIELDS = ("key", "message", "part", "when", "until", "budget", "silent", "asks", "asks_again_after")
_WHEN = '{ days = 1, at = "morning" }, { days = -1, at = "19:00" } or { hours = 1.5 }'
_AGAIN = "{ hours = 4 }, from 1 to 168"
_UNTIL = '{ days = 1, at = "20:00" }, { hours = 6 } or "start"'


def plan_from(form: Mapping[str, object]) -> plans.Plan:
    """Return the plan that `form` describes. Raises ValueError with a sentence for whoever wrote it."""
    _only(form, _PLAN_FIELDS, where="the plan")
    key = _text(form, "key", _KEY, where="the plan", example='"microneedling"')
    listed = form.get("step")
    if not isinstance(listed, list) or not listed:
        raise ValueError("the plan has no steps; write at least one [[step]]")
    steps = tuple(_step(entry, number) for number, entry in enumerate(listed, start=1))
    _refuse_twins(steps)
    return plans.Plan(key, steps)


def plan_to(plan: plans.Plan) -> Form:
    """Return `plan` as JSON-able data, every field written, always in the same order: fit for hashing.

    `plan_from(plan_to(plan)) == plan` for every plan that `plan_from` accepts.
    """
    return {"key": plan.key, "step": [_step_to(step) for step in plan.steps]}


def _step_to(step: plans.Step) -> Form:
    return {
        "key": step.key,
        "message": step.message,
        "part": step.part.value,
        "when": _moment_to(step.when),
        "until": _moment_to(step.until),
        "budget": step.budget,
        "silent": step.silent,
        "asks": [ask.value for ask in step.asks],
        **_again_to(step),
    }


def _again_to(step: plans.Step) -> Form:
    """Write it only where a step asks again, so that plans of before it have the hash that they had."""
    return {} if step.asks_again_after is None else {"asks_again_after": _hours_to(step.asks_again_after)}


def _hours_to(delay: timedelta) -> Form:
    hours = delay / timedelta(hours=1)
    return {"hours": int(hours) if hours.is_integer() else hours}


def _moment_to(moment: plans.When | plans.Until) -> Form | str:
    match moment:
        case plans.AtStart():
            return START
        case plans.After(delay=delay):
            return _hours_to(delay)
        case plans.OnDay(days=days, at=at):
            return {"days": days, "at": MORNING if at is None else at.strftime("%H:%M")}
        case _:
            assert_never(moment)


def _step(entry: object, number: int) -> plans.Step:
    if not isinstance(entry, Mapping):
        raise ValueError(f"step {number} is {entry!r}; write a [[step]] with its fields below it")
    key = _text(entry, "key", _KEY, where=f"step {number}", example='"day-1"')
    where = f'step "{key}"'
    _only(entry, _STEP_FIELDS, where=where)
    step = plans.Step(
        key=key,
        message=_text(entry, "message", _MESSAGE, where=where, example=f'"step.{key}"'),
        when=_when(entry.get("when"), where),
        until=_until(entry.get("until"), where),
        budget=_budget(entry.get("budget", 1), where),
        asks=_asks(entry.get("asks", []), where),
        part=_choice(entry.get("part", "care"), plans.Part, where=where, field="part"),
        silent=_silent(entry.get("silent", False), where),
        asks_again_after=_again(entry.get("asks_again_after"), where),
    )
    _refuse_early_end(step, where)
    _refuse_vain_ask(step, where)
    return step


def _when(value: object, where: str) -> plans.When:
    return _moment(value, where=where, field="when", write=_WHEN)


def _until(value: object, where: str) -> plans.Until:
    if value == START:
        return plans.AtStart()
    return _moment(value, where=where, field="until", write=_UNTIL)


def _moment(value: object, *, where: str, field: str, write: str) -> plans.When:
    match value:
        case {"days": int() as days, "at": str() as at, **rest} if not rest and _is_day(days, at):
            return plans.OnDay(days, None if at == MORNING else time.fromisoformat(at))
        case {"hours": int() | float() as hours, **rest} if not rest and _is_within(hours, _FURTHEST_HOURS):
            return plans.After(timedelta(hours=hours))
    raise _wrong(where, field, value, write)


def _is_day(days: int, at: str) -> bool:
    return _is_within(days, _FURTHEST_DAYS) and (at == MORNING or _WALL.fullmatch(at) is not None)


def _is_within(value: float, furthest: int) -> bool:
    return not isinstance(value, bool) and abs(value) <= furthest


def _budget(value: object, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value not in (0, 1):
        raise _wrong(where, "budget", value, "1, or 0 where a second copy would confuse")
    return value


def _silent(value: object, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, "silent", value, "true or false")
    return value


def _again(value: object, where: str) -> timedelta | None:
    if value is None:
        return None
    moment = _moment(value, where=where, field="asks_again_after", write=_AGAIN)
    if not isinstance(moment, plans.After) or not second_ask.SHORTEST <= moment.delay <= second_ask.LONGEST:
        raise _wrong(where, "asks_again_after", value, _AGAIN)
    return moment.delay


def _asks(value: object, where: str) -> tuple[plans.Ask, ...]:
    if not isinstance(value, list) or len(value) != len({str(item) for item in value}):
        raise _wrong(where, "asks", value, 'a list without repeats, such as ["skin"] or []')
    return tuple(_choice(item, plans.Ask, where=where, field="asks") for item in value)


def _choice(value: object, kind: type[_Choice], *, where: str, field: str) -> _Choice:
    for choice in kind:
        if choice == value:
            return choice
    raise _wrong(where, field, value, " or ".join(f'"{choice}"' for choice in kind))


def _text(form: Mapping[str, object], field: str, shape: re.Pattern[str], *, where: str, example: str) -> str:
    value = form.get(field)
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise _wrong(where, field, value, f"a key of small letters, digits and hyphens, such as {example}")
    return value


def _only(form: Mapping[str, object], known: tuple[str, ...], *, where: str) -> None:
    for field in form:
        if field not in known:
            raise ValueError(f'{where} has a field "{field}" that means nothing; write one of {", ".join(known)}')


def _refuse_twins(steps: tuple[plans.Step, ...]) -> None:
    seen: set[str] = set()
    for step in steps:
        if step.key in seen:
            raise ValueError(f'two steps have the key "{step.key}"; give each step a key of its own')
        seen.add(step.key)


def _refuse_early_end(step: plans.Step, where: str) -> None:
    if _ends_early(step):
        raise ValueError(f'{where}, field "until": it ends before the step falls; write a later moment than "when"')


def _refuse_vain_ask(step: plans.Step, where: str) -> None:
    if step.asks_again_after is None:
        return
    if not second_ask.may_ask(step):
        raise ValueError(f'{where}, field "asks_again_after": it asks nothing to ask again; give it asks = ["skin"]')
    lasts = _lasts(step)
    if lasts is not None and step.asks_again_after >= lasts:
        raise ValueError(f'{where}, field "asks_again_after": the step is of no use by then; write fewer hours')


def _lasts(step: plans.Step) -> timedelta | None:
    """Return how long a step is useful at most, of whatever patient; None where that is not known of all."""
    match step.when, step.until:
        case plans.After(delay=falls), plans.After(delay=ends):
            return ends - falls
        case plans.After(delay=falls), plans.AtStart():
            return -falls
        case plans.OnDay(days=falls, at=falls_at), plans.OnDay(days=ends, at=ends_at):
            return timedelta(days=ends - falls) + _since_midnight(ends_at or time.max) - _since_midnight(falls_at)
        case _:
            return None


def _since_midnight(at: time | None) -> timedelta:
    return timedelta() if at is None else timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _ends_early(step: plans.Step) -> bool:
    """Tell whether `until` is not after `when`, as far as that is so for every patient."""
    match step.when, step.until:
        case plans.After(delay=falls), plans.After(delay=ends):
            return ends <= falls
        case plans.OnDay(days=falls, at=falls_at), plans.OnDay(days=ends, at=ends_at):
            return ends < falls or (ends == falls and (ends_at or time.max) <= (falls_at or time.min))
        case plans.After(delay=falls), plans.AtStart():
            return falls >= timedelta(0)
        case plans.OnDay(days=falls), plans.AtStart():
            return falls > 0
        case _:
            return False


def _wrong(where: str, field: str, value: object, write: str) -> ValueError:
    if value is None:
        return ValueError(f'{where}, field "{field}": it is missing; write {write}')
    return ValueError(f'{where}, field "{field}": {value!r} is not understood; write {write}')
