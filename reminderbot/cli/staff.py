"""Commands for the staff of clinics: staff add, staff list, staff link, staff leave. No password is ever typed here."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from reminderbot import app, clocks
from reminderbot.cli import given, inside, printed
from reminderbot.services import access

if TYPE_CHECKING:  # these bring the database's libraries with them: each command imports its own
    from reminderbot.services import links, staff

OPERATOR = access.Operator()
tree = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="People who sign in to the clinics' console.")
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]
Login = Annotated[str, typer.Argument(help="What they sign in with.")]


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.add_typer(tree, name="staff")


@tree.command("add")
def add(
    clinic: Annotated[str, typer.Option(help="The clinic's name or id.")],
    name: Annotated[str, typer.Option(help="The person's name, as colleagues know it.")],
    login: Annotated[str, typer.Option(help="What they sign in with: a mail address or a short name.")],
    role: Annotated[access.Role, typer.Option(help="What they are in this clinic.")],
    language: Annotated[str, typer.Option("--language", "--lang", help="The console's language for them.")] = "en",
    as_json: Json = False,
) -> None:
    """Let somebody work in a clinic, and print the one-time link by which they choose a password."""
    from reminderbot.services import clinics, staff

    async def ask(house: app.House) -> tuple[staff.Added, str]:
        given.known_language(house.catalog, language)
        async with house.store.writing() as visit:
            chosen = await clinics.find(visit, OPERATOR, clinic)
            added = await staff.add(
                visit,
                OPERATOR,
                await clinics.row_of(visit, OPERATOR, chosen.id),
                name=name,
                login=login,
                role=role,
                language=language,
                machine_now=clocks.machine(),
            )
        return added, house.settings.console_address

    added, address = inside.house(ask)
    if added.link is None:
        typer.echo(
            printed.as_json({"id": added.staff_id})
            if as_json
            else f"{added.name} works there now, and signs in as before."
        )
        return
    _show(added.name, added.link, address, as_json=as_json)


@tree.command("list")
def list_staff(as_json: Json = False) -> None:
    """List who signs in, and what they are in which clinic."""
    from reminderbot.services import staff

    async def ask(house: app.House) -> list[dict[str, object]]:
        async with house.store.reading() as visit:
            found = await staff.everybody(visit, OPERATOR)
        return [
            {
                "login": row.login,
                "name": row.name,
                "roles": {role.clinic_name: role.role for role in roles},
                "has_password": row.password_hash is not None,
                "has_second_factor": row.totp_since is not None,
            }
            for row, roles in found
        ]

    found = inside.house(ask)
    if as_json:
        typer.echo(printed.as_json(found))
        return
    for each in found:
        roles = each["roles"]
        words = ", ".join(f"{role} in {clinic}" for clinic, role in roles.items()) if isinstance(roles, dict) else ""
        typer.echo(f"{each['login']}  {each['name']}  {words}{'' if each['has_password'] else '  (link not used yet)'}")
    if not found:
        typer.echo("Nobody signs in yet. Add the first admin with `reminderbot staff add`.")


@tree.command("link")
def link(
    login: Login,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="They lost the second factor, too: it is set up anew.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Print a fresh one-time link for whoever lost the password or the phone; nothing ends until it is used."""
    from reminderbot.services import links, staff

    async def ask(house: app.House) -> tuple[str, links.Link, str]:
        purpose = links.Purpose.WELCOME if second_factor else links.Purpose.RESET
        async with house.store.writing() as visit:
            row = await staff.find(visit, OPERATOR, login)
            made = await staff.link_for(visit, OPERATOR, login, purpose=purpose, machine_now=clocks.machine())
        return row.name, made, house.settings.console_address

    name, made, address = inside.house(ask)
    _show(name, made, address, as_json=as_json)


@tree.command("leave")
def leave(login: Login) -> None:
    """Let somebody be gone from every clinic: sign-ins end, and what they had open waits for an owner."""
    from reminderbot.services import staff

    async def ask(house: app.House) -> str:
        async with house.store.writing() as visit:
            gone = await staff.leave_everywhere(visit, OPERATOR, login, machine_now=clocks.machine())
        return gone.name

    name = inside.house(ask)
    typer.echo(f"{name} has left. Every sign-in has ended; open cases wait for a new owner.")


def _show(name: str, made: links.Link, address: str, *, as_json: bool) -> None:
    whole = f"{address}/console/welcome/{made.token}"
    if as_json:
        typer.echo(printed.as_json({"link": whole, "expires_at": made.expires_at.isoformat()}))
        return
    until: datetime = made.expires_at
    typer.echo(f"{name} chooses a password here, once, until {until:%A %d %B %H:%M} UTC:\n{whole}")
