"""Commands that ask the product without changing anything: timeline, when and ask."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

import typer

from reminderbot import app, errors, settings
from reminderbot.cli import given, printed

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
    commands.command()(ask)


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
    from reminderbot.services import asking

    catalog = app.catalog(settings.load())
    question = asking.Question(
        at=given.moment(at, zone),
        zone=given.known_zone(zone),
        plan=given.known_plan(catalog, plan),
        language=given.known_language(catalog, lang),
        morning=given.hour(morning),
        quiet=given.span(quiet),
    )
    rows = asking.timeline(catalog, question, now=given.instant(now, zone))
    if as_json:
        typer.echo(printed.as_json([row.as_json() for row in rows], indent=2))
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
    from reminderbot.services import asking

    catalog = app.catalog(settings.load())
    language = given.known_language(catalog, lang)
    instant = given.instant(now, zone)
    for line in _lines() if text == "-" else [text]:
        answer = asking.when(catalog, line, language=language, zone=zone, now=instant)
        typer.echo(printed.as_json(answer) if as_json else str(answer["says"]))


def ask(
    text: Annotated[str, typer.Argument(help="A question in plain words; - reads one a line from stdin.")],
    lang: Language = "en",
    hours: Annotated[float | None, typer.Option(help="Hours since the session; less than 0 before it.")] = None,
    as_json: Json = False,
) -> None:
    """Answer a question as the chat does. A line that cannot be asked is refused, and the next one is read."""
    catalog = app.catalog(settings.load())
    language = given.known_language(catalog, lang)
    now, since = settings.load().product_clock().now(), given.span_of_hours(hours)
    for line in _lines() if text == "-" else [text]:
        answer = _asked(catalog, line, language, now, since)
        typer.echo(printed.as_json(answer) if as_json else str(answer["says"]))


def _asked(catalog: app.Catalog, line: str, language: str, now: datetime, since: timedelta | None) -> dict[str, object]:
    from reminderbot.services import asking

    try:
        return asking.ask(catalog, line, language=language, now=now, since=since)
    except errors.Invalid as refusal:
        says = catalog.say_plain(language, refusal.key, **refusal.values)
        return {"kind": "refused", "topics": [], "facts": [], "says": says}


def _lines() -> Iterable[str]:
    return (line.rstrip("\r\n") for line in sys.stdin)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
