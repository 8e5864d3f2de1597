"""`python -m tests.isolation --operations 20000 --seed 1 --on postgresql`: operations as one organisation's staff."""

import argparse
import asyncio
import contextlib
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from reminderbot import observability
from reminderbot.catalog import catalog as catalogs
from reminderbot.store import migrate, vault
from reminderbot.store import work as works
from tests import conftest, postgres
from tests.isolation import full, playing


async def play(
    store: works.Store,
    catalog: catalogs.Catalog,
    *,
    operations: int,
    seed: int,
    tell: Callable[[playing.Figures], None] = lambda _: None,
) -> playing.Figures:
    """Fill both organisations and play; `tell` hears every thousand operations how it stands."""
    with playing.seeded(seed):
        two = await full.both(store, catalog, now=conftest.MONDAY)
        played = playing.Play(store, catalog, two, seed=seed, now=conftest.MONDAY, tell=tell)
        return await played.run(operations)


async def _run(url: str, operations: int, seed: int) -> playing.Figures:
    store = await works.Store.open(url, vault.Masters.read(vault.new_master()))
    try:
        return await play(store, catalogs.Catalog.load(), operations=operations, seed=seed, tell=_tell)
    finally:
        await store.close()


def _tell(figures: playing.Figures) -> None:
    sys.stderr.write(figures.lines()[0] + "\n")


@contextlib.contextmanager
def _database(kind: str) -> Iterator[str]:
    """Make a migrated database; on PostgreSQL its URL is that of the program's role, which row-level security holds."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'isolation.sqlite'}"
            asyncio.run(migrate.upgrade(url))
            yield url
        return
    with postgres.server() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(conftest.MAKE_ROLE)
        asyncio.run(migrate.upgrade(url))
        asyncio.run(migrate.grant(url, conftest.ROLE))
        yield conftest.as_role(url)


def main() -> int:
    """Play what is asked on the command line; print figures, and what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--operations", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    asked.add_argument("--on", choices=["sqlite", "postgresql"], default="sqlite", help="a database of its own")
    asked.add_argument("--url", help="a migrated and empty database instead, as the program's role reaches it")
    asked.add_argument("--routes", action="store_true", help="say how often each route gave which answer")
    given = asked.parse_args()
    observability.configure("CRITICAL")
    with contextlib.nullcontext(given.url) if given.url else _database(given.on) as url:
        found = asyncio.run(_run(url, given.operations, given.seed))
    sys.stdout.write("\n".join([f"{(given.url and 'given') or given.on}:", *found.lines(by_route=given.routes)]) + "\n")
    sys.stdout.write("".join(f"BROKEN {law}\n" for law in found.broken[:20]))
    return 1 if found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
