"""After "I am worried" one thing is asked, a sentence or a call; and the person hears how it ends."""

import pytest
from sqlalchemy import select

from reminderbot.services import access, cases, invites, letters, outcomes
from reminderbot.store import tables
from tests.chat.conftest import MACHINE, Owed, Phone, owed
from tests.chat.test_chat_worry import open_worries


@pytest.fixture
async def patient(ana: Phone, invited: invites.Created) -> Phone:
    """Ana, a patient of Dr Bea's clinic, half an hour after it has opened."""
    await ana.joins(invited.token)
    ana.wind(minutes=30)
    return ana


async def words(phone: Phone) -> list[str]:
    return [each.words for each in await open_worries(phone)]


def call_me(shown: Owed) -> str:
    return shown.keys["Call me"]


async def test_one_thing_is_asked_and_a_sentence_is_added_for_the_clinic(patient: Phone) -> None:
    (shown,) = await patient.writes("/worried")
    said = await patient.said("My left cheek feels warm since lunch")

    assert "Write one sentence now" in shown.text
    assert "I have added that for Dr Bea" in said
    assert await words(patient) == ["My left cheek feels warm since lunch"]


async def test_the_answer_says_who_reads_it_and_whom_to_call(patient: Phone) -> None:
    await patient.writes("/worried")

    said = await patient.said("My left cheek feels warm")

    assert all(each in said for each in ("The team there reads the list", "+34 600 000 000", "+34 600 000 112"))


async def test_a_sentence_is_one_and_what_comes_next_is_a_question_again(patient: Phone) -> None:
    await patient.writes("/worried")
    await patient.writes("My left cheek feels warm")

    await patient.writes("can I wear makeup")

    assert await words(patient) == ["My left cheek feels warm"]


async def test_call_me_is_told_to_the_clinic_once(patient: Phone) -> None:
    (shown,) = await patient.writes("/worried")
    _, told = await patient.taps(call_me(shown))
    await patient.taps(call_me(shown))

    assert "you would like a call" in told.text
    assert await words(patient) == ["Please call me."]


async def test_call_me_may_be_typed_instead_of_tapped(patient: Phone) -> None:
    await patient.writes("/worried")

    said = await patient.said("call me")

    assert "you would like a call" in said
    assert await words(patient) == ["Please call me."]


async def test_whoever_wrote_words_already_is_not_asked_for_more(patient: Phone) -> None:
    (shown,) = await patient.writes("There is pus on my cheek")

    assert "Write one sentence" not in shown.text
    assert call_me(shown).startswith("callme:")


async def test_after_half_an_hour_nothing_is_asked_any_more(patient: Phone) -> None:
    await patient.writes("/worried")
    patient.wind(minutes=31)

    await patient.writes("can I wear makeup")

    assert await words(patient) == [""]


async def test_a_date_being_told_goes_on_after_a_worry(patient: Phone) -> None:
    await patient.writes("/session")

    (shown,) = await patient.writes("/worried")
    await patient.writes("30 Nov")

    assert "Write one sentence" not in shown.text
    assert await words(patient) == [""]


async def test_nobody_is_asked_where_no_clinic_reads(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (shown,) = await ana.writes("/worried")

    assert not any(data.startswith("callme") for data in shown.keys.values())


async def test_carl_cannot_add_to_anas_worry(patient: Phone, carl: Phone) -> None:
    (shown,) = await patient.writes("/worried")

    said = "".join(each.text for each in await carl.taps(call_me(shown)))

    assert "Dr Bea" not in said
    assert await words(patient) == [""]


async def clinician(phone: Phone) -> access.Staff:
    """Somebody of Dr Bea's who handles cases and writes letters."""
    async with phone.store.writing() as work:
        clinic = (await work.run(select(tables.clinics).where(tables.clinics.c.name == "Dr Bea"))).one()
        row = {"organisation_id": clinic.organisation_id, "language": "en", "created_at": phone.clock.now()}
        await work.run(tables.staff.insert().values(id="5" * 32, **row))
        return access.Staff("5" * 32, clinic.organisation_id, clinic.id, access.Role.CLINICIAN)


async def case(phone: Phone, who: access.Staff) -> cases.Need:
    async with phone.store.reading() as work:
        found = await cases.list_(work, who, now=phone.clock.now(), only=cases.Kind.WORRY)
    return found.lines[0].need


async def close(phone: Phone, who: access.Staff, case_id: str) -> None:
    async with phone.store.writing() as work:
        given = {"catalog": phone.catalog, "now": phone.clock.now(), "machine_now": MACHINE}
        await outcomes.close(work, who, case_id, **given)


async def test_when_the_clinic_closes_the_worry_the_person_is_told_once(patient: Phone) -> None:
    await patient.writes("/worried")
    bea = await clinician(patient)
    async with patient.store.writing() as work:
        about = await case(patient, bea)
        case_id = await cases.touch(work, bea, "worry", about.subject, now=patient.clock.now())

    await close(patient, bea, case_id)
    await close(patient, bea, case_id)

    (told,) = [each for each in await owed(patient.store, None) if "has closed it" in each.text]
    assert "today, Monday 23 November, 10:30" in told.text
    assert told.keys == {"I am worried": "worry"}
    assert await open_worries(patient) == []


async def test_an_answer_of_the_clinics_takes_the_worry_on(patient: Phone) -> None:
    await patient.writes("/worried")
    bea = await clinician(patient)
    about = await case(patient, bea)
    async with patient.store.writing() as work:
        given = {"catalog": patient.catalog, "now": patient.clock.now(), "machine_now": MACHINE}
        await letters.answer(work, bea, str(about.patient_id), "Please come by at four.", **given)

    (taken,) = [await case(patient, bea)]

    assert (taken.contacted_at, taken.acknowledged_at) == (patient.clock.now(), patient.clock.now())
