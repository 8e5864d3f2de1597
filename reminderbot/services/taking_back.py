"""Texts that come back from whoever translated them: compared, held to the gates, kept as drafts; all or nothing."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from reminderbot import errors
from reminderbot.catalog import blanks, differences, grammar, shelf, wrongs
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import exchange as texts
from reminderbot.services import access, audit, books, exchange, holding, sheets, wording
from reminderbot.services.lists import grids, reading
from reminderbot.store import drafts, staff
from reminderbot.store import work as works

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of a file of texts: all that a clinic words have a quarter of it."""

_NO_TABLE: Final = frozenset({"empty", "not-a-list", "no-rows", "no-sheet", "too-many-rows", "too-many-columns"})
_SIGNS: Final = frozenset(sign for sign in sheets.STARTS if not sign.isspace() and sign != "\0")

Texts = Mapping[tuple[str, str], wording.Text]
"""The texts of a language that may come back, by their book and key: several plans may say the same text."""


@dataclasses.dataclass(frozen=True)
class Change:
    """A text that an import changes, from what would be published now; `unused` are blanks that it leaves out.

    `source` is what the text rests on, as it was said before.
    """

    number: int
    book: str
    language: str
    key: str
    before: str
    after: str
    source: str = ""
    unused: tuple[str, ...] = ()

    @property
    def difference(self) -> differences.Difference:
        """What is taken out of the one text, and put into the other."""
        return differences.between(self.before, self.after)


@dataclasses.dataclass(frozen=True)
class Wrong:
    """Why a line cannot be taken: `console.exchange.wrong-<name>`, filled with `said`. `number` is the file's line.

    `wrong` is what a gate says of its text.
    """

    number: int
    name: str
    said: Mapping[str, blanks.Value] = dataclasses.field(default_factory=dict)
    wrong: wrongs.Wrong | None = None

    def words(self, say: exchange.Saying) -> str:
        """Return it as a sentence."""
        of_gate = say.told(self.wrong) if self.wrong else {}
        return say.say(f"wrong-{self.name}", line=str(self.number), **self.said, **of_gate)


Read = Sequence[texts.Given | Wrong]


@dataclasses.dataclass(frozen=True)
class Report:
    """What an import would do; nothing at all while anything is `wrong`. `same` counts what stays as it is."""

    changes: tuple[Change, ...]
    wrong: tuple[Wrong, ...]
    same: int

    @property
    def fingerprint(self) -> str:
        """What a yes is given to."""
        said = json.dumps([(each.book, each.language, each.key, each.before, each.after) for each in self.changes])
        return hashlib.sha256(said.encode()).hexdigest()


async def signing(work: works.Work, _who: access.Operator, clinic_id: str, row: staff.StaffRow) -> access.Staff:
    """Return as whom the operator imports; NotAllowed `console.exchange.no-admin` for who is no admin there."""
    for role in await staff.roles(work, row.id):
        who = access.Staff(row.id, row.organisation_id, clinic_id, access.Role(role.role))
        if role.clinic_id == clinic_id and who.may(access.Right.WORD):
            return who
    raise errors.NotAllowed("console.exchange.no-admin", login=row.login)


def read(content: bytes, name: str) -> Read:
    """Return the texts of a file, as TOML if its name says so; what holds a formula is wrong by itself.

    Raises Invalid with a sentence for what is no file of texts.
    """
    if len(content) > MOST_BYTES:
        raise errors.Invalid("console.exchange.too-large")
    if name.lower().endswith(".toml"):
        return texts.from_toml(content, name.replace("\\", "/").rsplit("/", 1)[-1][:100])
    return _table(content)


async def look(
    work: works.Work,
    who: access.Staff,
    given: Read,
    language: str,
    *,
    catalog: catalogs.Catalog,
    now: datetime,
    only: str = "",
) -> Report:
    """Return what texts that came back would change in the drafts; `only` names the one book that may come.

    Raises NotAllowed without the right, NotFound for a book that is none, Invalid `console.exchange.no-language`.
    """
    await exchange.require_language(work, who, language, catalog)
    held: dict[tuple[str, str], wording.Text] = {}
    for book in (only,) if only else books.listed(catalog):
        found = await wording.texts(work, who, book, catalog=catalog, now=now)
        held |= {(book, text.key): text for text in found if text.language == language}
    return _report(given, held, language, catalog)


async def keep(work: works.Work, who: access.Staff, report: Report, *, now: datetime) -> int:
    """Keep every change as a draft and return how many; what somebody else had written there is kept aside.

    Raises Conflict `console.exchange.not-taken` while anything is wrong, `console.refusal.old` for what just changed;
    NotAllowed for what the organisation holds.
    """
    access.require(who, access.Right.WORD)
    for book in sorted({change.book for change in report.changes}):
        await holding.require_free(work, who, book)
    if report.wrong:
        raise errors.Conflict("console.exchange.not-taken")
    held: dict[tuple[str, str, str], drafts.DraftRow] = {}
    for book in {change.book for change in report.changes}:
        rows = await drafts.of(work, wording.scope(who), book)
        held |= {(book, row.key, row.language): row for row in rows if not row.is_aside}
    for change in report.changes:
        if not await _is_kept(work, who, change, held.get((change.book, change.key, change.language)), now):
            raise errors.Conflict("console.refusal.old")
    if report.changes:
        await audit.note(work, who, "wording.imported", texts=len(report.changes))
    return len(report.changes)


def _table(content: bytes) -> Read:
    try:
        grid = reading.grid(content)
    except errors.Invalid as refusal:
        name = refusal.key.removeprefix("console.lists.")
        raise errors.Invalid("console.exchange.no-table") if name in _NO_TABLE else refusal from None
    if "windows" in grid.notes:  # an old code page has lost what it has no sign for
        raise errors.Invalid("console.exchange.encoding")
    computed = {number for number, cells in grid.rows if any(_is_computed(cell, grid) for cell in cells)}
    rows = [(number, [texts.unquoted(cell, computed=sheets.STARTS) for cell in cells]) for number, cells in grid.rows]
    found = [each for each in texts.from_rows(rows) if each.number not in computed]
    return [*(Wrong(number, "formula") for number in sorted(computed)), *found]


def _is_computed(cell: str, grid: grids.Grid) -> bool:
    """Tell whether a spreadsheet computes a cell: a sheet says so itself, in CSV its first sign does."""
    return cell in (grids.FORMULA, grids.ERROR) or (not grid.is_sheet and cell.lstrip()[:1] in _SIGNS)


def _report(given: Read, held: Texts, language: str, catalog: catalogs.Catalog) -> Report:
    changes: list[Change] = []
    wrong = [each for each in given if isinstance(each, Wrong)]
    rows, seen = [each for each in given if isinstance(each, texts.Given)], set[tuple[str, str]]()
    for each in rows:
        misplaced, at = _misplaced(each, held, language, catalog), _place(each, held)
        if misplaced or at in seen:
            wrong.append(misplaced or Wrong(each.number, "twice", {"typed": each.key}))
            continue
        seen.add(at)
        change = _change(each, at[0], held[at], catalog)
        wrong += _against(each, held[at], change, catalog)
        changes += [change] if change else []
    ordered = tuple(sorted(wrong, key=lambda one: one.number))
    return Report(tuple(changes), ordered, len(rows) - len(changes))


def _place(each: texts.Given, held: Texts) -> tuple[str, str]:
    """Return which text a line is of; where it names no book, the first that says the text."""
    of = next((book for book, key in held if key == each.key), "")
    return each.book or of, each.key


def _misplaced(each: texts.Given, held: Texts, language: str, catalog: catalogs.Catalog) -> Wrong | None:
    """Return why a line is none of the texts that may come back."""
    if each.book and each.book not in books.listed(catalog):
        return Wrong(each.number, "book", {"title": each.book[:80]})
    if each.book and each.book not in {book for book, _ in held}:
        return Wrong(each.number, "other-book", {"title": each.book})
    if each.language and each.language != language:
        return Wrong(each.number, "language", {"typed": each.language[:40], "language_name": language})
    if _place(each, held) in held:
        return None
    near = grammar.nearest(each.key, frozenset(key for _, key in held)) or ""
    return Wrong(each.number, "near" if near else "key", {"typed": each.key[:100], "text": near})


def _change(each: texts.Given, book: str, text: wording.Text, catalog: catalogs.Catalog) -> Change | None:
    if not each.draft or each.draft == texts.tidy(text.body):
        return None
    try:
        used = blanks.compile(each.draft, text.language).names
    except blanks.BlankError:  # the gates say where
        used = frozenset()
    unused = tuple(sorted(catalog.template(text.language, text.key).names - used))
    return Change(each.number, book, text.language, text.key, text.body, each.draft, text.source, unused)


def _against(
    each: texts.Given, text: wording.Text, change: Change | None, catalog: catalogs.Catalog
) -> Iterator[Wrong]:
    """Yield what the gates say of a text that changes, and whether it was written over what is no more."""
    is_old = each.in_force is not None and each.in_force != texts.tidy(text.in_force)
    if is_old and (change or not each.draft):
        yield Wrong(each.number, "old", {"typed": each.key})
    if change is None:
        return
    if len(change.after) > wording.LONGEST:
        yield Wrong(each.number, "long", {"typed": each.key, "most": str(wording.LONGEST)})
        return
    message = shelf.Message(each.key, text.language, change.after)
    for fault in texts.faults_of(message, wording.palette(catalog, change.book, each.key), catalog.facts):
        place: dict[str, blanks.Value] = {"typed": each.key, "count": fault.line}
        yield Wrong(each.number, "gate", place, fault.wrong)


async def _is_kept(
    work: works.Work, who: access.Staff, change: Change, held: drafts.DraftRow | None, now: datetime
) -> bool:
    at, book = wording.scope(who), change.book
    place: dict[str, Any] = {"key": change.key, "language": change.language}
    said: dict[str, Any] = {"body": change.after, "source": change.source, "staff_id": who.staff_id, "now": now}
    if held is None:
        return await drafts.is_added(work, at, book, **place, **said)
    if held.staff_id != who.staff_id:
        theirs: dict[str, Any] = {"body": held.body, "source": held.source, "staff_id": held.staff_id}
        await drafts.lay_aside(work, at, book, **place, **theirs, version=held.version, now=held.changed_at)
    return await drafts.is_changed(work, at, held.id, version=held.version, **said)
