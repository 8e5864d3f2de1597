"""What an operator asks of the texts and the keys alone: nothing here opens a database or reaches Telegram."""

import pathlib
from datetime import datetime

from reminderbot import errors, settings
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files, gates
from reminderbot.planning import hours
from reminderbot.store import vault

Catalog = catalogs.Catalog


def catalog(chosen: settings.Settings) -> Catalog:
    """Load what we say; Unusable if a file in messages/ is broken."""
    hours.use_pinned_rules()
    return Catalog.load(chosen.messages)


def local(instant: datetime, zone: str) -> datetime:
    """Return an instant on a zone's wall clock."""
    return hours.to_local(instant, zone)


def instant(wall: datetime, zone: str) -> datetime:
    """Return the instant of a naive wall time in a zone; one that is skipped moves forward."""
    return hours.local_to_instant(wall.date(), wall.time(), zone).instant


def console_words(catalog: Catalog) -> Catalog:
    """Return where the console's words are: the texts in force, or the shipped ones if a folder leaves them out."""
    return catalog if catalog.has(catalogs.ENGLISH, "console.shell.product") else Catalog.load(None)


def message_faults(chosen: settings.Settings) -> list[str]:
    """Return what is wrong with the texts, a line each: file, line, key, remedy."""
    return folder_faults(chosen.messages or files.default_folder())


def folder_faults(folder: pathlib.Path) -> list[str]:
    """Return what is wrong with a folder of texts, a line each."""
    return [str(fault) for fault in gates.faults(folder)]


def new_key() -> str:
    """Return a new master key."""
    return vault.new_master()


def said(refusal: errors.Refusal) -> str:
    """Return a refusal as one plain English sentence for the terminal."""
    return Catalog.load(None).say_plain(catalogs.ENGLISH, refusal.key, **refusal.values)
