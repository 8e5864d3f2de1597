"""What every request of the console passes: sign-in, role, the form's token, limits, headers, sentences."""

import httpx
import pytest
from sqlalchemy import select

from reminderbot.services import access, sign_ins
from reminderbot.store import tables
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from tests.web.console import desk


async def test_a_page_that_is_not_there_says_so(admin: desk.Browser) -> None:
    answer = await admin.get("/no-such-page")

    assert answer.status_code == 404
    assert "There is no such page" in desk.text(answer)


async def test_the_root_leads_to_today(stranger: desk.Browser) -> None:
    answer = await stranger.client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/today")


async def test_signing_out_ends_the_sign_in(admin: desk.Browser, store: works.Store) -> None:
    answer = await admin.post("/sign-out")

    assert answer.headers["location"] == "/console/sign-in?done=signed-out"
    async with store.reading() as work:
        ended = (await work.run(select(tables.sign_ins.c.ended_at))).scalar_one()
    assert ended is not None


async def test_an_old_cookie_opens_nothing(admin: desk.Browser, machine: desk.Machine) -> None:
    machine.ahead = sign_ins.IDLE * 2

    answer = await admin.post("/sign-out")

    assert answer.status_code in (401, 403)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)
async def test_a_form_from_elsewhere_does_nothing(
    admin: desk.Browser, store: works.Store, headers: dict[str, str]
) -> None:
    words = {"_csrf": await admin.token()}

    answer = await admin.client.post("/console/sign-out", data=words, headers=headers)

    assert answer.status_code == 403
    async with store.reading() as work:
        assert (await work.run(select(tables.sign_ins.c.ended_at))).scalar_one() is None


async def test_a_form_without_its_token_does_nothing(admin: desk.Browser) -> None:
    answer = await admin.client.post("/console/sign-out", data={}, headers={"Origin": desk.ADDRESS})

    assert answer.status_code == 403


async def test_a_form_that_is_too_large_is_refused_in_a_sentence(admin: desk.Browser) -> None:
    answer = await admin.post("/sign-out", {"words": "x" * 100_000})

    assert answer.status_code == 413
    assert "too large" in desk.text(answer)


def _is_safe(answer: httpx.Response) -> bool:
    policy = answer.headers.get("content-security-policy", "")
    return "unsafe" not in policy and "default-src 'none'" in policy and answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("page", consoles.ALL, ids=lambda page: page.name)
async def test_every_route_carries_its_headers(admin: desk.Browser, page: object) -> None:
    path = page.path.replace("{", "").replace("}", "")  # type: ignore[attr-defined]

    answer = await admin.client.request(page.method, path)  # type: ignore[attr-defined]

    assert _is_safe(answer)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("page", consoles.ALL, ids=lambda page: page.name)
def test_every_route_says_who_may_open_it(page: object) -> None:
    assert page.policy  # type: ignore[attr-defined]


def test_every_role_has_a_row_in_the_table_of_rights() -> None:
    assert set(access.RIGHTS) == set(access.Role)
    assert access.RIGHTS[access.Role.DESK] < access.RIGHTS[access.Role.CLINICIAN] < access.RIGHTS[access.Role.ADMIN]
