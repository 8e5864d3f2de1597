"""The simulator as one object, and a server for it on a port of this machine."""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from reminderbot.simulator import bot_api, control, faults, journal, pace, phone, truth, wire, world

TOKEN = "4200000001:AAE-simulated-token-of-nobody-at-all"  # noqa: S105 - opens nothing but this simulator


class Simulator:
    """A Telegram Bot API of our own, a control door and phones, all in memory.

    `bots` are tokens or `world.Bot`s that work; `now` stamps messages (default: the machine's clock);
    `log` is a file to which each accepted send is appended before it is answered; `limits` switches
    Telegram's real sending limits on; `routes` are more routes for the same application.
    """

    def __init__(
        self,
        bots: Iterable[str | world.Bot] = (TOKEN,),
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        log: Path | None = None,
        limits: bool = False,
        routes: Sequence[BaseRoute] = (),
    ) -> None:
        accounts = [bot if isinstance(bot, world.Bot) else world.Bot(token=bot) for bot in bots]
        self.world = world.World(accounts, now=now, monotonic=monotonic)
        self.journal = journal.Journal(now, log)
        self.faults = faults.Faults()
        pacing = pace.Limits(monotonic) if limits else None
        doors: list[BaseRoute] = [
            *bot_api.Door(self.world, self.journal, self.faults, pacing).routes(),
            *control.Control(self.world).routes(),
            *truth.Truth(self.world, self.journal, self.faults).routes(),
            *phone.Phones(self.world).routes(),
        ]
        self.app = Starlette(routes=[*doors, *routes])

    def add_person(self, first_name: str = "Ana", *, language_code: str | None = "en") -> world.Person:
        """Invent a person."""
        person = world.Person(self.world.free_person_id(), first_name, language_code=language_code)
        self.world.people[person.id] = person
        return person

    async def close(self) -> None:
        """End long polls, open phones and webhooks, and close the log."""
        await self.world.close()
        self.journal.close()


@contextlib.asynccontextmanager
async def serve(
    simulator: Simulator, *, app: ASGIApp | None = None, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[str]:
    """Open the simulator (or `app` around it) on a port, 0 for any free one; yields the base URL.

    Raises OSError if the port is taken.
    """
    listener = socket.create_server((host, port))
    config = uvicorn.Config(
        app or simulator.app,
        http=wire.CuttableProtocol,
        ws="none",
        lifespan="off",
        access_log=False,  # a path holds a token
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = wire.QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]), name="simulator")
    try:
        await server.opened()
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        await simulator.close()
        server.should_exit = True
        await task
        listener.close()
