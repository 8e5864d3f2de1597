"""What every request of the console passes: sign-in, role, the form's token, limits, headers, sentences."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from sqlalchemy import select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, sign_ins
from reminderbot.store import tables
from reminderbot.store import work as works
from reminderbot.web import console as consoles
from tests.web.console import desk, world


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


@pytest.mark.parametrize("charset", ["punycode", "PUNYCODE", '"idna"', "utf-16"])
async def test_a_form_in_another_charset_is_refused_unread(stranger: desk.Browser, charset: str) -> None:
    body = b'--B\r\nContent-Disposition: form-data; name="login"\r\n\r\n' + b"b" * 200_000 + b"\r\n--B--\r\n"
    headers = {"Content-Type": f"multipart/form-data; boundary=B; charset={charset}", "Origin": desk.ADDRESS}

    answer = await stranger.client.post("/console/sign-in", content=body, headers=headers)

    assert answer.status_code == 400
    assert "could not be read" in desk.text(answer)


async def test_what_a_stranger_sends_where_lists_are_sent_is_not_read(stranger: desk.Browser) -> None:
    read = 0

    async def sent() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"x" * 100_000

    headers = {"Content-Type": "multipart/form-data; boundary=B", "Origin": desk.ADDRESS}
    answer = await stranger.client.post("/console/lists", content=sent(), headers=headers)

    assert (answer.status_code, read) == (401, 0)


@pytest.mark.parametrize("origin", ["http://[", "http://]:x", ""])
async def test_an_origin_that_is_none_is_a_foreign_one(admin: desk.Browser, origin: str) -> None:
    words = {"_csrf": await admin.token()}

    answer = await admin.client.post("/console/sign-out", data=words, headers={"Origin": origin})

    assert answer.status_code == 403


async def test_a_null_byte_is_no_outage(admin: desk.Browser) -> None:
    seen = await admin.client.get("/console/patients/a%00b")
    sought = await admin.client.get("/console/patients?q=a%00b")
    typed = await admin.post("/me", {"name": "Ad\x00a", "language": "en"})

    assert (seen.status_code, sought.status_code, typed.status_code) == (404, 200, 303)
    assert "Ada" in desk.text(await admin.get("/me"))


async def test_who_is_turned_away_is_in_the_log_by_id_and_page(
    front: desk.Browser, stranger: desk.Browser, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await front.get("/staff")
    await front.client.post("/console/me", data={"name": "Kanarka"}, headers={"Origin": "https://evil.example"})
    await stranger.post("/sign-in", {"login": "kanarka", "password": "a wrong password"})

    out = capfd.readouterr()
    told = out.out + out.err + caplog.text
    assert front.who is not None
    assert "a role does not open a page" in told
    assert "a form was not sent by a page of ours" in told
    assert "console.sign-in.refused" in told
    assert front.who.staff_id in told
    assert "anarka" not in told


@pytest.mark.parametrize("what", ["name", "key", "own name"])
async def test_what_was_swapped_in_the_database_is_not_shown_and_the_page_says_what_to_do(
    admin: desk.Browser,
    store: works.Store,
    catalog: catalogs.Catalog,
    bea: clinics.ClinicView,
    now: datetime,
    what: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    things = [
        await world.filled(store, catalog, bea, now=now, telegram_id=chat, name=name)
        for chat, name in ((41, "Ana García"), (42, "Berta Ruiz"))
    ]
    await _swap(store, what)

    answer = await admin.get(f"/patients/{things[0]['patient']}")

    said, out = desk.text(answer), capfd.readouterr()
    assert answer.status_code == 500
    assert "Tell whoever runs this program today" in said
    assert not {"Ana", "Berta"} & set(said.split())
    assert "a sealed value was changed or moved in the database" in out.out + out.err + caplog.text


async def _swap(store: works.Store, what: str) -> None:
    """Swap a sealed value between two rows, as whoever can write to the database."""
    people = tables.staff if what == "own name" else tables.patients
    table, column = (tables.data_keys, "wrapped") if what == "key" else (people, "name")
    async with store.writing() as work:
        keys = select(tables.patients.c.key_id)
        query = select(table.c.id, table.c[column])
        rows = (await work.run(query.where(table.c.id.in_(keys)) if what == "key" else query)).all()
        for row, other in zip(rows, [*rows[1:], rows[0]], strict=True):
            await work.run(update(table).where(table.c.id == row.id).values({column: other[1]}))


@pytest.mark.parametrize("page", consoles.ALL, ids=lambda page: page.name)
def test_every_route_says_who_may_open_it(page: object) -> None:
    assert page.policy  # type: ignore[attr-defined]


def test_every_role_has_a_row_in_the_table_of_rights() -> None:
    assert set(access.RIGHTS) == set(access.Role)
    assert access.RIGHTS[access.Role.DESK] < access.RIGHTS[access.Role.CLINICIAN] < access.RIGHTS[access.Role.ADMIN]
