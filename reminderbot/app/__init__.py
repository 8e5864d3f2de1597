"""The composition root: builds every room once, hands in settings and clocks, opens the doors and closes them."""

from reminderbot.app.checking import faults, message_faults, migrate, new_key, said
from reminderbot.app.house import Catalog, House, Visit, catalog, local, opened
from reminderbot.app.running import Door, run, serve, username

__all__ = [
    "Catalog",
    "Door",
    "House",
    "Visit",
    "catalog",
    "faults",
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
