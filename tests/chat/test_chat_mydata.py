"""All that is stored about a person comes as two files, whole and readable, and nothing of anybody else's."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import select

from reminderbot.services import access, invites, letters
from reminderbot.store import personal, questions, tables
from tests.chat.conftest import MACHINE, Owed, Phone
from tests.chat.test_chat_sessions_kept import sent

SAID = {
    "worry": "My left cheek feels warm",
    "letter": "May I come at five?",
    "question": "is there a car park behind your house",
    "clinic": "Yes, come at five.",
}


@pytest.fixture
async def patient(ana: Phone, invited: invites.Created) -> Phone:
    """Ana, a patient of Dr Bea's clinic, who has answered, worried, written and asked."""
    await ana.joins(invited.token)
    id = await sent(ana, "day-1")
    await ana.taps(f"ci:{id}:skin:ok")
    await ana.writes("/worried")
    await ana.writes(SAID["worry"])
    await ana.taps("letter")
    await ana.writes(SAID["letter"])
    await ana.taps("cancel")
    await answered(ana)
    return ana


async def answered(phone: Phone) -> None:
    """Let a question be kept that nobody could answer, and the clinic answer by letter."""
    async with phone.store.writing() as work:
        row = (await work.run(select(tables.patients).where(tables.patients.c.clinic_id.is_not(None)))).one()
        staff = {"organisation_id": row.organisation_id, "language": "en", "created_at": phone.clock.now()}
        await work.run(tables.staff.insert().values(id="5" * 32, **staff))
        who = access.Staff("5" * 32, row.organisation_id, row.clinic_id, access.Role.CLINICIAN)
        given = {"catalog": phone.catalog, "now": phone.clock.now(), "machine_now": MACHINE}
        asked = {"organisation_id": row.organisation_id, "clinic_id": row.clinic_id, "patient_id": row.id}
        words = {"language": "en", "topic": "", "words": SAID["question"], "at": phone.clock.now()}
        await questions.add(work, **asked, **words)
        await letters.answer(work, who, row.id, SAID["clinic"], **given)


def file(of: Owed) -> tuple[str, str]:
    held: dict[str, Any] = of.params["document"]
    return held["name"], held["text"]


async def files(phone: Phone) -> tuple[str, dict[str, Any]]:
    page, whole = [file(each) for each in await phone.writes("/mydata")]
    assert (page[0], whole[0]) == ("my-data.html", "my-data.json")
    return page[1], json.loads(whole[1])


async def test_two_files_come_as_documents(patient: Phone) -> None:
    owed = await patient.writes("/mydata")

    assert [each.method for each in owed] == ["sendDocument", "sendDocument"]
    assert all(each.params["caption"] for each in owed)


async def test_the_json_holds_all_that_was_said_opened(patient: Phone) -> None:
    _, whole = await files(patient)

    assert [row["words"] for row in whole["worries"]] == [SAID["worry"]]
    assert {SAID["letter"], SAID["clinic"]} <= {row["words"] for row in whole["letters"]}
    assert SAID["question"] in json.dumps(whole)
    assert [row["name"] for row in whole["patients"]] == ["Ana"]
    assert whole["chats"][0]["telegram_id"] == str(patient.id)
    assert "Dr Bea" in whole["clinics"].values()


async def test_every_table_with_a_persons_columns_is_told_or_says_why_not(patient: Phone) -> None:
    _, whole = await files(patient)

    about = {table.name for table in tables.metadata.sorted_tables if personal.is_about(table)}
    assert about == set(whole) - {"made_at", "clinics"} | set(personal.NOT_TOLD)
    assert {"patients", "treatments", "reminders", "check_ins", "worries", "letters", "questions", "attempts"} <= about


async def test_every_sealed_column_of_these_tables_is_opened_or_hidden_on_purpose(patient: Phone) -> None:
    _, whole = await files(patient)

    for table in tables.metadata.sorted_tables:
        for column in table.columns if personal.is_about(table) and whole.get(table.name) else ():
            is_told = column.name in whole[table.name][0]
            is_blind = column.info.get("personal") == "blind"
            assert is_told != (column.name in personal.HIDDEN or is_blind), (table.name, column.name)


async def test_every_row_of_theirs_is_there(patient: Phone) -> None:
    _, whole = await files(patient)

    async with patient.store.reading() as work:
        for name in ("treatments", "reminders", "check_ins", "worries", "letters", "questions", "reminder_events"):
            ids = (await work.run(select(tables.metadata.tables[name].c.id))).scalars().all()
            assert {row["id"] for row in whole[name]} == set(ids), name


async def test_the_page_can_be_read(patient: Phone) -> None:
    page, _ = await files(patient)

    assert all(words in page for words in ("Tuesday 24 November", "As expected", SAID["worry"], SAID["letter"]))
    assert "Dr Bea · " in page
    assert '<html lang="en" dir="ltr">' in page


async def test_the_page_tells_the_settings_and_the_pause(patient: Phone) -> None:
    await patient.taps("pause:2026-11-30")

    page, _ = await files(patient)

    assert "Quiet hours: 21:00–08:00." in page
    assert "Language: English." in page
    assert "<b>Paused until Monday 30 November.</b>" in page


async def test_the_page_says_when_each_message_comes_in_a_pause_as_the_timeline_does(patient: Phone) -> None:
    await patient.taps("pause:2026-11-30")

    page, _ = await files(patient)
    lines = [line for line in (await patient.said("/timeline")).splitlines() if line.startswith(("•", "–", "✓"))]

    assert any("because of your pause" in line for line in lines)
    assert [line for line in lines if line not in page] == []


async def test_what_was_typed_is_escaped_in_the_page(ana: Phone, invited: invites.Created) -> None:
    await ana.joins(invited.token)
    await ana.writes("/worried <script>alert(1)</script> it hurts")

    page, _ = await files(ana)

    assert "script" not in _tags(page)
    assert "&lt;script&gt;" in page


async def test_nothing_of_anybody_else_is_in_it(patient: Phone, carl: Phone) -> None:
    await carl.registers()
    page, whole = await files(carl)

    text = page + json.dumps(whole)
    assert not any(words in text for words in (*SAID.values(), "Dr Bea", str(patient.id)))


async def test_arabic_reads_from_right_to_left(patient: Phone) -> None:
    await patient.taps("lang:ar")

    page, _ = await files(patient)

    assert '<html lang="ar" dir="rtl">' in page


async def test_a_stranger_gets_what_little_there_is(ana: Phone) -> None:
    _, whole = await files(ana)

    assert (whole["patients"], len(whole["chats"])) == ([], 1)


async def test_after_erasure_there_is_nothing_left_to_send(patient: Phone) -> None:
    await patient.taps("forget:yes")

    page, whole = await files(patient)

    assert not any(words in page + json.dumps(whole) for words in SAID.values())


async def test_the_farewell_says_what_the_clinic_keeps(patient: Phone) -> None:
    *_, farewell = await patient.taps("forget:yes")

    assert "Dr Bea keeps its own records of your treatment" in farewell.text


def _tags(page: str) -> set[str]:
    found: set[str] = set()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library's
            found.add(tag)

    Reader().feed(page)
    return found
