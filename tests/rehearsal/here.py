"""The one table that maps what the compose file names to this machine: programs, addresses, secrets."""

import dataclasses
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from reminderbot.simulator import server
from reminderbot.store import vault
from tests import postgres
from tests.conftest import as_role
from tests.rehearsal import compose


@dataclasses.dataclass(frozen=True)
class Here:
    """This machine in the place of containers. `stage` is what a rehearsal adds: Telegram's stand-in, and a clock."""

    folder: Path
    database: str
    key: str = dataclasses.field(default_factory=vault.new_master)

    @property
    def programs(self) -> dict[str, Sequence[str]]:
        """Return what is run in the place of a program that the image holds."""
        return {"reminderbot": (sys.executable, "-m", "reminderbot"), "python": (sys.executable,)}

    @property
    def secrets(self) -> dict[str, str]:
        """Return what stands in the files that the compose file names."""
        return {
            "./secrets/token": server.TOKEN,
            "./secrets/key": self.key,
            "./secrets/postgres_password": "nobody asks for one on a socket",
            "./secrets/migrate_url": self.database,
            "./secrets/database_url": as_role(self.database, password="another word"),
        }

    def addresses(self, home: Path, port: int) -> dict[str, str]:
        """Return what stands here for the addresses and paths inside a container with this home and this port."""
        here = f"127.0.0.1:{port}"
        return {"0.0.0.0:8080": here, "127.0.0.1:8080": here, compose.SECRETS: f"{home / 'secrets'}/"}

    def variables(self) -> dict[str, str]:
        """Return this machine's own environment, with PostgreSQL's programs and its socket, and our own code."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("REMINDERBOT_")}
        parts = urlsplit(self.database)
        host = parts.hostname or parse_qs(parts.query)["host"][0]
        return {
            **kept,
            "PATH": f"{postgres.binaries() / 'bin'}:{kept.get('PATH', '')}",
            "PGHOST": host,
            "PGPORT": str(parts.port or 5432),
            "PYTHONPATH": str(compose.ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
