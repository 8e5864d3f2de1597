"""The rows of a list as lines that can be applied, or as faults that say what to write instead. Pure."""

import dataclasses
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import asking
from reminderbot.services import names, sessions
from reminderbot.services.lists import columns, dates, grids
from reminderbot.services.lists.columns import Column

LONGEST_ID: Final = 100
"""Characters of what a booking system calls an appointment or a patient."""
SHOWN: Final = 40
"""Characters of a cell that a fault repeats."""


_CODE: Final = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z]{2,4}")


class Identity(StrEnum):
    """By what a line of tomorrow's list is known to be the same appointment."""

    APPOINTMENT = "appointment"
    NUMBER = "number"  # the patient's number and the date
    NAME = "name"  # the name and the date: a moved date cannot be told from a new one


@dataclasses.dataclass(frozen=True)
class Choices:
    """How a list is read: what stands in which column, the order of dates, and what lines get that do not say."""

    columns: Mapping[Column, int]
    order: dates.Order
    at: time
    language: str
    plan: str

    @property
    def missing(self) -> tuple[Column, ...]:
        """The columns without which nothing can be read."""
        return tuple(column for column in columns.REQUIRED if column not in self.columns)

    @property
    def identity(self) -> Identity:
        """By what lines are known again: the best that the list has."""
        if Column.APPOINTMENT in self.columns:
            return Identity.APPOINTMENT
        return Identity.NUMBER if Column.NUMBER in self.columns else Identity.NAME

    def as_json(self) -> dict[str, Any]:
        """Return the form in which they are kept."""
        return {**dataclasses.asdict(self), "columns": dict(self.columns), "at": self.at.isoformat("minutes")}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Choices":
        """Return what `as_json` has made a form of."""
        held = {Column(name): int(at) for name, at in kept["columns"].items()}
        return cls(held, dates.Order(kept["order"]), time.fromisoformat(kept["at"]), kept["language"], kept["plan"])


@dataclasses.dataclass(frozen=True)
class Known:
    """What a line may name: languages and plans by how people write them, folded; and today's date at the clinic."""

    languages: Mapping[str, str]
    plans: Mapping[str, str]
    today: date


@dataclasses.dataclass(frozen=True)
class Line:
    """One appointment. `at` is None where the list does not say; `key` is what it is known by, before it is blinded."""

    row: int
    name: str = dataclasses.field(repr=False)
    day: date
    at: time | None
    key: str = dataclasses.field(repr=False)
    number: str = dataclasses.field(repr=False)
    language: str
    plan: str


@dataclasses.dataclass(frozen=True)
class Fault:
    """A line that cannot be taken: `why` names the sentence, `typed` is what stands there. `key` if it is known."""

    row: int
    why: str
    typed: str = dataclasses.field(default="", repr=False)
    name: str = dataclasses.field(default="", repr=False)
    key: str = dataclasses.field(default="", repr=False)


class _Wrong(Exception):
    def __init__(self, why: str, typed: str = "") -> None:
        super().__init__(why)
        self.fault = (why, typed)


def read(
    rows: Sequence[tuple[int, Sequence[str]]], choices: Choices, known: Known, *, width: int
) -> tuple[list[Line], list[Fault]]:
    """Return the lines and the faults of a list, in its order; two lines that are one appointment are faults both."""
    lines, faults = list[Line](), list[Fault]()
    for number, cells in rows:
        row = _Row(cells, choices)
        try:
            if len(cells) > width:
                raise _Wrong("cells")
            lines.append(_line(number, row, choices, known))
        except _Wrong as wrong:
            why, typed = wrong.fault
            faults.append(Fault(number, why, _shown(typed), _shown(row.given(Column.NAME)), row.appointment))
    good, twice = _parted(lines)
    return good, sorted([*faults, *twice], key=lambda fault: fault.row)


class _Row:
    """The cells of one row under the names of their columns."""

    def __init__(self, cells: Sequence[str], choices: Choices) -> None:
        self._cells = cells
        self._at = choices.columns
        self.has_ids = choices.identity is Identity.APPOINTMENT

    def given(self, column: Column) -> str:
        """Return a cell as it stands, empty where there is none."""
        at = self._at.get(column)
        return self._cells[at] if at is not None and at < len(self._cells) else ""

    def text(self, column: Column) -> str:
        """Return a cell that holds a plain value, cleaned."""
        cell = self.given(column)
        if cell == grids.FORMULA:
            raise _Wrong("formula")
        if cell == grids.ERROR:
            raise _Wrong("error-cell")
        if cell.endswith(grids.CUT):
            raise _Wrong("long", cell)
        return names.clean(cell)

    @property
    def appointment(self) -> str:
        """The key of the appointment where the list has one, whatever else is wrong with the line."""
        given = _id(self.given(Column.APPOINTMENT))
        return f"appointment|{given}" if self.has_ids and given else ""


def _line(number: int, row: _Row, choices: Choices, known: Known) -> Line:
    name = _name(row)
    day, at = _when(row, choices)
    if abs(day - known.today) > sessions.YEAR:
        raise _Wrong("date-far", row.given(Column.DAY))
    patient = _checked_id(row.text(Column.NUMBER))
    return Line(
        row=number,
        name=name,
        day=day,
        at=at,
        key=_key(row, choices, name, day, patient),
        number=patient,
        language=_found(row.text(Column.LANGUAGE), language_of, known.languages, "language") or choices.language,
        plan=_found(row.text(Column.PLAN), plan_of, known.plans, "plan") or choices.plan,
    )


def _name(row: _Row) -> str:
    whole = " ".join(part for part in (row.text(Column.NAME), row.text(Column.SURNAME)) if part)
    if not whole:
        raise _Wrong("name-none")
    try:
        return names.name(whole)
    except errors.Invalid:
        raise _Wrong("name-long", whole) from None


def _when(row: _Row, choices: Choices) -> tuple[date, time | None]:
    day_text, time_text = row.text(Column.DAY), row.text(Column.TIME)
    typed = day_text
    try:
        day, behind = dates.read_day(day_text, choices.order)
        typed = time_text
        return day, dates.read_time(time_text) or behind
    except dates.Unread as unread:
        raise _Wrong(unread.why, typed) from None


def _key(row: _Row, choices: Choices, name: str, day: date, patient: str) -> str:
    match choices.identity:
        case Identity.APPOINTMENT:
            if not _checked_id(row.text(Column.APPOINTMENT)):
                raise _Wrong("id-none")
            return row.appointment
        case Identity.NUMBER:
            if not patient:
                raise _Wrong("number-none")
            return f"number|{patient}|{day}"
        case Identity.NAME:
            return f"name|{asking.fold(name) or name}|{day}"


def _checked_id(text: str) -> str:
    if len(text) > LONGEST_ID:
        raise _Wrong("id-long", text)
    return _id(text)


def _id(text: str) -> str:
    """Return an id as it is compared: without differences of capitals and width, and without spaces around it."""
    return unicodedata.normalize("NFKC", names.clean(text)).casefold()


def language_of(text: str, known: Mapping[str, str]) -> str:
    """Return the language that a cell names ("es", "es-MX", "Spanish"); empty for none of ours."""
    folded = asking.fold(text)
    code = _CODE.fullmatch(text.strip())
    return known.get(folded) or (known.get(code[1].casefold(), "") if code else "")


def plan_of(text: str, known: Mapping[str, str]) -> str:
    """Return the plan that a cell names, alone or among other words ("Microneedling, face"); empty for none."""
    folded = f" {asking.fold(text)} "
    return next((plan for called, plan in known.items() if f" {called} " in folded), "")


def _found(text: str, find: Callable[[str, Mapping[str, str]], str], known: Mapping[str, str], what: str) -> str:
    if not text:
        return ""
    found = find(text, known)
    if not found:
        raise _Wrong(what, text)
    return found


def _parted(lines: Sequence[Line]) -> tuple[list[Line], list[Fault]]:
    """Part lines that stand alone from those whose key another one has as well."""
    by_key = defaultdict[str, list[Line]](list)
    for line in lines:
        by_key[line.key].append(line)
    good = [line for line in lines if len(by_key[line.key]) == 1]
    twice = [line for line in lines if len(by_key[line.key]) > 1]
    return good, [_twice(line, by_key[line.key]) for line in twice]


def _twice(line: Line, same: Sequence[Line]) -> Fault:
    others = [str(each.row) for each in same if each is not line]
    shown = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
    return Fault(line.row, f"twice-{line.key.split('|', 1)[0]}", shown, line.name, line.key)


def _shown(text: str) -> str:
    cleaned = names.clean(text.split("\0", 1)[0])
    return cleaned if len(cleaned) <= SHOWN else cleaned[:SHOWN] + "…"
