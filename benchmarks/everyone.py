"""Who takes part: this program on both of its databases, and the rivals that are installed."""

import importlib

from benchmarks.contender import Contender

OURS, ON_SQLITE = "reminderbot", "reminderbot on SQLite"
PLACES = {
    OURS: ("benchmarks.ours", "Ours"),
    ON_SQLITE: ("benchmarks.ours", "OursOnSQLite"),
    "APScheduler": ("benchmarks.apscheduler_store", "APScheduler"),
    "PTB JobQueue": ("benchmarks.ptb_jobqueue", "PTBJobQueue"),
    "Procrastinate": ("benchmarks.procrastinate_queue", "Procrastinate"),
    "PgQueuer": ("benchmarks.pgqueuer_queue", "PgQueuer"),
}


def everyone() -> tuple[type[Contender], ...]:
    """Return all who can take part; a rival whose library is not installed is left out, and that is said."""
    found = []
    for name in PLACES:
        try:
            found.append(named(name))
        except ModuleNotFoundError as missing:
            print(f"{name} is left out: {missing.name} is not installed. `make bench` installs it.")
    return tuple(found)


def named(name: str) -> type[Contender]:
    """Return a contender; no other's library is loaded for it."""
    module, kind = PLACES[name]
    found: type[Contender] = getattr(importlib.import_module(module), kind)
    return found
