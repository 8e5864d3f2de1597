"""Reading again: which editions in force are to be read again, and reading one again for another while."""

import dataclasses
from datetime import date, datetime, timedelta
from typing import Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, audit, holding, in_force, publishing, wording
from reminderbot.store import editions
from reminderbot.store import work as works

SOON: Final = timedelta(days=14)
"""How long ahead a day to read again is told."""


@dataclasses.dataclass(frozen=True)
class Review:
    """An edition of the clinic that is to be read again on a day; once that is past it `is_overdue`, and still said."""

    book: str
    edition_id: str
    on: date
    is_overdue: bool


async def due(work: works.Work, who: access.Staff, *, catalog: catalogs.Catalog, now: datetime) -> list[Review]:
    """Return what is to be read again by now or soon, the longest overdue first; nothing to who may not read it."""
    if not who.may(access.Right.READ_WORDING):
        return []
    today = await publishing.today(work, who, now)
    rows = await editions.in_force(work, who.organisation_id, who.clinic_id)
    asked = [row for row in rows if row.clinic_id and row.review_on and row.review_on <= today + SOON]
    if not asked:
        return []
    newest = await _newest(work, who, {row.book for row in asked}, catalog, now)
    found = [Review(row.book, row.id, row.review_on, row.review_on < today) for row in asked if row.review_on]
    return sorted((each for each in found if each.edition_id in newest), key=lambda each: (each.on, each.book))


async def read_again(
    work: works.Work,
    who: access.Staff,
    book: str,
    id: str,
    review_on: date | None,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str:
    """Publish the edition in force as it is, read by `who` and to be read again later; return the new one's id.

    Nobody gets another text. Raises Conflict `console.editions.refused-not-newest` for one that is not in force;
    Invalid for a day that is none (`console.editions.find-no-review`, `…past-review`), and `…find-reader` where a
    second person reads all and whoever asks has published it unread.
    """
    access.require(who, access.Right.WORD)
    await holding.require_free(work, who, book)
    at = wording.scope(who)
    await editions.hold(work, at)
    old = await editions.get(work, at, id)
    if old is None or old.book != book:
        raise errors.NotFound("console.sorry.not-found")
    if id not in await _newest(work, who, {book}, catalog, now):
        raise errors.Conflict("console.editions.refused-not-newest")
    await publishing.require_review(work, who, review_on, now)
    reader = old.reviewed_by if who.staff_id == old.staff_id else who.staff_id
    if reader is None and await editions.second_reader(work, who.clinic_id):
        raise errors.Invalid("console.editions.find-reader")
    new = await editions.add(
        work,
        at,
        book=book,
        reach=old.reach,
        why=old.why,
        staff_id=who.staff_id,
        reviewed_by=reader,
        review_on=review_on,
        restores=old.id,
        texts=(await editions.texts(work, [old.id]))[old.id],
        now=now,
    )
    await audit.note(work, who, "wording.read-again", book=book, edition=new, restores=id)
    return new


async def _newest(
    work: works.Work, who: access.Staff, books: set[str], catalog: catalogs.Catalog, now: datetime
) -> set[str]:
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    found = await in_force.wording(work, catalog, **whose)
    return {edition.id for book in books if (edition := found.edition(book, now))}
