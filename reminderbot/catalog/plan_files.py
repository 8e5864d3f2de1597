"""Makes a plan of a file in `messages/plans/`, or says at which line why it is none."""

import re
from collections.abc import Mapping
from typing import Any

from reminderbot import errors
from reminderbot.catalog import shelf
from reminderbot.catalog.faults import Fault
from reminderbot.planning import plan_form, plans

_WHERE = re.compile(r'(?:the plan|step (?:"[^"]*"|\d+))(?:, field "(\w+)": | has a field "(\w+)" | )')


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
    if file.data.get("key") != file.name:
        remedy = f'write key = "{file.name}" in the first line, as the file is called'
        return None, [Fault(file.file, _line(file, "", "key"), "", "the plan's key is not the file's name", remedy)]
    faults = _step_faults(file)
    try:
        return (None, faults) if faults else (plan_form.plan_from(file.data), [])
    except ValueError as error:
        return None, [_fault(file, "", "", str(error))]


def line_of(file: shelf.PlanFile, number: int, field: str = "") -> int:
    """Return the line of a field of the step with this number (from 0), else that of the step."""
    return _line(file, f"step#{number}", field)


def _step_faults(file: shelf.PlanFile) -> list[Fault]:
    # Each step is read alone first, so that one broken step does not hide the next.
    entries = file.data.get("step")
    found = []
    for number, entry in enumerate(entries if isinstance(entries, list) else []):
        try:
            plan_form.plan_from({"key": file.name, "step": [entry]})
        except ValueError as error:
            found.append(_fault(file, f"step#{number}", _key(entry), str(error)))
    return found


def _fault(file: shelf.PlanFile, table: str, key: str, sentence: str) -> Fault:
    """Place the sentence of `plan_form` ("step …, field …: what; remedy") at its line."""
    what, _, remedy = sentence.rpartition("; ")
    where = _WHERE.match(what)
    field = (where[1] or where[2] or "") if where else ""
    said = what[where.end() :] if where and where[1] else what
    return Fault(file.file, _line(file, table, field), key, f"{field}: {said}" if field else said, remedy)


def _line(file: shelf.PlanFile, table: str, field: str) -> int:
    return file.lines.get((table, field)) or file.lines.get((table, "")) or 1


def _key(entry: Mapping[str, Any] | object) -> str:
    key = entry.get("key") if isinstance(entry, Mapping) else None
    return key if isinstance(key, str) else ""
