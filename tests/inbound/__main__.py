"""`python -m tests.inbound`: 300 SIGKILLs while 10,000 updates arrive, and 60 on PostgreSQL with two workers."""

import argparse
import sys
import tempfile
from pathlib import Path

from tests import postgres
from tests.chaos import __main__ as chaos
from tests.chaos import rig
from tests.inbound import report, runs


def main() -> int:
    """Run both; 1 if a law was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.inbound", description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="of both runs, as a part of the full ones")
    size = parser.parse_args().size
    outcomes = []
    zygote = rig.Zygote()
    try:
        with postgres.running() as server:
            for plan in (_plan(300, 10_000, 1, size), _plan(60, 3_000, 2, size)):
                folder = Path(tempfile.mkdtemp(prefix="reminderbot-inbound-"))
                print(f"==> {plan.kills} kills, kept in {folder}", flush=True)  # noqa: T201 - a report is printed
                url = chaos.sqlite(folder) if plan.workers == 1 else chaos.database(server, folder)
                outcomes.append(runs.kills(zygote, folder, url, plan))
                print(report.table(outcomes[-1:]), flush=True)  # noqa: T201
    finally:
        zygote.close()
    return 1 if any(each.report.broken for each in outcomes) else 0


def _plan(kills: int, updates: int, workers: int, size: float) -> runs.Plan:
    return runs.Plan(max(1, round(kills * size)), max(60, round(updates * size)), workers)


if __name__ == "__main__":
    sys.exit(main())
