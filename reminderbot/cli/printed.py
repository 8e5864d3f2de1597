"""What is written to a terminal or a pipe, whatever it can show."""

import io
import json
import sys
from typing import Any, NoReturn

import typer


def whatever_comes() -> None:
    """Let no letter stop a command: what stdout cannot show becomes "?", what is not UTF-8 on stdin becomes U+FFFD."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline="\n")  # a lone CR is no end of a line


def as_json(value: Any, *, indent: int | None = None) -> str:
    """Return JSON that stdout can show without loss: with escapes where it cannot show all letters."""
    return json.dumps(value, ensure_ascii=not shows("ñ█"), indent=indent)


def shows(letters: str) -> bool:
    """Tell whether stdout can show these letters."""
    try:
        letters.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def faults(found: list[str]) -> NoReturn:
    """Write what is wrong, a line each, and end: exit code 1 if anything is."""
    for fault in found:
        typer.echo(fault, err=True)
    typer.echo("Nothing is wrong." if not found else f"{len(found)} to mend.")
    raise typer.Exit(1 if found else 0)
