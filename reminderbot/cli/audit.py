"""Commands that prove the audit: audit verify, audit head."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reminderbot import app, clocks, errors
from reminderbot.cli import inside
from reminderbot.services import access

if TYPE_CHECKING:  # these bring the database's libraries with them: each command imports its own
    from reminderbot.services import audit_proof

OPERATOR = access.Operator()
SHOWN = 100  # faults that are written out
tree = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The audit of who did, saw and exported what.")


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.add_typer(tree, name="audit")


@tree.command("verify")
def verify(
    head: Annotated[Path | None, typer.Option("--head", help="Heads that `audit head` wrote before.")] = None,
) -> None:
    """Walk every clinic's chain: a line that was changed, removed, moved or put in between is told; exit code 1."""
    from reminderbot.services import audit_proof

    kept = [] if head is None else audit_proof.read(_text(head))
    count, found = audit_proof.Count(), 0

    async def ask(house: app.House) -> int:
        nonlocal found
        async with house.store.snapshot() as visit:
            async for fault in audit_proof.verify(visit, OPERATOR, kept=kept, count=count):
                found += 1
                if found <= SHOWN:
                    typer.echo(f"clinic {fault.clinic_id}, line {fault.number}: {fault.what}", err=True)
        return found

    faults = inside.house(ask)
    typer.echo(f"{count.lines} lines of {count.clinics} clinics were read; {_said(faults, kept)}")
    raise typer.Exit(1 if faults else 0)


@tree.command("head")
def head(
    to: Annotated[Path | None, typer.Option("--to", help="Write to this file; default: to the terminal.")] = None,
) -> None:
    """Write the head of every clinic's chain, a line each, to be kept where the database's keeper cannot write."""
    from reminderbot.services import audit_proof

    async def ask(house: app.House) -> list[str]:
        async with house.store.reading() as visit:
            return await audit_proof.export(visit, OPERATOR, at=clocks.machine())

    lines = inside.house(ask)
    if to is None:
        for line in lines:
            typer.echo(line)
        return
    try:
        to.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    except OSError as error:
        raise errors.Unusable(f"{to} cannot be written ({error.strerror}). Name another place.") from error
    typer.echo(f"{len(lines)} heads are in {to}. Keep it apart from the database.")


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise errors.Unusable(f"{path} cannot be read. Give a file that `reminderbot audit head` wrote.") from None


def _said(faults: int, kept: list[audit_proof.Kept]) -> str:
    if faults:
        return f"{faults} faults were found" + (f", the first {SHOWN} are shown." if faults > SHOWN else ".")
    if kept:
        return "every one follows the one before, and the exported heads fit."
    return "every one follows the one before. Without --head a chain cut or rewritten whole does not show."
