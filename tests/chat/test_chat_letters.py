"""Writing to the clinic from the chat, where it is offered and where it is not; and questions kept for the clinic."""

import pytest
from sqlalchemy import select, update

from reminderbot.services import access, addressee, invites, letters, own_answers, worries
from reminderbot.store import tables
from tests.chat.conftest import Phone


@pytest.fixture
async def patient(ana: Phone, invited: invites.Created) -> Phone:
    """Ana, a patient of Dr Bea's clinic."""
    await ana.joins(invited.token)
    return ana


async def kept(phone: Phone, table: str) -> list[str]:
    """Return the words of all letters, or questions, opened."""
    of = tables.metadata.tables[table]
    async with phone.store.reading() as work:
        query = select(of, tables.patients.c.key_id).join(tables.patients).order_by(of.c.at, of.c.id)
        found = []
        for row in (await work.run(query)).all():
            key = await work.key(row.key_id)
            assert key is not None
            found.append(key.open(row.words, table=table, row=row.id, column="words"))
        return found


async def cases(phone: Phone) -> int:
    async with phone.store.reading() as work:
        return len((await work.run(select(tables.cases).where(tables.cases.c.kind == "letter"))).all())


async def set_phone_only(phone: Phone) -> None:
    async with phone.store.writing() as work:
        await work.run(update(tables.clinics).values(phone_only=True))


async def answers_by_itself(phone: Phone, *phrases: str, body: str, language: str = "en") -> None:
    """Let Dr Bea's clinic have an answer of its own."""
    async with phone.store.writing() as work:
        clinic = (await work.run(select(tables.clinics).where(tables.clinics.c.name == "Dr Bea"))).one()
        staff = tables.staff.insert().values(
            id="5" * 32, organisation_id=clinic.organisation_id, language="en", created_at=phone.clock.now()
        )
        await work.run(staff)
        who = access.Staff("5" * 32, clinic.organisation_id, clinic.id, access.Role.ADMIN)
        draft = own_answers.Draft("Own", language, "\n".join(phrases), body)
        await own_answers.add(work, who, draft, catalog=phone.catalog, now=phone.clock.now())


async def test_the_offer_to_send_what_nobody_knew_is_in_the_questions_language(patient: Phone) -> None:
    await patient.writes("Wo kann ich hier in der Nähe mein Auto parken?")

    (said,) = await patient.writes("Und gibt es bei euch einen Aufzug für den Rollstuhl?")

    assert "Das war jetzt zweimal" in said.text
    assert said.keys["An die Praxis senden"] == "send"


async def test_a_patient_of_a_clinic_is_told_who_reads_and_when(patient: Phone) -> None:
    (way,) = await patient.writes("/worried")
    _, shown = await patient.taps(way.keys["Write to the clinic"])

    assert "Write to Dr Bea" in patient.catalog.plain(shown.text)
    assert "They are open now (Mon-Fri 9:00-18:00)" in shown.text
    assert "+34 600 000 000" in shown.text
    assert "+34 600 000 112" in shown.text


async def test_out_of_hours_it_is_said_plainly(patient: Phone) -> None:
    patient.wind(hours=10)

    said = await patient.tapped("letter")

    assert "They are closed now. They open tomorrow, Tuesday 24 November, 09:00, and nobody reads it before" in said


async def test_several_texts_are_letters_of_one_thread_until_the_person_is_done(patient: Phone) -> None:
    await patient.taps("letter")
    first = await patient.said("May I come later?\nAt five?")
    second = await patient.said("can I wear makeup")
    left = await patient.tapped("cancel")
    after = await patient.said("can I wear makeup")

    assert "I have passed it on to Dr Bea" in first
    assert "passed that on to Dr Bea, too" in second
    assert "Dr Bea has what you wrote (2)" in left
    assert "passed" not in after
    assert await kept(patient, "letters") == ["May I come later?\nAt five?", "can I wear makeup"]
    assert await cases(patient) == 1


async def test_cancel_before_anything_was_written_sends_nothing(patient: Phone) -> None:
    await patient.taps("letter")

    assert "Nothing was sent" in await patient.said("/cancel")
    assert await kept(patient, "letters") == []


async def test_after_two_hours_what_is_written_is_a_question_again(patient: Phone) -> None:
    await patient.taps("letter")
    patient.wind(hours=3)

    said = await patient.said("can I wear makeup")

    assert "passed" not in said
    assert await kept(patient, "letters") == []


async def test_a_worry_in_a_letter_is_passed_on_and_raised(patient: Phone) -> None:
    await patient.taps("letter")

    said = await patient.said("There is pus on my cheek")

    assert "I have passed it on to Dr Bea" in said
    assert "I cannot judge your skin" in said
    assert await kept(patient, "letters") == ["There is pus on my cheek"]
    async with patient.store.reading() as work:
        assert [each.words for each in await worries.open_list(work, access.Operator())] == ["There is pus on my cheek"]


async def test_of_a_picture_the_clinic_reads_that_it_was_sent_and_the_phone_is_said(patient: Phone) -> None:
    await patient.taps("letter")
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]

    (shown,) = await patient.sends(photo=photo, caption="look")

    assert "Nobody has seen what you just sent" in shown.text
    assert "+34 600 000 000" in shown.text
    assert await kept(patient, "letters") == ["(I sent a photo. The bot does not pass it on.)\nlook"]


async def test_a_letter_that_is_too_long_is_not_sent_and_the_dialogue_goes_on(patient: Phone) -> None:
    await patient.taps("letter")

    refused = await patient.said("x" * 2001)
    await patient.writes("short")

    assert "It has 2001 letters" in refused
    assert await kept(patient, "letters") == ["short"]


async def test_forty_unread_letters_are_enough(patient: Phone) -> None:
    await patient.taps("letter")
    for number in range(letters.MOST_UNREAD):
        await patient.writes(f"letter {number}")
        patient.wind(seconds=5)

    assert "please call +34 600 000 000" in (await patient.said("one more")).lower()


async def test_under_phone_only_no_writing_is_offered_and_the_words_say_to_call(patient: Phone) -> None:
    await set_phone_only(patient)

    (way,) = await patient.writes("/worried")
    (help_,) = await patient.writes("/help")
    said = await patient.tapped("letter")

    assert "letter" not in [*way.keys.values(), *help_.keys.values()]
    assert "Dr Bea takes calls only. Nobody reads this chat." in way.text
    assert "Please call +34 600 000 000" in said
    assert await kept(patient, "letters") == []


async def test_phone_only_in_the_middle_of_a_dialogue_passes_nothing_on(patient: Phone) -> None:
    await patient.taps("letter")
    await set_phone_only(patient)

    said = await patient.said("Hello")

    assert "takes calls only" in said
    assert await kept(patient, "letters") == []


async def test_who_registered_alone_is_told_to_call_who_treated_them(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (way,) = await ana.writes("/worried")
    said = await ana.tapped("letter")

    assert "letter" not in way.keys.values()
    assert "Please call the people who treated you" in said


@pytest.mark.parametrize("rest", ["x", "0" * 32])
async def test_a_forged_button_writes_to_nobody(patient: Phone, rest: str) -> None:
    said = await patient.tapped(f"letter:{rest}")

    assert "I cannot find that any more" in said


async def test_carl_cannot_write_for_ana(patient: Phone, carl: Phone) -> None:
    await carl.registers()
    async with patient.store.reading() as work:
        to = await addressee.of(work, (await whose(patient)), now=patient.clock.now())
    assert to is not None

    said = await carl.tapped(f"letter:{to.patient_id}") + await carl.said("Hello")

    assert "Dr Bea" not in said
    assert await kept(patient, "letters") == []


async def whose(phone: Phone) -> access.Person:
    async with phone.store.reading() as work:
        query = select(tables.bindings.c.chat_id).where(tables.bindings.c.via == "invite")
        return access.Person((await work.run(query)).scalar_one())


async def test_what_we_do_not_know_is_kept_for_the_clinic_and_so_it_is_said(patient: Phone) -> None:
    (unknown,) = await patient.writes("is there a car park behind your house")
    patient.wind(minutes=1)
    (unsaid,) = await patient.writes("can I go to the gym")

    assert "I keep your question for Dr Bea" in unknown.text
    assert "I keep your question for Dr Bea" in unsaid.text
    assert unknown.keys["Write to the clinic"] == unsaid.keys["Write to the clinic"] == "letter"
    assert await kept(patient, "questions") == ["is there a car park behind your house", "can I go to the gym"]
    async with patient.store.reading() as work:
        topics = (await work.run(select(tables.questions.c.topic).order_by(tables.questions.c.at))).scalars().all()
    assert topics == [None, "not-said.activities"]


async def test_what_we_know_and_what_is_no_question_is_not_kept(patient: Phone) -> None:
    said = [await patient.said(words) for words in ("can I wear makeup", "hello", "😀")]

    assert not any("I keep your question" in each for each in said)
    assert await kept(patient, "questions") == []


async def test_without_a_clinic_no_question_is_kept(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    assert "I keep" not in await ana.said("is there a car park behind your house")
    assert await kept(ana, "questions") == []


async def test_the_clinics_own_answer_is_given_and_marked_as_its_own(patient: Phone) -> None:
    await answers_by_itself(patient, "is there parking", "can I go to the gym", body="Yes, <b>free</b>")

    (parking,) = await patient.writes("Is there PARKING?")
    (gym,) = await patient.writes("can I go to the gym")
    (makeup,) = await patient.writes("can I wear makeup")

    assert parking.text == gym.text == "<b>Dr Bea</b> says:\n\nYes, <b>free</b>"
    assert "worry" in parking.keys.values()
    assert "Dr Bea</b> says" not in makeup.text
    assert await kept(patient, "questions") == []


async def test_the_clinics_own_answers_are_not_for_others(patient: Phone, carl: Phone) -> None:
    await answers_by_itself(patient, "is there parking", body="Yes")
    await carl.registers()
    await carl.taps("phone:skip")

    assert "Dr Bea" not in await carl.said("is there parking")


async def test_the_second_question_in_a_row_that_nobody_knows_is_offered_to_the_clinic(patient: Phone) -> None:
    (first,) = await patient.writes("is there a car park behind your house")
    (second,) = await patient.writes("can I bring my mother along")
    assert "send" not in first.keys.values()
    assert second.keys["Send to the clinic"] == "send"

    *_, sent = await patient.taps("send")
    *_, twice = await patient.taps("send")

    assert await kept(patient, "letters") == ["is there a car park behind your house\ncan I bring my mother along"]
    assert ("Dr Bea" in sent.text, twice.method) == (True, "answerCallbackQuery")


async def test_a_question_that_is_answered_in_between_begins_the_count_anew(patient: Phone) -> None:
    await patient.writes("is there a car park behind your house")
    await patient.writes("can I wear makeup")

    (shown,) = await patient.writes("can I bring my mother along")

    assert "send" not in shown.keys.values()


async def test_without_a_clinic_nothing_is_offered(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("is there a car park behind your house")

    (shown,) = await ana.writes("can I bring my mother along")

    assert "I do not know that" in shown.text
    assert "send" not in shown.keys.values()
