"""Editions that were published: listed, compared, published anew, withdrawn with a replacement, and corrected."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.services import access, audit, holding, hourly, in_force, names, owing, publishing, telling, wording
from reminderbot.store import clinics, editions, patients, staff, waiting
from reminderbot.store import work as works

SHIPPED: Final = "shipped"
"""The replacement that is the shipped texts."""

LONGEST: Final = 1000
"""Characters of a correction."""

LISTED: Final = 200
"""Messages that are listed by name; all are counted."""


@dataclasses.dataclass(frozen=True)
class Listed:
    """An edition as the list shows it; `is_newest`: new treatments are worded by it.

    `restored` is the number of the one that it has published anew, 0 if it is none's copy.
    """

    row: editions.EditionRow
    author: str = dataclasses.field(repr=False)
    reader: str = dataclasses.field(repr=False)
    sent: int
    restored: int
    is_newest: bool
    is_overdue: bool


@dataclasses.dataclass(frozen=True)
class Got:
    """A message that was worded by an edition and may have arrived; `is_told`: a correction went after it."""

    patient_id: str
    patient_name: str = dataclasses.field(repr=False)
    step_key: str
    sent_at: datetime
    zone: str
    is_told: bool


@dataclasses.dataclass(frozen=True)
class Opened:
    """One edition with its texts, and who got it, the latest first; `untold` patients had no correction."""

    listed: Listed
    texts: tuple[editions.TextRow, ...]
    got: tuple[Got, ...]
    untold: int


async def listed(
    work: works.Work, who: access.Staff, book: str, *, catalog: catalogs.Catalog, now: datetime
) -> list[Listed]:
    """Return the clinic's editions of a book, the newest first.

    Raises NotAllowed without the right to read wording, NotFound for a book that is none.
    """
    access.require(who, access.Right.READ_WORDING)
    wording.keys(catalog, book)
    rows = await editions.of(work, wording.scope(who), book)
    sent = await editions.count_sent(work, [row.id for row in rows])
    newest, today = await _newest(work, who, book, catalog, now), await publishing.today(work, who, now)
    known = {row.id: row.name for row in await staff.of_clinic(work, who.clinic_id)}
    numbers = {row.id: row.number for row in rows}
    return [
        _listed(row, known, sent=sent[row.id], restored=numbers.get(row.restores or "", 0), newest=newest, today=today)
        for row in rows
    ]


async def opened(
    work: works.Work, who: access.Staff, book: str, id: str, *, catalog: catalogs.Catalog, now: datetime
) -> Opened:
    """Return one edition of the clinic; NotFound for another's, or another book's."""
    found = next((each for each in await listed(work, who, book, catalog=catalog, now=now) if each.row.id == id), None)
    if found is None:
        raise errors.NotFound("console.sorry.not-found")
    rows = await editions.got(work, wording.scope(who), id)
    told = await editions.corrected(work, who.clinic_id, id)
    got = [await _got(work, row, told) for row in rows[:LISTED]]
    texts = (await editions.texts(work, [id]))[id]
    return Opened(found, tuple(texts), tuple(got), len({row.patient_id for row in rows} - told))


async def bodies(
    work: works.Work, who: access.Staff, book: str, id: str, *, catalog: catalogs.Catalog, now: datetime
) -> dict[worded.At, str]:
    """Return every text that an edition says, the shipped ones where it says no other; NotFound as `opened`."""
    texts = (await opened(work, who, book, id, catalog=catalog, now=now)).texts
    said = {(text.language, text.key): text.body for text in texts}
    return {**await shipped(work, who, book, catalog=catalog), **said}


async def shipped(work: works.Work, who: access.Staff, book: str, *, catalog: catalogs.Catalog) -> dict[worded.At, str]:
    """Return every text of a book as it is shipped, in the clinic's languages; empty where it is not shipped."""
    access.require(who, access.Right.READ_WORDING)
    shown, order = await wording.languages(work, who, catalog), wording.keys(catalog, book)
    return {(code, key): catalog.message(code, key).text for key in order for code in shown}


async def restore(
    work: works.Work,
    who: access.Staff,
    book: str,
    id: str,
    choice: publishing.Choice,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str:
    """Publish an old edition anew and return the new one's id. Its texts were checked and read when it was published.

    Raises Conflict `console.editions.refused-withdrawn` for one that was withdrawn, `console.editions.refused-newest`
    for the one in force; Invalid for a review date that is none (`console.editions.find-no-review`, `…past-review`),
    and `…find-reader` where a second person reads all and nobody has read that one.
    """
    access.require(who, access.Right.WORD)
    reason = publishing.why(choice.why)
    await holding.require_free(work, who, book)
    await editions.hold(work, wording.scope(who))
    await hourly.require_calm(work, who)
    old = (await opened(work, who, book, id, catalog=catalog, now=now)).listed
    if old.row.withdrawn_at is not None:
        raise errors.Conflict("console.editions.refused-withdrawn")
    if old.is_newest:
        raise errors.Conflict("console.editions.refused-newest")
    await _require_said(work, who, book, (await editions.texts(work, [id]))[id], catalog)
    await publishing.require_review(work, who, choice.review_on, now)
    if old.row.reviewed_by is None and await editions.second_reader(work, who.clinic_id):
        raise errors.Invalid("console.editions.find-reader")
    new = await _anew(work, who, old.row, reach=choice.reach, why=reason, review_on=choice.review_on, now=now)
    await audit.note(work, who, "wording.restored", book=book, edition=new, restores=id)
    return new


async def withdraw(
    work: works.Work,
    who: access.Staff,
    book: str,
    id: str,
    *,
    replacement: str,
    why: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Withdraw an edition: from the commit on nothing is worded by it, whatever was prepared before.

    What stands in its place is `replacement`, an older edition or SHIPPED, published in the same transaction to all
    whom it does not reach already. Of an edition that new treatments are not worded by, the older one before it steps
    in by itself, and no replacement is asked for. Raises Invalid `console.editions.refused-replacement` without one,
    Conflict `console.editions.refused-withdrawn` if it was withdrawn before.
    """
    access.require(who, access.Right.WORD)
    at, reason = wording.scope(who), publishing.why(why)
    await holding.require_free(work, who, book)
    await editions.hold(work, at)
    was = (await opened(work, who, book, id, catalog=catalog, now=now)).listed
    if not await editions.is_withdrawn(work, at, id, staff_id=who.staff_id, now=now):
        raise errors.Conflict("console.editions.refused-withdrawn")
    if was.is_newest:
        await _replace(work, who, book, id, replacement, reason, catalog, now)
    await audit.note(work, who, "wording.withdrawn", book=book, edition=id, replacement=replacement[:32])


async def correct(
    work: works.Work, who: access.Staff, book: str, id: str, words: Mapping[str, str], *, catalog: catalogs.Catalog
) -> int:
    """Owe a correction to everybody who got a withdrawn edition, each once; return to how many it goes.

    `words` are in the clinic's languages; who reads another gets the first one's. Who stopped, or has blocked the bot,
    gets none. Raises Conflict `console.editions.refused-in-force` while the edition is not withdrawn, Invalid
    `console.editions.refused-words` (`most`).
    """
    access.require(who, access.Right.WORD)
    access.require(who, access.Right.WRITE)
    at = wording.scope(who)
    await editions.hold(work, at)
    row = await editions.get(work, at, id)
    if row is None or row.book != book:
        raise errors.NotFound("console.sorry.not-found")
    if row.withdrawn_at is None:
        raise errors.Conflict("console.editions.refused-in-force")
    said = _said(words, await wording.languages(work, who, catalog))
    told = await editions.corrected(work, who.clinic_id, id)
    theirs = sorted({each.patient_id for each in await editions.got(work, at, id)} - told)
    sent = [patient_id for patient_id in theirs if await _is_corrected(work, who, patient_id, said, catalog)]
    for patient_id in sent:
        await audit.note(work, who, editions.CORRECTED, patient_id=patient_id, edition=id)
    return len(sent)


def _said(words: Mapping[str, str], languages: Sequence[str]) -> dict[str, str]:
    """Return what is said in each language of the clinic, the first one's where there is none."""
    lines = {code: names.lines(words.get(code, "")) for code in languages}
    first = lines[languages[0]]
    if not first or any(len(each) > LONGEST for each in lines.values()):
        raise errors.Invalid("console.editions.refused-words", most=str(LONGEST))
    return {code: each or first for code, each in lines.items()}


async def _is_corrected(
    work: works.Work, who: access.Staff, patient_id: str, said: Mapping[str, str], catalog: catalogs.Catalog
) -> bool:
    patient = await patients.of_clinic(work, who.clinic_id, patient_id)
    chat = await telling.reached(work, patient) if patient else None
    clinic = await clinics.get(work, who.clinic_id)
    if chat is None or clinic is None:
        return False
    await owing.say(
        work,
        chat,
        "told.correction",
        organisation_id=who.organisation_id,
        catalog=await in_force.said(work, catalog, organisation_id=who.organisation_id, clinic_id=who.clinic_id),
        buttons={"person": owing.PERSON},
        clinic_name=clinic.name,
        letter_words=said.get(chat.language, next(iter(said.values()))),
    )
    return True


async def _replace(
    work: works.Work,
    who: access.Staff,
    book: str,
    id: str,
    replacement: str,
    reason: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> None:
    """Have the replacement in force for all; nothing is published where it is so by the withdrawal alone."""
    stands = await _newest(work, who, book, catalog, now)
    if replacement == SHIPPED:
        await _require_said(work, who, book, [], catalog)
        if stands is not None:
            await _add(work, who, book, [], why=reason, restores=None, review_on=None, now=now)
        return
    old = await editions.get(work, wording.scope(who), replacement)
    if old is None or old.book != book or old.id == id or old.withdrawn_at is not None:
        raise errors.Invalid("console.editions.refused-replacement")
    await _require_said(work, who, book, (await editions.texts(work, [old.id]))[old.id], catalog)
    if stands != old.id:
        await _anew(work, who, old, reach=worded.Reach.ALL, why=reason, review_on=old.review_on, now=now)


async def _require_said(
    work: works.Work, who: access.Staff, book: str, texts: Sequence[editions.TextRow], catalog: catalogs.Catalog
) -> None:
    """Raise Invalid `console.editions.refused-gap` (`text`) for a reminder that waits and would have no text at all."""
    said = {text.key for text in texts}
    for key in sorted(await waiting.keys(work, who.clinic_id, book) - said):
        if not catalog.shipped(catalogs.ENGLISH, key):
            raise errors.Invalid("console.editions.refused-gap", text=key)


async def _anew(
    work: works.Work,
    who: access.Staff,
    old: editions.EditionRow,
    *,
    reach: worded.Reach,
    why: str,
    review_on: date | None,
    now: datetime,
) -> str:
    texts = (await editions.texts(work, [old.id]))[old.id]
    given: dict[str, Any] = {"why": why, "restores": old.id, "review_on": review_on, "now": now}
    return await _add(work, who, old.book, texts, reviewed_by=old.reviewed_by, reach=reach, **given)


async def _add(
    work: works.Work,
    who: access.Staff,
    book: str,
    texts: Sequence[editions.TextRow],
    *,
    why: str,
    restores: str | None,
    review_on: date | None,
    now: datetime,
    reviewed_by: str | None = None,
    reach: str = worded.Reach.ALL,
) -> str:
    return await editions.add(
        work,
        wording.scope(who),
        book=book,
        reach=reach,
        why=why,
        staff_id=who.staff_id,
        reviewed_by=reviewed_by,
        review_on=review_on,
        restores=restores,
        texts=texts,
        now=now,
    )


async def _newest(
    work: works.Work, who: access.Staff, book: str, catalog: catalogs.Catalog, now: datetime
) -> str | None:
    """Return the edition that new treatments are worded by."""
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    found = (await in_force.wording(work, catalog, **whose)).edition(book, now)
    return found.id if found else None


def _listed(
    row: editions.EditionRow, known: Mapping[str, str], *, sent: int, restored: int, newest: str | None, today: date
) -> Listed:
    author, reader = known.get(row.staff_id or "", ""), known.get(row.reviewed_by or "", "")
    is_overdue = row.id == newest and row.review_on is not None and row.review_on < today
    return Listed(row, author, reader, sent, restored, row.id == newest, is_overdue)


async def _got(work: works.Work, row: editions.GotRow, told: set[str]) -> Got:
    name = await patients.opened_name(work, patient_id=row.patient_id, key_id=row.key_id, name=row.name)
    return Got(row.patient_id, name, row.step_key, row.sent_at, row.zone, row.patient_id in told)
