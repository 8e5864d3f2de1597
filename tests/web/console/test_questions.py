"""Questions that nobody could answer, in the console: counted, answered once, changed, ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics, own_answers
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.web.console import desk, letter_cast

PARKING = {
    "title": "Parking",
    "language": "en",
    "phrases": "is there parking\nwhere can I park",
    "body": "Yes, behind the house & it is < 5 m away.",
    "act": "save",
}


@pytest.fixture
async def ana(
    store: works.Store, catalog: catalogs.Catalog, clock: clocks.Clock, bea: clinics.ClinicView
) -> letter_cast.Patient:
    """A patient of Dr Bea's clinic with a chat."""
    return await letter_cast.patient(store, catalog, clock, bea)


async def in_force(store: works.Store, clinic: clinics.ClinicView) -> own_answers.InForce:
    async with store.reading() as work:
        return await own_answers.in_force(work, clinic.id, clinic_name=clinic.name)


async def test_questions_are_counted_by_topic_and_by_likeness(
    clinician: desk.Browser, ana: letter_cast.Patient
) -> None:
    for words in ("is there parking?", "is there parking", "can I bring my dog"):
        assert await ana.asks(words)
    for words in ("can I run", "gym?"):
        assert await ana.asks(words, topic="not-said.activities")

    shown = desk.text(await clinician.get("/questions"))

    assert shown.count("2 times") == 2
    assert shown.count("once · English") == 1
    assert "can I run" in shown
    assert "can I bring my dog" in shown


async def test_hello_and_numbers_are_no_questions(ana: letter_cast.Patient) -> None:
    assert [await ana.asks(words) for words in ("hello", "ok", "12345", "?!", "😀")] == [False] * 5


async def test_a_patient_fills_no_list(ana: letter_cast.Patient) -> None:
    kept = [await ana.asks(f"strange thing number {number}") for number in range(25)]

    assert kept == [True] * 20 + [False] * 5


async def test_old_questions_are_not_counted(
    clinician: desk.Browser, ana: letter_cast.Patient, clock: clocks.Clock
) -> None:
    await ana.asks("is there parking?")
    clock.wind(timedelta(days=91))

    assert "Nothing waits for an answer." in desk.text(await clinician.get("/questions"))


async def test_an_answer_serves_the_questions_that_waited_for_it(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store, bea: clinics.ClinicView
) -> None:
    await ana.asks("is there parking?")
    await ana.asks("can I bring my dog")

    saved = await clinician.send("/questions/new", PARKING)
    shown = desk.text(await clinician.get("/questions"))

    assert saved.headers["location"] == "/console/questions?done=answer-added"
    assert "is there parking" not in shown
    assert "can I bring my dog" in shown
    assert "Parking English Served so far: 1 Version 1, Dana clinician" in shown
    own = await in_force(store, bea)
    assert list(own.html.values()) == ["Yes, behind the house &amp; it is &lt; 5 m away."]


async def test_a_preview_shows_what_patients_see_and_writes_nothing(
    admin: desk.Browser, ana: letter_cast.Patient, store: works.Store, bea: clinics.ClinicView
) -> None:
    await ana.asks("is there parking?")
    draft = PARKING | {"act": "preview", "body": 'At <b>the back</b>, <a href="https://map.example">map</a>'}

    shown = await admin.send("/questions/new", draft)

    assert shown.status_code == 200
    assert "Bea Skin says: At the back , map" in desk.text(shown)
    assert "Of 1 questions that wait, it answers 1." in desk.text(shown)
    assert "where can I park</textarea>" in shown.text
    assert (await in_force(store, bea)).asked == ()


async def test_the_form_begins_with_what_patients_wrote(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store
) -> None:
    await ana.asks("is there <parking>\nnear you?")
    async with store.reading() as work:
        id = (await work.run(select(tables.questions.c.id))).scalar_one()

    shown = await clinician.get("/questions/new", **{"from": id})

    assert "is there &lt;parking&gt; near you?</textarea>" in shown.text


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": " "}, "Give it a title"),
        ({"title": "x" * 81}, "Give it a title"),
        ({"language": "xx"}, "Choose one of the languages"),
        ({"phrases": "\n \n"}, "Write 1 to 20 ways"),
        ({"phrases": "\n".join(f"way {n} of it" for n in range(21))}, "Write 1 to 20 ways"),
        ({"phrases": "parking\n?!"}, "holds no word: ?!"),
        ({"body": " "}, "Write the answer"),
        ({"body": "x" * 1001}, "has 1001 characters"),
        ({"body": "<b>bold"}, "<b> is never closed"),
        ({"body": '<b>x</b><script>alert("x")</script>'}, "<script> is not allowed"),
        ({"body": '<a href="http://evil.example">x</a>'}, "a link that is not to https://"),
    ],
    ids=str,
)
async def test_what_cannot_be_put_in_force_is_refused_and_kept(
    admin: desk.Browser, store: works.Store, bea: clinics.ClinicView, wrong: dict[str, str], why: str
) -> None:
    answer = await admin.send("/questions/new", PARKING | wrong)

    assert answer.status_code == 422
    assert why in desk.text(answer)
    assert "behind the house" in answer.text or "body" in wrong
    assert "<script>alert" not in answer.text
    assert (await in_force(store, bea)).asked == ()


async def test_markup_is_for_admins_and_any_other_sign_is_a_sign(
    clinician: desk.Browser, store: works.Store, bea: clinics.ClinicView
) -> None:
    refused = await clinician.send("/questions/new", PARKING | {"body": "<b>Yes</b>"})
    plain = await clinician.send("/questions/new", PARKING | {"body": "<script>alert(1)</script> {{ x }}"})

    assert "Only an admin may use markup such as <b>" in desk.text(refused)
    assert plain.status_code == 303
    assert list((await in_force(store, bea)).html.values()) == ["&lt;script&gt;alert(1)&lt;/script&gt; {{ x }}"]


async def test_an_answer_is_changed_in_its_next_version_and_ended(
    clinician: desk.Browser, ana: letter_cast.Patient, store: works.Store, bea: clinics.ClinicView
) -> None:
    await ana.asks("is there parking?")
    await clinician.send("/questions/new", PARKING)
    [id] = (await in_force(store, bea)).html
    page = f"/questions/answers/{id}"

    changed = await clinician.send(page, PARKING | {"body": "No.", "version": "1"})
    told = await clinician.send(page, PARKING | {"body": "My own words", "version": "1"})
    listed = desk.text(await clinician.get("/questions"))
    ended = await clinician.post(f"{page}/end")
    twice = await clinician.post(f"{page}/end")

    assert changed.headers["location"] == "/console/questions?done=answer-changed"
    assert told.status_code == 409
    assert ">My own words</textarea>" in told.text
    assert "What stands now Parking No." in desk.text(told)
    assert 'name="version" value="2"' in told.text
    assert "Version 2" in listed
    assert (ended.status_code, twice.status_code) == (303, 404)
    assert (await in_force(store, bea)).asked == ()
    assert "is there parking" in desk.text(await clinician.get("/questions"))


async def test_carl_sees_and_changes_no_answer_of_dr_bea(
    clinician: desk.Browser, carl: desk.Browser, ana: letter_cast.Patient, store: works.Store, bea: clinics.ClinicView
) -> None:
    await ana.asks("my canary question")
    await clinician.send("/questions/new", PARKING)
    [id] = (await in_force(store, bea)).html
    async with store.reading() as work:
        question = (await work.run(select(tables.questions.c.id))).scalar_one()
    page = f"/questions/answers/{id}"

    answers = [
        await carl.get(page),
        await carl.post(page, PARKING | {"version": "1"}),
        await carl.post(f"{page}/end"),
    ]
    shown = [await carl.get("/questions"), await carl.get("/questions/new", **{"from": question})]

    assert [answer.status_code for answer in answers] == [404] * 3
    assert not any("canary" in each.text or "Parking" in each.text for each in [*answers, *shown])
    assert len((await in_force(store, bea)).asked) == 1


async def test_the_front_desk_writes_no_answers(front: desk.Browser) -> None:
    assert [(await front.get(page)).status_code for page in ("/questions", "/questions/new")] == [403, 403]
