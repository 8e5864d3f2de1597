"""Reads what stands behind the options: dates, instants, hours, zones, languages; each mistake is wrong usage."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

import typer

from reminderbot import app, clocks, errors, settings

HOURS = 100 * 366 * 24
YEARS = range(1900, 3000)  # sessions of people; arithmetic at the ends of the calendar overflows
_HOUR = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")  # a date alone would silently be midnight
_INSTANT = "2026-11-24T15:30+01:00"


def moment(text: str, zone: str | None = None) -> datetime:
    """Return a session's local date and time, naive; with a zone an offset is understood, without one refused."""
    read = _iso(text) if _MOMENT.fullmatch(text.strip()) else None
    if read is None:
        raise typer.BadParameter(f"{text!r} is not a date and time; write for example 2026-11-24T15:30")
    if read.tzinfo is None:
        return read
    if zone is None:
        raise typer.BadParameter("write the session's time on the clinic's own clock, without an offset")
    return app.local(read, known_zone(zone)).replace(tzinfo=None)


def instant(text: str | None, zone: str) -> datetime:
    """Return an instant, the product clock's if none is given; without an offset it is the zone's wall time."""
    place = known_zone(zone)
    if text is None:
        return settings.load().product_clock().now()
    read = _iso(text)
    if read is None:
        raise typer.BadParameter(f"{text!r} is not an instant; write for example {_INSTANT}")
    return read.astimezone(UTC) if read.tzinfo is not None else app.instant(read, place)


def known_zone(name: str) -> str:
    """Return the name of a zone that exists."""
    try:
        app.local(clocks.machine(), name)
    except errors.Refusal:
        raise typer.BadParameter(f"{name!r} is not a zone; write an IANA name, for example Europe/Madrid") from None
    return name


def known_language(catalog: app.Catalog, code: str) -> str:
    """Return the code of a language that we speak."""
    if code not in catalog.languages:
        raise typer.BadParameter(f"there is no language {code!r}; there is {', '.join(catalog.languages)}")
    return code


def known_plan(catalog: app.Catalog, key: str) -> str:
    """Return the key of a plan that we have."""
    if key not in catalog.plan_keys:
        raise typer.BadParameter(f"there is no plan {key!r}; there is {', '.join(catalog.plan_keys)}")
    return key


def hour(text: str) -> time:
    """Return a wall time."""
    found = _HOUR.fullmatch(text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is not an hour; write for example 08:30")
    return time(int(found[1]), int(found[2]))


def span(text: str) -> tuple[time, time]:
    """Return the two ends of quiet hours."""
    start, dash, end = text.partition("-")
    if not dash:
        raise typer.BadParameter(f"{text!r} is not a span of hours; write for example 21:00-08:00")
    return hour(start), hour(end)


def span_of_hours(hours: float | None) -> timedelta | None:
    """Return so many hours; within a hundred years, before or after."""
    if hours is None:
        return None
    if not abs(hours) <= HOURS:  # nan is no number of hours either
        raise typer.BadParameter(f"{hours} hours are too many; write for example 30")
    return timedelta(hours=hours)


def _iso(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return read if read.year in YEARS else None
