"""Whether the compose file and the program fit: commands, variables, secrets, ports, health paths."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from typer import testing

from reminderbot import app, cli, settings
from tests.rehearsal import compose

HEALTH = {"/healthz", "/readyz"}  # the rehearsal asks for them
URL = re.compile(r"http://127\.0\.0\.1:(\d+)([\w/]*)")


def faults(read: dict[str, Any]) -> list[str]:
    """Return what the file names and the program, or the file itself, does not know."""
    services = compose.services(read)
    return [f"{name}: {fault}" for name, service in services.items() for fault in _faults(service, services, read)]


def _faults(service: compose.Service, services: dict[str, compose.Service], read: dict[str, Any]) -> Iterator[str]:
    yield from _secrets(service, read)
    yield from _order(service, services)
    if service.is_ours:
        yield from _ours(service)


def _ours(service: compose.Service) -> Iterator[str]:
    yield from _command(service)
    image = compose.image()
    environment = image.environment | service.environment
    yield from (f"{name} is no setting" for name in settings.unknown(environment))
    ports = _ports(service)
    if ports and ports | {environment["REMINDERBOT_LISTEN"].rpartition(":")[2], image.port} != {image.port}:
        yield f"not all are the one port: {sorted(ports)}, {environment['REMINDERBOT_LISTEN']}, {image.port}"
    for path in (path for _, path in _asked(service)):
        if path not in HEALTH:
            yield f"nobody answers at {path}"
    if service.replicas > 1 and service.ports:
        yield "its replicas cannot share one port of the host"


def _command(service: compose.Service) -> Iterator[str]:
    """Yield what is wrong usage: with --help a command is read to its end, and nothing is done."""
    words = list(service.command)
    done = testing.CliRunner().invoke(cli.commands, [*words, "--help"])
    if done.exit_code != 0:
        yield " ".join(done.output.split())
    doors = {after for before, after in itertools.pairwise(words) if before == "--only"}
    yield from (f"there is no door {door}" for door in doors - set(app.Door))


def _secrets(service: compose.Service, read: dict[str, Any]) -> Iterator[str]:
    named = {value for name, value in service.environment.items() if name.endswith("_FILE")}
    yield from (f"{path} is no secret that it lists" for path in named - {_path(each) for each in service.secrets})
    yield from (f"it reads nothing of {each}" for each in service.secrets if _path(each) not in named)
    yield from (f"{each} is in no file" for each in service.secrets if each not in read["secrets"])


def _order(service: compose.Service, services: dict[str, compose.Service]) -> Iterator[str]:
    for other, condition in service.after.items():
        if other not in services:
            yield f"there is no {other} to wait for"
        elif condition == "service_healthy" and services[other].health is None:
            yield f"nothing tells when {other} is healthy"


def _ports(service: compose.Service) -> set[str]:
    """Return the ports inside the container that are published or asked for health."""
    return {each.rpartition(":")[2] for each in service.ports} | {port for port, _ in _asked(service)}


def _asked(service: compose.Service) -> list[tuple[str, str]]:
    return URL.findall(" ".join(service.health.test)) if service.health else []


def _path(secret: str) -> str:
    return f"{compose.SECRETS}{secret}"
