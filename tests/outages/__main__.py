"""`python -m tests.outages`: outages of every kind, 6 and 72 hours long, 10,000 reminders due, in virtual time."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from reminderbot import observability
from reminderbot.store import migrate
from tests.outages import dark, report, runs

HOURS = (6, 72)
REMINDERS = 10_000


def main() -> int:
    """Run what was asked for; 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.outages", description=__doc__)
    parser.add_argument("kinds", nargs="*", type=dark.Kind, help="which kinds; all of them if none is named")
    parser.add_argument("--size", type=float, default=1.0, help="of every run, as a part of the full one")
    chosen = parser.parse_args()
    observability.configure("CRITICAL")
    outcomes = [
        _run(runs.Plan(kind, hours, round(REMINDERS * chosen.size)))
        for kind in chosen.kinds or dark.Kind
        for hours in HOURS
    ]
    print(report.table(outcomes))  # noqa: T201 - a report is printed
    return 1 if any(each.report.broken for each in outcomes) else 0


def _run(plan: runs.Plan) -> runs.Outcome:
    print(f"==> {plan.kind}, {plan.hours} h", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="reminderbot-outage-") as folder:
        url = f"sqlite:///{Path(folder) / 'reminderbot.sqlite'}"
        asyncio.run(migrate.upgrade(url))
        return runs.through(plan, url)


if __name__ == "__main__":
    sys.exit(main())
