"""What is kept about a patient is shown, downloaded and erased by who may, and each of it is in the audit."""

import json
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics
from reminderbot.store import tables
from reminderbot.store import work as works
from tests.web.console import desk, world

NAME = "Ana García"


@pytest.fixture
async def home(store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, now: datetime) -> str:
    """The path of the page of Ana García, who has joined, worried, written and asked."""
    things = await world.filled(store, catalog, bea, now=now, telegram_id=41)
    return f"/patients/{things['patient']}"


async def actions(store: works.Store) -> list[str]:
    """Return what the audit has, in order."""
    async with store.reading() as work:
        return list((await work.run(select(tables.audit.c.action).order_by(tables.audit.c.id))).scalars())


async def is_there(store: works.Store, home: str) -> bool:
    """Tell whether the patient was not erased."""
    at = tables.patients.c
    async with store.reading() as work:
        query = select(at.erased_at).where(at.id == home.rpartition("/")[2])
        return (await work.run(query)).scalar_one() is None


async def test_the_copy_can_be_read_and_printed(clinician: desk.Browser, home: str, store: works.Store) -> None:
    shown = desk.text(await clinician.get(f"{home}/copy"))

    assert all(words in shown for words in (NAME, "Tuesday 24 November", "Your session is tomorrow."))
    assert all(words in shown for words in ("I worry about my cheek", "May I swim?", "Is a sauna fine?"))
    assert "Dana clinician, Bea Skin" in shown
    assert (await actions(store))[-1] == "copy.seen"


async def test_the_copy_is_told_in_the_patients_language(
    clinician: desk.Browser, home: str, store: works.Store
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.patients).values(language="ar"))

    answer = await clinician.get(f"{home}/copy")

    assert '<article class="card copy" lang="ar" dir="rtl">' in answer.text
    assert "Everything kept about this person" in desk.text(answer)


async def test_what_was_typed_brings_no_markup_into_the_copy(
    clinician: desk.Browser, home: str, store: works.Store, bea: clinics.ClinicView, now: datetime
) -> None:
    async with store.writing() as work:
        patient = (await work.run(select(tables.patients).where(tables.patients.c.id == home[10:]))).one()
        key = await work.key(patient.key_id)
        assert key
        words = key.seal("<script>alert(1)</script>", table="letters", row="l", column="words")
        whose = {"organisation_id": bea.organisation_id, "clinic_id": bea.id, "patient_id": patient.id}
        await work.run(insert(tables.letters).values(id="l", **whose, direction="in", at=now, words=words))
        name = key.seal("<img src=x>", table="patients", row=patient.id, column="name")
        await work.run(update(tables.patients).where(tables.patients.c.id == patient.id).values(name=name))

    page = (await clinician.get(f"{home}/copy")).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page


async def test_every_entry_is_downloaded_under_a_name_of_ours(
    clinician: desk.Browser, home: str, store: works.Store
) -> None:
    answer = await clinician.get(f"{home}/copy.json")

    whole = json.loads(answer.text)
    name = f"copy-{home[10:18]}.json"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["cache-control"] == "no-store"
    assert [row["words"] for row in whole["questions"]] == ["Is a sauna fine?"]
    assert [row["name"] for row in whole["patients"]] == [NAME]
    assert (await actions(store))[-1] == "copy.exported"


async def test_who_of_the_staff_took_a_copy_stands_on_the_patients_page(clinician: desk.Browser, home: str) -> None:
    await clinician.get(f"{home}/copy.json")

    assert "Dana clinician downloaded everything that is kept" in desk.text(await clinician.get(home))


async def test_each_role_is_offered_what_it_may(
    admin: desk.Browser, clinician: desk.Browser, front: desk.Browser, home: str
) -> None:
    offered = []
    for browser in (admin, clinician, front):
        page = (await browser.get(home)).text
        offered.append([f"{home}/{what}" in page for what in ("copy", "erase")])

    assert offered == [[True, True], [True, False], [False, False]]


async def test_it_is_said_first_what_goes_and_what_stays(admin: desk.Browser, home: str) -> None:
    shown = desk.text(await admin.get(f"{home}/erase"))

    assert f"about {NAME} is deleted at once. Nobody can undo this." in shown
    assert "The number of their chat with the bot" in shown
    assert "The words of the 1 message that was sent." in shown
    assert "The audit: who of the staff did what and when." in shown
    assert "The patient gets one last message" in shown
    assert f"To confirm, type: {NAME}" in shown


async def test_an_erasure_leads_to_the_list_and_old_pages_are_not_there(
    admin: desk.Browser, home: str, store: works.Store
) -> None:
    answer = await admin.send(f"{home}/erase", {"name": "ana garcia"})

    said = desk.text(await admin.client.get(answer.headers["location"]))
    pages = [await admin.get(home + page) for page in ("", "/proof", "/copy", "/copy.json", "/erase", "/habits")]
    assert "The person is erased and is no longer here. One last message tells them." in said
    assert NAME not in said
    assert {page.status_code for page in pages} == {404}
    assert "patient.erased" in await actions(store)


async def test_a_form_sent_twice_erases_once_and_says_that_the_person_is_gone(
    admin: desk.Browser, home: str, store: works.Store
) -> None:
    shown = (await admin.get(f"{home}/erase")).text
    tokens = {"_csrf": desk.CSRF.findall(shown)[-1], "_once": desk.ONCE.findall(shown)[-1]}

    sent = [await admin.post(f"{home}/erase", tokens | {"name": NAME}) for _ in range(2)]
    anew = await admin.post(f"{home}/erase", {"name": NAME})

    said = [desk.text(await admin.client.get(each.headers["location"])) for each in sent]
    assert all("is no longer here" in each for each in said)
    assert (anew.status_code, (await actions(store)).count("patient.erased")) == (404, 1)
    assert "Nothing was changed." in desk.text(anew)


@pytest.mark.parametrize("typed", ["", "Ana", "<b>Ana García</b>", "x" * 5000, "\x00"])
async def test_another_name_is_refused_in_one_sentence_and_changes_nothing(
    admin: desk.Browser, home: str, store: works.Store, typed: str
) -> None:
    answer = await admin.send(f"{home}/erase", {"name": typed})

    assert answer.status_code == 422
    assert "so nothing was changed" in desk.text(answer)
    assert "What is deleted" in desk.text(answer)
    assert await is_there(store, home)


async def test_without_the_second_factor_of_these_minutes_nothing_is_erased(
    admin: desk.Browser, home: str, store: works.Store
) -> None:
    async with store.writing() as work:
        await work.run(update(tables.sign_ins).values(proven_at=None))

    answer = await admin.send(f"{home}/erase", {"name": NAME})

    assert answer.status_code == 403
    assert 'name="code"' in answer.text
    assert await is_there(store, home)


async def test_carl_gets_no_copy_and_erases_nobody(carl: desk.Browser, home: str, store: works.Store) -> None:
    answers = [await carl.get(f"{home}/{page}") for page in ("copy", "copy.json", "erase")]
    answers.append(await carl.post(f"{home}/erase", {"name": NAME}))

    assert {answer.status_code for answer in answers} == {404}
    assert not any("Ana" in answer.text for answer in answers)
    assert await is_there(store, home)


async def test_in_spanish_too(admin: desk.Browser, home: str, store: works.Store) -> None:
    async with store.writing() as work:
        await work.run(update(tables.staff).values(language="es"))

    asked = desk.text(await admin.get(f"{home}/erase"))
    refused = desk.text(await admin.send(f"{home}/erase", {"name": "Eva"}))

    assert "Qué se borra" in asked
    assert "no se cambió nada" in refused
