"""Commands for master keys: keys, keys new, keys rotate; `key new` is the older name of `keys new`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from reminderbot import app
from reminderbot.cli import inside
from reminderbot.services import access

if TYPE_CHECKING:  # these bring the database's libraries with them: each command imports its own
    from reminderbot.services import rotating

OPERATOR = access.Operator()
tree = typer.Typer(rich_markup_mode=None, help="Master keys for what is stored.", invoke_without_command=True)
older = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Master keys for what is stored; see keys.")
FIRST = (
    "Every process that runs must have been restarted with the new key and the old one: one that has only the old key "
    "cannot read what is wrapped anew."
)


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.add_typer(tree, name="keys")
    commands.add_typer(older, name="key")


@tree.callback()
def status(context: typer.Context) -> None:
    """Show how many data keys each master key wraps, and which master key is no longer needed."""
    if context.invoked_subcommand is not None:
        return
    from reminderbot.services import rotating

    async def ask(house: app.House) -> tuple[rotating.MasterView, ...]:
        async with house.store.reading() as visit:
            return await rotating.standing(visit, OPERATOR)

    for each in inside.house(ask):
        typer.echo(_line(each))


@tree.command("new")
def new() -> None:
    """Print a new master key. Keep it apart from the database: without it nothing personal can be read."""
    typer.echo(app.new_key())


@older.callback()
def _group() -> None:
    """Master keys for what is stored; see keys."""


@older.command("new")
def older_new() -> None:
    """Print a new master key; the same as `keys new`."""
    new()


@tree.command("rotate")
def rotate() -> None:
    """Wrap every data key by the first key of REMINDERBOT_KEY, while the bot runs; go on where a run was cut off."""
    from reminderbot.services import rotating

    typer.echo(FIRST)

    async def ask(house: app.House) -> tuple[rotating.MasterView, ...]:
        return await rotating.rotate(house.store, OPERATOR, told=_progress)

    after = inside.house(ask)
    for each in after:
        typer.echo(_line(each))
    late = [each for each in after if each.data_keys and not each.is_active]
    if late:
        count = sum(each.data_keys for each in late)
        typer.echo(
            f"{count} data keys were made under an older key meanwhile: a process still runs with that key first. "
            "Restart it with the new key first, then rotate again. Keep the older key until then.",
            err=True,
        )
        raise typer.Exit(1)
    older_ones = [each.fingerprint for each in after if not each.is_needed]
    typer.echo(_end(older_ones))


def _progress(done: int, total: int) -> None:
    typer.echo(f"{done} of {total} data keys are wrapped anew")


def _line(each: rotating.MasterView) -> str:
    if not each.is_given:
        said = "is not in REMINDERBOT_KEY: what it wraps does not open"
    elif each.is_active:
        said = "active: new data keys are wrapped by it"
    else:
        said = "needed until `reminderbot keys rotate` has run" if each.data_keys else "no longer needed"
    return f"{each.fingerprint}  {each.data_keys:>8} data keys  {said}"


def _end(older_ones: list[str]) -> str:
    if not older_ones:
        return "Every data key is wrapped by the active key. There is no other key to take out."
    return (
        f"Nothing is wrapped by {', '.join(older_ones)} any more: take it out of REMINDERBOT_KEY and restart. "
        "Keep it as long as you keep backups that were made with it."
    )
