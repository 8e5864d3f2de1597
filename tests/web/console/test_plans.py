"""The plan editor in the browser: a step is typed, checked, published with what it does; old versions come back."""

import re

import pytest

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

PLAN = "/plans/microneedling"
VERSION = re.compile(r'name="version" value="(\d+)"')
DAY_5 = {
    "key": "day-5",
    "message": "step.day-3",
    "when_kind": "day",
    "when_days": "5",
    "when_at": "12:00",
    "until_kind": "day",
    "until_days": "5",
    "until_at": "20:00",
    "part": "care",
    "again": "yes",
}


async def version(admin: desk.Browser, path: str = PLAN) -> dict[str, str]:
    found = VERSION.search((await admin.get(f"{path}/steps/new")).text)
    assert found
    return {"version": found[1]}


async def add(admin: desk.Browser, path: str = PLAN, **typed: str):
    return await admin.send(f"{path}/steps/new", {**DAY_5, **typed, **await version(admin, path)})


async def publish(admin: desk.Browser, **typed: str):
    return await admin.send(f"{PLAN}/publish", {"reach": "all", "why": "", **typed, **await version(admin)})


async def test_a_step_is_added_where_it_falls_and_waits_in_the_draft(admin: desk.Browser) -> None:
    answer = await add(admin)

    page = desk.text(await admin.get(PLAN))
    assert (answer.status_code, answer.headers["location"]) == (303, f"/console{PLAN}?done=plan-saved")
    assert "5 days after 5 days after, 12:00 day-5" in page
    assert page.index("day-3") < page.index("day-5") < page.index("day-7")
    assert "Draft" in page


async def test_what_was_typed_stays_in_the_form_with_a_sentence_on_the_wrong_field(admin: desk.Browser) -> None:
    answer = await add(admin, when_days="soon", asks="skin")

    assert answer.status_code == 422
    assert "Write on which day it comes" in desk.text(answer)
    assert 'value="soon"' in answer.text
    assert re.search(r'value="skin" checked', answer.text)


async def test_publishing_shows_first_what_it_does_and_to_whom(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, now
) -> None:
    made = await cast.invite(store, bea, catalog, now=now)
    await add(admin)

    seen = desk.text(await admin.get(f"{PLAN}/publish", reach="all"))
    answer = await publish(admin, why="Peeling on day 5")

    assert "It reaches 1 session under way, and all new ones. 1 message is added. 0 repeat." in seen
    assert "Ana García" in seen
    assert answer.headers["location"] == f"/console{PLAN}?done=plan-published"
    assert (await cast.rows(store, made.treatment_id))["day-5"].state == "planned"
    page = desk.text(await admin.get(PLAN))
    assert "Version 1 in force" in page
    assert "Peeling on day 5" in page


async def test_a_gate_names_the_step_and_leads_to_it(admin: desk.Browser) -> None:
    await add(admin, message="own")

    page = await admin.get(f"{PLAN}/publish")
    answer = await publish(admin)

    assert "Step “day-5”: its text is not there in every language." in desk.text(page)
    assert f'href="/console{PLAN}/steps/day-5"' in page.text
    assert answer.status_code == 422


async def test_publishing_asks_for_the_second_factor(admin: desk.Browser, machine: desk.Machine) -> None:
    from datetime import timedelta

    await add(admin)
    machine.ahead = timedelta(minutes=40)

    answer = await publish(admin)

    assert answer.status_code == 403
    assert "Version 1" not in desk.text(await admin.get(PLAN))


async def test_an_old_version_and_the_shipped_plan_are_taken_up_again(admin: desk.Browser) -> None:
    await add(admin)
    await publish(admin)
    edition = re.search(r"/versions/([0-9a-f]{32})", (await admin.get(PLAN)).text)
    assert edition
    await admin.send(f"{PLAN}/shipped", {"version": "0"}, seen=PLAN)
    without = desk.text(await admin.get(PLAN))
    await publish(admin)

    answer = await admin.send(f"{PLAN}/versions/{edition[1]}", {"version": "0"})

    assert "day-5" not in without.split("Versions")[0]
    assert answer.headers["location"] == f"/console{PLAN}/publish"
    assert "day-5" in desk.text(await admin.get(PLAN)).split("Versions")[0]


async def test_a_plan_for_another_treatment_is_made_from_nothing_and_offered_with_the_invites(
    admin: desk.Browser,
) -> None:
    made = await admin.send("/plans", {"name": "Chemical peel", "like": ""})
    path = "/plans/chemical-peel"
    await add(admin, path)
    await admin.send(path, {"name-en": "Peel", "name-es": "Peeling <b>", **await version(admin, path)})
    before = (await admin.get("/invites/new")).text
    await admin.send(f"{path}/publish", {"reach": "new", **await version(admin, path)})

    assert made.headers["location"] == "/console/plans/chemical-peel?done=plan-begun"
    assert 'value="chemical-peel"' not in before
    assert re.search(r'value="chemical-peel">Peel<', (await admin.get("/invites/new")).text)


async def test_a_step_is_changed_and_taken_out_and_a_draft_is_dropped(admin: desk.Browser) -> None:
    await add(admin)
    await admin.send(f"{PLAN}/steps/day-5", {**DAY_5, "when_at": "13:00", **await version(admin)})
    changed = desk.text(await admin.get(PLAN))
    await admin.send(f"{PLAN}/steps/day-2/remove", await version(admin), seen=f"{PLAN}/steps/day-2")
    removed = desk.text(await admin.get(PLAN))
    await admin.send(f"{PLAN}/discard", await version(admin), seen=PLAN)

    assert "5 days after, 13:00" in changed
    assert "day-2 " not in removed
    page = desk.text(await admin.get(PLAN))
    assert "day-2 " in page
    assert "day-5" not in page


async def test_whoever_comes_second_is_told_and_keeps_what_they_typed(admin: desk.Browser) -> None:
    old = await version(admin)
    await add(admin)

    answer = await admin.send(f"{PLAN}/steps/new", {**DAY_5, "key": "late", **old})

    assert answer.status_code == 409
    assert 'value="late"' in answer.text


@pytest.mark.parametrize("path", ["/plans/none", "/plans/microneedling/steps/none", "/plans/microneedling/versions/0"])
async def test_what_is_not_there_is_not_found(admin: desk.Browser, path: str) -> None:
    assert (await admin.get(path)).status_code == 404


async def test_clinicians_and_the_front_desk_have_no_plan_editor(clinician: desk.Browser, front: desk.Browser) -> None:
    for browser in (clinician, front):
        assert (await browser.get("/plans")).status_code == 403
        assert "/console/plans" not in (await browser.get("/today")).text


async def test_a_step_is_told_to_ask_once_more_and_says_so_on_the_time_line(admin: desk.Browser) -> None:
    vain = await add(admin, asks="skin", asks_again_after="9")
    await add(admin, asks="skin", asks_again_after="4")

    form = await admin.get(f"{PLAN}/steps/day-5")
    assert (vain.status_code, "Write 1 to 168 hours" in desk.text(vain)) == (422, True)
    assert "Asks once more after 4 h if nobody answers" in desk.text(await admin.get(PLAN))
    assert re.search(r'name="asks_again_after"[^>]*value="4"', form.text)
