"""Short words that we know without asking anyone: stop, cancel, yes, pause, thanks. The words are data."""

import functools
from datetime import date, datetime
from enum import StrEnum

from reminderbot.catalog import asking, reading
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import hours


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
    """Tell whether a text begins with a word for a pause."""
    return any(asking.fold(text).startswith(f"{word} ") for word in _words(catalog, Wish.PAUSE))


def paused_until(catalog: catalogs.Catalog, text: str, *, language: str, zone: str, now: datetime) -> date | None:
    """Return the day, still ahead in `zone`, with which a text ends that begins with a word for a pause.

    "pause until Friday" is one, "pause makeup" is none.
    """
    if not begins_with_pause(catalog, text):
        return None
    today, words = hours.to_local(now, zone).date(), text.split()
    for at in range(1, len(words)):
        rest = " ".join(words[at:])
        found = reading.read(rest, language=language, zone=zone, now=now, words=catalog.date_words)
        if ahead := sorted(day for day in days(found) if day > today):
            return ahead[0]
    return None


def days(found: reading.Read) -> list[date]:
    """Return the days that a typed text may mean."""
    if found.value is not None:
        return [found.value.date() if isinstance(found.value, datetime) else found.value]
    return [datetime.fromisoformat(choice).date() for choice in found.choices]


class Button(StrEnum):
    """Buttons that mean the same wherever they stand, by the name of their words under `button.<button>`.

    What erases, or drops a session, is not among them: it is the second of two taps, and its words alone ask nothing.
    """

    PRIVACY = "privacy"
    WHAT_IS_STORED = "what-is-stored"
    TIMELINE = "timeline"
    SESSION = "session"
    BY_MYSELF = "by-myself"
    MOVE = "move"
    EXPECT = "expect"
    TOPICS = "topics"
    SETTINGS = "settings"
    SET_HOUR = "set-hour"
    SET_QUIET = "set-quiet"
    SET_ZONE = "set-zone"
    SET_LANGUAGE = "set-language"
    SET_PHONE = "set-phone"
    ADD_PHONE = "add-phone"
    WANT_READS = "want-reads"
    NO_READS = "no-reads"
    PAUSE = "pause"
    UNPAUSE = "unpause"
    LESS = "less"
    TODAY_ONLY = "today-only"
    ALL_AGAIN = "all-again"
    CALENDAR = "calendar"
    CALL_ME = "call-me"
    STOP = "stop"
    UNDO = "undo"
    RESUME = "resume"
    MY_DATA = "my-data"
    FORGET = "forget"
    PERSON = "person"
    HELP = "help"


def button(catalog: catalogs.Catalog, text: str) -> Button | None:
    """Return the button whose words the whole text is, in any language we speak."""
    names = catalog.buttons(text)
    return next((each for each in Button if each in names), None)


def is_yes(catalog: catalogs.Catalog, text: str) -> bool:
    """Tell whether the whole text is a yes, in any language we speak."""
    return asking.fold(text) in _words(catalog, "yes")


def _words(catalog: catalogs.Catalog, kind: str) -> frozenset[str]:
    lists = (catalog.message(language, f"words.{kind}").phrases for language in catalog.languages)
    return frozenset().union(*(_folded(phrases) for phrases in lists))


@functools.cache  # of the texts alone: what patients write is not kept
def _folded(phrases: tuple[str, ...]) -> frozenset[str]:
    return frozenset(asking.fold(phrase) for phrase in phrases)
