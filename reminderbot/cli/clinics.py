"""Commands for a clinic: clinic add, clinic list, invite, worries."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reminderbot import app, errors
from reminderbot.cli import given, inside, printed
from reminderbot.services import access

if TYPE_CHECKING:  # these bring the database's libraries with them: each command imports its own
    from reminderbot.services import clinics, worries

OPERATOR = access.Operator()
tree = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Clinics whose patients are reminded.")
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.add_typer(tree, name="clinic")
    commands.command()(invite)
    commands.command("worries")(list_worries)


@tree.command("add")
def add(
    name: Annotated[str, typer.Option(help="The clinic's name, as patients know it.")],
    phone: Annotated[str, typer.Option(help="The phone that patients call.")],
    hours: Annotated[str, typer.Option(help="When somebody answers: 'Mon-Fri 9:00-18:00, Sat 10:00-14:00'.")],
    zone: Annotated[str, typer.Option(help="The clinic's IANA zone, for example Europe/Madrid.")],
    emergency: Annotated[
        str, typer.Option(help="The line for emergencies; without one the words are: your local emergency number.")
    ] = "",
    languages: Annotated[str, typer.Option("--languages", "--language", help="Parted by commas.")] = "en",
    adopted_by: Annotated[
        str, typer.Option(help="The person who adopts the shipped plan for this clinic; default: who runs this.")
    ] = "",
    organisation: Annotated[
        str | None, typer.Option(help="The id or name of the organisation it is a branch of; default: one of its own.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a clinic. Its first admin is made with `reminderbot staff add`."""
    from reminderbot.services import audit, clinics

    given.known_zone(zone)
    spoken = tuple(word.strip() for word in languages.split(",") if word.strip())

    async def ask(house: app.House) -> clinics.ClinicView:
        for code in spoken:
            given.known_language(house.catalog, code)
        async with house.store.writing() as visit:
            made = await clinics.add(
                visit,
                OPERATOR,
                name=name,
                phone=phone,
                emergency=emergency,
                hours=hours,
                zone=zone,
                languages=spoken,
                adopted_by=adopted_by or _whoever_runs_this(),
                catalog=house.catalog,
                now=house.clock.now(),
                organisation=organisation,
            )
            await audit.note_operator(visit, "clinic.added", organisation_id=made.organisation_id, clinic_id=made.id)
            return made

    made = inside.house(ask)
    if as_json:
        typer.echo(printed.as_json({"id": made.id, "name": made.name, "organisation": made.organisation_id}))
    else:
        typer.echo(f"Added {made.name}; {made.adopted_by} adopts the shipped plan for it.")
        typer.echo(f"Next, its first admin: reminderbot staff add --clinic {made.id} --role admin --name … --login …")
        typer.echo(f"Then patients: reminderbot invite --clinic {made.id} --name … --at 2026-11-24T15:30")


@tree.command("list")
def list_clinics(as_json: Json = False) -> None:
    """List the clinics."""
    from reminderbot.services import clinics

    async def ask(house: app.House) -> list[clinics.ClinicView]:
        async with house.store.reading() as visit:
            return await clinics.list_(visit, OPERATOR)

    found = inside.house(ask)
    if as_json:
        shown = ("id", "name", "phone", "emergency", "hours", "zone")
        typer.echo(printed.as_json([{key: getattr(each, key) for key in shown} for each in found]))
        return
    for each in found:
        typer.echo(f"{each.id}  {each.name}  {each.phone}  {each.hours}  {each.zone}")
    if not found:
        typer.echo("There is no clinic yet. Add one with `reminderbot clinic add`.")


def invite(
    name: Annotated[str, typer.Option(help="The patient's first name, or initials.")],
    at: Annotated[str, typer.Option("--at", "--session", "--date", help="The session's local date and time.")],
    clinic: Annotated[
        str | None, typer.Option(help="The clinic's name or id; not needed while there is only one.")
    ] = None,
    plan: Annotated[str | None, typer.Option(help="The plan's key; default: the clinic's.")] = None,
    lang: Annotated[
        str | None, typer.Option("--lang", help="The patient's language; default: the clinic's first.")
    ] = None,
    png: Annotated[Path | None, typer.Option("--png", "--qr", help="Write the QR code to this PNG file too.")] = None,
    as_json: Json = False,
) -> None:
    """Enter a patient's session and print the one-time link, its QR code and the desk code."""
    from reminderbot.services import audit, handover, invites

    moment = given.moment(at)
    if png is not None and not png.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {png.parent} to write the picture to")

    async def ask(house: app.House) -> tuple[invites.Created, str]:
        if lang is not None:
            given.known_language(house.catalog, lang)
        if plan is not None:
            given.known_plan(house.catalog, plan)
        username = await app.username(house)
        async with house.store.writing() as visit:
            chosen = await _clinic(visit, clinic)
            made = await invites.create(
                visit,
                OPERATOR,
                clinic_id=chosen.id,
                name=name,
                day=moment.date(),
                at=moment.time(),
                language=lang or chosen.languages[0],
                plan_key=plan,
                catalog=house.catalog,
                now=house.clock.now(),
            )
            await audit.note_operator(
                visit,
                "onboarding.invited",
                organisation_id=chosen.organisation_id,
                clinic_id=chosen.id,
                patient_id=made.patient_id,
                invite=made.invite_id,
            )
        return made, handover.link(username, made.token)

    made, link = inside.house(ask)
    if png is not None:
        handover.write_png(link, png)
    if as_json:
        typer.echo(
            printed.as_json({"link": link, "desk_code": made.desk_code, "expires_at": made.expires_at.isoformat()})
        )
        return
    picture = handover.picture(link)
    typer.echo(
        picture if printed.shows(picture) else "This terminal cannot draw the QR code; --png writes it to a file."
    )
    typer.echo(f"Link:       {link}\nDesk code:  {made.desk_code}   (say it; it is asked once)")
    typer.echo(f"Good for one person, until {made.expires_at:%A %d %B %Y}." + (f"\nPicture:    {png}" if png else ""))


def _whoever_runs_this() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "the operator"


async def _clinic(visit: app.Visit, named: str | None) -> clinics.ClinicView:
    from reminderbot.services import clinics

    if named is not None:
        return await clinics.find(visit, OPERATOR, named)
    found = await clinics.list_(visit, OPERATOR)
    if len(found) == 1:
        return found[0]
    if found:
        raise typer.BadParameter("there are several clinics; name one with --clinic")
    raise errors.Unusable("There is no clinic yet. Add one with `reminderbot clinic add`.")


def list_worries(as_json: Json = False) -> None:
    """List the open worries, the latest first: who said so, when, and about which session."""
    from reminderbot.services import worries

    async def ask(house: app.House) -> list[worries.WorryView]:
        async with house.store.reading() as visit:
            return await worries.open_list(visit, OPERATOR)

    found = inside.house(ask)
    if as_json:
        typer.echo(printed.as_json([_worry(each) for each in found]))
        return
    for each in found:
        day = f"session {each.session_day:%a %Y-%m-%d}" if each.session_day else "no session"
        typer.echo(f"{each.raised_at:%Y-%m-%d %H:%M}Z  {each.clinic_name or '(no clinic)'}  {each.patient_name}  {day}")
        if each.words:
            typer.echo(f"    {each.words}")
    if not found:
        typer.echo("No open worries.")


def _worry(each: worries.WorryView) -> dict[str, str | None]:
    return {
        "id": each.id,
        "clinic": each.clinic_name,
        "patient": each.patient_name,
        "session": each.session_day.isoformat() if each.session_day else None,
        "step": each.step_key,
        "words": each.words,
        "raised_at": each.raised_at.isoformat(),
    }
