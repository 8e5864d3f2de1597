"""Short words that we know without asking anyone: stop, cancel, yes. The words are data."""

from enum import StrEnum

from reminderbot.catalog import asking
from reminderbot.catalog import catalog as catalogs


class Heard(StrEnum):
    """What a text may be; the words stand in `messages/<language>/chat.toml` under `words.<heard>`."""

    STOP = "stop"  # the whole text is one of the words
    CANCEL = "cancel"  # likewise: leaves a dialogue, and stops where there is none


def heard(catalog: catalogs.Catalog, text: str) -> Heard | None:
    """Return what a text is, in any language we speak; None for all that needs a closer look."""
    said = asking.fold(text)
    if said in _words(catalog, Heard.STOP):
        return Heard.STOP
    return Heard.CANCEL if said in _words(catalog, Heard.CANCEL) else None


def _words(catalog: catalogs.Catalog, kind: Heard) -> frozenset[str]:
    lists = (catalog.message(language, f"words.{kind}").phrases for language in catalog.languages)
    return frozenset(asking.fold(word) for words in lists for word in words)


def is_yes(catalog: catalogs.Catalog, text: str) -> bool:
    """Tell whether the whole text is a yes, in any language we speak."""
    lists = (catalog.message(language, "words.yes").phrases for language in catalog.languages)
    return asking.fold(text) in {asking.fold(word) for words in lists for word in words}
