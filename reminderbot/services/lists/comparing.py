"""What a list would change: each line against what earlier lists have brought. Pure."""

import dataclasses
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from reminderbot.catalog import asking
from reminderbot.services.lists.lines import Fault, Line

TELLING: Final = 6
"""Letters from which a name tells one patient of a day from another: "A. G." does not."""

OLD: Final = timedelta(days=14)
"""How long a session may be over that a list still brings as new: a link for it would be of no use later."""


class Kind(StrEnum):
    """What becomes of a line."""

    FAULTY = "faulty"
    NEW = "new"
    MOVED = "moved"
    GONE = "gone"  # an appointment of an earlier list that this one no longer has
    LEFT = "left"  # left as it is, for a reason
    SAME = "same"


@dataclasses.dataclass(frozen=True)
class Held:
    """An appointment that an earlier list has brought, or a session of a known patient, as it stands now."""

    treatment_id: str
    patient_id: str
    day: date
    at: time
    starts_at: datetime
    version: int
    is_booked: bool
    is_ours: bool  # False once the patient was erased, or is looked after by another branch
    is_gone: bool = False
    number: bytes | None = dataclasses.field(default=None, repr=False)
    key: bytes = dataclasses.field(default=b"", repr=False)


@dataclasses.dataclass(frozen=True)
class Past:
    """What is known before: by the lines' keys, by patients' numbers, and all that lies ahead."""

    by_key: Mapping[str, Held]
    patients: Mapping[str, str]
    """The patient behind a number."""
    sessions: Mapping[str, Sequence[Held]]
    """Booked sessions of these patients."""
    ahead: Sequence[Held]
    numbers: Mapping[str, bytes]
    """The blind index of each number of the list."""
    namesakes: Mapping[tuple[str, date], Sequence[Held]] = dataclasses.field(default_factory=dict)
    """Booked sessions by the patient's name, folded, and the day."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One line of the report. `before` is where a moved one stands now; `row` is 0 for what is gone."""

    kind: Kind
    row: int
    day: date | None = None
    at: time | None = None
    before: tuple[date, time] | None = None
    why: str = ""
    typed: str = dataclasses.field(default="", repr=False)
    name: str = dataclasses.field(default="", repr=False)
    line: Line | None = dataclasses.field(default=None, repr=False)
    held: Held | None = dataclasses.field(default=None, repr=False)
    patient_id: str | None = None


@dataclasses.dataclass(frozen=True)
class Report:
    """What would become of every line, in the list's order; what is gone comes last."""

    entries: tuple[Entry, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many entries there are of each kind."""
        counted = Counter(entry.kind for entry in self.entries)
        return {kind.value: counted[kind] for kind in Kind}

    @property
    def changes(self) -> bool:
        """Tell whether applying would change anything, what is gone included."""
        return any(entry.kind in (Kind.NEW, Kind.MOVED, Kind.GONE) for entry in self.entries)

    def of(self, kind: Kind) -> list[Entry]:
        """Return the entries of a kind."""
        return [entry for entry in self.entries if entry.kind is kind]

    @property
    def fingerprint(self) -> str:
        """What tells this report from any other: a yes counts for what was shown."""
        told = [_told(entry) for entry in self.entries]
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]


def compare(lines: Sequence[Line], faults: Sequence[Fault], past: Past, *, now: datetime, today: date) -> Report:
    """Return what the lines would change. `today` is the clinic's."""
    listed = {held.treatment_id for held in past.by_key.values()}
    entries = [_against(line, past, listed, today) for line in lines]
    entries += [Entry(Kind.FAULTY, each.row, why=each.why, typed=each.typed, name=each.name) for each in faults]
    entries.sort(key=lambda entry: entry.row)
    present = {past.by_key[key].treatment_id for key in _keys(lines, faults) if key in past.by_key}
    present |= {entry.held.treatment_id for entry in entries if entry.held}
    ahead = {held.treatment_id: held for held in past.ahead}
    missing = [held for id, held in ahead.items() if id not in present and held.starts_at > now]
    entries, paired = _paired(entries, missing)
    gone = [held for held in missing if held.treatment_id not in paired and _is_within(held, lines)]
    return Report((*entries, *(_gone(held) for held in gone)))


def _against(line: Line, past: Past, listed: AbstractSet[str], today: date) -> Entry:
    patient_id = past.patients.get(line.number) if line.number else None
    held = past.by_key.get(line.key) or _by_hand(line, patient_id, past, listed)
    if held is None:
        return _new(line, patient_id, today)
    if not held.is_ours:
        return _entry(Kind.LEFT, line, held, why="away")
    if held.number and line.number and past.numbers.get(line.number) != held.number:
        return _entry(Kind.FAULTY, line, None, why="other-patient")
    if held.is_gone and not held.is_booked:
        return _new(line, held.patient_id, today)
    if not held.is_booked:
        return _entry(Kind.LEFT, line, held, why="ended")
    if line.day == held.day and line.at in (None, held.at):
        return _entry(Kind.SAME, line, held)
    if line.day < today - OLD:
        return _entry(Kind.LEFT, line, held, why="past")
    return _moved(line, held)


def _by_hand(line: Line, patient_id: str | None, past: Past, listed: AbstractSet[str]) -> Held | None:
    """Return the session of the same person on the same day that was entered by hand, or by a list with other ids.

    By the name only where there is one alone, and no other line's: initials are too few to tell people apart.
    """
    if patient_id:
        return next((each for each in past.sessions.get(patient_id, ()) if each.day == line.day), None)
    folded = asking.fold(line.name)
    if len(folded) < TELLING:
        return None
    same = [each for each in past.namesakes.get((folded, line.day), ()) if each.treatment_id not in listed]
    differs = bool(same and line.number and same[0].number)  # the clinic's numbers say that it is somebody else
    return same[0] if len(same) == 1 and not differs else None


def _new(line: Line, patient_id: str | None, today: date) -> Entry:
    if line.day < today - OLD:
        return _entry(Kind.LEFT, line, None, why="past")
    return dataclasses.replace(_entry(Kind.NEW, line, None), patient_id=patient_id)


def _moved(line: Line, held: Held) -> Entry:
    return dataclasses.replace(_entry(Kind.MOVED, line, held), before=(held.day, held.at), at=line.at or held.at)


def _entry(kind: Kind, line: Line, held: Held | None, why: str = "") -> Entry:
    return Entry(kind, line.row, line.day, line.at, why=why, name=line.name, line=line, held=held)


def _gone(held: Held) -> Entry:
    return Entry(Kind.GONE, 0, held.day, held.at, held=held, patient_id=held.patient_id)


def _keys(lines: Sequence[Line], faults: Sequence[Fault]) -> set[str]:
    return {line.key for line in lines} | {fault.key for fault in faults if fault.key}


def _paired(entries: Sequence[Entry], missing: Sequence[Held]) -> tuple[list[Entry], set[str]]:
    """Take one new session of a patient for one that is missing: with numbers alone, that is how a move looks."""
    fresh, absent = defaultdict[str, list[Entry]](list), defaultdict[str, list[Held]](list)
    for entry in entries:
        if entry.kind is Kind.NEW and entry.patient_id and entry.line and entry.line.key.startswith("number|"):
            fresh[entry.patient_id].append(entry)
    for held in missing:
        absent[held.patient_id].append(held)
    pairs = {
        each[0].row: absent[patient_id][0]
        for patient_id, each in fresh.items()
        if len(each) == 1 and len(absent[patient_id]) == 1
    }
    made = [_moved(entry.line, pairs[entry.row]) if entry.line and entry.row in pairs else entry for entry in entries]
    return made, {held.treatment_id for held in pairs.values()}


def _is_within(held: Held, lines: Sequence[Line]) -> bool:
    """Tell whether a session lies between the first and the last day of the list."""
    return bool(lines) and min(line.day for line in lines) <= held.day <= max(line.day for line in lines)


def _told(entry: Entry) -> list[object]:
    held = (entry.held.treatment_id, entry.held.version) if entry.held else None
    return [entry.kind, entry.row, entry.day, entry.at, entry.before, entry.why, held, entry.patient_id]
