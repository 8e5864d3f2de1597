"""The message of a reminder: the shipped texts, the patient's own language, the buttons of what is asked."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import files as shelves
from reminderbot.delivery import compose, courier
from reminderbot.services import access, notes, registration
from reminderbot.simulator import client
from reminderbot.store import bots, tables
from reminderbot.store import notes as note_rows
from reminderbot.store.work import Store
from tests.delivery import cast


@pytest.fixture(scope="module")
def catalog() -> catalogs.Catalog:
    return catalogs.Catalog.load()


async def registered(store: Store, catalog: catalogs.Catalog, telegram_id: int, language: str = "en") -> dict[str, str]:
    """Register Ana's session of this afternoon; return the id of each step's reminder."""
    async with store.writing() as work:
        await bots.ensure(work, cast.BOT)
        chat_id = await cast.chat(work, telegram_id)
        await work.run(update(tables.chats).where(tables.chats.c.id == chat_id).values(language=language))
        draft = registration.Draft(day=date(2026, 11, 23), at=time(15, 30), zone="UTC")
        await registration.register(work, access.Person(chat_id), draft, catalog=catalog, now=cast.NOON)
        at = tables.reminders.c
        return {row.step_key: row.id for row in await work.run(select(at.step_key, at.id))}


async def composed(house: cast.House, catalog: catalogs.Catalog, id: str) -> compose.Composed:
    """Compose one reminder at its due time, as the courier does."""
    row = await house.row(id)
    house.clock.wind(row.due_at - house.clock.now())
    [claimed] = [each.claimed for each in await house.claim() if each.claimed.ready.id == id]
    async with house.store.writing() as work:
        message = await compose.Composer(catalog)(work, [claimed.ready], now=house.clock.now())
        assert message is not None
        return message


def data(message: compose.Composed) -> list[str]:
    rows: list[list[dict[str, Any]]] = message.params["reply_markup"]["inline_keyboard"]
    return [button["callback_data"] for row in rows for button in row]


async def test_a_step_that_asks_has_its_answers_as_buttons(house: cast.House, catalog: catalogs.Catalog) -> None:
    ids = await registered(house.store, catalog, 1)

    message = await composed(house, catalog, ids["day-3"])

    answers = ("skin:ok", "skin:worried", "reads:yes", "reads:no")
    assert data(message) == [f"ci:{ids['day-3']}:{answer}" for answer in answers]
    assert all(len(each.encode()) <= 64 for each in data(message))


async def test_every_other_step_leads_to_a_person(house: cast.House, catalog: catalogs.Catalog) -> None:
    ids = await registered(house.store, catalog, 1)

    message = await composed(house, catalog, ids["ride-home"])

    assert data(message) == [f"worry:{ids['ride-home']}"]


async def test_the_words_are_the_patients_language_and_their_version_is_kept(
    house: cast.House, catalog: catalogs.Catalog
) -> None:
    ids = await registered(house.store, catalog, 1, language="es")

    message = await composed(house, catalog, ids["day-2"])

    async with house.store.reading() as work:
        kept = (await work.run(select(tables.texts).where(tables.texts.c.id == message.wordings[0].text_id))).one()
    assert (message.wordings[0].language, kept.language, kept.key) == ("es", "es", "step.day-2")
    assert message.params["text"] == message.wordings[0].body


async def test_instructions_are_protected_and_reads_make_no_sound(house: cast.House, catalog: catalogs.Catalog) -> None:
    ids = await registered(house.store, catalog, 1)

    message = await composed(house, catalog, ids["day-7"])

    assert (message.params["protect_content"], message.params["disable_notification"]) == (True, True)


async def test_every_step_of_the_shipped_plan_is_taken_by_telegram(
    house: cast.House, catalog: catalogs.Catalog, simulated: client.Simulated
) -> None:
    phone = await simulated.person("Ana")
    await phone.start()
    ids = await registered(house.store, catalog, phone.person)
    house.words = compose.Composer(catalog)  # type: ignore[assignment]
    dues = sorted({row.due_at for row in await house.rows() if row.state == "planned"})

    async with house.dispatching() as runs:
        for due in dues:
            house.clock.wind(max(timedelta(0), due - house.clock.now()))
            await runs.wake()
            await house.settled(*[row.id for row in await house.rows() if row.due_at == due])

    states = {row.step_key: row.state for row in await house.rows() if row.step_key != "eve"}
    assert set(states.values()) == {"sent"}
    assert len(await phone.messages(by="bot")) == len(ids) - 1


async def noted(house: cast.House, id: str, words: str, *, until: datetime | None) -> None:
    """Let the clinic have written a note to a reminder."""
    async with house.store.writing() as work:
        r, p = tables.reminders.c, tables.patients.c
        patient = (await work.run(select(r.patient_id).where(r.id == id))).scalar_one()
        key = await work.key((await work.run(select(p.key_id).where(p.id == patient))).scalar_one())
        assert key is not None
        sealed = key.seal(words, table="reminders", row=id, column="note")
        await work.run(update(tables.reminders).where(r.id == id).values(note=sealed, note_until=until))


async def test_a_clinics_note_is_said_with_its_step_as_the_clinics_own(
    house: cast.House, catalog: catalogs.Catalog
) -> None:
    ids = await registered(house.store, catalog, 1)
    await noted(house, ids["day-1"], "No <b>treadmill</b> & sauna", until=cast.NOON + timedelta(days=3))

    message = await composed(house, catalog, ids["day-1"])

    said = "\n\n<b>From your clinic:</b> No &lt;b&gt;treadmill&lt;/b&gt; &amp; sauna"
    assert message.params["text"].endswith(said)
    assert message.wordings[0].body == message.params["text"]
    assert message.stale_at == cast.NOON + timedelta(days=3)


async def test_a_note_that_is_over_is_not_said(house: cast.House, catalog: catalogs.Catalog) -> None:
    ids = await registered(house.store, catalog, 1)
    await noted(house, ids["day-1"], "No treadmill", until=cast.NOON)

    message = await composed(house, catalog, ids["day-1"])

    assert "treadmill" not in message.params["text"]
    assert message.stale_at is None


async def test_every_text_of_the_plan_has_room_for_the_longest_note(catalog: catalogs.Catalog) -> None:
    note = shelves.load(shelves.default_folder()).blanks["note"].worst
    worst = {name: blank.worst for name, blank in shelves.load(shelves.default_folder()).blanks.items()}
    longest = str(note)[: notes.LONGEST].ljust(notes.LONGEST, "x")

    for language in catalog.languages:
        for message in catalog.texts_of(catalog.plan("microneedling")):
            body = catalog.say(language, message.key, **worst)
            line = catalog.say(language, compose.NOTE, note=longest, clinic_name="x" * 200)
            assert len(catalog.plain(body + "\n\n" + line)) < compose.LONGEST, message.key


async def prepared(house: cast.House, catalog: catalogs.Catalog, id: str) -> courier.Prepared:
    """Claim and prepare one reminder at its due time."""
    house.words = compose.Composer(catalog)  # type: ignore[assignment]
    house.clock.wind((await house.row(id)).due_at - house.clock.now())
    [found] = [each for each in await house.claim() if each.claimed.ready.id == id]
    return found


async def test_a_note_changed_after_the_message_was_made_is_said_as_it_stands(
    house: cast.House, catalog: catalogs.Catalog
) -> None:
    ids = await registered(house.store, catalog, 1)
    await noted(house, ids["day-1"], "Before", until=None)
    made = await prepared(house, catalog, ids["day-1"])
    await noted(house, ids["day-1"], "After", until=None)

    intent = await house.courier().intend(made)

    assert intent is not None
    assert str(intent.params["text"]).endswith("After")


async def test_a_note_that_ends_after_the_message_was_made_is_not_said(
    house: cast.House, catalog: catalogs.Catalog
) -> None:
    ids = await registered(house.store, catalog, 1)
    due = (await house.row(ids["day-1"])).due_at
    await noted(house, ids["day-1"], "Over soon", until=due + timedelta(minutes=1))
    made = await prepared(house, catalog, ids["day-1"])
    house.clock.wind(timedelta(minutes=1))

    intent = await house.courier().intend(made)

    assert intent is not None
    assert "Over soon" not in str(intent.params["text"])


async def test_a_note_written_by_staff_takes_the_message_back_from_its_sender(
    house: cast.House, catalog: catalogs.Catalog
) -> None:
    ids = await registered(house.store, catalog, 1)
    made = await prepared(house, catalog, ids["day-1"])
    async with house.store.writing() as work:
        await work.run(update(tables.patients).values(clinic_id=tables.BUILT_IN))
        found = await note_rows.of_clinic(work, tables.BUILT_IN, ids["day-1"])
        assert found is not None
        assert await note_rows.is_written(work, found, "No treadmill", None)

    intent = await house.courier().intend(made)
    [again] = [each for each in await house.claim() if each.claimed.ready.id == ids["day-1"]]

    assert intent is None
    assert again.message is not None
    assert again.message.params["text"].endswith("No treadmill")
