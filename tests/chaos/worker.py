"""One process of the shipped bot as `reminderbot run --only delivery` is, with its times wound down."""

import asyncio
import dataclasses
import faulthandler
import functools
import signal
import sys
from datetime import timedelta
from typing import Any

from reminderbot import app, errors, observability, settings
from reminderbot.delivery import claiming
from reminderbot.gateway import breaker, pace, seat, transport


@dataclasses.dataclass(frozen=True)
class Brisk(transport.Timeouts):
    """The time-outs of a Telegram on this machine; the lease follows from them by the shipped law."""

    connect: float = 0.4
    read: float = 0.5
    write: float = 0.3
    pool: float = 0.3
    commit: float = 0.6
    margin: float = 0.2


@dataclasses.dataclass(frozen=True)
class Brief(pace.Limits):
    """A pace at which a run of a thousand kills ends within the hour."""

    reminders: float = 150.0
    total: float = 170.0
    chat: float = 50.0


SEAT, RENEW = 0.9, 0.25  # seconds
PATIENCE = timedelta(seconds=0.3)
LONGEST_TRIAL = 1.0  # seconds between two calls that try whether Telegram is back


def main(spec: dict[str, Any]) -> None:
    """Run the doors that `spec` names until SIGTERM, with the mutant it names, if any; exit as the command does."""
    wind(spec.get("pace"), spec.get("seat", SEAT))
    faulthandler.register(signal.SIGUSR1)  # where it stands goes to its log, if it does not end when it is told to
    if spec.get("mutant"):
        from tests.chaos import mutants

        mutants.switch_on(spec["mutant"])
    observability.configure("WARNING")
    doors = frozenset(app.Door(each) for each in spec.get("doors", ["delivery"]))
    try:
        asyncio.run(app.run(settings.Settings(**spec["settings"]), doors=doors))
    except errors.Unusable as unusable:
        print(f"reminderbot: {unusable}", file=sys.stderr)  # noqa: T201 - as the command line does
        raise SystemExit(1) from None


def wind(reminders: float | None, seat_seconds: float) -> None:
    """Shorten what a real bot waits for: this process only, and no rule with it."""
    transport.Timeouts = Brisk  # type: ignore[misc]
    pace.Limits = functools.partial(Brief, **({"reminders": reminders} if reminders else {}))  # type: ignore[misc]
    seat.LEASE, seat.RENEW = timedelta(seconds=seat_seconds), RENEW
    claiming.PATIENCE = PATIENCE
    breaker.LONGEST_PROBE = breaker.LONGEST_TRIAL = LONGEST_TRIAL
