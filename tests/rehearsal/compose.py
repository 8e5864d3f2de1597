"""What docker-compose.yml and the Dockerfile say, read into plain facts."""

import dataclasses
import json
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker-compose.yml"
SECRETS = "/run/secrets/"  # where a container finds what its service lists
USUAL_GRACE = 10.0  # seconds between SIGTERM and SIGKILL where the file names none
UNITS = {"s": 1.0, "m": 60.0}


@dataclasses.dataclass(frozen=True)
class Health:
    """A health check: the words of its command, and its seconds."""

    test: Sequence[str]
    timeout: float
    interval: float
    start_period: float
    start_interval: float
    retries: int

    @property
    def patience(self) -> float:
        """Return for how many seconds an engine waits before it calls the container unhealthy."""
        return self.start_period + self.retries * (self.interval + self.timeout)


@dataclasses.dataclass(frozen=True)
class Service:
    """One service; `after` names those that it waits for, and until when."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    secrets: Sequence[str]
    ports: Sequence[str]
    after: dict[str, str]
    health: Health | None
    replicas: int
    restart: str
    grace: float
    read_only: bool

    @property
    def is_ours(self) -> bool:
        """Tell whether it runs our image."""
        return bool(self.command)

    @property
    def comes_back(self) -> bool:
        """Tell whether an engine starts it again when it dies."""
        return self.restart in {"always", "unless-stopped", "on-failure"}


@dataclasses.dataclass(frozen=True)
class Image:
    """What the Dockerfile gives to every container of ours."""

    entrypoint: Sequence[str]
    environment: dict[str, str]
    port: str


def document() -> dict[str, Any]:
    """Return the file as it is written, with its anchors resolved."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return read


def services(read: dict[str, Any]) -> dict[str, Service]:
    """Return the services by name, in the order of the file."""
    return {name: _service(name, each) for name, each in read["services"].items()}


def secret_files(read: dict[str, Any]) -> dict[str, str]:
    """Return the file in which each secret is kept."""
    return {name: each["file"] for name, each in read["secrets"].items()}


def image() -> Image:
    """Return what the Dockerfile's last stage says."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    last = text[text.rindex("\nFROM ") :]
    variables = shlex.split(" ".join(re.findall(r"^ENV (.*)$", last, flags=re.MULTILINE)))
    return Image(
        json.loads(_instruction(last, "ENTRYPOINT")),
        dict(each.partition("=")[::2] for each in variables),
        _instruction(last, "EXPOSE"),
    )


def _instruction(stage: str, name: str) -> str:
    return re.findall(rf"^{name} (.*)$", stage, flags=re.MULTILINE)[-1]


def _service(name: str, said: dict[str, Any]) -> Service:
    return Service(
        name,
        said.get("command", ()),
        {key: str(value) for key, value in said.get("environment", {}).items()},
        said.get("secrets", ()),
        said.get("ports", ()),
        {each: how["condition"] for each, how in said.get("depends_on", {}).items()},
        _health(said.get("healthcheck", {})),
        said.get("deploy", {}).get("replicas", 1),
        said.get("restart", "no"),
        _seconds(said["stop_grace_period"]) if "stop_grace_period" in said else USUAL_GRACE,
        said.get("read_only", False),
    )


def _health(said: dict[str, Any]) -> Health | None:
    if not said.get("test"):
        return None
    names = ("timeout", "interval", "start_period", "start_interval")
    return Health(said["test"], *(_seconds(said[name]) for name in names), said["retries"])


def _seconds(text: str) -> float:
    return float(text[:-1]) * UNITS[text[-1]]
