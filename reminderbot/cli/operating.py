"""Commands that run and keep the bot: run, demo, migrate, check."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer

from reminderbot import app, errors, observability, settings
from reminderbot.cli import printed


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.command()(run)
    commands.command("demo")(play)
    commands.command()(migrate)
    commands.command()(check)


def run(
    more: Annotated[list[str] | None, typer.Argument(metavar="", hidden=True)] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Open only these doors: chat, delivery, web. May be given several times.")
    ] = None,
) -> None:
    """Run the bot until it is told to stop: the chat, the delivery, and the web."""
    doors = _doors([*(only or []), *(more or [])], given=only is not None or not more)
    chosen = settings.load()
    observability.configure(chosen.log_level)
    asyncio.run(app.run(chosen, doors=doors))


def _doors(words: list[str], *, given: bool) -> frozenset[app.Door]:
    named = {name for word in words for name in word.replace("|", ",").split(",") if name}
    unknown = named - set(app.Door)
    if unknown or not given:
        raise typer.BadParameter(f"there is no {', '.join(sorted(unknown or named))}; choose from chat, delivery, web")
    return frozenset(app.Door(name) for name in named) or frozenset(app.Door)


def play(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the page; 0 takes any that is free.")] = 8081,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Print the address and open nothing.")] = False,
) -> None:
    """Play the whole story in a browser: a phone, a clock to wind, no Telegram account."""
    from reminderbot import demo

    observability.configure("WARNING")
    asyncio.run(demo.play(port=port, browser=not no_browser))


def migrate() -> None:
    """Bring the database to this version's schema."""
    typer.echo(asyncio.run(app.migrate(settings.load())))


def check(
    messages: Annotated[bool, typer.Option("--messages", help="Look at the texts alone.")] = False,
) -> None:
    """Show every setting and say what is wrong: settings, key, database, token, messages."""
    faults = app.message_faults(settings.load()) if messages else _examined()
    printed.faults(faults)


def _examined() -> list[str]:
    """Print every setting; return what is wrong with them, or with what they name."""
    for name, value in settings.shown(os.environ):
        typer.echo(f"{name:26} {value}")
    faults = [f"{name} is no setting of ours. Is it misspelt?" for name in settings.unknown(os.environ)]
    faults += settings.open_files(os.environ)
    try:
        chosen = settings.load()
    except errors.Unusable as error:
        return [*faults, *str(error).splitlines()]
    return faults + asyncio.run(app.faults(chosen))
