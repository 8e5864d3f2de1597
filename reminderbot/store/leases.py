"""The machine's time that leases, retries and seats follow: on PostgreSQL the database's own, one for all machines."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal

from reminderbot import clocks
from reminderbot.store import tables
from reminderbot.store.work import Work


def now(work: Work) -> ColumnElement[Any]:
    """Return the machine's instant as the database sees it; it moves on inside a transaction."""
    return after(work, timedelta(0))


def after(work: Work, delay: timedelta) -> ColumnElement[Any]:
    """Return the machine's instant that lies `delay` ahead (or back, if negative)."""
    if work.dialect == "postgresql":
        return func.clock_timestamp(type_=tables.Instant) + literal(delay)
    return literal(clocks.machine() + delay, tables.Instant)
