"""Invites at the desk: a name and a date, a QR code and a desk code, and what became of each."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, clinics, invites
from reminderbot.store import bots, tables
from reminderbot.store import work as works
from tests.services import cast
from tests.web.console import desk

ANA = {"name": "Ana García", "day": "2026-11-24", "at": "15:30", "language": "es", "plan": "microneedling"}
LINK = re.compile(r'value="https://t\.me/aftercare_bot\?start=([A-Za-z0-9_-]+)"')
CODE = re.compile(r'<strong class="code">(\w+)</strong>')


@pytest.fixture(autouse=True)
async def known_bot(store: works.Store) -> None:
    """The bot has told its name."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT, username="aftercare_bot")


async def made(front: desk.Browser, **other: str) -> str:
    """Make an invite at the desk; return the path of its page."""
    answer = await front.send("/invites/new", ANA | other)
    assert answer.status_code == 303, desk.text(answer)
    return answer.headers["location"].removeprefix("/console")


async def handed(front: desk.Browser, path: str) -> tuple[str, str]:
    """Return the token and the desk code that a page shows."""
    page = await front.get(path)
    token, code = LINK.search(page.text), CODE.search(page.text)
    assert token
    assert code
    return token[1], code[1]


async def joins(
    store: works.Store, catalog: catalogs.Catalog, token: str, code: str, clock: clocks.Clock, *, telegram_id: int = 77
) -> access.Person:
    who = await cast.consenting(store, catalog, telegram_id=telegram_id, now=clock.now())
    async with store.writing() as work:
        opened = await invites.open_(work, who, token, now=clock.now())
        assert isinstance(await invites.confirm(work, who, opened.invite_id, code, now=clock.now()), invites.Confirmed)
    return who


async def test_a_name_and_a_date_make_an_invite_that_ties_the_chat(
    front: desk.Browser, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    form = await front.get("/invites/new")
    path = await made(front)
    shown = await front.get(path)
    token, code = await handed(front, path)

    await joins(store, catalog, token, code, clock)

    assert 'type="date"' in form.text
    assert 'value="2026-11-23"' in form.text
    assert 'value="10:00"' in form.text  # in Madrid, on the full quarter
    assert "<svg" in shown.text
    assert "<title>QR code" in shown.text
    assert "Waiting for the patient" in desk.text(shown)
    joined = desk.text(await front.get(path))
    assert "The patient has joined" in joined
    assert code not in joined


async def test_the_page_turns_by_itself_and_is_not_sent_again_while_nothing_changes(
    front: desk.Browser, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    path = await made(front)
    token, code = await handed(front, path)
    still = await front.get(path + "/live", state="invited")
    who = await cast.consenting(store, catalog, telegram_id=78, now=clock.now())
    async with store.writing() as work:
        opened = await invites.open_(work, who, token, now=clock.now())
    turned = await front.get(path + "/live", state="invited")
    async with store.writing() as work:
        await invites.confirm(work, who, opened.invite_id, code, now=clock.now())
    joined = await front.get(path + "/live", state="opened")

    assert still.status_code == 204
    assert "The patient has opened it" in desk.text(turned)
    assert "every 2s" in turned.text
    assert "The patient has joined" in desk.text(joined)
    assert "every 2s" not in joined.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": " "}, "A name has 1 to 64 letters"),
        ({"name": "x" * 65}, "A name has 1 to 64 letters"),
        ({"day": "soon"}, "That is no date"),
        ({"day": "2026-02-31"}, "That is no date"),
        ({"day": "2062-11-24"}, "more than a year away"),
        ({"at": "25:00"}, "That is no time"),
        ({"plan": "peeling"}, "There is no such plan"),
        ({"language": "tlh"}, "That language is not spoken"),
    ],
    ids=str,
)
async def test_what_cannot_be_an_invite_is_refused_in_a_sentence_and_nothing_typed_is_lost(
    front: desk.Browser, store: works.Store, typed: dict[str, str], says: str
) -> None:
    answer = await front.send("/invites/new", ANA | typed)

    assert answer.status_code == 422
    assert says in desk.text(answer)
    assert 'value="15:30"' in answer.text or "at" in typed
    assert await cast.count(store, tables.patients) == 0


async def test_a_typed_date_of_another_form_is_read(front: desk.Browser, store: works.Store) -> None:
    await made(front, day="24.11.2026", at="9.30")

    async with store.reading() as work:
        row = (await work.run(select(tables.treatments))).one()
    assert (row.day.isoformat(), f"{row.at:%H:%M}", row.entered_by) == ("2026-11-24", "09:30", "clinic")


async def test_a_double_submit_makes_one_invite(front: desk.Browser, store: works.Store) -> None:
    form = await front.get("/invites/new")
    once = desk.ONCE.search(form.text)
    assert once
    first = await front.post("/invites/new", ANA | {"_once": once[1]})
    second = await front.post("/invites/new", ANA | {"_once": once[1]})

    assert first.headers["location"] == second.headers["location"]
    assert await cast.count(store, tables.invites) == 1


async def test_a_new_link_kills_the_old_one_at_once(
    front: desk.Browser, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    path = await made(front)
    old, old_code = await handed(front, path)
    answer = await front.post(path + "/again")
    new_path = answer.headers["location"].removeprefix("/console").partition("?")[0]
    new, new_code = await handed(front, new_path)
    who = await cast.consenting(store, catalog, telegram_id=79, now=clock.now())

    with pytest.raises(Exception, match=r"refusal\.invite"):
        async with store.writing() as work:
            await invites.open_(work, who, old, now=clock.now())
    await joins(store, catalog, new, new_code, clock)

    assert old != new
    assert old_code
    assert await cast.count(store, tables.patients) == 1
    assert "Its link and code open nothing" in desk.text(await front.get(path))


async def test_an_invite_that_was_called_back_is_dead_and_shows_no_code(
    front: desk.Browser, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    path = await made(front)
    token, code = await handed(front, path)

    answer = await front.post(path + "/revoke")

    with pytest.raises(Exception, match=r"refusal\.invite"):
        await joins(store, catalog, token, code, clock)
    page = await front.get(path)
    assert answer.headers["location"].endswith("done=invite-revoked")
    assert code not in page.text
    assert token not in page.text
    assert "<svg" not in page.text
    assert "no card" in desk.text(await front.get(path + "/card"))


async def test_who_has_joined_is_neither_called_back_nor_invited_again(
    front: desk.Browser, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    path = await made(front)
    await joins(store, catalog, *await handed(front, path), clock)

    called, again = await front.post(path + "/revoke"), await front.post(path + "/again")

    assert (called.status_code, again.status_code) == (409, 409)
    assert "has joined already" in desk.text(again)


async def test_the_card_is_in_the_patients_language_with_clinic_and_phone(front: desk.Browser) -> None:
    path = await made(front, language="es")
    _, code = await handed(front, path)
    card = await front.get(path + "/card")

    assert 'lang="es"' in card.text
    assert 'class="a6"' in card.text
    said = desk.text(card)
    assert "Bea Skin" in said
    assert "+34 910 000 000" in said
    assert code in said
    assert "Escanea el código" in said
    assert "Ana" not in said.replace("Dana", "")


async def test_the_list_says_what_became_of_each_and_filters_and_pages(
    front: desk.Browser,
    store: works.Store,
    bea: clinics.ClinicView,
    catalog: catalogs.Catalog,
    clock: clocks.Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    joined = await made(front, name="Joan Joined")
    await joins(store, catalog, *await handed(front, joined), clock)
    clock.wind(timedelta(minutes=1))
    revoked = await made(front, name="Rita Revoked")
    await front.post(revoked + "/revoke")
    clock.wind(timedelta(minutes=1))
    await made(front, name="Ingrid Invited")
    clock.wind(timedelta(minutes=1))
    await cast.invite(store, bea, catalog, now=clock.now(), name="Tom Terminal")

    everything = desk.text(await front.get("/invites"))
    only = desk.text(await front.get("/invites", state="joined"))
    monkeypatch.setattr("reminderbot.services.desk_invites.PAGE", 3)
    first = await front.get("/invites")
    after = re.search(r"after=(\w+)", first.text)
    assert after
    second = desk.text(await front.get("/invites", after=after[1]))
    clock.wind(timedelta(days=40))
    never = desk.text(await front.get("/invites", state="never"))

    for name, state in {"Joan Joined": "joined", "Rita Revoked": "called back", "Ingrid Invited": "invited"}.items():
        assert re.search(rf"{name} .{{0,60}} {state}", everything)
    assert "Dana desk" in everything
    assert "Joan Joined" in only
    assert "Rita Revoked" not in only
    assert "Joan Joined" in second
    assert "Tom Terminal" not in second
    assert "Ingrid Invited" in never
    assert "Rita Revoked" not in never


async def test_another_clinics_invite_is_not_there(front: desk.Browser, carl: desk.Browser) -> None:
    path = await made(front)

    answers = [await carl.get(path), await carl.get(path + "/card"), await carl.get(path + "/plan")]
    answers.append(await carl.post(path + "/revoke"))
    missing = await carl.get("/invites/" + "0" * 32)

    assert {answer.status_code for answer in answers} == {404}
    assert desk.text(answers[0]) == desk.text(missing)
    assert "Waiting" in desk.text(await front.get(path))


async def test_the_plan_on_paper_has_every_step_with_its_date_and_text(
    front: desk.Browser, catalog: catalogs.Catalog, store: works.Store
) -> None:
    path = await made(front, language="es")

    page = await front.get(path + "/plan")

    said = desk.text(page)
    steps = catalog.plan("microneedling").steps
    assert page.text.count("<section>") == len(steps)
    assert "lunes, 23 de noviembre, 19:00" in said or "lunes 23 de noviembre, 19:00" in said
    assert "Ana, tu sesión" in said
    assert "{{" not in said
    async with store.reading() as work:
        actions = (await work.run(select(tables.audit.c.action))).scalars().all()
    assert "onboarding.paper" in actions


async def test_a_chat_that_was_the_wrong_one_is_untied_and_a_new_invite_shown(
    front: desk.Browser, store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock
) -> None:
    path = await made(front)
    wrong = await joins(store, catalog, *await handed(front, path), clock)
    async with store.reading() as work:
        patient_id = (await work.run(select(tables.patients.c.id))).scalar_one()

    answer = await front.post(f"/patients/{patient_id}/unbind")
    new = answer.headers["location"].removeprefix("/console").partition("?")[0]
    right = await joins(store, catalog, *await handed(front, new), clock, telegram_id=88)

    async with store.reading() as work:
        bound = (await work.run(select(tables.bindings).order_by(tables.bindings.c.generation))).all()
    assert [(row.chat_id, row.ended_at is None) for row in bound] == [(wrong.chat_id, False), (right.chat_id, True)]
    assert "done=unbound" in answer.headers["location"]
    again = await front.post(f"/patients/{'0' * 32}/unbind")
    assert again.status_code == 404
