"""Messages in the console: the list, a thread that is read and answered, and whoever must not see it."""

import re

import pytest
from sqlalchemy import select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics, stopping
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.web.console import desk, letter_cast

HOSTILE = '</p><script>alert(1)</script> & "quoted" <b>bold</b>\nsecond line'


@pytest.fixture
async def ana(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock, bea: clinics.ClinicView
) -> letter_cast.Patient:
    """A patient of Dr Bea's clinic with a chat."""
    return await letter_cast.patient(store, catalog, clock, bea)


async def rows(store: works.Store, table: object) -> list:
    async with store.reading() as work:
        return list((await work.run(select(table))).all())  # type: ignore[call-overload]


async def test_a_letter_stands_in_the_list_until_it_is_read(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await ana.writes("May I come\nan hour later?")

    listed = await clinician.get("/letters")
    thread = await clinician.get(f"/letters/{ana.id}")
    again = await clinician.get("/letters")

    assert "Ana García 1 new waits since today" in desk.text(listed)
    assert "May I come an hour later?" in desk.text(thread)
    assert "1 new" not in desk.text(again)
    [case] = await rows(store, tables.cases)
    assert (case.kind, case.patient_id) == ("letter", ana.id)
    assert case.acknowledged_by == clinician.who.staff_id


async def test_several_letters_are_one_thread_and_one_case(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await ana.writes("One")
    await ana.writes("Two")
    unread = len(await rows(store, tables.cases))
    await clinician.get(f"/letters/{ana.id}")
    await ana.writes("Three")

    assert unread == 1
    assert len(await rows(store, tables.cases)) == 2
    assert "1 new" in desk.text(await clinician.get("/letters"))


async def test_an_answer_is_owed_to_the_chat_with_the_clinics_name_and_a_way_to_answer(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await ana.writes("May I come later?")

    sent = await clinician.send(f"/letters/{ana.id}", {"letter_words": f"Of course. {HOSTILE}"})
    shown = await clinician.get(f"/letters/{ana.id}")

    assert (sent.status_code, sent.headers["location"]) == (303, f"/console/letters/{ana.id}?done=letter-sent")
    params = await owed(store)
    assert params["text"].startswith("<b>Bea Skin</b> writes:\n\nOf course. &lt;/p&gt;&lt;script&gt;")
    assert re.findall(r"<[^>]+>", params["text"]) == ["<b>", "</b>"]
    assert params["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == f"letter:{ana.id}"
    assert "on its way" in desk.text(shown)
    assert [case.closed_by for case in await rows(store, tables.cases)] == [clinician.who.staff_id]


async def test_what_became_of_an_answer_is_shown(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await clinician.send(f"/letters/{ana.id}", {"letter_words": "Come at four"})
    seen = []
    for state in ("sent", "rejected", "unconfirmed"):
        async with store.writing() as work:
            await work.run(update(tables.outbox).values(state=state))
        seen.append(desk.text(await clinician.get(f"/letters/{ana.id}")))

    assert ["· sent" in seen[0], "not delivered: please call" in seen[1], "not confirmed" in seen[2]] == [True] * 3


async def test_hostile_words_of_a_patient_stay_words(clinician: desk.Browser, ana: letter_cast.Patient) -> None:
    await ana.writes(HOSTILE)

    for page in (f"/letters/{ana.id}", "/letters", f"/letters/{ana.id}/live", "/letters/live"):
        shown = (await clinician.client.get(f"/console{page}", headers={"HX-Request": "true"})).text
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)" in shown


@pytest.mark.parametrize(("words", "why"), [(" \n ", "There are no words in it"), ("x" * 2001, "has 2001 characters")])
async def test_an_answer_that_cannot_be_sent_is_kept_in_the_form(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store, words: str, why: str
) -> None:
    answer = await clinician.send(f"/letters/{ana.id}", {"letter_words": words})

    assert answer.status_code == 422
    assert why in desk.text(answer)
    assert words.strip() in answer.text
    assert await rows(store, tables.letters) == []


async def test_who_blocked_the_bot_while_an_answer_was_typed_costs_nothing_of_it(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await ana.writes("Hello?")
    await ana.blocks()

    shown = await clinician.get(f"/letters/{ana.id}")
    answer = await clinician.post(f"/letters/{ana.id}", {"letter_words": "My long answer"})

    assert "has blocked the bot" in desk.text(shown)
    assert "<textarea" not in shown.text
    assert answer.status_code == 409
    assert ">My long answer</textarea>" in answer.text
    assert len(await rows(store, tables.letters)) == 1


async def test_a_patient_without_a_chat_gets_a_sentence_instead_of_a_form(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.bindings).values(ended_at=clock.now()))

    shown = await clinician.get(f"/letters/{ana.id}")

    assert "No chat is joined to this patient" in desk.text(shown)
    assert "<textarea" not in shown.text


async def test_who_has_stopped_is_answered_only_after_writing_again(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store, clock: clocks.Clock
) -> None:
    async with store.writing() as work:
        await stopping.stop(work, ana.who, now=clock.now())
    refused = await clinician.post(f"/letters/{ana.id}", {"letter_words": "Hello"})
    await ana.writes("Are you there?")
    sent = await clinician.post(f"/letters/{ana.id}", {"letter_words": "Yes"})

    assert (refused.status_code, sent.status_code) == (409, 303)


async def test_the_live_part_marks_nothing_as_read_until_it_is_told_to(
    clinician: desk.Browser, ana: letter_cast.Patient
) -> None:
    await ana.writes("Hello")
    htmx = {"HX-Request": "true"}

    live = await clinician.client.get(f"/console/letters/{ana.id}/live", headers=htmx)
    marked = await clinician.client.post(
        f"/console/letters/{ana.id}/read",
        data={"_csrf": await clinician.token()},
        headers=htmx | {"Origin": desk.ADDRESS},
    )

    assert "Mark 1 as read" in desk.text(live)
    assert "<textarea" not in live.text
    assert "read today" in desk.text(marked)
    assert "1 new" not in desk.text(await clinician.get("/letters"))


async def test_two_submits_of_one_form_send_one_letter(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    shown = await clinician.get(f"/letters/{ana.id}")
    form = {"letter_words": "Once", "_csrf": await clinician.token(), "_once": desk.ONCE.search(shown.text)[1]}  # type: ignore[index]
    for _ in range(2):
        await clinician.client.post(f"/console/letters/{ana.id}", data=form, headers={"Origin": desk.ADDRESS})

    assert len(await rows(store, tables.letters)) == 1


async def test_carl_sees_and_answers_nothing(carl: desk.Browser, ana: letter_cast.Patient, store: works.Store) -> None:
    await ana.writes("Only for Dr Bea")

    answers = [
        await carl.get(f"/letters/{ana.id}"),
        await carl.get(f"/letters/{ana.id}/live"),
        await carl.post(f"/letters/{ana.id}/read"),
        await carl.post(f"/letters/{ana.id}", {"letter_words": "Hello"}),
    ]
    listed = await carl.get("/letters")

    assert [answer.status_code for answer in answers] == [404] * 4
    assert not any("Dr Bea" in answer.text or "Ana" in answer.text for answer in [*answers, listed])
    assert [row.read_at for row in await rows(store, tables.letters)] == [None]


async def test_the_front_desk_reads_no_letters(front: desk.Browser, ana: letter_cast.Patient) -> None:
    await ana.writes("Private")

    answers = [await front.get("/letters"), await front.get(f"/letters/{ana.id}")]

    assert [answer.status_code for answer in answers] == [403, 403]


async def test_a_letter_is_sealed_and_its_reading_noted(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await ana.writes("Canary words")
    await clinician.get(f"/letters/{ana.id}")

    [letter] = await rows(store, tables.letters)
    noted = [(row.action, row.patient_id) for row in await rows(store, tables.audit)]
    assert b"Canary" not in letter.words
    assert ("letters.read", ana.id) in noted


async def test_a_poll_after_the_sign_in_ended_leaves_the_typed_answer_alone(
    clinician: desk.Browser, stranger: desk.Browser, ana: letter_cast.Patient
) -> None:
    htmx = {"HX-Request": "true"}
    typing = await stranger.client.get(f"/console/letters/{ana.id}/live?form=open", headers=htmx)
    listing = await stranger.client.get("/console/letters/live", headers=htmx)

    assert (typing.status_code, "HX-Refresh" in typing.headers) == (204, False)
    assert (listing.status_code, listing.headers["HX-Refresh"]) == (204, "true")


async def owed(store: works.Store) -> dict:
    """Return what the last row of the outbox sends."""
    import json

    async with store.reading() as work:
        row = (await work.run(select(tables.outbox).order_by(tables.outbox.c.id.desc()).limit(1))).one()
        key = await work.key(row.key_id)
        assert key is not None
        return json.loads(key.open(row.payload, table="outbox", row=row.id, column="payload"))["params"]
