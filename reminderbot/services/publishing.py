"""Publishing a clinic's wording: what stands against it, the review by a second person, the next edition."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from reminderbot import errors
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import editions as worded
from reminderbot.catalog import findings
from reminderbot.planning import hours
from reminderbot.services import access, audit, holding, hourly, in_force, wording
from reminderbot.store import approvals, drafts, editions, staff
from reminderbot.store import work as works

WHY: Final = 500
"""Characters of the reason for an edition."""


@dataclasses.dataclass(frozen=True)
class Choice:
    """What is chosen for an edition; `fallback` takes a language that is missing or older, knowingly."""

    reach: worded.Reach = worded.Reach.ALL
    why: str = ""
    review_on: date | None = None
    fallback: bool = False


@dataclasses.dataclass(frozen=True)
class Offer:
    """A book as it would be published now; `hash` is of all drafts, and of what they lie over.

    `approved_by`, called `reader`, has read it so, and is none of its `writers`.
    """

    texts: tuple[findings.Candidate, ...]
    rows: tuple[drafts.DraftRow, ...]
    hash: str
    against: tuple[findings.Finding, ...]
    asks_reader: bool
    approved_by: str | None
    reader: str = dataclasses.field(repr=False)

    @property
    def writers(self) -> frozenset[str]:
        """Return who has written the drafts."""
        return frozenset(draft.staff_id for draft in self.rows)

    @property
    def changed(self) -> tuple[findings.Candidate, ...]:
        """Return the texts that publishing changes."""
        return tuple(text for text in self.texts if text.is_changed)

    @property
    def is_stopped(self) -> bool:
        """Tell whether anything holds it back."""
        return findings.stops(self.against)


async def offer(
    work: works.Work,
    who: access.Staff,
    book: str,
    choice: Choice,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    lock: bool = False,
) -> Offer:
    """Return a book as it would be published, with all that stands against it.

    Raises NotAllowed without the right to read wording, NotFound for a book that is none.
    """
    access.require(who, access.Right.READ_WORDING)
    order, shown = wording.keys(catalog, book), await wording.languages(work, who, catalog)
    at = wording.scope(who)
    every = await drafts.of(work, at, book, lock=lock)
    rows = [row for row in every if not row.is_aside]
    base, kept = await _base(work, who, book, catalog, now)
    written = {(row.language, row.key): row for row in rows}
    texts = tuple(_candidate(catalog, book, key, code, kept, written) for key in order for code in shown)
    hash, is_asked = _hash(rows, base), await editions.second_reader(work, who.clinic_id)
    approved = await _approved(work, at, book, hash, rows)
    found = findings.of_book(texts, fallback=choice.fallback, speaks_reminders=book != wording.WORDS)
    found += [_aside(row) for row in every if row.is_aside and row.key in order and row.language in shown]
    found += await _of_choice(work, who, choice, is_unread=is_asked and not approved, now=now)
    found += await _of_organisation(work, who, book)
    reader = await staff.get(work, approved) if approved else None
    return Offer(texts, tuple(rows), hash, tuple(found), is_asked, approved, reader.name if reader else "")


async def publish(
    work: works.Work,
    who: access.Staff,
    book: str,
    choice: Choice,
    *,
    hash: str,
    catalog: catalogs.Catalog,
    now: datetime,
) -> str:
    """Publish the drafts of a book as its next edition, and return its id; the drafts are then gone.

    Raises Conflict `console.editions.refused-changed` if the drafts are not those that were seen (`hash`), Invalid
    `console.editions.refused-stopped` (`count`) while anything stands against it, `console.editions.refused-long`;
    Conflict `console.editions.refused-hourly` (`most`) from a clinic that has published too often within an hour.
    """
    access.require(who, access.Right.WORD)
    reason = why(choice.why)
    at = wording.scope(who)
    await editions.hold(work, at)
    await hourly.require_calm(work, who)
    offered = await offer(work, who, book, choice, catalog=catalog, now=now, lock=True)
    if offered.hash != hash:
        raise errors.Conflict("console.editions.refused-changed")
    if offered.is_stopped:
        count = sum(each.level is findings.Level.STOP for each in offered.against)
        raise errors.Invalid("console.editions.refused-stopped", count=str(count))
    id = await editions.add(
        work,
        at,
        book=book,
        reach=choice.reach,
        why=reason,
        staff_id=who.staff_id,
        reviewed_by=offered.approved_by,
        review_on=choice.review_on,
        restores=None,
        texts=await _whole(work, who, book, offered, catalog, now),
        now=now,
    )
    await drafts.drop(work, at, [row.id for row in offered.rows])
    await audit.note(
        work, who, "wording.published", book=book, edition=id, reach=choice.reach, texts=len(offered.changed)
    )
    return id


async def approve(
    work: works.Work, who: access.Staff, book: str, *, hash: str, catalog: catalogs.Catalog, now: datetime
) -> None:
    """Approve the drafts of a book as they were read; any later change makes it void.

    Raises NotAllowed `console.editions.refused-writer` to who has written one of them, Conflict
    `console.editions.refused-changed` if they have changed since.
    """
    offered = await offer(work, who, book, Choice(), catalog=catalog, now=now)
    if not offered.rows or offered.hash != hash:
        raise errors.Conflict("console.editions.refused-changed")
    if who.staff_id in offered.writers:
        raise errors.NotAllowed("console.editions.refused-writer")
    detail = {"texts": len(offered.rows)}
    added = await approvals.add(work, wording.scope(who), book, hash, staff_id=who.staff_id, detail=detail, now=now)
    if added:
        await audit.note(work, who, "wording.approved", book=book, texts=len(offered.rows))


async def ask_reader(work: works.Work, who: access.Staff, *, is_asked: bool) -> None:
    """Set whether a second person reads what the clinic publishes."""
    access.require(who, access.Right.WORD)
    await editions.set_second_reader(work, who.clinic_id, is_asked=is_asked)
    await audit.note(work, who, "wording.second-reader", asked=int(is_asked))


def why(text: str) -> str:
    """Return a reason as it is kept; Invalid `console.editions.refused-long` (`most`) for a longer one."""
    words = " ".join(text.split())
    if len(words) > WHY:
        raise errors.Invalid("console.editions.refused-long", most=str(WHY))
    return words


async def require_review(work: works.Work, who: access.Staff, on: date | None, now: datetime) -> None:
    """Raise Invalid (`console.editions.find-no-review`, `…past-review`) for a day to read again that is none."""
    if on is None:
        raise errors.Invalid("console.editions.find-no-review")
    if on <= await today(work, who, now):
        raise errors.Invalid("console.editions.find-past-review")


async def _base(
    work: works.Work, who: access.Staff, book: str, catalog: catalogs.Catalog, now: datetime
) -> tuple[str, Mapping[worded.At, editions.TextRow]]:
    """Return the edition that new treatments are worded by, and its texts: what an edition is made over."""
    whose = {"organisation_id": who.organisation_id, "clinic_id": who.clinic_id}
    found = (await in_force.wording(work, catalog, **whose)).edition(book, now)
    if found is None:
        return "", {}
    return found.id, {(text.language, text.key): text for text in (await editions.texts(work, [found.id]))[found.id]}


def _candidate(
    catalog: catalogs.Catalog,
    book: str,
    key: str,
    language: str,
    kept: Mapping[worded.At, editions.TextRow],
    written: Mapping[worded.At, drafts.DraftRow],
) -> findings.Candidate:
    at = (language, key)
    shipped = catalog.shipped(language, key) if catalog.has(language, key) else None
    before = kept[at].body if at in kept else shipped or ""
    last = written.get(at) or kept.get(at)
    person = tuple(catalog.say_plain(language, each) for each in (catalogs.WORRIED, catalogs.PERSON))
    return findings.Candidate(
        key=key,
        language=language,
        shipped=shipped or None,  # a text of a plan of the clinic's own is not shipped in any language
        before=before,
        after=last.body if last else before,
        source=last.source if last else "",
        source_before=kept[at].source if at in kept else "",
        known=wording.palette(catalog, book, key),
        person=person,
    )


def _hash(rows: Sequence[drafts.DraftRow], base: str) -> str:
    said = sorted([row.key, row.language, row.body, row.source] for row in rows)
    return hashlib.sha256(json.dumps([base, said]).encode()).hexdigest()


async def _approved(
    work: works.Work, at: editions.Scope, book: str, hash: str, rows: Sequence[drafts.DraftRow]
) -> str | None:
    writers = {row.staff_id for row in rows}
    return next((id for id in await approvals.of(work, at, book, hash) if id not in writers), None)


async def _of_choice(
    work: works.Work, who: access.Staff, choice: Choice, *, is_unread: bool, now: datetime
) -> list[findings.Finding]:
    found = [findings.Finding(findings.Level.STOP, "reader")] if is_unread else []
    if choice.review_on is None:
        found.append(findings.Finding(findings.Level.STOP, "no-review"))
    elif choice.review_on <= await today(work, who, now):
        found.append(findings.Finding(findings.Level.STOP, "past-review"))
    return found


def _aside(row: drafts.DraftRow) -> findings.Finding:
    """Say that somebody else has written the same text: publishing keeps it where it is."""
    return findings.Finding(findings.Level.WARNING, "aside", row.key, row.language)


async def _of_organisation(work: works.Work, who: access.Staff, book: str) -> list[findings.Finding]:
    name = await holding.holder(work, who, book)
    return [findings.Finding(findings.Level.STOP, "locked", said={"organisation_name": name})] if name else []


async def _whole(
    work: works.Work, who: access.Staff, book: str, offered: Offer, catalog: catalogs.Catalog, now: datetime
) -> list[editions.TextRow]:
    """Return all texts of the next edition; those that are as shipped are left out.

    What the clinic no longer treats in stays, and what only an older version of the plan says: it is still sent.
    """
    _, kept = await _base(work, who, book, catalog, now)
    texts = dict(kept) | {
        (text.language, text.key): editions.TextRow(text.key, text.language, text.after, text.source)
        for text in offered.texts
    }
    return [text for at, text in sorted(texts.items()) if text.body.strip() and not _is_shipped(catalog, text)]


def _is_shipped(catalog: catalogs.Catalog, text: editions.TextRow) -> bool:
    return catalog.has(text.language, text.key) and catalog.message(text.language, text.key).text == text.body


async def today(work: works.Work, who: access.Staff, now: datetime) -> date:
    """Return the day it is at the clinic."""
    return hours.to_local(now, await wording.zone(work, who)).date()
