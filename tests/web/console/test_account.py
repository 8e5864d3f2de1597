"""One's own account: name, password, second factor, PIN, sign-ins (S5, S7, S8)."""

import asyncio
import math
from datetime import timedelta

import pytest
from fastapi import FastAPI

from reminderbot import clocks
from reminderbot.services import access, clinics, second_factor, sign_ins
from reminderbot.store import staff
from reminderbot.store import work as works
from tests.web.console import desk, hired

NEW = "purple giraffe teapot"


@pytest.fixture
async def dana(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Dana, at the front desk, with a password alone."""
    return await hired.hire(store, bea, access.Role.DESK, "dana", has_second=False)


@pytest.fixture
async def bo(store: works.Store, bea: clinics.ClinicView) -> hired.Hired:
    """Bo, an admin with a second factor."""
    return await hired.hire(store, bea, access.Role.ADMIN, "bo")


async def seed_on(answer: object) -> tuple[str, str]:
    """Return the seed that a page shows, and as it carries it."""
    text = answer.text  # type: ignore[attr-defined]
    seed = text.partition('class="seed">')[2].partition("<")[0].replace(" ", "")
    return seed, text.partition('name="seed" value="')[2].partition('"')[0]


async def test_a_name_and_a_language_are_changed(front: desk.Browser) -> None:
    answer = await front.send("/me", {"name": "  Zoë   Ruiz ", "language": "es"})

    page = desk.text(await front.get("/me", done="me-saved"))
    assert answer.headers["location"] == "/console/me?done=me-saved"
    assert "Zoë Ruiz" in page
    assert "Guardado." in page


@pytest.mark.parametrize(("name", "language"), [("", "en"), ("x" * 65, "en"), ("Dana", "tlh")])
async def test_a_wrong_name_or_language_is_said_and_kept_in_the_form(
    front: desk.Browser, name: str, language: str
) -> None:
    answer = await front.send("/me", {"name": name, "language": language})

    assert answer.status_code == 422
    assert f'value="{name}"' in answer.text


async def test_of_two_new_passwords_at_once_one_is_set_and_its_browser_stays(
    app: FastAPI, store: works.Store, bea: clinics.ClinicView
) -> None:
    ada = await hired.hire(store, bea, access.Role.ADMIN, "ada")
    async with desk.browser(app) as one, desk.browser(app) as other:
        for browser in (one, other):
            hired.let_in(browser, await desk.cookie(store, ada.who))
        form = {"current_password": hired.PASSWORD, "new_password": NEW, "again_password": NEW}
        got = await asyncio.gather(*[each.post("/me/password", form) for each in (one, other)])
        seen = [(await each.get("/me")).status_code for each in (one, other)]

    assert sorted(each.status_code for each in got) == [303, 409]
    assert sorted(seen) == [200, 303]


async def test_a_new_password_ends_every_other_sign_in_and_renews_this_one(
    app: FastAPI, store: works.Store, dana: hired.Hired
) -> None:
    async with desk.browser(app) as here, desk.browser(app) as there:
        old = await desk.cookie(store, dana.who)
        hired.let_in(here, old)
        hired.let_in(there, await desk.cookie(store, dana.who))
        form = {"current_password": hired.PASSWORD, "new_password": NEW, "again_password": NEW}
        wrong = await here.send("/me/password", {**form, "current_password": "another one"})
        changed = await here.send("/me/password", form)
        statuses = [(await browser.get("/me")).status_code for browser in (here, there)]

        async with store.reading() as work:
            gone = await sign_ins.find(work, old, machine_now=clocks.machine())
    assert (wrong.status_code, changed.status_code) == (422, 303)
    assert "That is not your password" in desk.text(wrong)
    assert NEW not in wrong.text
    assert statuses == [200, 303]
    assert gone is None


async def test_ones_own_password_is_not_guessed_for_long(app: FastAPI, store: works.Store, dana: hired.Hired) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        form = {"current_password": "guess", "new_password": NEW, "again_password": NEW}
        statuses = [(await browser.post("/me/password", form)).status_code for _ in range(12)]

    assert statuses[:5] == [422] * 5
    assert 403 in statuses


async def test_the_front_desk_may_set_up_a_second_factor_with_the_password(
    app: FastAPI, store: works.Store, dana: hired.Hired
) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, dana.who))
        seed, sealed = await seed_on(await browser.get("/me/second"))
        form = {"seed": sealed, "code": hired.Hired(dana.who, "", seed).code()}
        without = await browser.post("/me/second", {**form, "current_password": "guess"})
        with_it = await browser.post("/me/second", {**form, "current_password": hired.PASSWORD})
        page = desk.text(await browser.get("/me"))
    async with desk.browser(app) as browser:
        asked = await browser.post("/sign-in", {"login": "dana", "password": hired.PASSWORD})

    assert (without.status_code, with_it.status_code) == (422, 200)
    assert sealed[:20] in without.text or 'class="seed">' + seed[:4] in without.text
    assert "10 left." in page
    assert asked.headers["location"] == "/console/second"


async def test_another_phone_takes_the_place_of_one_only_after_its_code(
    app: FastAPI, store: works.Store, bo: hired.Hired, machine: desk.Machine
) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, bo.who))
        machine.ahead = timedelta(minutes=11)
        asked = await browser.post("/me/second/other")
        kept = asked.text.partition('name="kept" value="')[2].partition('"')[0]
        ready = await browser.post("/prove", {"code": bo.code_at(machine.now()), "kept": kept})
        seed, sealed = await seed_on(await browser.post("/me/second/other"))
        code = hired.Hired(bo.who, "", seed).code_at(machine.now())
        done = await browser.post("/me/second", {"seed": sealed, "code": code})
        still = await browser.get("/me")
    async with store.reading() as work:
        row = await staff.get(work, bo.id)

    assert (asked.status_code, ready.status_code, done.status_code, still.status_code) == (403, 200, 200, 200)
    assert "/console/me/second/other" in ready.text
    assert row is not None
    assert row.seed == seed != bo.seed


async def test_a_seed_that_was_drawn_for_somebody_else_is_of_no_use(
    app: FastAPI, store: works.Store, dana: hired.Hired, bea: clinics.ClinicView
) -> None:
    eve = await hired.hire(store, bea, access.Role.DESK, "eve", has_second=False)
    async with desk.browser(app) as hers, desk.browser(app) as his:
        hired.let_in(hers, await desk.cookie(store, eve.who))
        hired.let_in(his, await desk.cookie(store, dana.who))
        seed, sealed = await seed_on(await hers.get("/me/second"))
        form = {"seed": sealed, "code": hired.Hired(eve.who, "", seed).code(), "current_password": hired.PASSWORD}
        answer = await his.post("/me/second", form)

    assert answer.status_code == 422


async def test_new_recovery_codes_take_the_place_of_the_old(app: FastAPI, store: works.Store, bo: hired.Hired) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, bo.who))
        first = (await browser.post("/me/codes")).text.split("<li><code>")[1].partition("<")[0]
        second = (await browser.post("/me/codes")).text.split("<li><code>")[1].partition("<")[0]
    async with desk.browser(app) as browser:
        await browser.post("/sign-in", {"login": "bo", "password": hired.PASSWORD})
        old = await browser.post("/second", {"code": first})
        new = await browser.post("/second", {"code": second})

    assert (old.status_code, new.status_code) == (422, 303)


async def test_a_recovery_code_has_so_many_bits_that_its_hash_need_not_be_slow_and_one_of_before_still_opens(
    app: FastAPI, store: works.Store, bo: hired.Hired
) -> None:
    async with desk.browser(app) as browser:
        hired.let_in(browser, await desk.cookie(store, bo.who))
        code = (await browser.post("/me/codes")).text.split("<li><code>")[1].partition("<")[0]
    async with store.writing() as work:
        await staff.add_recovery(work, bo.who.staff_id, bo.who.organisation_id, ["abcde23456"])
    async with desk.browser(app) as browser:
        await browser.post("/sign-in", {"login": "bo", "password": hired.PASSWORD})
        old = await browser.post("/second", {"code": "ABCDE-23456"})

    assert len(code.replace("-", "")) * math.log2(len(second_factor.LETTERS)) >= 112
    assert old.status_code == 303


async def test_ones_own_sign_ins_are_listed_and_ended_one_by_one(
    app: FastAPI, store: works.Store, dana: hired.Hired, clinician: desk.Browser
) -> None:
    async with desk.browser(app) as here, desk.browser(app) as there:
        hired.let_in(here, await desk.cookie(store, dana.who))
        hired.let_in(there, await desk.cookie(store, dana.who))
        page = (await here.get("/me")).text
        id = page.partition('name="sign_in" value="')[2].partition('"')[0]
        await clinician.post("/me/sign-ins", {"sign_in": id})  # somebody else's: nothing happens
        refused = await here.post("/me/sign-ins", {"sign_in": id, "current_password": "a wrong one"})
        before = (await there.get("/me")).status_code
        await here.post("/me/sign-ins", {"sign_in": id, "current_password": hired.PASSWORD})
        after = (await there.get("/me")).status_code

    assert page.count('name="sign_in"') == 1
    assert "This browser" in page
    assert (refused.status_code, before, after) == (422, 200, 303)


async def test_who_has_a_second_factor_gives_it_again_before_a_sign_in_is_ended(
    app: FastAPI, store: works.Store, bo: hired.Hired, machine: desk.Machine
) -> None:
    async with desk.browser(app) as here, desk.browser(app) as there:
        hired.let_in(here, await desk.cookie(store, bo.who))
        hired.let_in(there, await desk.cookie(store, bo.who))
        id = (await here.get("/me")).text.partition('name="sign_in" value="')[2].partition('"')[0]
        machine.ahead = timedelta(minutes=11)
        asked = await here.post("/me/sign-ins", {"sign_in": id})
        kept = asked.text.partition('name="kept" value="')[2].partition('"')[0]
        before = (await there.get("/me")).status_code
        await here.post("/prove", {"code": bo.code_at(machine.now()), "kept": kept})
        await here.post("/me/sign-ins", {"sign_in": id})
        after = (await there.get("/me")).status_code

    assert (asked.status_code, before, after) == (403, 200, 303)
