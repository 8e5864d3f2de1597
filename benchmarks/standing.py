"""A contender in a process of its own, started on a full database: how soon it looks, and what standing by costs."""

import dataclasses
import subprocess
import sys
import time

from benchmarks import database
from benchmarks.contender import Contender


@dataclasses.dataclass(frozen=True)
class Standing:
    """Seconds from the start of the process to the end of its first look; CPU seconds a minute, None if not asked."""

    ready: float
    cpu_a_minute: float | None


def measured(each: Contender, url: str, pending: int, seconds: int) -> Standing:
    """Start the process, and measure it for so many idle seconds; 0 measures the start alone."""
    words = [sys.executable, "-m", "benchmarks.alone", each.name, url, str(pending), str(seconds)]
    began = time.perf_counter()
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        _await(process, "ready")
        ready = time.perf_counter() - began
        if not seconds:
            return Standing(ready, None)
        _await(process, "idle")
        before = database.cpu_seconds(url)
        own = float(_await(process, "used"))
        of_database = database.cpu_seconds(url) - before if each.tables else 0.0
    return Standing(ready, (own + of_database) * 60 / seconds)


def _await(process: "subprocess.Popen[str]", word: str) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        said, _, rest = line.strip().partition(" ")
        if said == word:
            return rest
    raise RuntimeError(f"the process ended before it said {word!r}")
