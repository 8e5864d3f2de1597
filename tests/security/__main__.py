"""`python -m tests.security --size 1.0 --of links`: onslaughts, each on an SQLite of its own, in figures."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from fastapi import FastAPI

from reminderbot import clocks, observability
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access
from reminderbot.store import migrate, vault
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests.conftest import MONDAY
from tests.security import figures, guesses, posts, sign_ins
from tests.services import cast
from tests.web.console import desk, hired

SEED = 20261127
SIZES: Final = {"links": 1_000_000, "posts": 100_000, "passwords": 10_000}

Onslaught = Callable[[works.Store, int], Awaitable[figures.Figures]]


async def _links(store: works.Store, tries: int) -> figures.Figures:
    return await guesses.guess(store, catalogs.Catalog.load(), tries=tries, links=200, seed=SEED)


async def _posts(store: works.Store, tries: int) -> figures.Figures:
    return await posts.post(store, tries=tries, seed=SEED)


async def _passwords(store: works.Store, tries: int) -> figures.Figures:
    catalog = catalogs.Catalog.load()
    async with store.writing() as work:
        bea = await cast.clinic(work, catalog, now=MONDAY)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    console = Console(store, catalog, catalog, lambda: MONDAY, clocks.machine, cast.BOT, desk.ADDRESS)
    app.router.routes.extend(consoles.site(console))
    dana, calm = [await hired.hire(store, bea, access.Role.DESK, name, has_second=False) for name in ("dana", "calm")]
    return await sign_ins.guess(app, dana, calm, tries=tries)


ONSLAUGHTS: Final[dict[str, Onslaught]] = {"links": _links, "posts": _posts, "passwords": _passwords}


async def run(name: str, tries: int) -> figures.Figures:
    """Let one onslaught come over a database of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'security.sqlite'}"
        await migrate.upgrade(url)
        store = await works.Store.open(url, vault.Masters.read(vault.new_master()))
        try:
            return await ONSLAUGHTS[name](store, tries)
        finally:
            await store.close()


def main() -> int:
    """Run what is asked on the command line; print a table of figures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--of", action="append", choices=list(ONSLAUGHTS), help="one onslaught; default: all")
    asked.add_argument("--size", type=float, default=1.0)
    given = asked.parse_args()
    observability.configure("ERROR")
    broken = 0
    for name in given.of or ONSLAUGHTS:
        found = asyncio.run(run(name, max(1, int(SIZES[name] * given.size))))
        sys.stdout.write("\n".join([*found.lines(), *(f"BROKEN {law}" for law in found.broken[:20])]) + "\n")
        sys.stdout.flush()
        broken += len(found.broken)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
