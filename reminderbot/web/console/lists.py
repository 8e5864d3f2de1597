"""Lists from the clinic's booking system: uploaded, previewed, applied, handed out as invites."""

import asyncio
from datetime import time
from typing import Any, Final

from starlette.responses import Response

from reminderbot import errors
from reminderbot.services import access, audit, handover, sheets
from reminderbot.services.lists import applying, columns, dates, handing, lines, reading, uploading
from reminderbot.web.console import list_words
from reminderbot.web.console.pages import FORM, Pages
from reminderbot.web.console.visit import Ahead, Visit

CARDS: Final = 80  # on one page of the console: ten sheets
UPLOAD: Final = {"upload_id": "upload"}

pages = Pages()


@pages.get("/lists", access.Right.IMPORT)
async def index(visit: Visit) -> Response:
    """Take a list, and show which were taken before."""
    earlier = await uploading.earlier(visit.work, visit.who, now=visit.now)
    zone = (await uploading.clinic_of(visit.work, visit.who)).zone
    return visit.show("lists.html", earlier=earlier, zone=zone, most=reading.MOST_BYTES)


async def _read(ahead: Ahead) -> tuple[reading.Table, str]:
    """Read a file in a thread of its own, before the transaction: a large one takes a second or two."""
    file = ahead.files.get("list")
    if file is None:
        raise errors.Invalid("console.lists.no-file")
    content = await file.read()
    return await asyncio.to_thread(reading.read, content), reading.digest(content)


@pages.post("/lists", access.Right.IMPORT, again=index, most=reading.MOST_BYTES + FORM, before=_read)
async def take(visit: Visit) -> Response:
    """Keep a list, and lead to what it would change."""
    table, digest = visit.prepared
    upload_id = await uploading.take(
        visit.work, visit.who, table, digest=digest, catalog=visit.console.catalog, now=visit.now
    )
    return visit.go(f"/lists/{upload_id}")


@pages.get("/lists/{upload_id}", access.Right.IMPORT, objects=UPLOAD)
async def look(visit: Visit) -> Response:
    """Show what a list would change; once it is over, what became of it."""
    upload = await uploading.find(visit.work, visit.who, visit.id("upload_id"), now=visit.now)
    if not upload.is_open:
        zone = (await uploading.clinic_of(visit.work, visit.who)).zone
        return visit.show("list_over.html", upload=upload, zone=zone)
    seen = await _look(visit)
    return visit.show("list.html", look=seen, **await list_words.preview(visit, seen))


@pages.post("/lists/{upload_id}/columns", access.Right.IMPORT, again=look, objects=UPLOAD)
async def choose(visit: Visit) -> Response:
    """Read a list with other columns, another order of dates, other words for what lines do not say."""
    upload_id = visit.id("upload_id")
    await uploading.choose(
        visit.work, visit.who, upload_id, _choices(visit), catalog=visit.console.catalog, now=visit.now
    )
    return visit.go(f"/lists/{upload_id}", done="list-read")


@pages.post("/lists/{upload_id}/apply", access.Right.IMPORT, again=look, objects=UPLOAD)
async def apply(visit: Visit) -> Response:
    """Do what the report has shown."""
    yes = applying.Yes(
        seen=visit.form.get("seen", ""),
        leave_out=visit.form.get("leave_out") == "yes",
        cancel_gone=visit.form.get("cancel_gone") == "yes",
    )
    upload_id = visit.id("upload_id")
    await applying.apply(
        visit.work,
        visit.who,
        upload_id,
        yes,
        catalog=visit.console.catalog,
        bot_id=visit.console.bot_id,
        now=visit.now,
        machine_now=visit.machine_now,
    )
    return visit.go(f"/lists/{upload_id}", done="list-applied")


@pages.post("/lists/{upload_id}/discard", access.Right.IMPORT, again=look, objects=UPLOAD)
async def discard(visit: Visit) -> Response:
    """Wipe a list that will not be applied."""
    await uploading.discard(visit.work, visit.who, visit.id("upload_id"), now=visit.now)
    return visit.go("/lists", done="list-discarded")


@pages.get("/lists/{upload_id}/report.csv", access.Right.IMPORT, objects=UPLOAD)
async def report(visit: Visit) -> Response:
    """Give the whole report as CSV."""
    upload = await uploading.find(visit.work, visit.who, visit.id("upload_id"), now=visit.now)
    seen = await _look(visit) if upload.is_open else None
    if seen is None or seen.report is None:
        return visit.go(f"/lists/{upload.id}")
    rows = await list_words.table(visit, seen)
    async with visit.console.store.writing() as work:
        await audit.note(work, visit.who, "list.reported", upload=upload.id, lines=len(rows))
    return visit.download(await asyncio.to_thread(sheets.csv, rows), name="report.csv", kind="text/csv; charset=utf-8")


@pages.get("/lists/{upload_id}/cards", access.Right.INVITE, writes=True, objects=UPLOAD)
async def cards(visit: Visit) -> Response:
    """Show a list's invites as cards to cut out, eight on a sheet of A4."""
    found = await _cards(visit, "cards")
    page = max(int(visit.query("page")) if visit.query("page").isdecimal() else 1, 1)
    some = found[(page - 1) * CARDS : page * CARDS]
    codes = await asyncio.to_thread(_drawn, [card.link for card in some], visit.text("lists.card-scan"))
    paired = list(zip(some, codes, strict=True))
    paper = [paired[start : start + 8] for start in range(0, len(paired), 8)]
    more = page + 1 if len(found) > page * CARDS else 0
    say, clinic = list_words.cards_say(visit), await uploading.clinic_of(visit.work, visit.who)
    return visit.show(
        "list_cards.html", id=visit.id("upload_id"), paper=paper, more=more, found=found, say=say, clinic=clinic
    )


@pages.get("/lists/{upload_id}/links.csv", access.Right.INVITE, writes=True, objects=UPLOAD)
async def links(visit: Visit) -> Response:
    """Give a list's invites as CSV with their links."""
    found = await _cards(visit, "links")
    headings = ("column-name", "column-day", "column-time", "csv-code", "csv-link")
    content = handing.table(found, [visit.text(f"lists.{heading}") for heading in headings])
    return visit.download(content, name="invites.csv", kind="text/csv; charset=utf-8")


async def _look(visit: Visit) -> uploading.Look:
    catalog = visit.console.catalog
    return await uploading.look(visit.work, visit.who, visit.id("upload_id"), catalog=catalog, now=visit.now)


async def _cards(visit: Visit, how: str) -> list[handing.Card]:
    return await handing.cards(
        visit.work, visit.who, visit.id("upload_id"), bot_id=visit.console.bot_id, now=visit.now, how=how
    )


def _drawn(links: list[str], title: str) -> list[str]:
    return [handover.svg(link, title=title) if link else "" for link in links]


def _choices(visit: Visit) -> lines.Choices:
    """Return what the form says; Invalid `console.lists.choice` for what it cannot say."""
    form: dict[str, Any] = dict(visit.form)
    try:
        found = {column: int(form[column]) for column in columns.Column if form.get(column, "")}
        order, at = dates.Order(form.get("order", "")), time.fromisoformat(form.get("at", ""))
    except ValueError:
        raise errors.Invalid("console.lists.choice") from None
    return lines.Choices(
        found, order, at.replace(tzinfo=None), form.get("lines_language", ""), form.get("lines_plan", "")
    )
