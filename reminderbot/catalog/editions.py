"""A clinic's own wording over the shipped texts: of all that was published, which text is in force for a treatment."""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from reminderbot.catalog import blanks, catalog, shelf

WORDS: Final = "words"
"""The book of the bot's own words: buttons, answers, topics."""

At = tuple[str, str]
"""Language and key of a text."""


class Reach(StrEnum):
    """Whom an edition reaches."""

    ALL = "all"  # those under way too
    NEW = "new"  # treatments that are entered after it was published


@dataclasses.dataclass(frozen=True)
class Edition:
    """One published set of texts of a book: all that differ from the shipped ones.

    `is_clinics` tells the clinic's own from those of the whole organisation, over which they lie.
    """

    id: str
    book: str
    number: int
    is_clinics: bool
    reach: Reach
    published_at: datetime
    texts: Mapping[At, str] = dataclasses.field(repr=False)

    def reaches(self, booked_at: datetime) -> bool:
        """Tell whether it is meant for a treatment that was entered at `booked_at`."""
        return self.reach is Reach.ALL or self.published_at <= booked_at


@dataclasses.dataclass(frozen=True)
class Worded:
    """A text in force: as written, ready to be filled, and the edition it is of; none for a shipped one."""

    message: shelf.Message
    template: blanks.Template = dataclasses.field(repr=False)
    edition_id: str | None


class Wording:
    """The texts in force in one clinic: its own editions over those of its organisation over the shipped texts."""

    def __init__(self, shipped: catalog.Catalog, editions: Sequence[Edition], *, locked: frozenset[str]) -> None:
        """`editions` are those that were not withdrawn; of a `locked` book the clinic's own ones do not count."""
        counting = [each for each in editions if not (each.is_clinics and each.book in locked)]
        self._shipped = shipped
        self._editions = sorted(counting, key=lambda each: (each.is_clinics, each.number), reverse=True)
        self._templates: dict[tuple[str, At], blanks.Template] = {}

    def edition(self, book: str, booked_at: datetime) -> Edition | None:
        """Return the edition of a book in force for a treatment; None where the shipped texts are."""
        return next((each for each in self._editions if each.book == book and each.reaches(booked_at)), None)

    def keys(self, book: str) -> frozenset[str]:
        """Return the keys of a book that any of its editions words: all others are as shipped, for everybody."""
        return frozenset(key for each in self._editions if each.book == book for _, key in each.texts)

    def worded(self, language: str, key: str, *, book: str, booked_at: datetime) -> Worded:
        """Return the text in force. In a language that the edition does not word, the shipped text is.

        A text that is not shipped is said in another language of the edition rather than not at all; KeyError where
        there is none.
        """
        edition = self.edition(book, booked_at)
        spoken = self._spoken(edition, language, key) if edition else None
        if edition is None or spoken is None:
            return Worded(self._shipped.message(language, key), self._shipped.template(language, key), None)
        at, text = (edition.id, (spoken, key)), edition.texts[spoken, key]
        if at not in self._templates:
            self._templates[at] = blanks.compile(text, spoken)
        return Worded(shelf.Message(key=key, language=spoken, text=text), self._templates[at], edition.id)

    @functools.cached_property
    def said(self) -> catalog.Catalog:
        """What the bot says in this clinic: the shipped catalog under the clinic's own words.

        They are said to everybody: whom an edition of them reaches is not asked.
        """
        words = next((each.texts for each in self._editions if each.book == WORDS), {})
        return self._shipped.overlaid({at: text for at, text in words.items() if self._shipped.shipped(*at)})

    def _spoken(self, edition: Edition, language: str, key: str) -> str | None:
        """Return in which language an edition says a text to a reader; None where the shipped text is said."""
        if (language, key) in edition.texts:
            return language
        others = sorted(code for code, other in edition.texts if other == key)
        if not others or self._shipped.shipped(language, key):
            return None
        return catalog.ENGLISH if catalog.ENGLISH in others else others[0]
