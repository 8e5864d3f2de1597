"""`python -m tests.security.journal [--short] [--only NAME] [--database URL]`: prints the journal as a table."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.security.journal import ATTACKS, telling


def main() -> int:
    """Run what is asked on the command line; the exit code is 1 if something was not held."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--short", action="store_true", help="leave out what takes long")
    asked.add_argument("--only", action="append", help="one attack, by its name; default: all")
    asked.add_argument("--database", help="the URL of an empty PostgreSQL database; default: SQLite")
    given = asked.parse_args()
    attacks = [each for each in ATTACKS if not (given.short and each.is_long)]
    attacks = [each for each in attacks if each.name in (given.only or [each.name])]
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/reminderbot.sqlite"
        found = asyncio.run(telling.made(url, Path(folder), attacks))
    sys.stdout.write("| who | tried | what happened | |\n|---|---|---|---|\n")
    for attack, (is_held, words) in zip(attacks, found, strict=True):
        sys.stdout.write(f"| {attack.actor} | {attack.tried} | {words} | {'held' if is_held else '**not held**'} |\n")
    return 0 if all(is_held for is_held, _ in found) else 1


if __name__ == "__main__":
    sys.exit(main())
