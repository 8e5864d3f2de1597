"""Publishing a book of the clinic's wording: what stands against it, what it does; its editions, one by one."""

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.catalog import differences, findings
from reminderbot.catalog import editions as worded
from reminderbot.services import audit, books, impact, publishing, reviewing, withdrawing, wording
from reminderbot.services.access import Right
from reminderbot.web.console import book_words, forms, patient_words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages(books.catalog)

BOOK: Final = {"book": "book"}
EDITION: Final = {**BOOK, "edition_id": "edition"}
PAIR: Final = {**EDITION, "other_id": "edition"}
KNOWINGLY: Final = frozenset({"language", "older"})
"""Findings that an admin may take with a tick."""

REVIEW: Final = timedelta(days=182)
"""After how long the form offers to read a book again."""


@dataclasses.dataclass(frozen=True)
class Changed:
    """A text of which two wordings are shown side by side; `about` is what it is called."""

    key: str
    language: str
    about: str
    difference: differences.Difference


@pages.get("/wording/{book}/publish", Right.READ_WORDING, writes=True, objects=BOOK)
async def publishing_page(visit: Visit) -> Response:
    """Show what publishing would change, what stands against it and what it does to patients."""
    shown = await _publishing(visit)
    await audit.note(visit.work, visit.who, "wording.impact-seen", book=visit.id("book"))
    return shown


async def _publishing(visit: Visit) -> Response:
    book, catalog = visit.id("book"), visit.catalog
    today = await publishing.today(visit.work, visit.who, visit.now)
    choice = _choice(visit) if visit.request.method == "POST" else publishing.Choice(review_on=today + REVIEW)
    offer = await publishing.offer(visit.work, visit.who, book, choice, catalog=catalog, now=visit.now)
    reach = await impact.impact(visit.work, visit.who, book, worded.Reach.ALL, offer.texts, catalog=catalog)
    return visit.show(
        "publish.html",
        book=book,
        book_name=await book_words.title(visit, visit.id("book")),
        offer=offer,
        choice=choice,
        reach=choice.reach.value,
        tomorrow=today + timedelta(days=1),
        longest=publishing.WHY,
        groups=_groups(visit, offer.against),
        changes=[_changed(visit, text.key, text.language, text.before, text.after) for text in offer.changed],
        impact=reach,
        is_words=book == wording.WORDS,
        is_any=not any(each.name == "nothing" for each in offer.against),
        asks_fallback=any(each.name in KNOWINGLY for each in offer.against),
        is_writer=visit.who.staff_id in offer.writers,
        about=_names(visit, {text.key for text in offer.texts}),
        title=patient_words.title,
        language=patient_words.language,
    )


@pages.post("/wording/{book}/publish", Right.WORD, again=_publishing, objects=BOOK, proves=True)
async def publish(visit: Visit) -> Response:
    """Publish what was written."""
    book, given = visit.id("book"), _given(visit)
    hash = visit.form.get("hash", "")
    edition = await publishing.publish(visit.work, visit.who, book, _choice(visit), hash=hash, **given)
    return visit.go(f"/wording/{book}/editions/{edition}", done="edition-published")


@pages.post("/wording/{book}/approve", Right.READ_WORDING, again=_publishing, objects=BOOK)
async def approve(visit: Visit) -> Response:
    """Note that a second person has read what was written."""
    book, hash = visit.id("book"), visit.form.get("hash", "")
    given = _given(visit)
    await publishing.approve(visit.work, visit.who, book, hash=hash, **given)
    return visit.go(f"/wording/{book}/publish", done="edition-approved")


@pages.post("/wording/{book}/second-reader", Right.WORD, again=_publishing, objects=BOOK, proves=True)
async def second_reader(visit: Visit) -> Response:
    """Set whether a second person reads what the clinic publishes."""
    book = visit.id("book")
    wording.keys(visit.catalog, book)
    await publishing.ask_reader(visit.work, visit.who, is_asked=visit.form.get("asked") == "yes")
    return visit.go(f"/wording/{book}/publish", done="edition-reader")


@pages.get("/wording/{book}/editions", Right.READ_WORDING, objects=BOOK)
async def listed(visit: Visit) -> Response:
    """Show the editions of a book."""
    given = _given(visit)
    rows = await withdrawing.listed(visit.work, visit.who, visit.id("book"), **given)
    zone = await wording.zone(visit.work, visit.who)
    return visit.show(
        "editions.html",
        book=visit.id("book"),
        book_name=await book_words.title(visit, visit.id("book")),
        rows=rows,
        zone=zone,
    )


@pages.get("/wording/{book}/editions/{edition_id}", Right.READ_WORDING, writes=True, objects=EDITION)
async def edition_page(visit: Visit) -> Response:
    """Show one edition: its texts, who got it, and what can be done with it."""
    shown = await _edition(visit)
    await audit.note(visit.work, visit.who, "wording.edition-seen", edition=visit.id("edition_id"))
    return shown


async def _edition(visit: Visit) -> Response:
    book, id, catalog = visit.id("book"), visit.id("edition_id"), visit.catalog
    given = _given(visit)
    rows = await withdrawing.listed(visit.work, visit.who, book, **given)
    found = await withdrawing.opened(visit.work, visit.who, book, id, **given)
    today = await publishing.today(visit.work, visit.who, visit.now)
    others = [each for each in rows if each.row.id != id]
    older = [(each.row.id, _numbered(visit, each)) for each in others if each.row.withdrawn_at is None]
    return visit.show(
        "edition.html",
        book=book,
        book_name=await book_words.title(visit, visit.id("book")),
        found=found,
        others=others,
        replacements=[*older, (withdrawing.SHIPPED, visit.text("editions.shipped"))],
        languages=await wording.languages(visit.work, visit.who, catalog),
        review=today + REVIEW,
        tomorrow=today + timedelta(days=1),
        longest=withdrawing.LONGEST,
        about=_names(visit, {text.key for text in found.texts}),
        title=patient_words.title,
        language=patient_words.language,
        zone=await wording.zone(visit.work, visit.who),
    )


@pages.post("/wording/{book}/editions/{edition_id}/restore", Right.WORD, again=_edition, objects=EDITION, proves=True)
async def restore(visit: Visit) -> Response:
    """Publish an older edition anew."""
    book, id = visit.id("book"), visit.id("edition_id")
    given = _given(visit)
    new = await withdrawing.restore(visit.work, visit.who, book, id, _choice(visit), **given)
    return visit.go(f"/wording/{book}/editions/{new}", done="edition-restored")


@pages.post("/wording/{book}/editions/{edition_id}/read", Right.WORD, again=_edition, objects=EDITION, proves=True)
async def read_again(visit: Visit) -> Response:
    """Keep the edition in force as it is, read again now, until another day."""
    book, id, on = visit.id("book"), visit.id("edition_id"), _day(visit.form.get("review_on", ""))
    new = await reviewing.read_again(visit.work, visit.who, book, id, on, **_given(visit))
    return visit.go(f"/wording/{book}/editions/{new}", done="edition-read")


@pages.post("/wording/{book}/editions/{edition_id}/withdraw", Right.WORD, again=_edition, objects=EDITION, proves=True)
async def withdraw(visit: Visit) -> Response:
    """Withdraw an edition, with what patients get in its place."""
    book, id = visit.id("book"), visit.id("edition_id")
    given = _given(visit)
    chosen, why = visit.form.get("replacement", ""), visit.form.get("why", "")
    await withdrawing.withdraw(visit.work, visit.who, book, id, replacement=chosen, why=why, **given)
    return visit.go(f"/wording/{book}/editions/{id}", done="edition-withdrawn")


@pages.post("/wording/{book}/editions/{edition_id}/correct", Right.WORD, again=_edition, objects=EDITION)
async def correct(visit: Visit) -> Response:
    """Send a correction to whoever got a withdrawn edition."""
    book, id, catalog = visit.id("book"), visit.id("edition_id"), visit.catalog
    words = {code: visit.form.get(f"words-{code}", "") for code in catalog.languages}
    await withdrawing.correct(visit.work, visit.who, book, id, words, catalog=catalog)
    return visit.go(f"/wording/{book}/editions/{id}", done="edition-corrected")


@pages.get("/wording/{book}/editions/{edition_id}/diff/{other_id}", Right.READ_WORDING, objects=PAIR)
async def compared(visit: Visit) -> Response:
    """Show two editions side by side, word by word; the older one is on the left."""
    book, given = visit.id("book"), _given(visit)
    rows = {each.row.id: each for each in await withdrawing.listed(visit.work, visit.who, book, **given)}
    ids = [visit.id("edition_id"), visit.id("other_id")]
    if not set(ids) <= rows.keys():
        raise errors.NotFound("console.sorry.not-found")
    old, new = sorted(ids, key=lambda id: rows[id].row.number)
    before = await withdrawing.bodies(visit.work, visit.who, book, old, **given)
    after = await withdrawing.bodies(visit.work, visit.who, book, new, **given)
    heading = visit.text("editions.diff-title", count=rows[old].row.number, most=rows[new].row.number)
    sides = [(_numbered(visit, rows[id]), id) for id in (old, new)]
    return await _differing(visit, heading, sides, before, after)


@pages.get("/wording/{book}/editions/{edition_id}/shipped", Right.READ_WORDING, objects=EDITION)
async def compared_shipped(visit: Visit) -> Response:
    """Show an edition beside the shipped texts, word by word."""
    book, id, given = visit.id("book"), visit.id("edition_id"), _given(visit)
    listed = (await withdrawing.opened(visit.work, visit.who, book, id, **given)).listed
    before = await withdrawing.shipped(visit.work, visit.who, book, catalog=visit.catalog)
    after = await withdrawing.bodies(visit.work, visit.who, book, id, **given)
    heading = visit.text("editions.diff-shipped", count=listed.row.number)
    return await _differing(
        visit, heading, [(visit.text("editions.shipped"), ""), (_numbered(visit, listed), id)], before, after
    )


async def _differing(
    visit: Visit,
    heading: str,
    sides: Sequence[tuple[str, str]],
    before: Mapping[worded.At, str],
    after: Mapping[worded.At, str],
) -> Response:
    """Show the texts that differ; `sides` are what the two are called, and the edition's id where it is one."""
    differing = [at for at in {**before, **after} if before.get(at, "") != after.get(at, "")]
    changes = [
        _changed(visit, key, code, before.get((code, key), ""), after.get((code, key), "")) for code, key in differing
    ]
    return visit.show(
        "edition_diff.html",
        book=visit.id("book"),
        book_name=await book_words.title(visit, visit.id("book")),
        heading=heading,
        sides=sides,
        changes=changes,
        language=patient_words.language,
    )


def _given(visit: Visit) -> dict[str, Any]:
    return {"catalog": visit.catalog, "now": visit.now}


def _choice(visit: Visit) -> publishing.Choice:
    typed = visit.form.get
    return publishing.Choice(
        reach=_reach(typed("reach", "")),
        why=typed("why", ""),
        review_on=_day(typed("review_on", "")),
        fallback=typed("fallback") == "yes",
    )


def _reach(text: str) -> worded.Reach:
    return worded.Reach.NEW if text == worded.Reach.NEW else worded.Reach.ALL


def _day(text: str) -> date | None:
    """Return the day that was typed; None for anything else, which is then said to be missing."""
    try:
        return forms.day(text)
    except errors.Invalid:
        return None


def _groups(visit: Visit, found: Sequence[findings.Finding]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return the findings in words, those that hold the publication back first."""
    return [
        (name, [_found(visit, each) for each in found if each.level is level])
        for name, level in (("stops", findings.Level.STOP), ("warnings", findings.Level.WARNING))
        if any(each.level is level for each in found)
    ]


def _found(visit: Visit, of: findings.Finding) -> Mapping[str, Any]:
    said = dict(of.said)
    if of.wrong:
        said["text"], said["remedy"] = visit.console.words.told(visit.language, of.wrong)
    what, remedy = (visit.text(f"editions.{side}-{of.name}", **said) for side in ("find", "fix"))
    return {"what": what, "remedy": remedy, "key": of.key, "language": of.language, "line": of.line}


def _changed(visit: Visit, key: str, language: str, before: str, after: str) -> Changed:
    return Changed(key, language, _about(visit, key), differences.between(before, after))


def _names(visit: Visit, keys: set[str]) -> dict[str, str]:
    return {key: _about(visit, key) for key in keys}


def _about(visit: Visit, key: str) -> str:
    """Return what a text is called: a step's title, else its key."""
    step = key.removeprefix("step.")
    return patient_words.title(visit, step) if visit.console.words.has("en", f"title.{step}") else key


def _numbered(visit: Visit, of: withdrawing.Listed) -> str:
    return visit.text("editions.number", count=of.row.number)
