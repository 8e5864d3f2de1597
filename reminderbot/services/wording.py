"""A clinic's own wording as it is being written: the texts of a book, each with its draft in every language.

A book is what is published together: the texts of one plan under the plan's key, or the bot's own words as "words".
"""

import dataclasses
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import blanks, cleaning, mending, shelf
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.planning import hours, timeline
from reminderbot.services import access, audit, contact, holding, in_force, values
from reminderbot.store import clinics, colleagues, drafts, editions
from reminderbot.store import work as works

WORDS: Final = worded.WORDS

LONGEST: Final = 20_000
"""Characters of a draft as it is written; what is sent is held to Telegram's own limit by the gates."""

_ABOUT_SESSION = ("expect.", "topic.")
"""What begins like this is said about a session too, and is filled as reminders are."""

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
    source_in_force: str
    draft: drafts.DraftRow | None
    aside: tuple[drafts.DraftRow, ...]

    @property
    def body(self) -> str:
        """What would be published now: the draft, or what is in force."""
        return self.draft.body if self.draft else self.in_force

    @property
    def source(self) -> str:
        """What its figures rest on, in the clinic's words."""
        return self.draft.source if self.draft else self.source_in_force

    @property
    def is_drafted(self) -> bool:
        """Tell whether something is written that is not published yet."""
        return self.draft is not None and (self.body, self.source) != (self.in_force, self.source_in_force)

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


async def zone(work: works.Work, who: access.Staff) -> str:
    """Return the zone of the clinic, in which moments are told."""
    clinic = await clinics.get(work, who.clinic_id)
    return clinic.zone if clinic else "UTC"


async def texts(
    work: works.Work,
    who: access.Staff,
    book: str,
    *,
    key: str | None = None,
    catalog: catalogs.Catalog,
    now: datetime,
) -> list[Text]:
    """Return the texts of a book in their order, or those of one key, each in every language of the clinic.

    Raises NotAllowed without the right, NotFound for a book or a key that is none.
    """
    access.require(who, access.Right.READ_WORDING)
    order = _some(keys(catalog, book), key)
    shown = await languages(work, who, catalog)
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    wording = await in_force.wording(work, catalog, **whose)
    rows = await drafts.of(work, scope(who), book)
    edition = wording.edition(book, now)
    sources = await _sources(work, edition.id) if edition else {}
    return [_text(catalog, wording, rows, sources, book, key, code, now) for key in order for code in shown]


async def authors(work: works.Work, who: access.Staff, texts: list[Text]) -> dict[str, str]:
    """Return by id the names of who wrote the drafts of some texts, and what was kept aside."""
    access.require(who, access.Right.READ_WORDING)
    rows = [row for text in texts for row in (text.draft, *text.aside) if row]
    return await colleagues.names(work, [row.staff_id for row in rows])


def palette(catalog: catalogs.Catalog, book: str, key: str) -> dict[str, shelf.Blank]:
    """Return the blanks that a text may use: those of every reminder, or what a text of the bot's own is handed."""
    is_about_session = book != WORDS or key.startswith(_ABOUT_SESSION)
    names = values.REMINDER if is_about_session else catalog.template(catalogs.ENGLISH, key).names
    return {name: catalog.blanks[name] for name in catalog.blanks if name in names}


async def sample(
    work: works.Work, who: access.Staff, language: str, *, days: int = 1, catalog: catalogs.Catalog, now: datetime
) -> Mapping[str, blanks.Value]:
    """Return the values of an invented patient of the clinic, whose session was `days` days ago at 15:30."""
    clinic = await clinics.get(work, who.clinic_id)
    usual = {blank.name: blank.sample for blank in catalog.blanks.values()}
    if clinic is None:
        return usual
    day = hours.to_local(now, clinic.zone).date() - timedelta(days=days)
    anchor = timeline.Anchor(day, time(15, 30), clinic.zone)
    reach, name = contact.of_clinic(clinic, now), str(usual["first_name"])
    return usual | values.of_anchor(catalog, language, anchor, now=now, zone=clinic.zone, name=name, reach=reach)


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

    Raises Invalid `console.wording.too-long` (`most`), NotFound for what is no text of the book, NotAllowed for what
    the organisation holds. Whoever comes second gets the draft of the first one back, and their own text is kept
    aside: see `is_mine`.
    """
    access.require(who, access.Right.WORD)
    await _check_place(work, who, catalog, book, key, language)
    await holding.require_free(work, who, book)
    text = clean(body)
    if len(text) > LONGEST or len(source) > LONGEST:
        raise errors.Invalid("console.wording.too-long", most=str(LONGEST))
    at, written = scope(who), {"body": text, "source": clean(source).strip()}
    said: dict[str, Any] = {**written, "staff_id": who.staff_id, "now": now}
    held = await _current(work, at, book, key, language)
    if held is None:
        kept = await drafts.is_added(work, at, book, key=key, language=language, **said)
    else:
        kept = await drafts.is_changed(work, at, held.id, version=version, **said)
    if not kept:
        await _came_second(work, at, book, key, language, said, version=version)
    found = await _current(work, at, book, key, language)
    if found is None:
        raise errors.Conflict("console.refusal.old")
    return found


async def take(
    work: works.Work,
    who: access.Staff,
    book: str,
    key: str,
    language: str,
    draft_id: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
) -> drafts.DraftRow:
    """Let a text that was kept aside be the draft, and keep the draft aside instead.

    Raises Conflict `console.wording.gone` if it is there no more.
    """
    access.require(who, access.Right.WORD)
    await _check_place(work, who, catalog, book, key, language)
    at = scope(who)
    rows = [row for row in await drafts.of(work, at, book) if (row.key, row.language) == (key, language)]
    chosen = next((row for row in rows if row.id == draft_id and row.is_aside), None)
    if chosen is None:
        raise errors.Conflict("console.wording.gone")
    await drafts.drop(work, at, [chosen.id])
    standing = next((row for row in rows if not row.is_aside), None)
    if standing:
        old: dict[str, Any] = {"body": standing.body, "source": standing.source, "staff_id": standing.staff_id}
        await drafts.lay_aside(
            work, at, book, key=key, language=language, **old, version=standing.version, now=standing.changed_at
        )
    version = standing.version if standing else 0
    given: dict[str, Any] = {"source": chosen.source, "version": version, "catalog": catalog, "now": now}
    return await save(work, who, book, key, language, chosen.body, **given)


def clean(body: str) -> str:
    """Return a text as it is kept: no blank at the end of a line, no empty line at either end, no NUL."""
    lines = body.replace("\0", "").replace("\r\n", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


@dataclasses.dataclass(frozen=True)
class Tidied:
    """A text as Telegram takes it, and what was changed for it: by line, the key of the words that say so."""

    text: str
    notes: tuple[tuple[int, str], ...]


def tidied(body: str) -> Tidied:
    """Return what is proposed for a text that was pasted from elsewhere or is almost right; no notes: nothing is."""
    cleaned = cleaning.clean(clean(body))
    proposed = mending.repair(cleaned.text)
    notes = [(each.line, f"cleaned.{each.change}") for each in cleaned.notices]
    notes += [(each.line, f"mended.{each.mend}") for each in proposed.mended]
    return Tidied(clean(proposed.text), tuple(notes))


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


def _some(order: tuple[str, ...], key: str | None) -> tuple[str, ...]:
    if key is None:
        return order
    if key not in order:
        raise errors.NotFound("console.sorry.not-found")
    return (key,)


async def _check_place(
    work: works.Work, who: access.Staff, catalog: catalogs.Catalog, book: str, key: str, language: str
) -> None:
    if key not in keys(catalog, book) or language not in await languages(work, who, catalog):
        raise errors.NotFound("console.sorry.not-found")


async def _came_second(
    work: works.Work,
    at: editions.Scope,
    book: str,
    key: str,
    language: str,
    said: dict[str, Any],
    *,
    version: int,
) -> None:
    """Keep both texts. Another's draft stands; of one's own, as of two windows, the later text does."""
    held = await _current(work, at, book, key, language)
    if held is None or (held.body, held.source) == (said["body"], said["source"]):
        return
    if held.staff_id != said["staff_id"]:
        await drafts.lay_aside(work, at, book, key=key, language=language, **said, version=version, goes_on=True)
        return
    earlier = said | {"body": held.body, "source": held.source, "now": held.changed_at}
    if await drafts.is_changed(work, at, held.id, version=held.version, **said):
        await drafts.lay_aside(work, at, book, key=key, language=language, **earlier, version=version)


async def _sources(work: works.Work, edition_id: str) -> dict[worded.At, str]:
    found = await editions.texts(work, [edition_id])
    return {(row.language, row.key): row.source for row in found[edition_id]}


async def _current(work: works.Work, at: editions.Scope, book: str, key: str, language: str) -> drafts.DraftRow | None:
    rows = await drafts.of(work, at, book)
    return next((row for row in rows if (row.key, row.language) == (key, language) and not row.is_aside), None)


def _text(
    catalog: catalogs.Catalog,
    wording: worded.Wording,
    rows: list[drafts.DraftRow],
    sources: dict[worded.At, str],
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
        shipped=catalog.shipped(language, key),
        in_force=found.message.text,
        edition_id=found.edition_id,
        source_in_force=sources.get((language, key), "") if found.edition_id else "",
        draft=next((row for row in own if not row.is_aside), None),
        aside=tuple(row for row in own if row.is_aside),
    )
