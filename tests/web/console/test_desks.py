"""A desk's own computer: enrolled, locked by itself, unlocked with a PIN, revoked."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from reminderbot.services import access, clinics
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.web.console import desk, hired


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Dana, at the front desk, with a PIN."""
    return await hired.hire(store, bea, access.Role.DESK, "dana", has_second=False, has_pin=True)


@pytest.fixture
async def bo(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Bo, an admin with a second factor and a PIN."""
    return await hired.hire(store, bea, access.Role.ADMIN, "bo", has_pin=True)


@pytest.fixture
async def computer(app: FastAPI, store: works.Store, bo: hired.Hired) -> AsyncIterator[desk.Browser]:
    """The computer at the front desk, enrolled by Bo and locked."""
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, bo.who))
        answer = await browser.post("/desks", {"label": "Left window"})
        assert answer.headers["location"] == "/console/unlock?done=desk-enrolled"
        yield browser


async def unlock(browser: desk.Browser, person: hired.Hired, pin: str = hired.PIN, **more: str) -> int:
    return (await browser.post("/unlock", {"person": person.id, "pin": pin, **more})).status_code


async def test_a_locked_computer_opens_nothing_and_a_pin_opens_it_with_desk_rights(
    computer: desk.Browser, bo: hired.Hired, dana: hired.Hired
) -> None:
    locked = await computer.get("/me")
    wrong = await unlock(computer, dana, "000000")
    right = await unlock(computer, bo)
    staff, me = await computer.get("/staff"), await computer.get("/me")

    assert locked.headers["location"] == "/console/unlock?next=%2Fconsole%2Fme"
    assert (wrong, right) == (422, 303)
    assert (staff.status_code, me.status_code) == (403, 200)
    assert "Lock this computer" in me.text
    assert 'http-equiv="refresh"' in me.text


async def test_who_unlocks_it_is_who_the_audit_names(
    computer: desk.Browser, store: works.Store, dana: hired.Hired
) -> None:
    await unlock(computer, dana)

    async with store.reading() as work:
        a = tables.audit.c
        found = (await work.run(select(a.action, a.staff_id).order_by(a.number.desc()).limit(1))).one()
    assert tuple(found) == ("desk.unlocked", dana.id)


async def test_it_locks_itself_after_a_quarter_of_an_hour_and_a_look_does_not_unlock_it(
    computer: desk.Browser, dana: hired.Hired, machine: desk.Machine
) -> None:
    await unlock(computer, dana)
    machine.ahead = timedelta(minutes=14)
    used = (await computer.get("/me")).status_code
    machine.ahead = timedelta(minutes=30)
    locked = [(await computer.get(path)).status_code for path in ("/me", "/unlock", "/me")]

    assert used == 200
    assert locked == [303, 200, 303]


async def test_every_unlocking_gives_a_new_id_and_the_enrolment_lasts_thirty_days(
    computer: desk.Browser, dana: hired.Hired, machine: desk.Machine
) -> None:
    before = computer.client.cookies.get("reminderbot")
    await unlock(computer, dana)
    after = computer.client.cookies.get("reminderbot")
    machine.ahead = timedelta(days=29)
    late = await unlock(computer, dana)
    machine.ahead = timedelta(days=30, minutes=1)
    over = await computer.get("/me")

    assert before != after
    assert late == 303
    assert over.headers["location"].startswith("/console/sign-in")


async def test_five_wrong_pins_ask_for_a_whole_sign_in_which_mends_it(
    computer: desk.Browser, dana: hired.Hired
) -> None:
    wrong = [await unlock(computer, dana, "000000") for _ in range(5)]
    right_pin = await unlock(computer, dana)
    page = desk.text(await computer.get("/unlock"))
    await hired.sign_in(computer, dana, has_second=False)
    whole = (await computer.get("/me")).status_code
    out = await computer.post("/sign-out")
    again = await unlock(computer, dana)

    assert wrong == [422] * 5
    assert right_pin == 403
    assert "Too many wrong PINs" in page
    assert whole == 200
    assert out.headers["location"] == "/console/unlock?done=signed-out"
    assert again == 303


async def test_a_whole_sign_in_that_ran_out_leads_back_to_the_locked_computer(
    computer: desk.Browser, dana: hired.Hired, machine: desk.Machine
) -> None:
    await hired.sign_in(computer, dana, has_second=False)
    machine.ahead = timedelta(hours=2)
    answer = await computer.get("/sign-in")

    assert answer.headers["location"] == "/console/unlock"
    assert (await computer.get("/unlock")).status_code == 200


async def test_nothing_of_ones_safety_is_changed_at_a_desks_computer(computer: desk.Browser, bo: hired.Hired) -> None:
    await unlock(computer, bo)
    form = {"current_password": hired.PASSWORD, "new_password": "purple giraffe teapot"}
    answers = [
        await computer.post("/me/password", {**form, "again_password": form["new_password"]}),
        await computer.post("/me/pin", {**form, "pin": "703518"}),
        await computer.post("/prove", {"code": bo.code()}),
        await computer.post("/me/codes"),
        await computer.post("/at", {"clinic": bo.who.clinic_id}),
    ]

    assert {answer.status_code for answer in answers} == {422}
    assert all("desk's own computer" in desk.text(answer) for answer in answers)


async def test_what_was_typed_when_it_locked_is_shown_to_the_same_person_alone(
    computer: desk.Browser, dana: hired.Hired, bo: hired.Hired, machine: desk.Machine
) -> None:
    await unlock(computer, dana)
    machine.ahead = timedelta(minutes=20)
    kept_page = await computer.post("/me", {"name": "Canary Typed", "language": "en"})
    kept = kept_page.text.partition('name="kept" value="')[2].partition('"')[0]
    asked = await computer.post("/unlock", {"kept": kept})
    not_theirs = await computer.post("/unlock", {"person": bo.id, "pin": hired.PIN, "kept": kept})
    await computer.post("/lock")
    theirs = await computer.post("/unlock", {"person": dana.id, "pin": hired.PIN, "kept": kept})

    assert kept_page.status_code == 401
    assert kept in asked.text
    assert "Canary" not in not_theirs.text
    assert "Canary Typed" in theirs.text


async def test_it_stays_the_desks_when_whoever_used_it_last_is_gone(
    computer: desk.Browser, admin: desk.Browser, dana: hired.Hired, bo: hired.Hired
) -> None:
    await unlock(computer, dana)
    left = await admin.post(f"/staff/{dana.id}/left", {"heir": ""})
    page = await computer.get("/unlock")

    assert left.status_code == 303
    assert (await computer.get("/me")).status_code == 303
    assert "Dana" not in desk.text(page)
    assert await unlock(computer, dana) == 422
    assert await unlock(computer, bo) == 303


async def test_an_admin_lists_and_revokes_computers_of_the_own_clinic_alone(
    computer: desk.Browser, admin: desk.Browser, carl: desk.Browser, dana: hired.Hired
) -> None:
    await unlock(computer, dana)
    listed = await admin.get("/staff")
    id = listed.text.partition('name="desk" value="')[2].partition('"')[0]
    await carl.post("/desks/end", {"desk": id})
    still = (await computer.get("/me")).status_code
    await admin.post("/desks/end", {"desk": id})
    gone = await computer.get("/me")

    assert "Left window" in desk.text(listed)
    assert "Left window" not in desk.text(await carl.get("/staff"))
    assert still == 200
    assert gone.headers["location"].startswith("/console/sign-in")


@pytest.mark.parametrize("label", ["", "x" * 41])
async def test_a_computer_without_a_name_is_not_enrolled(admin: desk.Browser, label: str) -> None:
    answer = await admin.post("/desks", {"label": label})

    assert answer.status_code == 422
    assert "which computer" in desk.text(answer)
