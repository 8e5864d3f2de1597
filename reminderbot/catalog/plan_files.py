"""Makes a plan of a file in `messages/plans/`, or says line by line why it is none."""

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import grammar, shelf
from reminderbot.catalog.faults import Fault
from reminderbot.planning import plans

MAX_DAYS: Final = 730
"""Two years to either side of a session: whatever lies beyond is a slip of the finger."""

MAX_STEPS: Final = 30

_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NEEDED: Final = ("key", "message", "when", "until")
_ALLOWED: Final = (*_NEEDED, "part", "budget", "silent", "asks")
_WHEN_SHAPE: Final = 'write { hours = 1.5 } or { days = 1, at = "morning" } or { days = 1, at = "19:00" }'


class _FieldError(Exception):
    """Why a field cannot be read: the field, what is wrong and what to write."""


def load(read: shelf.Shelf) -> dict[str, plans.Plan]:
    """Return the plans under their keys; raises errors.Unusable with the first fault."""
    loaded = {}
    for file in read.plans.values():
        plan, faults = parse(file)
        if plan is None:
            raise errors.Unusable(str(faults[0]))
        loaded[plan.key] = plan
    return loaded


def parse(file: shelf.PlanFile) -> tuple[plans.Plan | None, list[Fault]]:
    """Return the plan, or None and everything that keeps the file from being one."""
    faults = list(_plan_faults(file))
    steps: list[plans.Step] = []
    for number, entry in enumerate(_entries(file)):
        try:
            steps.append(_step(entry))
        except _FieldError as wrong:
            faults.append(_fault(file, number, *wrong.args))
    faults += _doubles(file, steps) if not faults else []
    return (None, sorted(faults)) if faults else (plans.Plan(file.data["key"], tuple(steps)), [])


def line_of(file: shelf.PlanFile, number: int, field: str = "") -> int:
    """Return the line of a field of the step with this number (from 0), else that of the step."""
    table = f"step#{number}"
    return file.lines.get((table, field)) or file.lines.get((table, "")) or 1


def _plan_faults(file: shelf.PlanFile) -> Iterator[Fault]:
    key = file.data.get("key")
    if key != file.name or not _KEY.fullmatch(file.name):
        remedy = f'write key = "{file.name}" in the first line, as the file is called'
        yield Fault(file.file, file.lines.get(("", "key"), 1), "", "the plan's key is not the file's name", remedy)
    for field in sorted(file.data.keys() - {"key", "step"}):
        line = file.lines.get(("", field), 1)
        yield Fault(file.file, line, "", f"unknown field “{field}”", "only key and [[step]] may stand here")
    count = len(_entries(file))
    if not 1 <= count <= MAX_STEPS:
        yield Fault(file.file, 1, "", f"the plan has {count} steps", f"write 1 to {MAX_STEPS} [[step]] tables")


def _entries(file: shelf.PlanFile) -> list[Mapping[str, Any]]:
    entries = file.data.get("step")
    good = isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)
    return list(entries) if good and entries else []


def _fault(file: shelf.PlanFile, number: int, field: str, what: str, remedy: str) -> Fault:
    key = _entries(file)[number].get("key")
    return Fault(file.file, line_of(file, number, field), key if isinstance(key, str) else "", what, remedy)


def _doubles(file: shelf.PlanFile, steps: list[plans.Step]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, step in enumerate(steps):
        if step.key in seen:
            yield _fault(file, number, "key", "two steps have this key", "give each step a key of its own")
        seen.add(step.key)


def _step(entry: Mapping[str, Any]) -> plans.Step:
    _check_fields(entry)
    when, until = _when(entry["when"], "when"), _until(entry["until"])
    if not _ever_useful(when, until):
        raise _FieldError("until", "it ends before it begins", "set until later than when")
    return plans.Step(
        key=_matching(entry, "key", _KEY, 'small letters, digits and "-"'),
        message=_text(entry, "message"),
        when=when,
        until=until,
        budget=_budget(entry.get("budget", 1)),
        asks=_asks(entry.get("asks", [])),
        part=_part(entry.get("part", "care")),
        silent=_silent(entry.get("silent", False)),
    )


def _check_fields(entry: Mapping[str, Any]) -> None:
    for field in _NEEDED:
        if field not in entry:
            raise _FieldError("", f"{field} is missing", f"add {field} = …")
    for field in entry:
        if field not in _ALLOWED:
            near = grammar.nearest(field, _ALLOWED)
            hint = f"did you mean “{near}”?" if near else f"only {', '.join(_ALLOWED)} may stand here"
            raise _FieldError(field, f"unknown field “{field}”", hint)


def _text(entry: Mapping[str, Any], field: str) -> str:
    if not isinstance(entry[field], str):
        raise _FieldError(field, f"{field} is not a text", f'write {field} = "…"')
    return str(entry[field])


def _matching(entry: Mapping[str, Any], field: str, pattern: re.Pattern[str], shape: str) -> str:
    if not pattern.fullmatch(_text(entry, field)):
        raise _FieldError(field, f"“{entry[field]}” is not a {field}", f"write {shape}")
    return str(entry[field])


def _when(value: object, field: str) -> plans.When:
    if not isinstance(value, dict):
        raise _FieldError(field, f"{field} is not a time", _WHEN_SHAPE)
    if set(value) == {"hours"}:
        return plans.After(dt.timedelta(hours=_hours(value["hours"], field)))
    if set(value) == {"days", "at"} and type(value["days"]) is int and abs(value["days"]) <= MAX_DAYS:
        return plans.OnDay(value["days"], _wall_time(value["at"], field))
    raise _FieldError(field, f"{field} is not a time", _WHEN_SHAPE)


def _hours(value: object, field: str) -> float:
    number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    if not abs(number) <= 24 * MAX_DAYS:
        raise _FieldError(field, f"“{value}” is not a number of hours", "write a number like 1.5")
    return number


def _wall_time(value: object, field: str) -> dt.time | None:
    if value == "morning":
        return None
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise _FieldError(field, f"“{value}” is not a time of day", 'write at = "morning" or at = "19:00"')
    return dt.time.fromisoformat(value)


def _until(value: object) -> plans.Until:
    if value == "start":
        return plans.AtStart()
    if isinstance(value, str):
        raise _FieldError("until", f"“{value}” is not a time", 'write "start", or { days = 1, at = "20:00" }')
    return _when(value, "until")


def _budget(value: object) -> int:
    if value not in (0, 1) or type(value) is not int:
        raise _FieldError("budget", "budget is neither 0 nor 1", "write 1 if a second copy is better than none, else 0")
    return value


def _silent(value: object) -> bool:
    if not isinstance(value, bool):
        raise _FieldError("silent", "silent is neither true nor false", "write silent = true or silent = false")
    return value


def _part(value: object) -> plans.Part:
    if value not in list(plans.Part):
        raise _FieldError("part", f"unknown part “{value}”", f"write {_either(plans.Part)}")
    return plans.Part(str(value))


def _asks(value: object) -> tuple[plans.Ask, ...]:
    asks = value if isinstance(value, list) else [value]
    for ask in asks:
        if ask not in list(plans.Ask):
            raise _FieldError("asks", f"unknown ask “{ask}”", f"write asks = [] or one of {_either(plans.Ask)}")
    return tuple(plans.Ask(str(ask)) for ask in asks)


def _either(words: type[plans.Part] | type[plans.Ask]) -> str:
    return " or ".join(f'"{word}"' for word in words)


def _ever_useful(when: plans.When, until: plans.Until) -> bool:
    """Say whether the step has any useful time for a session early, in the middle or late in the day."""
    return any(_hours_after_midnight(when, start) < _hours_after_midnight(until, start) for start in (8, 14, 20))


def _hours_after_midnight(point: plans.Until, start: int) -> float:
    match point:
        case plans.AtStart():
            return start
        case plans.After(delay):
            return start + delay / dt.timedelta(hours=1)
        case plans.OnDay(days, at):
            at = at or dt.time(9)  # the morning hour unless the patient says another
            return 24 * days + at.hour + at.minute / 60
