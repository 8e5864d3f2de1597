"""Commands for backups: backup, backup --verify, restore."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from reminderbot import app, settings
from reminderbot.cli import printed

Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.command()(backup)
    commands.command()(restore)


def backup(
    to: Annotated[Path | None, typer.Option(help="The file to write; default: one named by the hour, here.")] = None,
    verify: Annotated[Path | None, typer.Option(help="Write nothing: read this backup and say what it holds.")] = None,
    as_json: Json = False,
) -> None:
    """Write one encrypted file of all that is stored, while the bot runs; or look one over."""
    if to is not None and verify is not None:
        raise typer.BadParameter("--to writes a backup and --verify reads one: give one of them")
    if verify is not None:
        _verify(verify, as_json=as_json)
        return
    made = asyncio.run(app.backup(settings.load(), to))
    if as_json:
        shown = {"file": str(made.path), "bytes": made.size, "chunks": made.chunks, "rows": made.rows}
        typer.echo(printed.as_json(shown))
        return
    typer.echo(f"{made.path}: {sum(made.rows.values())} rows, {made.size} bytes, sealed with the active key.")
    typer.echo(f"Look it over: reminderbot backup --verify {made.path}")


def _verify(path: Path, *, as_json: bool) -> None:
    found = asyncio.run(app.verify(settings.load(), path))
    said = found.header
    if as_json:
        shown = {"made_at": said.made_at, "schema": said.revision, "from": said.dialect, "key": said.master}
        figures = {"chunks": found.chunks, "rows": found.rows, "keys": found.keys, "opened": found.opened}
        typer.echo(printed.as_json({**shown, **figures}))
        return
    typer.echo(f"Made {said.made_at} from {said.dialect}, schema {said.revision}, key {said.master}.")
    typer.echo(f"{found.chunks} chunks are whole and in order, with {sum(found.rows.values())} rows.")
    typer.echo(f"{found.keys} data keys unwrap; {found.opened} sealed values were tried, and open.")


def restore(
    file: Annotated[Path, typer.Argument(help="The backup.")],
    as_json: Json = False,
) -> None:
    """Restore a backup into an empty database, SQLite or PostgreSQL; what was due before is not sent again."""
    found = asyncio.run(app.restore(settings.load(), file))
    did = found.settled
    if as_json:
        typer.echo(printed.as_json({"made_at": found.made_at, "rows": found.rows, "settled": vars(did)}))
        return
    typer.echo(f"Restored {sum(found.rows.values())} rows of {found.made_at}.")
    typer.echo(f"Erased again: {did.patients} patients, {did.chats} chats.")
    typer.echo(f"Not sent again: {did.reminders} reminders, {did.updates} updates, {did.messages} messages.")
    typer.echo("`reminderbot attention` lists them. Start the bot when you are ready.")
