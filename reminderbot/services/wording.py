"""A clinic's own wording as it is being written: the texts of a book, each with its draft in every language.

A book is what is published together: the texts of one plan under the plan's key, or the bot's own words as "words".
"""

import dataclasses
from datetime import datetime
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.services import access, audit, in_force
from reminderbot.store import clinics, drafts, editions
from reminderbot.store import work as works

WORDS: Final = "words"
"""The book of the bot's own words: buttons, answers, topics."""

LONGEST: Final = 20_000
"""Characters of a draft as it is written; what is sent is held to Telegram's own limit by the gates."""

_KEPT = ("command.", "profile.", "dates.", "console.")
"""What begins like this is set for the whole bot and is not worded by a clinic."""


@dataclasses.dataclass(frozen=True)
class Text:
    """One text of a book in one language: as shipped, as it is in force for new treatments, and its draft.

    `aside` are texts that somebody saved when another had been faster.
    """

    key: str
    language: str
    shipped: str
    in_force: str
    edition_id: str | None
    draft: drafts.DraftRow | None
    aside: tuple[drafts.DraftRow, ...]

    @property
    def body(self) -> str:
        """What would be published now: the draft, or what is in force."""
        return self.draft.body if self.draft else self.in_force

    @property
    def is_own(self) -> bool:
        """Tell whether it is the clinic's own advice, and claims no fact of the article."""
        return self.body != self.shipped


def scope(who: access.Staff) -> editions.Scope:
    """Return whose wording somebody writes: their clinic's."""
    return editions.Scope(who.organisation_id, who.clinic_id)


def keys(catalog: catalogs.Catalog, book: str) -> tuple[str, ...]:
    """Return the keys of a book's texts: of a plan in the order in which a patient gets them.

    Raises NotFound `console.sorry.not-found`.
    """
    if book == WORDS:
        steps = {step.message for plan in catalog.plan_keys for step in catalog.plan(plan).steps}
        return tuple(key for key in catalog.keys("") if key not in steps and not key.startswith(_KEPT))
    if book not in catalog.plan_keys:
        raise errors.NotFound("console.sorry.not-found")
    return tuple(dict.fromkeys(step.message for step in catalog.plan(book).steps))


async def languages(work: works.Work, who: access.Staff, catalog: catalogs.Catalog) -> tuple[str, ...]:
    """Return the languages in which the clinic treats, its first one first."""
    clinic = await clinics.get(work, who.clinic_id)
    known = catalog.languages
    return tuple(each for each in clinic.languages if each in known) if clinic else known


async def texts(
    work: works.Work, who: access.Staff, book: str, *, catalog: catalogs.Catalog, now: datetime
) -> list[Text]:
    """Return the texts of a book in their order, each in every language of the clinic.

    Raises NotAllowed without the right, NotFound for a book that is none.
    """
    access.require(who, access.Right.READ_WORDING)
    order = keys(catalog, book)
    shown = await languages(work, who, catalog)
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    wording = await in_force.wording(work, catalog, **whose)
    rows = await drafts.of(work, scope(who), book)
    return [_text(catalog, wording, rows, book, key, code, now) for key in order for code in shown]


async def save(
    work: works.Work,
    who: access.Staff,
    book: str,
    key: str,
    language: str,
    body: str,
    *,
    source: str = "",
    version: int,
    catalog: catalogs.Catalog,
    now: datetime,
) -> drafts.DraftRow:
    """Keep a draft and return it; `version` is that of the draft that was read, 0 if there was none.

    Raises Invalid `console.wording.too-long` (`most`), NotFound for what is no text of the book. Whoever comes second
    gets the draft of the first one back, and their own text is kept aside: see `is_mine`.
    """
    access.require(who, access.Right.WORD)
    if key not in keys(catalog, book) or language not in await languages(work, who, catalog):
        raise errors.NotFound("console.sorry.not-found")
    text = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").split("\n")).strip("\n")
    if len(text) > LONGEST or len(source) > LONGEST:
        raise errors.Invalid("console.wording.too-long", most=str(LONGEST))
    at = scope(who)
    said: dict[str, Any] = {"body": text, "source": source.strip(), "staff_id": who.staff_id, "now": now}
    held = await _current(work, at, book, key, language)
    if held is None and version == 0:
        kept = await drafts.is_added(work, at, book, key=key, language=language, **said)
    else:
        kept = held is not None and await drafts.is_changed(work, at, held.id, version=version, **said)
    if not kept and not (held and held.body == text):
        await drafts.lay_aside(work, at, book, key=key, language=language, **said)
    found = await _current(work, at, book, key, language)
    if found is None:
        raise errors.Conflict("console.refusal.old")
    return found


def is_mine(draft: drafts.DraftRow, who: access.Staff, body: str) -> bool:
    """Tell whether a draft that `save` returned holds what was saved, or what somebody else had saved before."""
    return draft.staff_id == who.staff_id or draft.body.strip() == body.strip()


async def discard(
    work: works.Work, who: access.Staff, book: str, key: str, language: str, *, catalog: catalogs.Catalog
) -> int:
    """Drop a text's draft and what was kept aside; return how many texts that were."""
    access.require(who, access.Right.WORD)
    if key not in keys(catalog, book):
        raise errors.NotFound("console.sorry.not-found")
    rows = await drafts.of(work, scope(who), book)
    ids = [row.id for row in rows if (row.key, row.language) == (key, language)]
    dropped = await drafts.drop(work, scope(who), ids)
    if dropped:
        await audit.note(work, who, "wording.discarded", book=book, key=key, language=language)
    return dropped


async def _current(work: works.Work, at: editions.Scope, book: str, key: str, language: str) -> drafts.DraftRow | None:
    rows = await drafts.of(work, at, book)
    return next((row for row in rows if (row.key, row.language) == (key, language) and not row.is_aside), None)


def _text(
    catalog: catalogs.Catalog,
    wording: worded.Wording,
    rows: list[drafts.DraftRow],
    book: str,
    key: str,
    language: str,
    now: datetime,
) -> Text:
    found = wording.worded(language, key, book=book, booked_at=now)
    own = [row for row in rows if (row.key, row.language) == (key, language)]
    return Text(
        key=key,
        language=language,
        shipped=catalog.message(language, key).text,
        in_force=found.message.text,
        edition_id=found.edition_id,
        draft=next((row for row in own if not row.is_aside), None),
        aside=tuple(row for row in own if row.is_aside),
    )
