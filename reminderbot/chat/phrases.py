"""Short words that we know without asking anyone: stop, cancel, yes, pause, thanks. The words are data."""

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


class Wish(StrEnum):
    """What else a whole text may be; the words stand likewise under `words.<wish>`."""

    PAUSE = "pause"
    LESS = "less"  # "too many messages", "later": less than now, and no stop
    THANKS = "thanks"


def wish(catalog: catalogs.Catalog, text: str) -> Wish | None:
    """Return what a text wishes, in any language we speak; None for all that needs a closer look."""
    said = asking.fold(text)
    return next((each for each in Wish if said in _words(catalog, each)), None)


def begins_with_pause(catalog: catalogs.Catalog, text: str) -> bool:
    """Tell whether a text begins with a word for a pause: "pause until Friday"."""
    return any(asking.fold(text).startswith(f"{word} ") for word in _words(catalog, Wish.PAUSE))


def _words(catalog: catalogs.Catalog, kind: Heard | Wish) -> frozenset[str]:
    lists = (catalog.message(language, f"words.{kind}").phrases for language in catalog.languages)
    return frozenset(asking.fold(word) for words in lists for word in words)


def is_yes(catalog: catalogs.Catalog, text: str) -> bool:
    """Tell whether the whole text is a yes, in any language we speak."""
    lists = (catalog.message(language, "words.yes").phrases for language in catalog.languages)
    return asking.fold(text) in {asking.fold(word) for words in lists for word in words}
