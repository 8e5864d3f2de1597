"""The command line as an operator meets it: a process of its own, what it writes, and its exit code."""

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from reminderbot.simulator import server
from reminderbot.store import vault
from tests.cli import warm

KEY = vault.new_master()
TOKEN = server.TOKEN
NOWHERE = "http://127.0.0.1:9"
"""An address at which no Telegram answers."""

PATIENCE = 120.0  # seconds; a command takes one or two, on a busy machine more


@dataclasses.dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return what was written as JSON."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """Return the one line of a failure; AssertionError if there is more or less."""
        assert "Traceback" not in self.err, self.err
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


def environment(settings: dict[str, str]) -> dict[str, str]:
    """Return this machine's environment with these settings of ours and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REMINDERBOT_")}
    return {
        **kept,
        "REMINDERBOT_LOG_LEVEL": "DEBUG",
        **{f"REMINDERBOT_{name.upper()}": value for name, value in settings.items()},
    }


def run(
    *words: str,
    folder: Path,
    stdin: bytes = b"",
    others: dict[str, str] | None = None,
    user: str | None = None,
    cold: bool = False,
    **settings: str,
) -> Done:
    """Run one command in a folder until it ends; `others` are variables that are not settings of ours.

    It is a process of its own, forked where everything is imported; `cold`, for another user, or with variables that
    an interpreter reads when it starts, it is `python -m reminderbot`.
    """
    if not (cold or user or others):
        return Done(
            *warm.forge().run(words, folder=folder, environment=environment(settings), stdin=stdin, within=PATIENCE)
        )
    done = subprocess.run(
        [sys.executable, "-m", "reminderbot", *words],
        cwd=folder,
        env={**environment(settings), **(others or {})},
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        user=user,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())
