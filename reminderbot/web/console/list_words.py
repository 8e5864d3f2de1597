"""A list's report in words: what is said of the file, of every kind of line, and of every line."""

import dataclasses
from collections.abc import Callable
from datetime import date, time
from typing import Any, Final

from reminderbot.services.lists import columns, dates, uploading
from reminderbot.services.lists.comparing import Entry, Kind
from reminderbot.web.console import patient_changes
from reminderbot.web.console.visit import Visit

ORDERS: Final = ((dates.Order.DAY_FIRST, "day"), (dates.Order.MONTH_FIRST, "month"))
PAGE: Final = 100  # lines of the report at once
STATES: Final = {
    Kind.FAULTY: "bad",
    Kind.NEW: "good",
    Kind.MOVED: "wait",
    Kind.GONE: "wait",
    Kind.LEFT: "off",
    Kind.SAME: "off",
}


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of the report, in words; `number` is empty for what is gone."""

    number: str
    who: str
    what: str


async def preview(visit: Visit, look: uploading.Look) -> dict[str, Any]:
    """Return what the page of a list is made from, besides the list."""
    options = [(str(at), _heading(look, at)) for at in range(len(look.headings))]
    values: dict[str, Any] = {
        "notes": _notes(visit, look),
        "missing": [visit.text("lists.missing", column=_column(visit, each)) for each in look.choices.missing],
        "columns": [(each.value, _column(visit, each), look.choices.columns.get(each, "")) for each in columns.Column],
        "options": [("", visit.text("lists.not-used")), *options],
        "orders": [(order, visit.text(f"lists.order-{name}")) for order, name in ORDERS],
        "languages": [(code, visit.console.catalog.language(code).name) for code in visit.console.catalog.languages],
        "plans": await patient_changes.offered(visit),
    }
    return values | (await _report(visit, look) if look.report else {})


async def table(visit: Visit, look: uploading.Look) -> list[list[str]]:
    """Return the whole report with its headings, for a spreadsheet."""
    headings = [visit.text(f"lists.{name}") for name in ("line", "report-kind", "who", "what")]
    rows = [headings]
    for kind in Kind:
        entries = look.report.of(kind) if look.report else []
        said = await _rows(visit, entries, look)
        rows += [[row.number, visit.text(f"lists.kind-{kind}"), row.who, row.what] for row in said]
    return rows


def cards_say(visit: Visit) -> Callable[..., str]:
    """Return how a card speaks: in the patient's language."""

    def say(language: str, name: str, day: date | None = None, at: time | None = None) -> str:
        words = visit.console.words
        session = _session(visit, day, at, language=language) if day and at else ""
        return words.say_plain(language, f"console.lists.{name}", session=session)

    return say


async def _report(visit: Visit, look: uploading.Look) -> dict[str, Any]:
    report = look.report
    assert report is not None  # noqa: S101 - asked only with one
    filled = [kind for kind in Kind if report.of(kind)]
    asked = visit.query("show")
    kind = Kind(asked) if asked in list(Kind) else (filled or [Kind.NEW])[0]
    entries = report.of(kind)
    page = max(int(visit.query("page")) if visit.query("page").isdecimal() else 1, 1)
    some = entries[(page - 1) * PAGE : page * PAGE]
    return {
        "tabs": [(each.value, visit.text(f"lists.kind-{each}"), report.counts[each], STATES[each]) for each in Kind],
        "kind": kind.value,
        "about": visit.text(f"lists.about-{kind}"),
        "rows": await _rows(visit, some, look),
        "page": page,
        "more": len(entries) > page * PAGE,
    }


def _notes(visit: Visit, look: uploading.Look) -> list[str]:
    said = [visit.text(f"lists.note-{note}", sheet=look.sheet) for note in look.notes]
    if look.applied_before:
        moment = visit.moment(look.applied_before, zone=look.zone)
        said.append(visit.text("lists.same-file", moment=moment))
    if look.report:
        order = visit.text(f"lists.order-{dict(ORDERS)[look.choices.order]}")
        said += [visit.text(f"lists.by-{look.choices.identity}"), visit.text("lists.order-said", text=order)]
    return said


async def _rows(visit: Visit, entries: list[Entry], look: uploading.Look) -> list[Row]:
    gone = [entry.patient_id for entry in entries if entry.kind is Kind.GONE and entry.patient_id]
    names = await uploading.names(visit.work, visit.who, gone) if gone else {}
    rows = []
    for entry in entries:
        who = entry.name or names.get(entry.patient_id or "", "")
        rows.append(Row(str(entry.row or ""), who, _what(visit, entry, look)))
    return rows


def _what(visit: Visit, entry: Entry, look: uploading.Look) -> str:
    match entry.kind:
        case Kind.FAULTY:
            return visit.text(f"list-fault.{entry.why}", typed=entry.typed)
        case Kind.LEFT:
            return visit.text(f"lists.left-{entry.why}")
        case Kind.MOVED:
            before = _session(visit, *(entry.before or (None, None)))
            return visit.text("lists.from-to", session_old=before, session_new=_session(visit, entry.day, entry.at))
        case Kind.SAME if entry.held and not entry.held.key:
            return f"{_session(visit, entry.day, entry.held.at)}. {visit.text('lists.hand')}"
        case Kind.SAME if entry.held:
            return _session(visit, entry.day, entry.held.at)
        case _:
            return _session(visit, entry.day, entry.at or look.choices.at)


def _session(visit: Visit, day: date | None, at: time | None, *, language: str = "") -> str:
    if day is None or at is None:
        return ""
    words, spoken = visit.console.words, language or visit.language
    today = visit.local(visit.now, "UTC").date()  # it decides only whether a year is said
    return f"{words.day(spoken, day, today=today)}, {words.clock(spoken, at)}"


def _column(visit: Visit, column: columns.Column) -> str:
    return visit.text(f"lists.column-{column}")


def _heading(look: uploading.Look, at: int) -> str:
    heading = look.headings[at] or f"({at + 1})"
    return f"{heading} — {look.samples[at]}" if look.samples[at] else heading
