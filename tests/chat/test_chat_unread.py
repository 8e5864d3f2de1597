"""What cannot be read: a photo that nobody has seen, a voice that nobody has heard, an album, far too much at once."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from reminderbot.chat import router
from reminderbot.gateway import receiving
from reminderbot.services import access, in_force, invites, letters
from reminderbot.store import cases, inbox, tables
from tests import sizes
from tests.chat.conftest import BOT, MACHINE, Owed, Phone, owed

FILE = {"file_id": "a", "file_unique_id": "b"}
PHOTO = [{**FILE, "width": 1, "height": 1}]
SENT: dict[str, Any] = {
    "photo": PHOTO,
    "video": {**FILE, "width": 1, "height": 1, "duration": 1},
    "voice": {**FILE, "duration": 1},
    "video_note": {**FILE, "duration": 1, "length": 1},
    "document": FILE,
}
NOBODY = {
    "photo": "Nobody has seen this photo",
    "video": "Nobody has seen this video",
    "voice": "Nobody has heard this",
    "video_note": "Nobody has heard this",
    "document": "Nobody has opened this file",
}


@pytest.fixture
async def patient(ana: Phone, invited: invites.Created) -> Phone:
    """Ana, whom Dr Bea's clinic has entered, and who has joined."""
    await ana.joins(invited.token)
    return ana


async def lines(phone: Phone) -> list[str]:
    """Return what the clinic's list says that Ana has written, once it is opened."""
    async with phone.store.writing() as work:
        patient = (await work.run(select(tables.patients))).one()
        roles = {"organisation_id": patient.organisation_id, "clinic_id": patient.clinic_id}
        staff = access.Staff("s", role=access.Role.ADMIN, **roles)
        return [each.words for each in (await letters.thread(work, staff, patient.id)).letters]


async def kinds(phone: Phone) -> list[str]:
    async with phone.store.reading() as work:
        return list((await work.run(select(tables.cases.c.kind))).scalars())


@pytest.mark.parametrize("kind", SENT)
async def test_first_it_is_said_that_nobody_has_seen_it_then_whom_to_call(patient: Phone, kind: str) -> None:
    (answer,) = await patient.sends(**{kind: SENT[kind]})

    assert answer.text.startswith(f"<b>{NOBODY[kind]}.</b>")
    assert "Dr Bea: +34 600 000 000" in answer.text
    assert answer.keys == {"Call me": "callme", "I am worried": "worry"}


async def test_a_photo_and_its_words_are_a_line_in_the_clinics_list(patient: Phone) -> None:
    (answer,) = await patient.sends(photo=PHOTO, caption="look")

    assert "in their list that you sent it, and your words with it" in answer.text
    assert await kinds(patient) == [cases.Kind.LETTER]
    assert await lines(patient) == ["(I sent a photo. The bot does not pass it on.)\nlook"]


async def test_without_a_clinic_nobody_is_said_to_know_of_it(ana: Phone) -> None:
    await ana.registers()

    (answer,) = await ana.sends(photo=PHOTO)

    assert "in their list" not in answer.text
    assert answer.keys == {"I am worried": "worry"}


async def test_before_consent_nothing_is_passed_on(ana: Phone) -> None:
    (answer,) = await ana.sends(voice=SENT["voice"])

    assert "Please call the people who treated you" in answer.text
    assert await kinds(ana) == []


async def test_call_me_is_on_the_list_as_a_worry_and_says_who_reads_it(patient: Phone) -> None:
    await patient.sends(photo=PHOTO)

    said = await patient.tapped("callme")

    assert "Dr Bea" in said
    assert sorted(await kinds(patient)) == [cases.Kind.LETTER, cases.Kind.WORRY]


async def test_an_album_gets_one_answer_and_one_line(patient: Phone) -> None:
    answers = [await patient.sends(photo=PHOTO, media_group_id="7") for _ in range(10)]

    assert [len(each) for each in answers] == [1] + [0] * 9
    assert len(await lines(patient)) == 1


async def test_words_beside_a_later_picture_reach_the_clinic_without_a_second_answer(patient: Phone) -> None:
    await patient.sends(photo=PHOTO, media_group_id="7")

    said = await patient.sends(photo=PHOTO, media_group_id="7", caption="look here")

    assert said == []
    assert (await lines(patient))[-1].endswith("look here")


async def test_another_album_and_another_persons_are_answered_too(patient: Phone, carl: Phone) -> None:
    await patient.sends(photo=PHOTO, media_group_id="7")

    assert await patient.sends(photo=PHOTO, media_group_id="8")
    assert await carl.sends(photo=PHOTO, media_group_id="7")


async def test_a_worry_under_a_later_picture_of_an_album_is_heard(patient: Phone) -> None:
    await patient.sends(photo=PHOTO, media_group_id="7")

    (answer,) = await patient.sends(photo=PHOTO, media_group_id="7", caption="is this infected?")

    assert "emergency" in answer.text or "+34 600 000 112" in answer.text
    assert cases.Kind.WORRY in await kinds(patient)


async def test_a_photo_in_a_letter_is_a_line_and_the_letter_goes_on(patient: Phone) -> None:
    await patient.taps("letter")

    (answer,) = await patient.sends(photo=PHOTO)

    assert "Nobody has seen what you just sent" in answer.text
    assert "cancel" in answer.keys.values()
    assert len(await lines(patient)) == 1


async def test_in_spanish(ana_es: Phone) -> None:
    (answer,) = await ana_es.sends(voice=SENT["voice"])

    assert "Nadie ha escuchado esto" in answer.text


async def arrive(phone: Phone, texts: list[str], *, each_after: float = 0.0) -> list[int]:
    """Store messages as polls bring them, written one after another from now on; return the inbox's rows."""
    updates = []
    for place, text in enumerate(texts):
        written = phone.clock.now() + timedelta(seconds=each_after * place)
        message = phone.message(text=text) | {"date": int(written.timestamp())}
        updates.append(receiving.update({"update_id": message["message_id"], "message": message}))
    numbers = [each.id for each in updates]
    async with phone.store.writing() as work:
        await inbox.keep(work, BOT.id, updates)
        stored = await work.run(select(tables.inbox.c.id).where(tables.inbox.c.update_id.in_(numbers)).order_by("id"))
        return list(stored.scalars())


async def serve(phone: Phone, rows: list[int]) -> list[Owed]:
    """Serve stored messages in their order, as the inbox does; return what is owed for them."""
    async with phone.store.writing() as work:
        for row in rows:
            update = await inbox.take(work, row)
            assert update is not None
            given = {"bot": BOT, "words": in_force.Kept(phone.catalog), "inbox_id": row, "now": phone.clock.now()}
            await router.handle(work, update, machine_now=MACHINE, **given)
            await inbox.done(work, row)
        o = tables.outbox.c
        answered = (await work.run(select(o.inbox_id).where(o.inbox_id.in_(rows)).order_by(o.id))).scalars().all()
    return [each for row in dict.fromkeys(answered) for each in await owed(phone.store, row)]


async def test_a_hundred_messages_a_second_get_one_polite_sentence(patient: Phone, carl: Phone) -> None:
    answers = []
    for _ in range(sizes.of(12, whole=60)):  # seconds
        rows = await arrive(patient, ["my cheek is bleeding"] * 100, each_after=0.01)
        answers += await serve(patient, rows)
        patient.wind(seconds=1)

    assert len(answers) == 1
    assert "stopped reading" in answers[0].text
    assert "+34 600 000 000" in answers[0].text
    assert answers[0].keys == {"I am worried": "worry"}
    assert "stopped reading" not in await carl.said("/help")


async def test_whoever_is_read_as_fast_as_they_write_is_answered_thirty_times_and_then_once(patient: Phone) -> None:
    patient.wind(seconds=5)

    answers = [answer for _ in range(200) for answer in await patient.writes("/next")]

    assert len(answers) == 31
    assert "stopped reading" in answers[-1].text


async def test_after_a_pause_of_two_seconds_one_is_read_again(patient: Phone) -> None:
    await serve(patient, await arrive(patient, ["hello"] * 50))
    patient.wind(seconds=2)

    assert "Please call <b>Dr Bea</b>" in await patient.said("my cheek is bleeding")


async def test_a_button_is_answered_in_the_middle_of_it(patient: Phone) -> None:
    await serve(patient, await arrive(patient, ["hello"] * 50))

    assert "Dr Bea" in await patient.tapped("worry")


async def test_a_second_flood_within_the_minute_is_told_no_second_time_and_a_later_one_is(patient: Phone) -> None:
    told = []
    for pause in (5, 60, 0):
        told.append(len(await serve(patient, await arrive(patient, ["hello"] * 50))))
        patient.wind(seconds=pause)

    assert told == [1, 0, 1]


async def test_what_was_written_over_hours_while_we_were_away_is_read(patient: Phone) -> None:
    rows = await arrive(patient, ["/next"] * 25, each_after=300)

    assert len(await serve(patient, rows)) == 25
