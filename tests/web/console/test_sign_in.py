"""Signing in as a browser meets it: password, second factor, link, what was typed, an onslaught (S5 to S8)."""

import asyncio
from datetime import timedelta

import argon2
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from reminderbot import clocks, errors
from reminderbot.services import access, clinics, keeping, links, sign_ins, signing_in
from reminderbot.store import staff, tables
from reminderbot.store import work as works
from tests.web.console import desk, hired

ADMIN, DESK = access.Role.ADMIN, access.Role.DESK


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Dana, at the front desk, with a password alone."""
    return await hired.hire(store, bea, DESK, "dana", has_second=False)


@pytest.fixture
async def bo(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Bo, an admin with a second factor."""
    return await hired.hire(store, bea, ADMIN, "bo")


async def link_for(store: works.Store, person: hired.Hired, purpose: links.Purpose) -> str:
    async with store.writing() as work:
        row = await signing_in.person(work, person.id)
        return (await links.make(work, row, purpose=purpose, machine_now=clocks.machine())).token


async def test_a_password_lets_the_front_desk_in_where_they_wanted_to_go(
    stranger: desk.Browser, dana: hired.Hired
) -> None:
    asked = await stranger.get("/me")
    answer = await stranger.send(
        "/sign-in", {"login": " DANA ", "password": hired.PASSWORD, "next": "/console/me"}, seen="/sign-in"
    )

    assert asked.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fme"
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/me")
    assert "Dana" in desk.text(await stranger.get("/me"))


@pytest.mark.parametrize(
    "next_",
    ["https://evil.example", "//evil.example", "/console//evil.example", "/console/\\evil", "/console/sign-out"],
)
async def test_signing_in_leads_to_our_own_pages_only(stranger: desk.Browser, dana: hired.Hired, next_: str) -> None:
    answer = await stranger.post("/sign-in", {"login": "dana", "password": hired.PASSWORD, "next": next_})

    assert answer.headers["location"] == "/console/today"


async def test_an_unknown_name_and_a_wrong_password_get_one_answer_for_the_same_work(
    stranger: desk.Browser, dana: hired.Hired
) -> None:
    before = hired.hashes()
    wrong = await stranger.post("/sign-in", {"login": "dana", "password": "something else"})
    between = hired.hashes()
    unknown = await stranger.post("/sign-in", {"login": "nobody", "password": "something else"})

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert desk.text(wrong) == desk.text(unknown)
    assert between - before == hired.hashes() - between == 1
    assert "something else" not in wrong.text


async def test_signing_in_gives_a_new_id_and_ends_the_one_before(
    app: FastAPI, store: works.Store, dana: hired.Hired
) -> None:
    async with desk.browser(app) as browser:
        old = await desk.cookie(store, dana.who)
        hired.let_in(browser, old)
        await browser.post("/sign-in", {"login": "dana", "password": hired.PASSWORD})
        new = browser.client.cookies.get("reminderbot", domain="console.example")

        async with store.reading() as work:
            before = await sign_ins.find(work, old, machine_now=clocks.machine())
            after = await sign_ins.find(work, new or "", machine_now=clocks.machine())
    assert (before and before.is_live, after and after.is_live) == (False, True)


async def test_who_is_signed_in_is_led_on(admin: desk.Browser) -> None:
    answer = await admin.get("/sign-in", next="/console/staff")

    assert (answer.status_code, answer.headers["location"]) == (303, "/console/staff")


async def test_an_admin_gives_a_code_before_anything_opens(stranger: desk.Browser, bo: hired.Hired) -> None:
    half = await stranger.post("/sign-in", {"login": "bo", "password": hired.PASSWORD, "next": "/console/staff"})
    closed = await stranger.get("/staff")
    whole = await stranger.post("/second", {"code": bo.code(), "next": "/console/staff"})

    assert half.headers["location"] == "/console/second?next=%2Fconsole%2Fstaff"
    assert closed.headers["location"].startswith("/console/second")
    assert whole.headers["location"] == "/console/staff"
    assert (await stranger.get("/staff")).status_code == 200


async def test_a_code_opens_once_in_two_browsers_at_once_too(app: FastAPI, bo: hired.Hired) -> None:
    async with desk.browser(app) as one, desk.browser(app) as two, desk.browser(app) as three:
        for browser in (one, two, three):
            await browser.post("/sign-in", {"login": "bo", "password": hired.PASSWORD})
        answers = await asyncio.gather(*(each.post("/second", {"code": bo.code()}) for each in (one, two)))
        replay = await three.post("/second", {"code": bo.code()})

    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert replay.status_code == 422
    assert "used already" in desk.text(replay)


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (1, 303), (2, 422)])
async def test_a_phone_may_be_off_by_one_step(
    stranger: desk.Browser, bo: hired.Hired, machine: desk.Machine, steps: int, status: int
) -> None:
    machine.ahead = timedelta(seconds=15) - timedelta(seconds=clocks.machine().timestamp() % 30)  # amid a step
    await stranger.post("/sign-in", {"login": "bo", "password": hired.PASSWORD})

    assert (
        await stranger.post("/second", {"code": bo.code_at(machine.now() + timedelta(seconds=30 * steps))})
    ).status_code == status


async def test_a_newcomer_chooses_a_password_and_sets_up_a_second_factor(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView
) -> None:
    who = await desk.employ(store, bea, ADMIN, name="Nia", login="nia")
    newcomer = hired.Hired(who, "nia", "")
    token = await link_for(store, newcomer, links.Purpose.WELCOME)
    async with desk.browser(app) as browser:
        shown = await browser.get(f"/welcome/{token}")
        chosen = await browser.post(
            f"/welcome/{token}", {"new_password": hired.PASSWORD, "again_password": hired.PASSWORD}
        )
        page = await browser.get("/second")
        seed = page.text.partition('class="seed">')[2].partition("<")[0].replace(" ", "")
        code = hired.Hired(who, "nia", seed).code()
        sealed = page.text.partition('name="seed" value="')[2].partition('"')[0]
        done = await browser.post("/second/first", {"seed": sealed, "code": code})
        opened = await browser.get("/staff")
        again = await browser.get(f"/welcome/{token}")

    recovery = [part.partition("<")[0] for part in done.text.split("<li><code>")[1:]]
    assert "Hello Nia. You will sign in as nia." in desk.text(shown)
    assert chosen.headers["location"] == "/console/second"
    assert "<svg" in page.text
    assert (done.status_code, len(recovery), opened.status_code) == (200, 10, 200)
    assert again.status_code == 404
    async with desk.browser(app) as browser:
        await browser.post("/sign-in", {"login": "nia", "password": hired.PASSWORD})
        by_recovery = await browser.post("/second", {"code": recovery[3].upper()})
    async with desk.browser(app) as browser:
        await browser.post("/sign-in", {"login": "nia", "password": hired.PASSWORD})
        twice = await browser.post("/second", {"code": recovery[3]})
    assert (by_recovery.status_code, twice.status_code) == (303, 422)


async def test_unknown_used_and_expired_links_get_one_answer(
    stranger: desk.Browser, store: works.Store, dana: hired.Hired, machine: desk.Machine
) -> None:
    used = await link_for(store, dana, links.Purpose.RESET)
    form = {"new_password": hired.PASSWORD, "again_password": hired.PASSWORD}
    await stranger.post(f"/welcome/{used}", form)
    await stranger.post("/sign-out")
    fresh = await link_for(store, dana, links.Purpose.RESET)
    machine.ahead = timedelta(hours=25)

    answers = [await stranger.get(f"/welcome/{token}") for token in ("unknown", used, fresh)]
    sent = [await stranger.post(f"/welcome/{token}", form) for token in ("unknown", used, fresh)]

    assert {answer.status_code for answer in answers + sent} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len({desk.text(answer) for answer in sent}) == 1


async def test_a_link_ends_nothing_until_it_is_used_and_then_every_sign_in(
    app: FastAPI, store: works.Store, dana: hired.Hired
) -> None:
    async with desk.browser(app) as browser, desk.browser(app) as other:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        token = await link_for(store, dana, links.Purpose.RESET)
        before = await browser.get("/me")
        new = "purple giraffe teapot"
        await other.post(f"/welcome/{token}", {"new_password": new, "again_password": new})
        after = await browser.get("/me")

    assert (before.status_code, after.status_code) == (200, 303)


async def test_of_two_who_use_a_link_at_once_one_gets_in(app: FastAPI, store: works.Store, dana: hired.Hired) -> None:
    token = await link_for(store, dana, links.Purpose.RESET)
    async with desk.browser(app) as one, desk.browser(app) as two:
        answers = await asyncio.gather(
            *(
                browser.post(f"/welcome/{token}", {"new_password": new, "again_password": new})
                for browser, new in ((one, "purple giraffe teapot"), (two, "orange walrus kettle"))
            )
        )

    assert sorted(answer.status_code for answer in answers) == [303, 404]


async def test_a_reset_keeps_the_second_factor_and_a_welcome_does_not(
    app: FastAPI, store: works.Store, bo: hired.Hired
) -> None:
    form = {"new_password": hired.PASSWORD, "again_password": hired.PASSWORD}
    pages = []
    for purpose in (links.Purpose.RESET, links.Purpose.WELCOME):
        token = await link_for(store, bo, purpose)
        async with desk.browser(app) as browser:
            await browser.post(f"/welcome/{token}", form)
            pages.append(desk.text(await browser.get("/second")))

    assert "type the one for this page" in pages[0]
    assert "Set up your second factor" in pages[1]


@pytest.mark.parametrize(
    ("given", "again", "said"),
    [
        ("sh0rt-one", "sh0rt-one", "too short"),
        ("Password2024!!", "Password2024!!", "first that others would try"),
        ("i am dana of the desk", "i am dana of the desk", "sign-in name is in that"),
        ("purple giraffe teapot", "purple giraffe teapod", "not the same"),
    ],
)
async def test_a_poor_password_is_refused_in_a_sentence(
    stranger: desk.Browser, store: works.Store, dana: hired.Hired, given: str, again: str, said: str
) -> None:
    token = await link_for(store, dana, links.Purpose.RESET)

    answer = await stranger.post(f"/welcome/{token}", {"new_password": given, "again_password": again})

    assert answer.status_code == 422
    assert said in desk.text(answer)
    assert given not in answer.text


async def test_a_hash_with_older_parameters_is_made_anew_when_its_owner_signs_in(
    stranger: desk.Browser, store: works.Store, dana: hired.Hired
) -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(hired.PASSWORD)
    async with store.writing() as work:
        await staff.set_password(work, dana.id, weak)
    await hired.sign_in(stranger, dana, has_second=False)

    async with store.reading() as work:
        row = await staff.get(work, dana.id)
    found = argon2.extract_parameters(row.password_hash if row and row.password_hash else "")
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (argon2.Type.ID, 19 * 1024, 2, 1)


async def test_what_was_typed_is_shown_again_to_the_same_person_alone(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView, bo: hired.Hired, machine: desk.Machine
) -> None:
    other = await hired.hire(store, bea, DESK, "eve", has_second=False)
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, bo.who))
        words = {"_csrf": await browser.token(), "name": "Canary Typed", "current_password": "canary-secret"}
        async with store.writing() as work:
            await work.run(update(tables.sign_ins).values(ended_at=clocks.machine()))
        ended = await browser.client.post("/console/staff", data=words, headers={"Origin": desk.ADDRESS})
        kept = ended.text.partition('name="kept" value="')[2].partition('"')[0]
        form = {"login": "bo", "password": hired.PASSWORD, "kept": kept}
        token = desk.CSRF.search(ended.text)
        words = {"_csrf": token[1] if token else "", **form}
        half = await browser.client.post("/console/sign-in", data=words, headers={"Origin": desk.ADDRESS})
        back = await browser.post("/second", {"code": bo.code(), "kept": kept})
    async with desk.browser(app) as browser:
        not_theirs = await browser.post("/sign-in", {"login": other.login, "password": hired.PASSWORD, "kept": kept})

    async with store.reading() as work:
        opened = keeping.opened(work, kept, staff_id=bo.id)
    assert ended.status_code == 401
    assert opened == ("/console/staff", [("name", "Canary Typed")])
    assert kept in half.text
    assert "Canary Typed" in back.text
    assert "canary-secret" not in ended.text + half.text + back.text
    assert not_theirs.status_code == 303
    assert "Canary" not in not_theirs.text


async def test_what_needs_the_code_again_asks_for_it_and_loses_nothing(
    app: FastAPI, store: works.Store, bo: hired.Hired, machine: desk.Machine
) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, bo.who))
        machine.ahead = timedelta(minutes=11)
        asked = await browser.post("/staff", {"name": "Canary Typed", "login": "new", "role": "desk"})
        kept = asked.text.partition('name="kept" value="')[2].partition('"')[0]
        code = bo.code_at(machine.now())
        wrong = await browser.post("/prove", {"code": "000000", "kept": kept})
        right = await browser.post("/prove", {"code": code, "kept": kept})
        sent = await browser.post("/staff", {"name": "Canary Typed", "login": "new", "role": "desk"})

    assert (asked.status_code, wrong.status_code) == (403, 422)
    assert kept in wrong.text
    assert "Canary Typed" in right.text
    assert sent.status_code == 200
    assert "/console/welcome/" in sent.text


async def test_who_was_tried_too_often_waits_and_gets_in_then(
    app: FastAPI, dana: hired.Hired, machine: desk.Machine
) -> None:
    async with desk.browser(app) as browser:
        for _ in range(12):
            refused = await browser.post("/sign-in", {"login": "dana", "password": "not the one"})
            if refused.status_code == 403:
                break
        still = await browser.post("/sign-in", {"login": "dana", "password": hired.PASSWORD})
        machine.ahead = timedelta(minutes=16)
        let_in = await browser.post("/sign-in", {"login": "dana", "password": hired.PASSWORD})

    assert (refused.status_code, still.status_code, let_in.status_code) == (403, 403, 303)
    assert "Try again in 1 min." in desk.text(refused)


async def test_what_was_tried_in_vain_stands_in_the_line_of_the_sign_in(
    app: FastAPI, store: works.Store, bo: hired.Hired
) -> None:
    for step in (0, 1):
        async with desk.browser(app) as browser:
            for _ in range(0 if step else 3):
                await browser.post("/sign-in", {"login": "bo", "password": "not the one"})
            await browser.post("/sign-in", {"login": "bo", "password": hired.PASSWORD})
            for _ in range(0 if step else 2):
                await browser.post("/second", {"code": "000000"})
            assert (await browser.post("/second", {"code": bo.code(step)})).status_code == 303

    a = tables.audit.c
    async with store.reading() as work:
        query = select(a.detail).where(a.action == "signed-in", a.staff_id == bo.id).order_by(a.number)
        lines = list((await work.run(query)).scalars())
    assert lines == [{"failed": 3, "failed_codes": 2}, {"failed": 0, "failed_codes": 0}]


async def test_a_try_that_has_to_wait_writes_nothing_whoever_it_is_for(store: works.Store, dana: hired.Hired) -> None:
    now = clocks.machine()
    for login in (dana.login, "nobody"):
        for _ in range(5):
            assert await signing_in.check(store, login, "not the one", address=login, machine_now=now) is None
        before = await written(store)
        with pytest.raises(errors.NotAllowed):
            await signing_in.check(store, login, hired.PASSWORD, address=login, machine_now=now)

        assert await written(store) == before


async def written(store: works.Store) -> list[str]:
    """Return what a try could have written."""
    async with store.reading() as work:
        return [repr((await work.run(select(table))).all()) for table in (tables.throttles, tables.audit_heads)]


async def test_codes_are_not_guessed_for_long(stranger: desk.Browser, bo: hired.Hired) -> None:
    await stranger.post("/sign-in", {"login": "bo", "password": hired.PASSWORD})
    statuses = [(await stranger.post("/second", {"code": f"{number:06}"})).status_code for number in range(12)]

    assert statuses[:5] == [422] * 5
    assert 403 in statuses


async def test_no_password_is_logged(
    stranger: desk.Browser, dana: hired.Hired, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await stranger.post("/sign-in", {"login": "dana", "password": "canary-password-9"})
    await stranger.post("/sign-in", {"login": "dana", "password": "canary-password-9", "kept": "zz"})
    out = capfd.readouterr()

    assert "canary-password" not in out.out + out.err + caplog.text


async def test_somebody_of_several_clinics_changes_between_them_only(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView, carls: clinics.ClinicView, dana: hired.Hired
) -> None:
    async with store.writing() as work:
        own = {"organisation_id": bea.organisation_id}
        await work.run(update(tables.clinics).where(tables.clinics.c.id == carls.id).values(**own))
        other = {"clinic_id": carls.id, **own, "now": clocks.machine()}
        await staff.set_role(work, staff_id=dana.id, role="clinician", **other)  # type: ignore[arg-type]
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        shown = desk.text(await browser.get("/at"))
        wrong = await browser.post("/at", {"clinic": "0" * 32})
        token = browser.client.cookies.get("reminderbot")
        gone = await browser.post("/at", {"clinic": carls.id})
        there = desk.text(await browser.get("/me"))

    assert "Bea Skin" in shown
    assert "Carl Skin" in shown
    assert (wrong.status_code, gone.status_code) == (422, 303)
    assert "Change clinic" in there
    async with store.reading() as work:
        assert await sign_ins.find(work, token or "", machine_now=clocks.machine()) is None


async def test_the_front_desk_sees_its_own_pages_in_the_menu(front: desk.Browser, admin: desk.Browser) -> None:
    def menu(page: str) -> str:
        return page.partition("<header")[2].partition("</header>")[0]

    of_desk, of_admin = menu((await front.get("/me")).text), menu((await admin.get("/me")).text)

    for path in ("/console/staff", "/console/clinic", "/console/letters", "/console/questions", "/console/chain"):
        assert path not in of_desk
        assert path in of_admin
    assert "/console/patients" in of_desk


async def test_a_sign_in_that_is_used_all_day_ends_all_the_same(
    app: FastAPI, store: works.Store, dana: hired.Hired, machine: desk.Machine
) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        statuses = []
        for _ in range(14):
            machine.ahead += timedelta(minutes=55)
            statuses.append((await browser.get("/me")).status_code)
        posted = await browser.post("/me", {"name": "Dana"})

    assert statuses == [200] * 13 + [303]
    assert posted.status_code == 401
