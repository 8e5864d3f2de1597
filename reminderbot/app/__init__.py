"""The composition root: builds every room once, hands in settings and clocks, opens the doors and closes them.

Each name is imported when it is first asked for: `reminderbot when` needs the texts and neither the database's
libraries nor Telegram's, which take a second to load.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reminderbot.app.asking import Catalog, catalog, folder_faults, instant, local, message_faults, new_key, said
    from reminderbot.app.checking import faults, migrate
    from reminderbot.app.house import House, Visit, opened
    from reminderbot.app.running import Door, run, serve, username

__all__ = [
    "Catalog",
    "Door",
    "House",
    "Visit",
    "catalog",
    "faults",
    "folder_faults",
    "instant",
    "local",
    "message_faults",
    "migrate",
    "new_key",
    "opened",
    "run",
    "said",
    "serve",
    "username",
]
_WHERE = {
    "asking": {"Catalog", "catalog", "folder_faults", "instant", "local", "message_faults", "new_key", "said"},
    "checking": {"faults", "migrate"},
    "house": {"House", "Visit", "opened"},
    "running": {"Door", "run", "serve", "username"},
}


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
