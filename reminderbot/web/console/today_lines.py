"""What Today shows of a case, a note of its history, and of a day's figures, in words."""

import dataclasses
from collections.abc import Sequence
from datetime import datetime, timedelta

from reminderbot.services import cases, day
from reminderbot.web.console.visit import Visit

HIGH = 60  # units of the tallest bar
WIDE = 10  # units of one day


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of the list, ready to be shown."""

    kind: cases.Kind
    subject: str
    patient_id: str
    name: str = dataclasses.field(repr=False)
    about: str
    age: str
    owner: str = dataclasses.field(repr=False)
    state: cases.State
    is_late: bool


@dataclasses.dataclass(frozen=True)
class Drawn:
    """A day of the chart as it is drawn, upwards from the line."""

    x: int
    sent: int
    failed: int
    of: day.Bar


def line(visit: Visit, listed: cases.Listed) -> Line:
    """Return a line of the list."""
    need = listed.need
    return Line(
        kind=need.kind,
        subject=need.subject,
        patient_id=need.patient_id,
        name=need.patient_name or visit.text("today.no-name"),
        about=about(visit, need.kind, need.about, need.step_key),
        age=age(visit, visit.now - need.since),
        owner=listed.owner,
        state=listed.state,
        is_late=listed.is_late,
    )


def about(visit: Visit, kind: cases.Kind, what: str | None, step_key: str | None) -> str:
    """Return what a case is about, in a sentence."""
    called = _title(visit, step_key)
    match kind:
        case cases.Kind.WORRY:
            return visit.text("cases.worry-step", title=called) if step_key else visit.text("cases.worry")
        case cases.Kind.LETTER:
            return visit.text("cases.letter")
        case cases.Kind.REMINDER | cases.Kind.INVITE:
            return visit.text(f"cases.{what}", title=called) if what else ""


def age(visit: Visit, span: timedelta) -> str:
    """Return "12 min", "3 h" or "2 days"."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:
        return visit.text("cases.age-minutes", count=minutes)
    if minutes < 48 * 60:
        return visit.text("cases.age-hours", count=minutes // 60)
    return visit.text("cases.age-days", count=minutes // (24 * 60))


def history(visit: Visit, of: cases.CaseView, zone: str) -> list[tuple[str, str]]:
    """Return what was done about a case, and by whom."""
    row = of.row
    done: list[tuple[str, datetime | None, str | None]] = [
        ("acknowledged", row.acknowledged_at, row.acknowledged_by),
        ("contacted", row.contacted_at, row.contacted_by),
        ("closed", row.closed_at, row.closed_by),
    ]
    return [
        (
            visit.text(f"cases.{what}"),
            visit.text("cases.by", staff_name=of.names.get(by or "", ""), moment=visit.moment(at, zone=zone)),
        )
        for what, at, by in done
        if at is not None
    ]


def bars(chart: Sequence[day.Bar]) -> list[Drawn]:
    """Return the days as bars, the tallest `HIGH` units; a day on which anything failed shows at least one unit."""
    most = max([bar.sent + bar.failed for bar in chart] + [1])
    return [
        Drawn(number * WIDE, _height(bar.sent, most), _height(bar.failed, most), bar)
        for number, bar in enumerate(chart)
    ]


def _height(count: int, most: int) -> int:
    return max(count * HIGH // most, 1) if count else 0


def _title(visit: Visit, step_key: str | None) -> str:
    key = f"title.{step_key}"
    return visit.text(key) if step_key and visit.console.words.has("en", key) else visit.text("cases.step-other")
