"""Commands that ask the product without changing anything: timeline and when."""

import json
import sys
from datetime import UTC, datetime, time
from typing import Annotated

import typer

from reminderbot import app, clocks, errors, settings
from reminderbot.services import asking

Language = Annotated[str, typer.Option("--lang", help="A language that messages/ has: en, es.")]
Zone = Annotated[str, typer.Option(help="An IANA zone, for example Europe/Madrid.")]
Now = Annotated[
    str | None, typer.Option(help="Ask as if it were this instant (ISO); without an offset it is the zone's.")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.command()(timeline)
    commands.command()(when)


def timeline(
    at: Annotated[str, typer.Option(help="The session's local date and time: 2026-11-24T15:30.")],
    zone: Zone = "UTC",
    plan: Annotated[str, typer.Option(help="The plan's key.")] = "microneedling",
    lang: Language = "en",
    now: Now = None,
    morning: Annotated[str, typer.Option(help="The patient's morning hour.")] = "08:30",
    quiet: Annotated[str, typer.Option(help="The patient's quiet hours.")] = "21:00-08:00",
    as_json: Json = False,
) -> None:
    """Show what a patient would get, and when, from a session at a date."""
    catalog = app.catalog(settings.load())
    _language(catalog, lang)
    if plan not in catalog.plan_keys:
        raise typer.BadParameter(f"there is no plan {plan!r}; there is {', '.join(catalog.plan_keys)}")
    start, end = _window(quiet)
    rows = asking.timeline(
        catalog,
        asking.Question(
            at=_local(at, zone), zone=zone, plan=plan, language=lang, morning=_hour(morning), quiet=(start, end)
        ),
        now=_instant(now, zone),
    )
    if as_json:
        typer.echo(json.dumps([row.as_json() for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        typer.echo(f"{row.local:%a %Y-%m-%d %H:%M}  {row.step:10} {row.state}\n\n{_indented(row.text)}\n")


def when(
    text: Annotated[str, typer.Argument(help="What a person typed; - reads one text a line from stdin.")],
    lang: Language = "en",
    zone: Zone = "UTC",
    now: Now = None,
    as_json: Json = False,
) -> None:
    """Read a date as the chat does."""
    catalog = app.catalog(settings.load())
    _language(catalog, lang)
    instant = _instant(now, zone)
    lines = (line.rstrip("\n") for line in sys.stdin) if text == "-" else [text]
    for line in lines:
        answer = asking.when(catalog, line, language=lang, zone=zone, now=instant)
        typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else str(answer["says"]))


def _language(catalog: app.Catalog, code: str) -> None:
    if code not in catalog.languages:
        raise typer.BadParameter(f"there is no language {code!r}; there is {', '.join(catalog.languages)}")


def _local(text: str, zone: str) -> datetime:
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date and time; write for example 2026-11-24T15:30") from None
    if read.tzinfo is not None:
        return asking.local(read, _known(zone)).replace(tzinfo=None)
    return read


def _instant(text: str | None, zone: str) -> datetime:
    _known(zone)
    if text is None:
        return settings.load().product_clock().now()
    try:
        read = datetime.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not an instant; write for example 2026-11-24T15:30+01:00") from None
    return read.astimezone(UTC) if read.tzinfo is not None else asking.instant(read, zone)


def _known(zone: str) -> str:
    try:
        asking.local(clocks.machine(), zone)
    except errors.Refusal:
        raise typer.BadParameter(f"{zone!r} is not a zone; write an IANA name, for example Europe/Madrid") from None
    return zone


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not an hour; write for example 08:30") from None


def _window(text: str) -> tuple[time, time]:
    start, dash, end = text.partition("-")
    if not dash:
        raise typer.BadParameter(f"{text!r} is not a span of hours; write for example 21:00-08:00")
    return _hour(start), _hour(end)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
