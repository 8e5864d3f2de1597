"""Reads a call's parameters and holds them against the table of Bot API 10.0."""

import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from reminderbot.simulator import refusals

_TABLE: dict[str, Any] = json.loads(
    resources.files("reminderbot.simulator").joinpath("bot_api_10_0.json").read_text("utf-8")
)
METHODS: dict[str, dict[str, str]] = _TABLE["methods"]
OBJECTS: dict[str, dict[str, str]] = _TABLE["objects"]
UNIONS: dict[str, list[str]] = _TABLE["unions"]
TAGS: dict[str, str] = _TABLE["tags"]
_BY_LOWER_CASE: dict[str, str] = {name.lower(): name for name in _TABLE["documented"]}
# Telegram's own words where a required parameter is missing; the rest get a sentence of ours.
_MISSING = {"chat_id": "chat_id is empty", "text": "message text is empty"}
_TRUE, _FALSE = {"true", "1", "yes"}, {"false", "0", "no"}


def method(name: str) -> str:
    """Return the documented spelling of a method: 404 if there is none, 400 if it is not simulated."""
    known = _BY_LOWER_CASE.get(name.lower())
    if known is None:
        raise refusals.not_found()
    if known not in METHODS:
        raise refusals.bad(f"method {known} is not simulated")
    return known


def read(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a documented method, typed; raise a 400 for the first one that is wrong.

    Telegram itself ignores a parameter it does not know; here it is refused, since it is a bug of the caller.
    """
    table = METHODS[name]
    for key in given:
        if key not in table:
            raise refusals.bad(f'unknown parameter "{key}"')
    for key, kind in table.items():
        if kind.startswith("!") and given.get(key) in (None, ""):
            raise refusals.bad(_MISSING.get(key, f'parameter "{key}" is required'))
    present = {key: value for key, value in given.items() if value is not None}
    return {key: _from_wire(key, value, table[key].removeprefix("!")) for key, value in present.items()}


def _from_wire(key: str, value: Any, kind: str) -> Any:
    """Read one top-level parameter: a form carries text, and JSON in text where the type is nested."""
    if kind in ("Integer", "Boolean", "Float", "String", "Integer|String"):
        return _scalar(key, value, kind)
    if "InputFile" in kind:
        return value
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise refusals.bad(f"can't parse {key.replace('_', ' ')} JSON object") from None
    _hold(value, kind, where=key)
    return value


def _scalar(key: str, value: Any, kind: str) -> Any:
    text = json.dumps(value) if isinstance(value, bool) else value
    if isinstance(text, str) and kind == "Boolean" and text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    if kind.startswith("Integer") and re.fullmatch(r"-?\d{1,19}", str(text)):
        return int(text)
    if kind == "Float" and re.fullmatch(r"-?\d+(\.\d+)?", str(text)):
        return float(text)
    if kind.endswith("String") and isinstance(text, str):
        return text
    raise refusals.bad(f'parameter "{key}" must be of type {kind.replace("|", " or ")}')


def _hold(value: Any, kind: str, *, where: str) -> None:
    """Check a nested value against its type; the first thing wrong raises a 400."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            raise refusals.bad(f"expected an Array of {kind.removeprefix('Array of ')} in {where}")
        for item in value:
            _hold(item, kind.removeprefix("Array of "), where=where)
    elif kind in ("Integer", "Boolean", "Float", "String", "Integer|String"):
        if not _is(value, kind):
            raise refusals.bad(f"field {where} must be of type {kind.replace('|', ' or ')}")
    else:
        _hold_object(value, kind, where=where)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "Boolean"
    return (
        ("Integer" in kind and isinstance(value, int))
        or ("String" in kind and isinstance(value, str))
        or (kind == "Float" and isinstance(value, int | float))
    )


def _hold_object(value: Any, kind: str, *, where: str) -> None:
    if not isinstance(value, dict):
        raise refusals.bad(f"object expected as {where.replace('_', ' ')}")
    name = _which(value, kind, where=where)
    fields = OBJECTS[name]
    for field in value:
        if field not in fields:
            raise refusals.bad(f'unknown field "{field}" in {name}')
    for field, field_kind in fields.items():
        if field in value:
            _hold(value[field], field_kind.removeprefix("!"), where=f'"{field}" of {name}')
        elif field_kind.startswith("!"):
            raise refusals.bad(f"can't parse {name}: can't find field \"{field}\"")


def _which(value: Mapping[str, Any], kind: str, *, where: str) -> str:
    """Return which object of a union a value is: by its `type`, or by the required fields it has."""
    names = UNIONS.get(kind) or kind.split("|")
    if len(names) == 1:
        return names[0]
    for name in names:
        if name in TAGS:
            if value.get("type") == TAGS[name]:
                return name
        elif all(field in value for field, kind in OBJECTS[name].items() if kind.startswith("!")):
            return name
    raise refusals.bad(f"object expected as {where.replace('_', ' ')}")
