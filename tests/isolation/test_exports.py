"""What a clinic takes along as files holds nothing of another's; a query that asks for another clinic is found."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import FastAPI

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files
from reminderbot.services import access
from reminderbot.store import listing
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from reminderbot.web.console.visit import Console
from tests import canaries
from tests.isolation import asking, full, playing, rows
from tests.services import cast
from tests.web.console import desk

WORDS = (full.MARK, full.PHONE)
BOOKS = {"book": "microneedling"}
KINDS = {"list.csv", "proof.csv", "copy.json", "report.csv", "links.csv", "export.csv", "export.xlsx", "export.toml"}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_what_a_clinic_exports_holds_nothing_of_anothers_and_a_leak_is_found(
    store: works.Store, clock: clocks.Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = catalogs.Catalog.load(files.default_folder())
    two = await full.both(store, catalog, now=clock.now())
    console = Console(store, catalog, catalog, clock.now, clocks.machine, cast.BOT, desk.ADDRESS)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.router.routes.extend(consoles.site(console))
    own = await rows.ids(store, two.own[0].organisation_id)
    query, other = listing._query, two.foreign[0].id

    async with desk.signed_in(app, store, two.own[0], access.Role.ADMIN) as browser:
        taken = await exported(browser, own)
        monkeypatch.setattr(listing, "_query", lambda of, how: query(dataclasses.replace(of, clinic_id=other), how))
        leaking = await exported(browser, own)

    assert {path.rpartition("/")[2] for path in taken} == KINDS
    assert [hit for path, text in taken.items() for hit in canaries.looked(text.encode(), WORDS, path)] == []
    found = {hit.where for path, text in leaking.items() for hit in canaries.looked(text.encode(), WORDS, path)}
    assert found == {"/console/patients/list.csv"}


async def exported(browser: desk.Browser, own: rows.Ids) -> Mapping[str, str]:
    """Return all that is handed out as files to be saved, by path: of each thing of the clinic's."""
    taken: dict[str, Any] = {}
    for page in consoles.ALL:
        if page.method == "GET" and page.path.rpartition("/")[2] in KINDS:
            kinds = set(page.objects.values())
            for id in own.of[kinds.pop()] if kinds - {"book"} else [BOOKS["book"]]:
                path = asking.PARAMETER.sub(id, page.path)
                answer = await browser.client.get(path)
                if answer.status_code == 200:
                    assert "attachment" in answer.headers["content-disposition"]
                    taken[path] = playing.said(answer)
    return taken
