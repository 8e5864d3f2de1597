"""The operator's door: one command a request, one line a failure. Exit codes: 0 done, 1 failed, 2 wrong usage."""

import gc
import sys

import typer

from reminderbot import __version__, app, errors
from reminderbot.cli import asking, audit, backing_up, clinics, keys, looking, messages, operating, printed, staff

GARBAGE = 50_000
"""Objects more than before at which garbage is looked for: what is imported and read at the start is none, and to look
through it again and again would take a quarter of the start."""

commands = typer.Typer(
    name="reminderbot",
    help="Aftercare reminders in Telegram after a microneedling session.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
operating.add_to(commands)
keys.add_to(commands)
backing_up.add_to(commands)
clinics.add_to(commands)
staff.add_to(commands)
looking.add_to(commands)
messages.add_to(commands)
asking.add_to(commands)
audit.add_to(commands)


@commands.callback(invoke_without_command=True)
def version(show: bool = typer.Option(False, "--version", help="Show the version and leave.")) -> None:
    """Aftercare reminders in Telegram after a microneedling session."""
    if show:
        typer.echo(f"reminderbot {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; every expected failure is one line on stderr and exit code 1, or 2 for what was typed."""
    gc.set_threshold(GARBAGE)
    printed.whatever_comes()
    try:
        commands()
    except errors.Unusable as error:
        _fail(str(error), code=1)
    except errors.Invalid as refusal:
        _fail(app.said(refusal), code=2)
    except errors.Refusal as refusal:
        _fail(app.said(refusal), code=1)
    except KeyboardInterrupt:
        sys.exit(130)


def _fail(sentence: str, *, code: int) -> None:
    typer.echo(f"reminderbot: {' '.join(sentence.split())}", err=True)
    sys.exit(code)
