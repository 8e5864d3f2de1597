"""The clinic's wording: its books, the texts of each in their order, and the editor of one text."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.catalog import blanks, differences, previews
from reminderbot.planning import plans
from reminderbot.services import books, holding, withdrawing, wording
from reminderbot.services.access import Right
from reminderbot.store import drafts
from reminderbot.web.console import book_words, forms, patient_words
from reminderbot.web.console.pages import Pages
from reminderbot.web.console.visit import Visit

pages = Pages(books.catalog)

BOOK: Final = {"book": "book"}
TEXT: Final = {**BOOK, "key": "text"}
SIDE: Final = {**TEXT, "language": "language"}
FORM: Final = 512 * 1024
"""Bytes of a form: a text of the longest kind in letters of four bytes, each written as "%F0"."""

UNREAD: Final = "not yet"
"""What stands in language.toml while no native speaker has read all of the language's texts."""


@dataclasses.dataclass(frozen=True)
class Book:
    """A line of the list: the texts of a book, how many are the clinic's own, how many have a draft.

    `is_overdue`: what is in force was to be read again by now.
    """

    key: str
    title: str
    texts: int
    own: int
    drafted: int
    is_overdue: bool


@dataclasses.dataclass(frozen=True)
class Row:
    """One text of a book, what it is called, when it comes (empty: when it is asked for), in every language.

    `said` holds by language how Telegram shows it, empty where it cannot be sent.
    """

    key: str
    title: str
    when: str
    sides: tuple[wording.Text, ...]
    said: Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)


@dataclasses.dataclass(frozen=True)
class Side:
    """One text in one language as it is being edited; `body` and `source` are what stands in its form."""

    text: wording.Text
    name: str
    body: str
    source: str
    version: int
    look: previews.Preview = dataclasses.field(repr=False)
    wrong: tuple[tuple[int, str, str], ...]  # line, what it is, what to write instead
    tidied: wording.Tidied = dataclasses.field(repr=False)
    is_second: bool = False

    @property
    def language(self) -> str:
        """The code of its language."""
        return self.text.language


@pages.get("/wording", Right.READ_WORDING)
async def listed(visit: Visit) -> Response:
    """Show the books."""
    found = [await _book(visit, key) for key in books.listed(visit.catalog)]
    return visit.show("wording.html", books=found, readers=_readers(visit))


@pages.get("/wording/{book}", Right.READ_WORDING, objects=BOOK)
async def book(visit: Visit) -> Response:
    """Show the texts of a book in the order in which a patient gets them."""
    key = visit.id("book")
    found = await _texts(visit, key)
    names = await wording.authors(visit.work, visit.who, found)
    rows = [row for row in _rows(visit, key, found) if _is_sought(visit, row)]
    return visit.show(
        "wording_book.html",
        book=key,
        title=await book_words.title(visit, key),
        rows=[await _said(visit, key, row) for row in rows],
        holder=await holding.holder(visit.work, visit.who, key),
        names=names,
        language=_language_names(visit),
    )


@pages.get("/wording/{book}/{key}", Right.READ_WORDING, objects=TEXT)
async def edit(visit: Visit) -> Response:
    """Show the editor of one text, its languages side by side."""
    key = visit.id("key")
    found = await _texts(visit, visit.id("book"), key)
    row = next(iter(_rows(visit, visit.id("book"), found)))
    return visit.show(
        "wording_text.html",
        book=visit.id("book"),
        book_title=await book_words.title(visit, visit.id("book")),
        row=row,
        holder=await holding.holder(visit.work, visit.who, visit.id("book")),
        sides=[await _side(visit, text) for text in found],
        names=await wording.authors(visit.work, visit.who, found),
        between=differences.between,
        palette=wording.palette(visit.catalog, visit.id("book"), key),
        meaning=visit.catalog.meaning,
        facts=_facts(visit, key),
        passage=visit.catalog.passage,
        zone=await wording.zone(visit.work, visit.who),
    )


async def again(visit: Visit) -> Response:
    """Show what was refused: beside the text that is being typed, or the whole editor with it."""
    return await (_kept(visit) if visit.is_part else edit(visit))


@pages.post("/wording/{book}/{key}/{language}", Right.WORD, again=again, objects=SIDE, most=FORM)
async def save(visit: Visit) -> Response:
    """Keep a draft, of itself while somebody types or by its button."""
    saved = await _save(visit)
    is_second = not wording.is_mine(saved, visit.who, wording.clean(visit.form.get("body", "")))
    if visit.is_part:
        return await _kept(visit, saved=saved, is_second=is_second)
    if visit.form.get("then") == "publish" and not is_second:
        return visit.go(f"/wording/{visit.id('book')}/publish", done="wording-saved")
    return _back(visit, "wording-second" if is_second else "wording-saved")


@pages.post("/wording/{book}/{key}/{language}/preview", Right.READ_WORDING, objects=SIDE, most=FORM)
async def preview(visit: Visit) -> Response:
    """Show a text as it stands in its form, and what is wrong with it."""
    return visit.show(
        "_wording_look.html",
        side=await _typed(visit),
        facts=_facts(visit, visit.id("key")),
        passage=visit.catalog.passage,
    )


@pages.post("/wording/{book}/{key}/{language}/take", Right.WORD, again=edit, objects=SIDE, most=FORM)
async def take(visit: Visit) -> Response:
    """Use a text that was kept aside, and keep what stands in the form as well."""
    text = await _text(visit)
    if "body" in visit.form and wording.clean(visit.form["body"]) != text.body:
        await _save(visit)
    path = (visit.id("book"), visit.id("key"), visit.id("language"), visit.form.get("aside", ""))
    await wording.take(visit.work, visit.who, *path, catalog=visit.catalog, now=visit.now)
    return _back(visit, "wording-taken")


@pages.post("/wording/{book}/{key}/{language}/tidy", Right.WORD, again=edit, objects=SIDE, most=FORM)
async def tidy(visit: Visit) -> Response:
    """Keep the text as it was proposed, now that somebody has said yes to it."""
    saved = await _save(visit, wording.tidied(visit.form.get("body", "")).text)
    is_second = not wording.is_mine(saved, visit.who, wording.tidied(visit.form.get("body", "")).text)
    return _back(visit, "wording-second" if is_second else "wording-tidied")


@pages.post("/wording/{book}/{key}/{language}/discard", Right.WORD, again=edit, objects=SIDE, most=FORM)
async def discard(visit: Visit) -> Response:
    """Drop the draft and what was kept aside: what is in force stands again."""
    path = (visit.id("book"), visit.id("key"), visit.id("language"))
    await wording.discard(visit.work, visit.who, *path, catalog=visit.catalog)
    return _back(visit, "wording-discarded")


async def _save(visit: Visit, body: str | None = None) -> drafts.DraftRow:
    return await wording.save(
        visit.work,
        visit.who,
        visit.id("book"),
        visit.id("key"),
        visit.id("language"),
        visit.form.get("body", "") if body is None else body,
        source=visit.form.get("source", ""),
        version=forms.number(visit.form.get("version", "")),
        catalog=visit.catalog,
        now=visit.now,
    )


def _back(visit: Visit, done: str) -> Response:
    return visit.go(f"/wording/{visit.id('book')}/{visit.id('key')}", done=done)


async def _kept(visit: Visit, *, saved: drafts.DraftRow | None = None, is_second: bool = False) -> Response:
    """Show beside a text whether it is kept. Who came second keeps the ground they stand on: theirs stays aside."""
    text = await _text(visit)
    side = await _side(visit, text)
    typed = forms.number(visit.form.get("version", ""))
    version = saved.version if saved and not is_second else typed
    return visit.show(
        "_wording_kept.html",
        side=dataclasses.replace(side, version=version, is_second=is_second),
        names=await wording.authors(visit.work, visit.who, [text]),
        between=differences.between,
        book=visit.id("book"),
        key=visit.id("key"),
        zone=await wording.zone(visit.work, visit.who),
    )


async def _typed(visit: Visit) -> Side:
    return await _side(visit, await _text(visit))


async def _side(visit: Visit, text: wording.Text) -> Side:
    """Return a text as it stands in its form: as it was typed there, else as it is kept."""
    form = visit.form if visit.request.path_params.get("language") == text.language else {}
    body, source = wording.clean(form.get("body", text.body)), form.get("source", text.source)
    stands = text.draft.version if text.draft else 0
    version = forms.number(form["version"]) if "version" in form else stands
    name = patient_words.language(visit, text.language)
    look = await _look(visit, text, body)
    wrong = tuple((place.line, *visit.console.words.told(visit.language, place.wrong)) for place in look.wrong)
    return Side(text, name, body, source, version, look, wrong, wording.tidied(body))


async def _look(visit: Visit, text: wording.Text, body: str) -> previews.Preview:
    catalog = visit.catalog
    values = await _sample(visit, visit.id("book"), text)
    return previews.look(
        body,
        key=text.key,
        language=text.language,
        shipped=text.shipped,
        known=wording.palette(catalog, visit.id("book"), text.key),
        sample=values,
    )


async def _sample(visit: Visit, book: str, text: wording.Text) -> Mapping[str, blanks.Value]:
    """Return an invented patient's values as they are on the day on which the text comes."""
    step = _steps(visit, book).get(text.key)
    days = step.when.days if step and isinstance(step.when, plans.OnDay) else 0
    catalog, now = visit.catalog, visit.now
    return await wording.sample(visit.work, visit.who, text.language, days=days, catalog=catalog, now=now)


async def _said(visit: Visit, book: str, row: Row) -> Row:
    said = {
        text.language: previews.shown(text.body, text.language, await _sample(visit, book, text)) for text in row.sides
    }
    return dataclasses.replace(row, said=said)


async def _text(visit: Visit) -> wording.Text:
    found = await _texts(visit, visit.id("book"), visit.id("key"))
    text = next((text for text in found if text.language == visit.id("language")), None)
    if text is None:
        raise errors.NotFound("console.sorry.not-found")
    return text


async def _texts(visit: Visit, book: str, key: str | None = None) -> list[wording.Text]:
    return await wording.texts(visit.work, visit.who, book, key=key, catalog=visit.catalog, now=visit.now)


async def _book(visit: Visit, key: str) -> Book:
    found = await _texts(visit, key)
    own = {text.key for text in found if text.in_force != text.shipped}
    drafted = {text.key for text in found if text.is_drafted}
    editions = await withdrawing.listed(visit.work, visit.who, key, catalog=visit.catalog, now=visit.now)
    is_overdue = any(each.is_overdue for each in editions)
    title, count = await book_words.title(visit, key), len({text.key for text in found})
    return Book(key, title, count, len(own), len(drafted), is_overdue)


def _rows(visit: Visit, book: str, found: list[wording.Text]) -> list[Row]:
    steps = _steps(visit, book)
    sides: dict[str, list[wording.Text]] = {}
    for text in found:
        sides.setdefault(text.key, []).append(text)
    return [_row(visit, key, steps.get(key), tuple(both)) for key, both in sides.items()]


def _steps(visit: Visit, book: str) -> dict[str, plans.Step]:
    """Return by the key of its text which step says it, the first of several; none for the bot's own words."""
    if book == wording.WORDS:
        return {}
    return {step.message: step for step in reversed(visit.catalog.plan(book).steps)}


def _row(visit: Visit, key: str, step: plans.Step | None, sides: tuple[wording.Text, ...]) -> Row:
    if step is None:
        return Row(key, key, "", sides)
    return Row(key, patient_words.title(visit, step.key), _when(visit, step.when), sides)


def _when(visit: Visit, when: plans.When) -> str:
    """Return when a step comes, in words."""
    if isinstance(when, plans.After):
        minutes = when.delay // timedelta(minutes=1)
        if minutes % 60:
            return visit.text("wording.minutes-after", count=minutes)
        return visit.text("wording.hours-after", count=minutes // 60)
    clock = visit.clock(when.at) if when.at else visit.text("wording.morning")
    if when.days == 0:
        return visit.text("wording.same-day", clock=clock)
    if when.days < 0:
        return visit.text("wording.days-before", count=-when.days, clock=clock)
    return visit.text("wording.days-after", count=when.days, clock=clock)


def _is_sought(visit: Visit, row: Row) -> bool:
    words = visit.query("q").casefold()
    return words in row.key.casefold() or any(words in text.body.casefold() for text in row.sides)


def _facts(visit: Visit, key: str) -> tuple[str, ...]:
    return visit.catalog.message("en", key).facts


def _readers(visit: Visit) -> list[tuple[str, str]]:
    """Return each language of the shipped texts, and who has read all of them in it; empty for nobody yet."""
    held = [(code, visit.catalog.language(code).reviewed_by) for code in visit.catalog.languages]
    return [(patient_words.language(visit, code), "" if by == UNREAD else by) for code, by in held]


def _language_names(visit: Visit) -> Mapping[str, str]:
    return {code: patient_words.language(visit, code) for code in visit.catalog.languages}
