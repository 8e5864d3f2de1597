"""The composition root: builds every room once, hands in settings and clocks, opens the doors and closes them.

Each name is imported when it is first asked for: `reminderbot when` needs the texts and neither the database's
libraries nor Telegram's, which take a second to load.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reminderbot.app.asking import Catalog, catalog, folder_faults, instant, local, message_faults, new_key, said
    from reminderbot.app.backing_up import Restored, backup, restore, verify
    from reminderbot.app.checking import faults, migrate
    from reminderbot.app.house import House, Visit, opened
    from reminderbot.app.running import Door, run, serve, username

__all__ = [
    "Catalog",
    "Door",
    "House",
    "Restored",
    "Visit",
    "backup",
    "catalog",
    "faults",
    "folder_faults",
    "instant",
    "local",
    "message_faults",
    "migrate",
    "new_key",
    "opened",
    "restore",
    "run",
    "said",
    "serve",
    "username",
    "verify",
]
_WHERE = {
    "asking": {"Catalog", "catalog", "folder_faults", "instant", "local", "message_faults", "new_key", "said"},
    "backing_up": {"Restored", "backup", "restore", "verify"},
    "checking": {"faults", "migrate"},
    "house": {"House", "Visit", "opened"},
    "running": {"Door", "run", "serve", "username"},
}


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
