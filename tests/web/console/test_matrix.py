"""Every route of the console, as every role, with own ids and another clinic's: made from the route table (S3)."""

import itertools
import re
from datetime import datetime

import httpx
import pytest
from fastapi import FastAPI

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, sign_ins
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from reminderbot.web.console.pages import Open, Page
from tests.web.console import audited, desk, world

ROLES = (*access.Role, "half", "stranger")
PARAMETER = re.compile(r"\{(\w+)\}")
SHARED = {"book": "microneedling", "text": "step.eve", "language": "en"}
"""What is nobody's own: the books that are shipped. As another clinic's, a book that is none is asked for."""

TOKENS = {"token"}  # parts of a path that are secrets and no ids: their own tests hold them


def filled(page: Page, things: world.Things) -> str:
    """Return the path of a page with the ids of a clinic's things."""
    return PARAMETER.sub(lambda found: things.get(page.objects.get(found[1], ""), "0" * 32), page.path)


def expected(page: Page, role: str, *, is_own: bool) -> set[int]:
    """Return which answers a cell may have."""
    if page.policy is Open.ANYBODY:
        return set(range(200, 500))
    if role == "stranger":
        return {303} if page.method == "GET" else {401, 403}
    if role == "half":
        return set(range(200, 500)) if page.policy is Open.HALF else ({303} if page.method == "GET" else {401, 403})
    if isinstance(page.policy, access.Right) and page.policy not in access.RIGHTS[access.Role(role)]:
        return {403}
    if not is_own:
        return {404}
    return set(range(200, 400)) if page.method == "GET" else set(range(200, 500)) - {401, 403, 404}


async def asked(browser: desk.Browser, page: Page, path: str) -> httpx.Response:
    if page.method == "GET":
        return await browser.client.get(path)
    words = {"_csrf": await browser.token()}
    return await browser.client.post(path, data=words, headers={"Origin": desk.ADDRESS})


def test_every_id_in_a_path_says_of_what_kind_it_is() -> None:
    unsaid = [page.name for page in consoles.ALL if set(PARAMETER.findall(page.path)) - set(page.objects) - TOKENS]

    assert unsaid == []


def test_no_two_pages_have_one_method_and_path() -> None:
    names = [page.name for page in consoles.ALL]

    assert len(names) == len(set(names))


def test_every_page_that_need_not_write_into_the_audit_is_there_to_be_opened() -> None:
    assert set(audited.WITHOUT) - {page.name for page in consoles.ALL} == set()


async def test_every_route_as_every_role_with_own_and_foreign_things(
    store: works.Store,
    catalog: catalogs.Catalog,
    app: FastAPI,
    bea: clinics.ClinicView,
    carls: clinics.ClinicView,
    now: datetime,
    capsys: pytest.CaptureFixture[str],
) -> None:
    own = await world.filled(store, catalog, bea, now=now, telegram_id=41)
    foreign = await world.filled(store, catalog, carls, now=now, telegram_id=42, name="Kanarka Foreign")
    before = await world.rows_of(store, carls.organisation_id)
    wrong, leaks, cells = [], [], 0
    for role in ROLES:
        who = await desk.employ(store, bea, access.Role(role if role in set(access.Role) else "admin"))
        for page, is_own in itertools.product(consoles.ALL, (False, True)):
            if not is_own and not page.objects:
                continue
            async with desk.browser(app) as browser:
                if role != "stranger":
                    kind = sign_ins.Kind.HALF if role == "half" else sign_ins.Kind.FULL
                    browser.client.cookies.set("reminderbot", await desk.cookie(store, who, kind=kind))
                answer = await asked(browser, page, filled(page, own | SHARED if is_own else foreign))
            cells += 1
            allowed = expected(page, role, is_own=is_own)
            if answer.status_code not in allowed:
                wrong.append(f"{role} {page.name} {'own' if is_own else 'foreign'}: {answer.status_code}")
            if "Kanarka" in answer.text:
                leaks.append(page.name)
        own = await world.filled(store, catalog, bea, now=now, telegram_id=100 + ROLES.index(role))

    with capsys.disabled():
        print(f"\n{cells} cells of the matrix: {len(consoles.ALL)} routes, {len(ROLES)} roles")  # noqa: T201 - the figure is asked for
    assert wrong == [], "\n".join(wrong)
    assert leaks == []
    assert await world.rows_of(store, carls.organisation_id) == before
