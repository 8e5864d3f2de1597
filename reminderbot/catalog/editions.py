"""A clinic's own wording over the shipped texts: of all that was published, which text is in force for a treatment."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from reminderbot.catalog import blanks, catalog, shelf

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
        """Return the text in force. In a language that the edition does not word, the shipped text is."""
        edition = self.edition(book, booked_at)
        text = edition.texts.get((language, key)) if edition else None
        if edition is None or text is None:
            return Worded(self._shipped.message(language, key), self._shipped.template(language, key), None)
        at = (edition.id, (language, key))
        if at not in self._templates:
            self._templates[at] = blanks.compile(text)
        return Worded(shelf.Message(key=key, language=language, text=text), self._templates[at], edition.id)
