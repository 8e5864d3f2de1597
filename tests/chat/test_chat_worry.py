"""The way to a person: by button, by command, by words; and the answers to what a reminder asked."""

import pytest
from sqlalchemy import select

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, invites, worries, worry_words
from reminderbot.store import tables
from tests.chat.conftest import Owed, Phone
from tests.chat.test_chat_sessions_kept import sent


async def open_worries(phone: Phone) -> list[worries.WorryView]:
    async with phone.store.reading() as work:
        return await worries.open_list(work, access.Operator())


@pytest.fixture
async def patient(ana: Phone, invited: invites.Created) -> Phone:
    """Ana, a patient of Dr Bea's clinic."""
    await ana.joins(invited.token)
    return ana


def reminder(id: str, *, day: int = 1) -> Owed:
    """A reminder as delivery sends it, with the buttons of its questions: on day 3 there are two."""
    data = [f"ci:{id}:skin:ok", f"ci:{id}:skin:worried"]
    data += [f"ci:{id}:reads:yes", f"ci:{id}:reads:no"] if day == 3 else []
    rows = [[{"text": each, "callback_data": each}] for each in data]
    return Owed("sendMessage", {"text": "Rest & care", "reply_markup": {"inline_keyboard": rows}}, "reply")


async def test_worried_shows_the_clinics_phone_its_hours_and_its_emergency_line_at_once(patient: Phone) -> None:
    patient.wind(minutes=30)

    said = await patient.said("/worried")

    assert all(
        word in said for word in ("Dr Bea", "+34 600 000 000", "+34 600 000 112", "open now", "Mon-Fri 9:00-18:00")
    )
    assert [view.clinic_name for view in await open_worries(patient)] == ["Dr Bea"]


async def test_a_worry_is_answered_in_its_own_language_and_so_is_what_is_added_to_it(patient: Phone) -> None:
    patient.wind(minutes=30)

    said = await patient.said("meine Wange blutet und hört nicht auf")
    await patient.writes("/worried")
    added = await patient.said("seit gestern Abend kommt da noch etwas heraus")

    assert "Ein Mensch kann es" in said
    assert "+34 600 000 112" in said
    assert "für Dr Bea dazugeschrieben" in added
    assert "A person can" in await patient.said("/worried")


async def test_who_asks_for_a_person_in_another_language_has_the_way_to_one_in_it(patient: Phone) -> None:
    assert "Ein Mensch kann es" in await patient.said("ich möchte bitte mit einem echten Menschen sprechen")


async def test_out_of_hours_it_says_so_and_when_somebody_is_there(patient: Phone) -> None:
    patient.wind(hours=10)

    said = await patient.said("/worried")

    assert "closed now. They open tomorrow, Tuesday 24 November, 09:00" in said


async def test_without_a_clinic_it_names_the_emergency_number_and_that_nobody_reads(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (shown,) = await ana.writes("/worried")

    assert "the emergency number" in shown.text
    assert "Nobody reads this chat" in shown.text
    assert "set:phone" in shown.keys.values()


async def test_whoever_is_unknown_finds_the_way_too(ana: Phone) -> None:
    assert "the emergency number" in await ana.said("/worried")


@pytest.mark.parametrize(
    "words", ["There is pus on my cheek", "I have a FEVER", "it hurts a lot", "tengo fiebre", "me duele mucho la cara"]
)
async def test_worrying_words_lead_to_a_person_and_never_to_a_topic(patient: Phone, words: str) -> None:
    (shown,) = await patient.writes(words)

    assert "+34 600 000 000" in shown.text
    assert words in [view.words for view in await open_worries(patient)]


@pytest.mark.parametrize("words", ["does it hurt?", "will it bleed", "no pain at all, can I wear makeup"])
async def test_what_is_only_asked_or_denied_raises_no_worry(patient: Phone, words: str) -> None:
    await patient.writes(words)

    assert await open_worries(patient) == []


async def test_a_clinics_own_words_lead_to_it(patient: Phone) -> None:
    await add_words(patient, "cheek purple")

    said = await patient.said("my cheek has turned a bit purpel")

    assert "+34 600 000 000" in said
    assert [view.words for view in await open_worries(patient)] == ["my cheek has turned a bit purpel"]


async def add_words(phone: Phone, *lines: str) -> None:
    """Let Dr Bea's clinic have worrying words of its own."""
    async with phone.store.writing() as work:
        clinic = (await work.run(select(tables.clinics).where(tables.clinics.c.name == "Dr Bea"))).one()
        id, now = "5" * 32, phone.clock.now()
        staff = {"id": id, "organisation_id": clinic.organisation_id, "language": "en", "created_at": now}
        await work.run(tables.staff.insert().values(**staff))
        who = access.Staff(id, clinic.organisation_id, clinic.id, access.Role.CLINICIAN)
        await worry_words.change(work, who, "\n".join(lines), version=0, now=now)


async def test_a_worry_in_the_middle_of_a_dialogue_comes_first(ana: Phone) -> None:
    await ana.registers_until_time("day:0")

    assert "emergency" in await ana.said("my cheek is bleeding")


async def test_as_expected_turns_the_reminder_into_its_outcome_and_leaves_the_way_to_a_person(patient: Phone) -> None:
    id = await sent(patient, "day-1")

    _, edited = await patient.taps(f"ci:{id}:skin:ok", on=reminder(id))

    assert edited.method == "editMessageText"
    assert edited.text.startswith("Rest &amp; care")
    assert "You told us: as expected. Monday 23 November, 10:00" in edited.text
    assert list(edited.keys.values()) == [f"worry:{id}"]


async def test_the_second_question_of_a_reminder_keeps_its_buttons(patient: Phone) -> None:
    id = await sent(patient, "day-3")

    _, edited = await patient.taps(f"ci:{id}:skin:ok", on=reminder(id, day=3))

    assert list(edited.keys.values()) == [f"ci:{id}:reads:yes", f"ci:{id}:reads:no", f"worry:{id}"]


async def test_the_way_to_a_person_stands_once_under_a_question_that_has_it_already(patient: Phone) -> None:
    id = await sent(patient, "day-3")
    asked = {"As expected": f"ci:{id}:skin:ok", "I am worried": f"ci:{id}:skin:worried", "Yes": f"ci:{id}:reads:yes"}
    rows = [[{"text": words, "callback_data": data}] for words, data in asked.items()]
    text = "How is your skin? If anything worries you, tap I am worried."
    shown = Owed("sendMessage", {"text": text, "reply_markup": {"inline_keyboard": rows}}, "reply")

    _, edited = await patient.taps(f"ci:{id}:reads:yes", on=shown)

    assert list(edited.keys) == ["As expected", "I am worried"]
    assert len(edited.params["reply_markup"]["inline_keyboard"]) == 2


async def test_the_same_answer_twice_is_the_same_outcome(patient: Phone) -> None:
    id = await sent(patient, "day-1")
    _, first = await patient.taps(f"ci:{id}:skin:ok", on=reminder(id))
    patient.wind(minutes=5)

    _, second = await patient.taps(f"ci:{id}:skin:ok", on=reminder(id))

    assert second.text == first.text


async def test_worried_after_all_still_raises_the_worry(patient: Phone) -> None:
    id = await sent(patient, "day-1")
    await patient.taps(f"ci:{id}:skin:ok", on=reminder(id))

    *_, shown = await patient.taps(f"ci:{id}:skin:worried", on=reminder(id))

    assert "+34 600 000 000" in shown.text
    assert len(await open_worries(patient)) == 1


async def test_no_reads_ends_the_reads(patient: Phone) -> None:
    id = await sent(patient, "day-3")

    said = await patient.tapped(f"ci:{id}:reads:no")

    assert "no short reads" in said
    assert "You want no short reads." in await patient.said("/timeline")


async def test_an_answer_on_a_message_that_is_gone_is_a_new_message(patient: Phone) -> None:
    id = await sent(patient, "day-1")

    answer, said = await patient.taps(f"ci:{id}:skin:ok", gone=True)

    assert (answer.method, said.method) == ("answerCallbackQuery", "sendMessage")


async def test_carl_cannot_answer_for_ana(patient: Phone, carl: Phone) -> None:
    id = await sent(patient, "day-1")

    said = await carl.tapped(f"ci:{id}:skin:worried") + await carl.tapped(f"worry:{id}")

    assert "Dr Bea" not in said
    assert await open_worries(patient) == []


@pytest.mark.parametrize("data", ["ci:", "ci:x", "ci:x:skin:ok", "ci:x:y:z:q", f"ci:{'0' * 32}:skin:fine", "worry:x"])
async def test_forged_answers_get_a_sentence(patient: Phone, data: str) -> None:
    answers = await patient.taps(data)

    assert [each.method for each in answers].count("answerCallbackQuery") == 1
    assert any(each.text for each in answers)


@pytest.mark.parametrize("language", catalogs.Catalog.load().languages)
def test_the_text_calls_the_button_as_the_button_is_called(language: str) -> None:
    said = catalogs.Catalog.load()

    assert f"<b>{said.say_plain(language, 'button.call-me')}</b>" in said.say(language, "worry.more")


async def test_who_is_worried_after_all_reads_that_under_the_message_and_not_what_was_said_before(
    patient: Phone,
) -> None:
    id = await sent(patient, "day-1")
    await patient.taps(f"ci:{id}:skin:ok", on=reminder(id))
    patient.wind(hours=2)

    _, turned, way = await patient.taps(f"ci:{id}:skin:worried", on=reminder(id))

    assert "You told us: I am worried." in turned.text
    assert "as expected" not in turned.text
    assert "Dr Bea" in way.text
