"""A clinic's texts handed out to be translated, each with its context: a table, or a file of `messages/`."""

import dataclasses
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

import openpyxl
from openpyxl.cell import WriteOnlyCell

from reminderbot import errors
from reminderbot.catalog import blanks, exchange, wrongs
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import plans
from reminderbot.services import access, sheets, wording
from reminderbot.store import clinics
from reminderbot.store import work as works

_SORTS: Final = ("button", "expect", "refusal", "step", "topic", "words")


class Form(StrEnum):
    """In what a text is handed out."""

    CSV = "csv"
    XLSX = "xlsx"
    TOML = "toml"  # the file format of `messages/`


@dataclasses.dataclass(frozen=True)
class Saying:
    """Who words what is said beside the texts: the console's words, in the reader's language."""

    words: catalogs.Catalog
    language: str

    def when(self, catalog: catalogs.Catalog, book: str, key: str) -> str:
        """Return when a text is sent."""
        steps = [step for step in catalog.plan(book).steps if step.message == key] if book in catalog.plan_keys else []
        if steps:
            return " · ".join(self._moment(step.when) for step in steps)
        sort = key.split(".", 1)[0]
        return self.say(f"when-{sort}" if sort in _SORTS else "when-chat")

    def say(self, name: str, **values: blanks.Value) -> str:
        """Return the words under `console.exchange.<name>`."""
        return self.words.say_plain(self.language, f"console.exchange.{name}", **values)

    def told(self, wrong: wrongs.Wrong) -> dict[str, str]:
        """Return what is wrong with a text, and its remedy, as they fill a sentence."""
        what, remedy = self.words.told(self.language, wrong)
        return {"text": what, "remedy": remedy}

    def _moment(self, when: plans.When) -> str:
        if isinstance(when, plans.After):
            return self.say("when-after", time_typed=f"{when.delay.total_seconds() / 3600:g}")
        at = self.words.clock(self.language, when.at) if when.at else self.say("when-morning")
        name = "when-day-of" if when.days == 0 else "when-days-before" if when.days < 0 else "when-days-after"
        return self.say(name, count=abs(when.days), clock=at)


async def reader(work: works.Work, _who: access.Operator, clinic_id: str) -> access.Staff:
    """Return somebody who reads a clinic's wording for the operator, and may change nothing."""
    clinic = await clinics.get(work, clinic_id)
    if clinic is None:
        raise errors.NotFound("console.sorry.not-found")
    return access.Staff("", clinic.organisation_id, clinic.id, access.Role.CLINICIAN)


async def lines(
    work: works.Work,
    who: access.Staff,
    book: str,
    language: str,
    *,
    catalog: catalogs.Catalog,
    say: Saying,
    now: datetime,
) -> list[exchange.Line]:
    """Return the texts of a book in a language, as they are handed out; English as it would be published now.

    Raises NotAllowed without the right, NotFound for a book that is none, Invalid `console.exchange.no-language`.
    """
    found = await wording.texts(work, who, book, catalog=catalog, now=now)
    await require_language(work, who, language, catalog)
    english = {text.key: text.body for text in found if text.language == catalogs.ENGLISH}
    return [_own(catalog, say, book, text, english) for text in found if text.language == language]


def shipped(catalog: catalogs.Catalog, book: str, language: str, *, say: Saying) -> list[exchange.Line]:
    """Return the texts of a book as they are shipped; raises NotFound for a book that is none."""
    return [_line(catalog, say, book, key, language) for key in wording.keys(catalog, book)]


async def require_language(work: works.Work, who: access.Staff, language: str, catalog: catalogs.Catalog) -> None:
    """Raise Invalid `console.exchange.no-language` (`language_name`) unless the clinic treats in it."""
    if language not in await wording.languages(work, who, catalog):
        raise errors.Invalid("console.exchange.no-language", language_name=language[:40])


def written(found: Sequence[exchange.Line], form: Form) -> bytes:
    """Return texts as a file."""
    rows = [exchange.HEADINGS, *(line.cells for line in found)]
    match form:
        case Form.CSV:
            return sheets.csv(rows)
        case Form.XLSX:
            return _workbook(rows)
        case Form.TOML:
            return exchange.toml(found).encode()


def _line(catalog: catalogs.Catalog, say: Saying, book: str, key: str, language: str) -> exchange.Line:
    message = catalog.message(language, key)
    return exchange.Line(
        book=book,
        language=language,
        key=key,
        when=say.when(catalog, book, key),
        english=catalog.message(catalogs.ENGLISH, key).text,
        in_force=message.text,
        draft="",
        blanks=tuple(sorted(wording.palette(catalog, book, key))),
        facts=message.facts,
        phrases=message.phrases,
    )


def _own(
    catalog: catalogs.Catalog, say: Saying, book: str, text: wording.Text, english: dict[str, str]
) -> exchange.Line:
    line = _line(catalog, say, book, text.key, text.language)
    return dataclasses.replace(
        line,
        english=english.get(text.key, line.english),
        in_force=text.in_force,
        draft=text.draft.body if text.draft else "",
        facts=() if text.is_own else line.facts,
    )


def _workbook(rows: Iterable[Sequence[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("texts")
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _cell(sheet: object, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, sheets.cell(text))
    cell.data_type = "s"  # nothing is a formula, whatever it begins with
    return cell
