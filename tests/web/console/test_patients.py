"""The list of patients in a browser: found, paged, saved; and what failed is sent again line by line."""

import base64
import csv
import io
import re
from datetime import datetime
from urllib.parse import unquote

import httpx
import pytest
from sqlalchemy import select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics, listing
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk, world


@pytest.fixture
async def things(store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, now: datetime) -> world.Things:
    """Ana, who joined and has one message that failed, and Bruno, who was invited."""
    return await world.filled(store, catalog, bea, now=now, telegram_id=41)


async def sought(browser: desk.Browser, words: str) -> httpx.Response:
    """Search as the form does, and follow where it leads."""
    led = await browser.post("/patients", {"q": words})
    return await browser.client.get(led.headers["location"])


async def test_an_empty_clinic_is_shown_the_next_step(front: desk.Browser) -> None:
    page = await front.get("/patients")

    assert "There is no patient yet" in desk.text(page)
    assert 'href="/console/invites"' in page.text


async def test_the_desk_sees_the_list_and_each_row_leads_to_the_patient(
    front: desk.Browser, things: world.Things
) -> None:
    page = await front.get("/patients")

    words = desk.text(page)
    assert f'href="/console/patients/{things["patient"]}"' in page.text
    assert "2 patients" in words
    for word in ("Ana García", "Bruno Díaz", "Invited", "Gets messages", "24 November", "15:30"):
        assert word in words
    assert "/patients/failed" not in page.text
    assert "list.csv" not in page.text


async def test_carl_sees_nobody_of_another_clinic(carl: desk.Browser, things: world.Things) -> None:
    assert "García" not in (await carl.get("/patients")).text
    assert "García" not in (await sought(carl, "garcia")).text
    assert "García" not in (await carl.get("/patients/list.csv")).text


async def test_a_search_a_state_and_days_narrow_the_list(admin: desk.Browser, things: world.Things) -> None:
    by_name = desk.text(await sought(admin, "gar"))
    by_state = desk.text(await admin.get("/patients", standing="invited"))
    by_day = desk.text(await admin.get("/patients", **{"from": "2026-11-25"}))

    assert ("Ana García" in by_name, "Bruno" in by_name) == (True, False)
    assert ("Ana García" in by_state, "Bruno" in by_state) == (False, True)
    assert "Nobody is like that" in by_day


async def test_who_was_searched_for_stands_in_no_address_and_is_nobody_elses(
    admin: desk.Browser, front: desk.Browser, things: world.Things
) -> None:
    led = await admin.post("/patients", {"q": " García Ñandú " * 20, "standing": "joined", "from": ""})
    address = led.headers["location"]
    own, others = await admin.client.get(address), await front.client.get(address)

    assert re.fullmatch(r"/console/patients\?q=[\w%-]+&standing=joined", address)
    assert "Garc" not in base64.b64decode(unquote(address).partition("q=")[2].partition("&")[0], b"-_").decode(
        "latin-1"
    )
    assert 'value="García Ñandú' in own.text
    assert "Ñandú" not in others.text
    assert "could not be read" in desk.text(others)


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "gar"},
        {"q": "Z2Fy"},
        {"standing": "x"},
        {"order": "x"},
        {"from": "31/12/2026"},
        {"to": "9999-12-31"},
        {"from": "0001-01-01"},
    ],
    ids=str,
)
async def test_what_cannot_be_read_is_left_out_and_said(
    admin: desk.Browser, things: world.Things, asked: dict[str, str]
) -> None:
    page = await admin.get("/patients", **asked)

    assert page.status_code == 200
    assert "could not be read" in desk.text(page)
    assert "Ana García" in desk.text(page)


async def test_a_broken_place_is_the_first_page(admin: desk.Browser, things: world.Things) -> None:
    page = await admin.get("/patients", at="forged")

    assert "This is the first one" in desk.text(page)
    assert "Ana García" in desk.text(page)


async def test_the_pages_lead_on_and_back_with_what_was_asked(
    admin: desk.Browser, things: world.Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "SIZE", 1)
    first = await admin.get("/patients", order="state", **{"from": "2026-11-01"})
    on = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert on is not None
    second = await admin.client.get(on[1].replace("&amp;", "&"))
    back = re.search(r'rel="prev" href="([^"]+)"', second.text)
    assert back is not None
    again = await admin.client.get(back[1].replace("&amp;", "&"))

    names = [re.findall(r"(Ana García|Bruno Díaz)", page.text) for page in (first, second, again)]
    assert names == [["Bruno Díaz"], ["Ana García"], ["Bruno Díaz"]]
    assert "order=state" in on[1]


async def test_the_list_is_saved_as_a_table_without_formulas_and_noted(
    clinician: desk.Browser, store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, now: datetime
) -> None:
    await cast.invite(store, bea, catalog, now=now, name="=HYPERLINK(1)")
    answer = await clinician.get("/patients/list.csv", standing="invited")

    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[1:] == [["'=HYPERLINK(1)", "2026-11-24 15:30", "Invited", "", "0"]]
    assert "attachment" in answer.headers["content-disposition"]
    async with store.reading() as work:
        assert (await work.run(select(tables.audit.c.action))).scalars().all() == ["patients.exported"]


async def test_a_failed_message_is_sent_again_and_the_page_says_so(
    clinician: desk.Browser, store: works.Store, things: world.Things
) -> None:
    shown = await clinician.get("/patients/failed")
    [id] = re.findall(r'name="reminder" value="([0-9a-f]{32})"', shown.text)
    answer = await clinician.send("/patients/failed", {"reminder": id})

    assert "Ana García" in desk.text(shown)
    assert "It will be sent again shortly" in desk.text(answer)
    async with store.reading() as work:
        state = (await work.run(select(tables.reminders.c.state).where(tables.reminders.c.id == id))).scalar_one()
    assert state == "planned"


async def test_one_that_may_have_arrived_needs_a_tick(
    clinician: desk.Browser, store: works.Store, things: world.Things
) -> None:
    r = tables.reminders.c
    async with store.writing() as work:
        await work.run(update(tables.reminders).where(r.state == "rejected").values(state="unconfirmed"))
    shown = await clinician.get("/patients/failed")
    [id] = re.findall(r'name="reminder" value="([0-9a-f]{32})"', shown.text)
    first = await clinician.send("/patients/failed", {"reminder": id})
    second = await clinician.send("/patients/failed", {"reminder": id, "confirmed": "yes"})

    assert "It may have arrived" in desk.text(shown)
    assert "Tick the line below" in desk.text(first)
    assert f'value="{id}" checked' in first.text
    assert "It will be sent again shortly" in desk.text(second)


async def test_nothing_ticked_is_said(clinician: desk.Browser, things: world.Things) -> None:
    assert "Nothing was ticked" in desk.text(await clinician.send("/patients/failed", {}))


async def test_a_strangers_message_is_not_sent(carl: desk.Browser, store: works.Store, things: world.Things) -> None:
    answer = await carl.post("/patients/failed", {"reminder": things["reminder"], "confirmed": "yes"})

    assert "There is no such message at your clinic" in desk.text(answer)


async def test_the_desk_does_not_send_again(front: desk.Browser, things: world.Things) -> None:
    assert (await front.get("/patients/failed")).status_code == 403
    assert (await front.get("/patients/list.csv")).status_code == 403
