"""Commands for whoever translates, or keeps the wording in git: messages export, messages import, messages lint."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reminderbot import app, errors, settings
from reminderbot.cli import given, inside, printed
from reminderbot.services import access

if TYPE_CHECKING:  # these bring the database's libraries with them: each command imports its own
    from collections.abc import Iterable

    from reminderbot.catalog import differences
    from reminderbot.catalog import exchange as texts
    from reminderbot.services import exchange, taking_back

OPERATOR = access.Operator()
FORMS = ("csv", "xlsx", "toml")
tree = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="A clinic's texts, out to translators and back.")
Lang = Annotated[str, typer.Option("--lang", "--language", help="The language of the texts.")]


def add_to(commands: typer.Typer) -> None:
    """Hang the commands of this file on the tree."""
    commands.add_typer(tree, name="messages")


@tree.command("export")
def export(
    lang: Lang,
    clinic: Annotated[str | None, typer.Option(help="The clinic's name or id.")] = None,
    shipped: Annotated[bool, typer.Option("--shipped", help="The shipped texts, of no clinic.")] = False,
    book: Annotated[str | None, typer.Option(help="A plan's key, or words; default: all.")] = None,
    form: Annotated[str, typer.Option("--format", help="csv, xlsx or toml.")] = "csv",
    to: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.")] = None,
) -> None:
    """Write every text of a language with its English, what is in force, the draft, and when it is sent."""
    from reminderbot.services import exchange

    if form not in FORMS:
        raise typer.BadParameter(f"there is no format {form!r}; there is {', '.join(FORMS)}")
    if shipped == (clinic is not None):
        raise typer.BadParameter("name one clinic with --clinic, or ask for the shipped texts with --shipped")
    if form == "xlsx" and to is None:
        raise typer.BadParameter("name the Excel file with -o")
    if to is not None and not to.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {to.parent} to write to")
    found = _of_clinic(str(clinic), lang, book) if clinic is not None else _shipped(lang, book)
    content = exchange.written(found, exchange.Form(form))
    if to is None:
        typer.echo(content, nl=False)
        return
    _write(to, content)
    typer.echo(f"{len(found)} texts in {to}.", err=True)


@tree.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A CSV, an Excel file (.xlsx) or a TOML file of texts.")],
    clinic: Annotated[str, typer.Option(help="The clinic's name or id.")],
    lang: Lang,
    login: Annotated[str, typer.Option("--as", help="The admin whose drafts they are, by what they sign in with.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and keep nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Take texts back as drafts: all of them or none. Nothing is published by it."""
    from reminderbot.services import books, clinics, staff, taking_back

    read = _read(file)

    async def ask(house: app.House) -> tuple[taking_back.Report, list[str]]:
        given.known_language(house.catalog, lang)
        async with house.store.writing() as visit:
            chosen = await clinics.find(visit, OPERATOR, clinic)
            who = await taking_back.signing(visit, OPERATOR, chosen.id, await staff.find(visit, OPERATOR, login))
            known = await books.catalog(visit, who, house.catalog)
            report = await taking_back.look(visit, who, read, lang, catalog=known, now=house.clock.now())
            if not (report.wrong or dry_run):
                await taking_back.keep(visit, who, report, now=house.clock.now())
        return report, [each.words(_saying()) for each in report.wrong]

    report, wrong = inside.house(ask)
    if as_json:
        typer.echo(printed.as_json(_as_json(report, wrong, is_kept=not (wrong or dry_run))))
    else:
        _show(report, wrong, dry_run=dry_run)
    raise typer.Exit(1 if wrong else 0)


@tree.command("lint")
def lint(folder: Annotated[Path, typer.Argument(help="A folder like messages/.")]) -> None:
    """Say all that is wrong with a folder of texts, by file and line."""
    printed.faults(app.folder_faults(folder))


def _of_clinic(clinic: str, lang: str, book: str | None) -> list[texts.Line]:
    from reminderbot.services import books, clinics, exchange

    async def ask(house: app.House) -> list[texts.Line]:
        given.known_language(house.catalog, lang)
        now = house.clock.now()
        async with house.store.reading() as visit:
            chosen = await clinics.find(visit, OPERATOR, clinic)
            who = await exchange.reader(visit, OPERATOR, chosen.id)
            known = await books.catalog(visit, who, house.catalog)
            found = [
                await exchange.lines(visit, who, each, lang, catalog=known, say=_saying(), now=now)
                for each in _books(known, book)
            ]
        return [line for lines in found for line in lines]

    return inside.house(ask)


def _shipped(lang: str, book: str | None) -> list[texts.Line]:
    from reminderbot.services import exchange

    catalog = app.catalog(settings.load())
    given.known_language(catalog, lang)
    found = [exchange.shipped(catalog, each, lang, say=_saying()) for each in _books(catalog, book)]
    return [line for lines in found for line in lines]


def _books(catalog: app.Catalog, book: str | None) -> tuple[str, ...]:
    from reminderbot.services import books

    known = books.listed(catalog)
    if book is not None and book not in known:
        raise typer.BadParameter(f"there is no book {book!r}; there is {', '.join(known)}")
    return known if book is None else (book,)


def _saying() -> exchange.Saying:
    from reminderbot.services import exchange

    return exchange.Saying(app.Catalog.load(None), "en")


def _read(file: Path) -> taking_back.Read:
    from reminderbot.services import taking_back

    try:
        return taking_back.read(file.read_bytes(), file.name)
    except OSError as problem:
        raise errors.Unusable(f"{file} cannot be read: {problem.strerror}.") from None
    except errors.Invalid as refusal:  # the file's fault, not that of what was typed
        raise errors.Unusable(f"{file}: {app.said(refusal)}") from None


def _write(to: Path, content: bytes) -> None:
    try:
        to.write_bytes(content)
    except OSError as problem:
        raise errors.Unusable(f"{to} cannot be written: {problem.strerror}.") from None


def _show(report: taking_back.Report, wrong: list[str], *, dry_run: bool) -> None:
    for change in report.changes:
        typer.echo(f"[{change.key}] line {change.number}")
        typer.echo(_indented("- ", change.difference.before))
        typer.echo(_indented("+ ", change.difference.after))
        if change.unused:
            typer.echo(f"  It no longer uses: {', '.join(change.unused)}.")
    for sentence in wrong:
        typer.echo(sentence, err=True)
    count = len(report.changes)
    if wrong:
        typer.echo(f"{len(wrong)} to mend; nothing was kept.")
    elif dry_run:
        typer.echo(f"{count} would change, {report.same} stay as they are; nothing was kept.")
    else:
        typer.echo(f"{count} kept as drafts, {report.same} stay as they are; nothing is published.")


_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
"""As `git diff --word-diff` writes them."""


def _indented(sign: str, pieces: Iterable[differences.Piece]) -> str:
    whole = "".join(_MARKS[piece.kind].format(piece.text) for piece in pieces)
    return "\n".join(sign + line for line in whole.split("\n"))


def _as_json(report: taking_back.Report, wrong: list[str], *, is_kept: bool) -> dict[str, object]:
    shown = ("key", "book", "language", "before", "after", "unused")
    changes = [{"line": each.number, **{name: getattr(each, name) for name in shown}} for each in report.changes]
    return {"changes": changes, "wrong": wrong, "same": report.same, "kept": len(changes) if is_kept else 0}
