"""A session's date as it may be kept: a known zone, and no more than a year away."""

from datetime import date, datetime, time, timedelta

from reminderbot import errors
from reminderbot.planning import hours, timeline

YEAR = timedelta(days=366)
"""How far a session may lie ahead or back; the sentences say "a year"."""


def anchor(*, day: date, at: time, zone: str, now: datetime) -> timeline.Anchor:
    """Return where and when a session happens, to the minute.

    Raises Invalid: `refusal.unknown_zone`, `refusal.date.too-far-ahead`, `refusal.date.too-far-past`.
    """
    hours.zone(zone)
    away = _distance(day, now)
    if away > YEAR:
        raise errors.Invalid("refusal.date.too-far-ahead")
    if away < -YEAR:
        raise errors.Invalid("refusal.date.too-far-past")
    return timeline.Anchor(day=day, at=at.replace(second=0, microsecond=0, tzinfo=None, fold=0), zone=zone)


def _distance(day: date, now: datetime) -> timedelta:
    """Return how far a day lies ahead: whole days, since the bound is no matter of hours (nor of year 1 or 9999)."""
    return day - now.date()
