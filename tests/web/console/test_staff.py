"""The staff page: who works here, added, promoted, sent a link, gone (S5)."""

import asyncio

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics
from reminderbot.store import staff, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk, hired

NEW = {"name": "Nia Okoro", "login": "Nia@clinic.example", "role": "clinician", "language": "es"}


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Dana, at the front desk."""
    return await hired.hire(store, bea, access.Role.DESK, "dana", has_second=False)


@pytest.fixture
async def branch(
    store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, now: object
) -> clinics.ClinicView:
    """Another clinic of Dr Bea's organisation."""
    async with store.writing() as work:
        return await clinics.add(
            work,
            cast.OPERATOR,
            name="Bea North",
            phone="+34 910 000 001",
            emergency="",
            hours="",
            zone=cast.MADRID,
            languages=("en",),
            adopted_by="Dr Bea",
            catalog=catalog,
            now=now,  # type: ignore[arg-type]
            organisation="bea skin",
        )


async def version(store: works.Store, person: hired.Hired) -> str:
    async with store.reading() as work:
        row = await staff.get(work, person.id)
    return str(row.version if row else 0)


async def test_a_person_is_added_and_their_link_is_shown_once(admin: desk.Browser, app: FastAPI) -> None:
    added = await admin.send("/staff", NEW)
    link = added.text.partition("/console/welcome/")[2].partition('"')[0]
    listed = desk.text(await admin.get("/staff"))
    async with desk.browser(app) as browser:
        welcome = await browser.get(f"/welcome/{link}")

    assert added.status_code == 200
    assert "Nia Okoro nia@clinic.example Clinician Link not used yet" in listed
    assert link not in listed
    assert "nia@clinic.example" in desk.text(welcome)


@pytest.mark.parametrize(
    ("field", "value", "status", "said"),
    [
        ("name", "", 422, "A name has 1 to 64"),
        ("login", "no spaces please", 422, "no spaces"),
        ("login", "ab", 422, "3 to 64"),
        ("role", "boss", 422, "Choose a role"),
        ("login", "dana", 409, "works here already"),
    ],
)
async def test_a_wrong_field_is_said_and_nothing_typed_is_lost(
    admin: desk.Browser, dana: hired.Hired, field: str, value: str, status: int, said: str
) -> None:
    answer = await admin.send("/staff", {**NEW, field: value})

    assert answer.status_code == status
    assert said in desk.text(answer)
    assert f'value="{value if field == "name" else NEW["name"]}"' in answer.text


async def test_a_login_of_another_organisation_is_taken(admin: desk.Browser, carl: desk.Browser) -> None:
    await carl.send("/staff", NEW)
    answer = await admin.send("/staff", NEW)

    assert answer.status_code == 409
    assert "taken" in desk.text(answer)


async def test_another_role_ends_their_sign_ins_and_holds_at_once(
    admin: desk.Browser, app: FastAPI, store: works.Store, dana: hired.Hired
) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        before = (await browser.get("/me")).status_code
        form = {"role": "clinician", "version": await version(store, dana)}
        done = await admin.send(f"/staff/{dana.id}/role", form, seen=f"/staff/{dana.id}")
        after = (await browser.get("/me")).status_code
    async with desk.browser(app) as browser:
        asked = await browser.post("/sign-in", {"login": "dana", "password": hired.PASSWORD})

    assert done.headers["location"] == "/console/staff?done=staff-role"
    assert (before, after) == (200, 303)
    assert asked.headers["location"] == "/console/second"


async def test_the_second_of_two_admins_who_change_one_person_is_told(
    admin: desk.Browser, store: works.Store, dana: hired.Hired
) -> None:
    old = await version(store, dana)
    await admin.post(f"/staff/{dana.id}/role", {"role": "clinician", "version": old})
    answer = await admin.post(f"/staff/{dana.id}/role", {"role": "admin", "version": old})

    assert answer.status_code == 409
    assert "Somebody else has changed this" in desk.text(answer)


async def test_the_last_admin_neither_leaves_nor_is_demoted(admin: desk.Browser, store: works.Store) -> None:
    assert admin.who is not None
    own = admin.who.staff_id
    left = await admin.post(f"/staff/{own}/left", {"heir": ""})
    demoted = await admin.post(f"/staff/{own}/role", {"role": "desk", "version": "1"})

    assert (left.status_code, demoted.status_code) == (409, 409)
    assert "the only admin" in desk.text(left)
    assert "the only admin" in desk.text(demoted)


async def test_of_two_last_admins_who_leave_at_once_one_stays(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView
) -> None:
    one, two = [await hired.hire(store, bea, access.Role.ADMIN, login) for login in ("bo", "eve")]
    async with desk.browser(app) as first, desk.browser(app) as second:
        hired.let_in(first, await desk.cookie(store, one.who))
        hired.let_in(second, await desk.cookie(store, two.who))
        answers = await asyncio.gather(
            first.post(f"/staff/{one.id}/left", {"heir": ""}), second.post(f"/staff/{two.id}/left", {"heir": ""})
        )

    assert sorted(answer.status_code for answer in answers) == [303, 409]


@pytest.mark.parametrize("has_heir", [True, False])
async def test_who_has_left_opens_nothing_and_their_open_cases_find_an_owner(
    admin: desk.Browser, app: FastAPI, store: works.Store, dana: hired.Hired, bea: clinics.ClinicView, has_heir: bool
) -> None:
    heir = await hired.hire(store, bea, access.Role.DESK, "eve", has_second=False)
    case = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "kind": "worry", "owner_id": dana.id}
    async with store.writing() as work:
        now = clocks.machine()
        await work.run(insert(tables.cases).values(**case, id="1" * 32, subject="1" * 32, raised_at=now))
        await work.run(insert(tables.cases).values(**case, id="2" * 32, subject="2" * 32, raised_at=now, closed_at=now))
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        link = await admin.post(f"/staff/{dana.id}/link", {"lost": "password"})
        left = await admin.post(f"/staff/{dana.id}/left", {"heir": heir.id if has_heir else ""})
        old = (await browser.get("/me")).status_code
    async with desk.browser(app) as browser:
        again = await browser.post("/sign-in", {"login": "dana", "password": hired.PASSWORD})
        token = link.text.partition("/console/welcome/")[2].partition('"')[0]
        by_link = (await browser.get(f"/welcome/{token}")).status_code

    async with store.reading() as work:
        c = tables.cases.c
        owners = {row.id: row.owner_id for row in (await work.run(select(c.id, c.owner_id))).all()}
    assert left.headers["location"] == "/console/staff?done=staff-left"
    assert (old, again.status_code, by_link) == (303, 422, 404)
    assert owners == {"1" * 32: heir.id if has_heir else None, "2" * 32: dana.id}
    assert "Dana" not in desk.text(await admin.get("/staff")).replace("Dana admin", "")


async def test_who_has_left_may_come_back_with_a_new_link(
    admin: desk.Browser, store: works.Store, dana: hired.Hired
) -> None:
    await admin.post(f"/staff/{dana.id}/left", {"heir": ""})
    back = await admin.post("/staff", {**NEW, "login": "dana"})

    assert back.status_code == 200
    assert "/console/welcome/" in back.text


async def test_somebody_of_another_branch_is_added_as_they_are_and_not_taken_over(
    admin: desk.Browser, app: FastAPI, store: works.Store, branch: clinics.ClinicView
) -> None:
    boss = await hired.hire(store, branch, access.Role.ADMIN, "boss")
    added = await admin.post("/staff", {**NEW, "login": "boss", "role": "desk"})
    link = await admin.post(f"/staff/{boss.id}/link", {"lost": "both"})
    page = desk.text(await admin.get("/staff"))
    await admin.post(f"/staff/{boss.id}/left", {"heir": ""})
    async with desk.browser(app) as browser:
        await hired.sign_in(browser, boss)
        still = (await browser.get("/staff")).status_code

    assert added.headers["location"] == "/console/staff?done=staff-added"
    assert link.status_code == 403
    assert "They also work in Bea North" in desk.text(link)
    assert "Bea North: Admin" in page
    assert still == 200


async def test_a_wrong_heir_is_refused(admin: desk.Browser, carl: desk.Browser, dana: hired.Hired) -> None:
    assert carl.who is not None
    answer = await admin.post(f"/staff/{dana.id}/left", {"heir": carl.who.staff_id})

    assert answer.status_code == 422


async def test_of_who_has_left_no_secret_is_kept(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    eve = await hired.hire(store, bea, access.Role.CLINICIAN, "eve", has_pin=True)
    async with store.writing() as work:
        await staff.add_recovery(work, eve.id, bea.organisation_id, ["aaaa-bbbb"])

    await admin.post(f"/staff/{eve.id}/left", {"heir": ""})

    async with store.reading() as work:
        row = (await work.run(select(tables.staff).where(tables.staff.c.id == eve.id))).one()
        left = await staff.recovery_left(work, eve.id)
    assert (row.password_hash, row.pin_hash, row.totp, row.chat_id, left) == (None, None, None, None, 0)
