"""How the bot shows itself in Telegram: name, descriptions and commands, per language and by default."""

from collections.abc import Iterator
from typing import Any, Final

from reminderbot.catalog import catalog as catalogs

SHOWN: Final = (
    "start",
    "session",
    "timeline",
    "move",
    "next",
    "expect",
    "what",
    "how",
    "uses",
    "visit",
    "care",
    "home",
    "topics",
    "worried",
    "settings",
    "clinic",
    "language",
    "timezone",
    "less",
    "stop",
    "privacy",
    "mydata",
    "forget",
    "help",
)
"""The commands of the menu, what is asked for most first; those without a description are left out."""

_TEXTS: Final = {
    "setMyName": ("name", "profile.name"),
    "setMyDescription": ("description", "profile.description"),
    "setMyShortDescription": ("short_description", "profile.short_description"),
}


def calls(catalog: catalogs.Catalog) -> list[tuple[str, dict[str, Any]]]:
    """Return the calls of the Bot API that set the profile: English for everyone, then each language for its own."""
    made = list(_of(catalog, catalogs.ENGLISH, {}))
    for language in catalog.languages:
        if len(language) == 2:  # Telegram knows languages by their two letters
            made += _of(catalog, language, {"language_code": language})
    return made


def _of(catalog: catalogs.Catalog, language: str, place: dict[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for method, (field, key) in _TEXTS.items():
        yield method, {field: catalog.say_plain(language, key)} | place
    commands = [
        {"command": name, "description": catalog.say_plain(language, f"command.{name}")}
        for name in SHOWN
        if catalog.has(catalogs.ENGLISH, f"command.{name}")
    ]
    yield "setMyCommands", {"commands": commands, "scope": {"type": "all_private_chats"}} | place
