"""A clinic's texts in a file: taken out to be translated, brought back, looked at, kept as drafts after a yes."""

import asyncio
import dataclasses
from typing import Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.catalog import differences
from reminderbot.catalog import exchange as texts
from reminderbot.services import access, audit, books, exchange, taking_back, wording
from reminderbot.web.console import book_words
from reminderbot.web.console.pages import FORM, Pages
from reminderbot.web.console.visit import Ahead, Visit

pages = Pages(books.catalog)

RIGHT: Final = access.Right.WORD
BOOK: Final = {"book": "book"}
MOST: Final = taking_back.MOST_BYTES + FORM
SHOWN: Final = 50  # wrong lines on one page
_FIELD: Final = "text-"
_KINDS: Final = {
    exchange.Form.CSV: "text/csv; charset=utf-8",
    exchange.Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    exchange.Form.TOML: "application/toml; charset=utf-8",
}


@dataclasses.dataclass(frozen=True)
class Changed:
    """A text that would change, its two wordings side by side; `about` is what it is called."""

    key: str
    language: str
    about: str
    difference: differences.Difference
    after: str
    unused: tuple[str, ...]


@pages.get("/wording/{book}/exchange", RIGHT, objects=BOOK)
async def index(visit: Visit) -> Response:
    """Offer the texts of a book as files, and take one back."""
    catalog, book = visit.catalog, visit.id("book")
    wording.keys(catalog, book)  # NotFound for a book that is none
    codes = await wording.languages(visit.work, visit.who, catalog)
    languages = [(code, catalog.language(code).name) for code in codes]
    title = await book_words.title(visit, book)
    return visit.show("exchange.html", book=book, title=title, languages=languages, most=taking_back.MOST_BYTES)


@pages.get("/wording/{book}/export.csv", RIGHT, objects=BOOK)
async def as_csv(visit: Visit) -> Response:
    """Give the texts of a book as CSV."""
    return await _export(visit, exchange.Form.CSV)


@pages.get("/wording/{book}/export.xlsx", RIGHT, objects=BOOK)
async def as_xlsx(visit: Visit) -> Response:
    """Give the texts of a book as a workbook."""
    return await _export(visit, exchange.Form.XLSX)


@pages.get("/wording/{book}/export.toml", RIGHT, objects=BOOK)
async def as_toml(visit: Visit) -> Response:
    """Give the texts of a book in the file format of `messages/`."""
    return await _export(visit, exchange.Form.TOML)


async def _read(ahead: Ahead) -> taking_back.Read:
    """Read a file in a thread of its own, before the transaction."""
    file = ahead.files.get("file")
    if file is None:
        raise errors.Invalid("console.exchange.no-file")
    content = await file.read()
    return await asyncio.to_thread(taking_back.read, content, file.filename or "")


@pages.post("/wording/{book}/exchange", RIGHT, again=index, objects=BOOK, most=MOST, before=_read)
async def look(visit: Visit) -> Response:
    """Show what a file would change, or what is wrong with it; nothing is kept."""
    report = await _look(visit, visit.prepared)
    say = _saying(visit)
    wrong = [each.words(say) for each in report.wrong]
    return visit.show(
        "exchange_look.html",
        book=visit.id("book"),
        title=await book_words.title(visit, visit.id("book")),
        report=report,
        wrong=wrong[:SHOWN],
        more=len(wrong[SHOWN:]),
        changes=[] if wrong else [_changed(each) for each in report.changes],
        language_name=visit.catalog.language(visit.form.get("language", "")).name,
        language=visit.form.get("language", ""),
        field=_FIELD,
    )


@pages.post("/wording/{book}/exchange/keep", RIGHT, again=index, objects=BOOK, most=2 * MOST)
async def keep(visit: Visit) -> Response:
    """Keep as drafts what was looked at; if it would now change something else, look at it anew first."""
    report = await _look(visit, _given(visit))
    if not report.changes or report.fingerprint != visit.form.get("seen", ""):
        raise errors.Conflict("console.refusal.old")
    await taking_back.keep(visit.work, visit.who, report, now=visit.now)
    return visit.go(f"/wording/{visit.id('book')}/exchange", done="texts-kept")


async def _export(visit: Visit, form: exchange.Form) -> Response:
    catalog, book = visit.catalog, visit.id("book")
    language = visit.query("language") or (await wording.languages(visit.work, visit.who, catalog))[0]
    say = _saying(visit)
    found = await exchange.lines(visit.work, visit.who, book, language, catalog=catalog, say=say, now=visit.now)
    async with visit.console.store.writing() as work:
        await audit.note(work, visit.who, "wording.exported", book=book, language=language, texts=len(found))
    content = await asyncio.to_thread(exchange.written, found, form)
    return visit.download(content, name=f"{book}-{language}.{form}", kind=_KINDS[form])


async def _look(visit: Visit, given: taking_back.Read) -> taking_back.Report:
    catalog, language = visit.catalog, visit.form.get("language", "")
    return await taking_back.look(
        visit.work, visit.who, given, language, catalog=catalog, now=visit.now, only=visit.id("book")
    )


def _given(visit: Visit) -> taking_back.Read:
    """Return the texts that the page of the changes carries."""
    fields = [(name.removeprefix(_FIELD), text) for name, text in visit.form.items() if name.startswith(_FIELD)]
    return [
        texts.Given(number, visit.id("book"), "", key, None, texts.tidy(text))
        for number, (key, text) in enumerate(fields, start=1)
    ]


def _changed(change: taking_back.Change) -> Changed:
    return Changed(change.key, change.language, change.key, change.difference, change.after, change.unused)


def _saying(visit: Visit) -> exchange.Saying:
    return exchange.Saying(visit.console.words, visit.language)
