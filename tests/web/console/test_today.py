"""Today as the staff meets it: who needs a call, buttons that take it on, the day's sessions, alerts of one's own."""

import re
from datetime import timedelta

import pytest

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.planning import life
from reminderbot.services import access, clinics, linking
from reminderbot.store import work as works
from tests.services import cast, staffing
from tests.web.console import desk

PART = {"HX-Request": "true"}


@pytest.fixture
async def ana(store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock) -> access.Person:
    """A chat that has agreed."""
    return await cast.consenting(store, catalog, telegram_id=4_100_200_300, now=clock.now())


@pytest.fixture
async def session(
    store: works.Store, bea: clinics.ClinicView, catalog: catalogs.Catalog, ana: access.Person, clock: clocks.Clock
) -> str:
    """Ana has joined, with Tuesday's session."""
    return await staffing.joined(store, bea, catalog, ana, clock=clock)


@pytest.fixture
async def worry(
    store: works.Store, catalog: catalogs.Catalog, ana: access.Person, session: str, clock: clocks.Clock
) -> str:
    """Ana is worried."""
    return await staffing.worried(store, catalog, ana, clock=clock, words="There is <b>pus</b>")


async def case_path(store: works.Store, worry: str) -> str:
    return f"/cases/{(await staffing.case_of(store, worry)).id}"


async def test_today_says_first_who_needs_a_call(clinician: desk.Browser, worry: str, clock: clocks.Clock) -> None:
    clock.wind(timedelta(minutes=40))

    page = await clinician.get("/today")

    said = desk.text(page)
    assert page.status_code == 200
    assert "worried Ana García Says: I am worried. Please call. 40 min late" in said
    assert "pus" not in said  # words are on the case's own page


async def test_a_quiet_day_says_so(clinician: desk.Browser) -> None:
    said = desk.text(await clinician.get("/today"))

    assert "Nothing needs a person right now." in said
    assert "No sessions today." in said


async def test_the_list_takes_it_on_and_says_who_has_it(
    clinician: desk.Browser, admin: desk.Browser, worry: str
) -> None:
    form = {"kind": "worry", "subject": worry, "do": "acknowledge"}
    done = await clinician.send("/today/cases", form, seen="/today")
    second = await admin.send("/today/cases", form, seen="/today")

    assert done.headers["location"] == "/console/today?done=case-acknowledged"
    assert second.status_code == 409
    assert "Dana clinician has taken this already." in desk.text(second)
    assert "acknowledged Dana clinician" in desk.text(await admin.get("/today"))


async def test_each_button_of_a_line_does_its_own(clinician: desk.Browser, worry: str) -> None:
    form = {"kind": "worry", "subject": worry}
    contacted = await clinician.send("/today/cases", {**form, "do": "contacted"}, seen="/today")
    shown = desk.text(await clinician.get("/today"))
    closed = await clinician.send("/today/cases", {**form, "do": "close"}, seen="/today")

    assert contacted.headers["location"].endswith("done=case-contacted")
    assert "contacted Dana clinician" in shown
    assert closed.headers["location"].endswith("done=case-closed")
    assert "Nothing needs a person" in desk.text(await clinician.get("/today"))


async def test_the_part_renews_itself_and_is_a_page_without_script(clinician: desk.Browser, worry: str) -> None:
    part = await clinician.client.get("/console/today/cases", headers=PART)
    page = await clinician.get("/today/cases", kind="worry")

    assert part.text.startswith('<div id="needs"')
    assert "<html" in page.text
    assert "Ana García" in part.text
    assert "Ana García" in page.text


async def test_the_case_shows_the_words_to_a_clinician_and_not_to_the_desk(
    store: works.Store, clinician: desk.Browser, front: desk.Browser, worry: str
) -> None:
    path = await case_path(store, worry)

    seen, hidden = await clinician.get(path), await front.get(path)

    assert "There is &lt;b&gt;pus&lt;/b&gt;" in seen.text
    assert hidden.status_code == 200
    assert "pus" not in desk.text(hidden)  # a page's secrets are random, three letters are easily in one
    assert "Call Ana García" in desk.text(hidden)


async def test_carl_finds_nothing_of_it(store: works.Store, carl: desk.Browser, worry: str, session: str) -> None:
    path = await case_path(store, worry)
    form = {"kind": "worry", "subject": worry, "do": "close"}

    answers = [
        await carl.get(path),
        await carl.post(path, {"do": "close"}),
        await carl.post(f"{path}/note", {"note": "x", "version": "1"}),
        await carl.post("/today/cases", form),
        await carl.post(f"/today/sessions/{session}", {"do": "missed"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert not any("García" in answer.text for answer in answers)
    assert "García" not in (await carl.get("/today")).text


async def test_a_note_of_an_old_form_is_not_lost(
    store: works.Store, clinician: desk.Browser, admin: desk.Browser, worry: str
) -> None:
    path = await case_path(store, worry)
    first = await clinician.send(f"{path}/note", {"note": "Called twice", "version": "1"}, seen=path)
    second = await admin.send(f"{path}/note", {"note": "She is <fine>", "version": "1"}, seen=path)

    assert first.headers["location"].endswith("done=case-noted")
    assert second.status_code == 409
    assert "She is &lt;fine&gt;" in second.text
    assert "Called twice" in second.text
    assert 'name="version" value="2"' in second.text


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "٣"])
async def test_a_version_that_is_none_is_an_old_form(
    store: works.Store, clinician: desk.Browser, worry: str, version: str
) -> None:
    path = await case_path(store, worry)

    answer = await clinician.send(f"{path}/note", {"note": "x", "version": version}, seen=path)

    assert answer.status_code == 409


async def test_it_is_handed_over_to_a_colleague(
    store: works.Store, clinician: desk.Browser, front: desk.Browser, worry: str
) -> None:
    path = await case_path(store, worry)
    assert front.who is not None
    done = await clinician.send(f"{path}/owner", {"to": front.who.staff_id, "version": "1"}, seen=path)

    assert done.headers["location"].endswith("done=case-handed-over")
    assert (await staffing.case_of(store, worry)).owner_id == front.who.staff_id


@pytest.mark.parametrize("do", ["", "nonsense"])
async def test_what_no_button_sends_is_refused_in_a_sentence(clinician: desk.Browser, worry: str, do: str) -> None:
    answer = await clinician.post("/today/cases", {"kind": "worry", "subject": worry, "do": do})

    assert answer.status_code == 422
    assert "Nothing was changed" in desk.text(answer)


async def test_the_desk_says_who_came_and_who_did_not(
    store: works.Store, front: desk.Browser, session: str, clock: clocks.Clock
) -> None:
    clock.wind(timedelta(days=1))
    path = f"/today/sessions/{session}"
    await front.send(path, {"do": "came"}, seen="/today")
    came = desk.text(await front.get("/today"))
    await front.send(path, {"do": "not-yet"}, seen="/today")
    missed = await front.send(path, {"do": "missed"}, seen="/today")

    assert re.search(r"15:30 Ana García joined came Undo", came)
    assert missed.headers["location"].endswith("done=session-missed")
    assert (await cast.states(store, session))["day-1"] == (life.State.CANCELLED, life.Reason.NOT_HELD)
    assert "did not take place" in desk.text(await front.get("/today"))


async def test_the_chart_can_be_read_without_seeing_it(
    store: works.Store, clinician: desk.Browser, session: str, clock: clocks.Clock
) -> None:
    await cast.sent(store, session, "eve", now=clock.now())

    page = await clinician.get("/today")

    assert 'aria-label="1 sent and 0 failed in the last 30 days."' in page.text
    assert page.text.count("<tr><th") >= 31


async def test_a_link_to_a_chat_is_shown_once_as_picture_and_text(clinician: desk.Browser) -> None:
    made = await clinician.send("/me/alerts/link", seen="/me/alerts")
    later = await clinician.get("/me/alerts")

    assert "<svg" in made.text
    assert f"start={linking.PREFIX}" in made.text
    assert f"/start {linking.PREFIX}" in desk.text(made)
    assert linking.PREFIX + "<" not in later.text
    assert "No chat is linked." in desk.text(later)


async def test_alerts_are_paused_and_the_chat_is_unlinked(
    store: works.Store, clinician: desk.Browser, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    assert clinician.who is not None
    await staffing.linked(store, catalog, clinician.who, telegram_id=4_500_000_001, clock=clock)
    linked = desk.text(await clinician.get("/me"))
    await clinician.send("/me/alerts", {"do": "off"}, seen="/me/alerts")
    paused = desk.text(await clinician.get("/me/alerts"))
    await clinician.send("/me/alerts", {"do": "unlink"}, seen="/me/alerts")

    assert "A chat of yours is linked." in linked
    assert "You get no alerts." in paused
    assert "No chat is linked." in desk.text(await clinician.get("/me/alerts"))
