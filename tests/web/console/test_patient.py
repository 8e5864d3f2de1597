"""A patient's page: what each role sees of it, and that every look is kept."""

import dataclasses
from datetime import datetime

import pytest
from sqlalchemy import select

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import clinics
from reminderbot.store import patients, tables
from reminderbot.store import work as works
from tests.web.console import desk, world


@dataclasses.dataclass
class Ana:
    """A patient of Dr Bea's who has joined; `home` is the path of her page."""

    things: world.Things

    @property
    def home(self) -> str:
        return f"/patients/{self.things['patient']}"


@pytest.fixture
async def ana(store: works.Store, catalog: catalogs.Catalog, bea: clinics.ClinicView, now: datetime) -> Ana:
    """Ana García, whose first message was sent, who answered nothing and has a worry."""
    return Ana(await world.filled(store, catalog, bea, now=now, telegram_id=41))


async def actions(store: works.Store) -> list[str]:
    """Return what the audit has, in order."""
    async with store.reading() as work:
        return list((await work.run(select(tables.audit.c.action).order_by(tables.audit.c.id))).scalars())


async def test_the_page_shows_the_timeline_and_the_words_as_they_were_sent(clinician: desk.Browser, ana: Ana) -> None:
    shown = desk.text(await clinician.get(ana.home))

    assert "Ana García" in shown
    assert "Tuesday 24 November, 15:30" in shown
    assert "What happens at the session" in shown
    assert "Your session is tomorrow." in shown
    assert "I worry about my cheek" in shown
    assert "Joined" in shown


async def test_the_front_desk_sees_dates_and_states_and_no_words(front: desk.Browser, ana: Ana) -> None:
    shown = desk.text(await front.get(ana.home))

    assert "Tuesday 24 November, 15:30" in shown
    assert "Sent" in shown
    assert "Your session is tomorrow." not in shown
    assert "I worry about my cheek" not in shown


async def test_a_look_is_kept_in_the_audit_and_shown_with_who_looked(
    clinician: desk.Browser, ana: Ana, store: works.Store
) -> None:
    await clinician.get(ana.home)

    assert "patient.seen" in await actions(store)
    assert "Dana clinician looked at this page" in desk.text(await clinician.get(ana.home))


async def test_carl_finds_nothing_of_another_clinics_patient(carl: desk.Browser, ana: Ana, store: works.Store) -> None:
    reminder = f"{ana.home}/reminders/{ana.things['reminder']}"
    paths = [ana.home, reminder, f"{reminder}/note", f"{ana.home}/proof", f"{ana.home}/proof.csv", f"{ana.home}/habits"]

    answers = [await carl.get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    assert "patient.seen" not in await actions(store)


async def test_the_story_of_a_message_tells_what_happened_to_it(clinician: desk.Browser, ana: Ana) -> None:
    shown = desk.text(await clinician.get(f"{ana.home}/reminders/{ana.things['reminder']}"))

    assert "Planned for" in shown
    assert "Try 1 began" in shown
    assert "Your session is tomorrow." in shown


async def test_a_message_of_another_patient_is_not_found_under_this_one(
    clinician: desk.Browser,
    ana: Ana,
    store: works.Store,
    catalog: catalogs.Catalog,
    bea: clinics.ClinicView,
    now: datetime,
) -> None:
    other = await world.filled(store, catalog, bea, now=now, telegram_id=42, name="Berta")

    answer = await clinician.get(f"{ana.home}/reminders/{other['reminder']}")

    assert answer.status_code == 404


async def test_the_proof_has_the_exact_text_its_version_and_telegrams_number(
    clinician: desk.Browser, ana: Ana, store: works.Store
) -> None:
    shown = desk.text(await clinician.get(f"{ana.home}/proof"))

    assert "Your session is tomorrow." in shown
    assert "2026-11-23 10:00:00 Europe/Madrid (2026-11-23 09:00:00Z)" in shown
    assert "Telegram message id 5" in shown
    assert "Dana clinician" in shown
    assert "proof.seen" in await actions(store)


async def test_the_proof_as_csv_computes_nothing(clinician: desk.Browser, ana: Ana, store: works.Store) -> None:
    async with store.writing() as work:
        await patients.rename(work, ana.things["patient"], "=1+1")

    answer = await clinician.get(f"{ana.home}/proof.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert "Your session is tomorrow." in answer.text
    assert '"\'=1+1"' in answer.text


async def test_the_front_desk_may_not_take_the_proof_away(front: desk.Browser, ana: Ana) -> None:
    answer = await front.get(f"{ana.home}/proof.csv")

    assert answer.status_code == 403
