"""Texts in a file, in the console: taken out, brought back, looked at, kept as drafts after a yes."""

import csv
import html
import io
import re

import httpx

from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

PAGE = "/wording/microneedling/exchange"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
NEW = "Hola {{ first_name }}: hoy,\nsin <b>sol</b>."


async def rows(browser: desk.Browser, book: str = "microneedling") -> list[dict[str, str]]:
    """Return the Spanish texts of a book as the CSV holds them."""
    answer = await browser.get(f"/wording/{book}/export.csv", language="es")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def table(found: list[dict[str, str]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, list(found[0]), quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(found)
    return written.getvalue().encode()


async def bring(browser: desk.Browser, content: bytes, *, name: str = "texts.csv", language: str = "es"):
    """Send a file as the form does."""
    words = {"_csrf": await browser.token(), "language": language}
    files = {"file": (name, content, "application/octet-stream")}
    return await browser.client.post(f"/console{PAGE}", data=words, files=files, headers={"Origin": desk.ADDRESS})


async def changed(browser: desk.Browser, draft: str = NEW) -> bytes:
    """Return the exported table with one draft in it."""
    found = await rows(browser)
    next(row for row in found if row["key"] == "step.day-1")["draft"] = draft
    return table(found)


async def say_yes(browser: desk.Browser, looked: httpx.Response, **others: str) -> httpx.Response:
    """Send the form of the page of the changes as it stands."""
    form = {name: html.unescape(value) for name, value in HIDDEN.findall(looked.text)}
    return await browser.post(f"{PAGE}/keep", form | others)


async def test_a_file_is_looked_at_first_and_kept_as_drafts_after_a_yes(
    admin: desk.Browser, store: works.Store
) -> None:
    looked = await bring(admin, await changed(admin))
    before = await cast.count(store, tables.drafts)
    answer = await say_yes(admin, looked)
    row = next(row for row in await rows(admin) if row["key"] == "step.day-1")

    assert "step.day-1" in desk.text(looked)
    assert "<ins>" in looked.text
    assert before == 0
    assert answer.headers["location"] == f"/console{PAGE}?done=texts-kept"
    assert row["draft"] == NEW
    assert await cast.count(store, tables.editions) == 0


async def test_what_was_taken_out_changes_nothing_when_it_comes_back(admin: desk.Browser) -> None:
    for form in ("csv", "xlsx", "toml"):
        taken = await admin.get(f"/wording/microneedling/export.{form}", language="es")
        back = await bring(admin, taken.content, name=f"texts.{form}")

        assert "This file changes nothing." in desk.text(back), form


async def test_a_wrong_line_is_named_and_nothing_can_be_kept(admin: desk.Browser, store: works.Store) -> None:
    looked = await bring(admin, await changed(admin, "<b>Hola {{ nombre }}"))

    assert "This file was not taken" in desk.text(looked)
    assert "unknown blank “nombre”" in desk.text(looked)
    assert "/exchange/keep" not in looked.text
    assert await cast.count(store, tables.drafts) == 0


async def test_a_yes_to_something_else_is_refused(admin: desk.Browser, store: works.Store) -> None:
    looked = await bring(admin, await changed(admin))
    forged = await say_yes(admin, looked, **{"text-step.day-1": "<b>"})
    other = await say_yes(admin, looked, seen="0" * 64)

    assert (forged.status_code, other.status_code) == (409, 409)
    assert await cast.count(store, tables.drafts) == 0


async def test_a_file_of_another_book_or_none_is_told_in_a_sentence(admin: desk.Browser) -> None:
    words = await bring(admin, table(await rows(admin, "words")))
    none = await admin.send(PAGE, {"language": "es"})
    picture = await bring(admin, b"\x89PNG\r\n\x1a\n\0\0\0")
    foreign = await bring(admin, await changed(admin), language="fr")

    assert "belongs to “words”" in desk.text(words)
    assert "And " in desk.text(words)
    assert "Choose a file first." in desk.text(none)
    assert (none.status_code, picture.status_code, foreign.status_code) == (422, 422, 422)
    assert "does not treat in this language" in desk.text(foreign)


async def test_only_an_admin_takes_texts_out_and_a_book_that_is_none_is_not_found(
    admin: desk.Browser, clinician: desk.Browser
) -> None:
    assert (await clinician.get(PAGE)).status_code == 403
    assert (await clinician.get("/wording/microneedling/export.csv")).status_code == 403
    assert (await admin.get("/wording/peeling/exchange")).status_code == 404
    assert (await admin.get("/wording/peeling/export.csv")).status_code == 404


async def test_the_page_is_reached_from_the_settings(admin: desk.Browser) -> None:
    assert f'href="/console{PAGE}"' in (await admin.get("/clinic")).text
    assert 'href="/console/wording/words/exchange"' in (await admin.get(PAGE)).text
