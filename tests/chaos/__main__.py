"""`python -m tests.chaos`: the long runs, one after another, and the table of what became of them."""

import argparse
import asyncio
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from reminderbot.store import migrate
from tests import conftest, postgres
from tests.chaos import report, rig, runs

RUNS = ("kills-sqlite", "kills-postgresql", "postmaster", "freezes", "terms")


def main() -> int:
    """Run what was asked for; 1 if a law was broken."""
    chosen = _arguments()
    outcomes = []
    with _zygote() as zygote, postgres.running() as server:
        for name in chosen.runs or RUNS:
            folder = Path(tempfile.mkdtemp(prefix=f"reminderbot-chaos-{name}-"))
            print(f"==> {name}, kept in {folder}", flush=True)  # noqa: T201 - a report is printed
            outcome = _run(name, zygote, folder, server, chosen.size)
            outcomes.append(outcome)
            print(report.table([outcome]), flush=True)  # noqa: T201
    print(report.table(outcomes))  # noqa: T201
    return 0 if all(each.is_good for each in outcomes) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("runs", nargs="*", help="which runs; all of them if none is named")
    parser.add_argument("--size", type=float, default=1.0, help="of every run, as a part of the full one")
    return parser.parse_args()


def _run(name: str, zygote: rig.Zygote, folder: Path, server: postgres.Server, size: float) -> runs.Outcome:
    def plan(blows: int, reminders: int, workers: int, *, faults: bool = False) -> runs.Plan:
        return runs.Plan(max(1, round(blows * size)), max(60, round(reminders * size)), workers, faults)

    match name:
        case "kills-sqlite":
            return runs.kills(zygote, folder, sqlite(folder), plan(1000, 30_000, 1))
        case "kills-postgresql":
            return runs.kills(zygote, folder, database(server, folder), plan(300, 12_000, 2, faults=True))
        case "postmaster":
            return runs.postmasters(zygote, folder, server, database(server, folder), plan(20, 4_000, 2))
        case "freezes":
            return runs.freezes(zygote, folder, database(server, folder), plan(40, 4_000, 2))
        case _:
            return runs.terms(zygote, folder, sqlite(folder), plan(50, 4_000, 1))


def sqlite(folder: Path) -> str:
    """Return the URL of a migrated SQLite file in a folder."""
    url = f"sqlite:///{folder / 'reminderbot.sqlite'}"
    asyncio.run(migrate.upgrade(url))
    return url


def database(server: postgres.Server, folder: Path) -> str:
    """Return the URL of a migrated database of a PostgreSQL, named after a folder."""
    name = "chaos_" + "".join(letter for letter in folder.name.lower() if letter.isalnum())
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    url = conftest.database_url(server.url, name)
    asyncio.run(migrate.upgrade(url))
    return url


@contextlib.contextmanager
def _zygote() -> Iterator[rig.Zygote]:
    zygote = rig.Zygote()
    try:
        yield zygote
    finally:
        zygote.close()


if __name__ == "__main__":
    sys.exit(main())
