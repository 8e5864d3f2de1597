"""`make demo`: the app and the simulator joined, invented people, and a product clock that can be wound."""

import asyncio
import contextlib
import os
import socket
import webbrowser
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import typer

from reminderbot import app, clocks, errors, settings
from reminderbot.demo import clinic, stage
from reminderbot.simulator import server, world

FOLDER = Path(".demo")
PEOPLE = (("Ana", "en"), ("Lucía", "es"))


async def play(*, port: int, browser: bool) -> None:
    """Serve the demo until it is interrupted; Unusable if the port is taken or the folder cannot be written."""
    clock = clocks.Clock.starting(datetime.now(UTC))
    bot = world.Bot(token=server.TOKEN, first_name="Aftercare", username="aftercare_demo_bot")
    theatre = stage.Stage(clock, bot=bot.id)
    simulator = server.Simulator([bot], now=clock.now, routes=theatre.routes())
    for name, language in PEOPLE:
        theatre.add(simulator.add_person(name, language_code=language))
    async with _served(simulator, port) as address:
        chosen = _settings(address)
        async with app.opened(chosen, clock=clock) as house:
            team = await clinic.made(house, bot_id=bot.id, username=bot.username, start=_starting(simulator, bot))
            theatre.open(house, team)
            typer.echo(f"\n  The demo is at  {address}/\n\n  Press Ctrl-C to end it.\n")
            if browser:
                await asyncio.to_thread(webbrowser.open, f"{address}/")
            await app.serve(house, doors=frozenset(app.Door))


def _starting(simulator: server.Simulator, bot: world.Bot) -> Callable[[str, str], int]:
    """Return what gives a person a phone on which the bot was started."""

    def start(name: str, language: str) -> int:
        person = simulator.add_person(name, language_code=language)
        simulator.world.conversation(bot, person).started = True
        return person.id

    return start


@contextlib.asynccontextmanager
async def _served(simulator: server.Simulator, port: int) -> AsyncIterator[str]:
    async with contextlib.AsyncExitStack() as stack:
        try:
            address = await stack.enter_async_context(server.serve(simulator, port=port))
        except OSError as error:
            raise errors.Unusable(
                f"Port {port} cannot be listened on ({os.strerror(error.errno or 0)}). "
                'Choose another: make demo ARGS="--port 8090"; 0 takes any that is free.'
            ) from error
        yield address


def _free_port() -> int:
    """Return a port that nobody listens on: the page must know where the console will be."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def _settings(address: str) -> settings.Settings:
    """Return settings on embedded defaults: a fresh SQLite file and the demo's own key, both in .demo/."""
    try:
        FOLDER.mkdir(exist_ok=True)
        for leftover in FOLDER.glob("demo.sqlite*"):
            leftover.unlink()
        key = FOLDER / "demo.key"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(app.new_key() + "\n", encoding="utf-8")
    except OSError as error:
        raise errors.Unusable(f"The folder {FOLDER}/ cannot be written here ({error.strerror}).") from error
    return settings.Settings.model_validate(
        {
            "token": server.TOKEN,
            "telegram_url": address,
            "database_url": f"sqlite:///{FOLDER}/demo.sqlite",
            "key": key.read_text(encoding="utf-8").strip(),
            "listen": f"127.0.0.1:{_free_port()}",
        }
    )
