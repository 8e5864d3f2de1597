"""The first words, consent, a clinic's link, and /start again."""

import pytest
from sqlalchemy import select

from reminderbot.catalog import catalog as catalogs
from reminderbot.services import invites
from reminderbot.store import tables
from tests.chat.conftest import Phone


async def test_the_first_message_says_who_writes_and_asks_for_consent(ana: Phone) -> None:
    (welcome,) = await ana.writes("/start")

    assert all(word in welcome.text for word in ("automatic", "one public article", "not end-to-end encrypted"))
    assert list(welcome.keys.values()) == ["agree", "privacy"]


async def test_the_consent_names_the_wording_that_was_agreed_to(ana: Phone, catalog: catalogs.Catalog) -> None:
    await ana.agrees()

    async with ana.store.reading() as work:
        kept = (await work.run(select(tables.consents.c.wording))).scalar_one()
    assert kept == catalog.message("en", "start.welcome").hash


async def test_a_second_tap_on_agree_is_answered_and_changes_nothing(ana: Phone) -> None:
    await ana.agrees()

    (answer,) = await ana.taps("agree")

    assert "agreed already" in answer.text


async def test_nothing_is_asked_before_consent(ana: Phone) -> None:
    for asked in ("/session", "24 Nov 15:30", "/timeline"):
        assert "day:0" not in [data for each in await ana.writes(asked) for data in each.keys.values()]


async def test_a_setting_before_consent_leads_to_the_welcome(ana: Phone) -> None:
    await ana.writes("/timezone")

    *_, welcome = await ana.taps("zone:Europe/Madrid")

    assert "agree" in welcome.keys.values()


async def test_a_mexican_phone_is_answered_in_spanish(ana_es: Phone) -> None:
    assert "Soy un bot" in await ana_es.said("/start")


async def test_a_link_shows_nothing_of_the_patient_before_the_proof(ana: Phone, invited: invites.Created) -> None:
    seen = await ana.said(f"/start {invited.token}") + await ana.tapped("agree")

    assert "code you got at the desk" in seen
    assert not any(word in seen for word in ("Dr Bea", "24", "15:30", "+34"))


@pytest.mark.parametrize("proof", ["24 Nov", "24.11.2026", "tomorrow"])
async def test_the_sessions_date_opens_the_timeline_and_what_matters_now(
    ana: Phone, invited: invites.Created, proof: str
) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")

    said = await ana.said(proof)

    assert "session of Tuesday 24 November, 15:30</b>, Dr Bea" in said
    assert "Your session is near" in said
    assert "It is <b>10:00</b> for you now (Madrid), right?" in said


async def test_the_desk_code_opens_it_too(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")

    assert "That fits" in await ana.said(f" {invited.desk_code.lower()} ")


async def test_after_the_proof_zone_and_hour_are_asked_in_two_taps(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    await ana.writes("24 Nov")

    *_, hour = await ana.taps("zone:Atlantic/Canary")
    kept = await ana.tapped("hour:10:00")

    assert "hour:07:00" in hour.keys.values()
    assert "10:00 in the morning" in kept
    assert "10:00" in await ana.said("/timeline")


async def test_a_wrong_proof_tells_the_tries_left_and_the_way_out(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")

    (wrong,) = await ana.writes("25 Nov")

    assert "Tries left: 4" in wrong.text
    assert "session" in wrong.keys.values()


async def test_five_wrong_proofs_lock_the_link(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    for _ in range(4):
        await ana.writes("25 Nov")

    assert "now locked" in await ana.said("25 Nov")
    assert "That fits" not in await ana.said("24 Nov")


async def test_a_question_instead_of_the_proof_costs_no_try(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")

    said = await ana.said("what is microneedling")

    assert "code you got at the desk" in said
    assert "Tries left: 4" in await ana.said("ABCDE")


async def test_a_typed_yes_takes_the_clinics_zone(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    await ana.writes("24 Nov")

    assert "At what hour" in await ana.said("yes")


async def test_a_link_used_by_another_says_the_same_as_an_unknown_one(
    ana: Phone, carl: Phone, invited: invites.Created
) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    await ana.writes("24 Nov")
    await carl.agrees()

    used, unknown = await carl.said(f"/start {invited.token}"), await carl.said("/start nonsense")

    assert used == unknown
    assert "Dr Bea" not in used


async def test_consent_stands_when_the_link_it_was_asked_for_has_died_meanwhile(
    ana: Phone, carl: Phone, invited: invites.Created
) -> None:
    await ana.writes(f"/start {invited.token}")
    await carl.writes(f"/start {invited.token}")
    await carl.taps("agree")
    await carl.writes("24 Nov")

    agreed = await ana.taps("agree")

    assert "session" in agreed[-1].keys.values()
    assert "When is your session" in await ana.tapped("session")


async def test_a_proof_for_a_link_that_another_has_used_is_not_asked_for_any_more(
    ana: Phone, carl: Phone, invited: invites.Created
) -> None:
    for each in (ana, carl):
        await each.writes(f"/start {invited.token}")
        await each.taps("agree")
    await carl.writes("24 Nov")

    [refused] = await ana.writes("24 Nov")

    assert "session" in refused.keys.values()
    assert "code you got at the desk" not in await ana.said("what is microneedling")


async def test_a_dead_link_leaves_the_dialogue_that_is_open_as_it_is(ana: Phone) -> None:
    await ana.agrees()
    await ana.writes("24 Nov")

    await ana.writes("/start nonsense")

    assert "calendar" not in await ana.tapped("time:09:00")
    assert "button" not in await ana.tapped("zone:Europe/Madrid")


async def test_a_wrong_link_still_offers_the_way_to_begin_alone(ana: Phone) -> None:
    refused, welcome = await ana.writes("/start nonsense")

    assert "session" in refused.keys.values()
    assert "agree" in welcome.keys.values()


async def test_the_same_link_again_shows_the_timeline(ana: Phone, invited: invites.Created) -> None:
    await ana.writes(f"/start {invited.token}")
    await ana.taps("agree")
    await ana.writes("24 Nov")

    assert "session of Tuesday 24 November" in await ana.said(f"/start {invited.token}")


async def test_a_restart_between_link_and_consent_keeps_the_link(
    ana: Phone, invited: invites.Created, catalog: catalogs.Catalog
) -> None:
    await ana.writes(f"/start {invited.token}")

    fresh = Phone(ana.store, ana.clock, catalogs.Catalog.load(), id=ana.id)

    assert "code you got at the desk" in await fresh.tapped("agree")


async def test_start_again_shows_the_next_message_and_the_menu(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")

    (answer,) = await ana.writes("/start")

    assert "Next message: <b>today, Monday 23 November, 19:00</b>" in answer.text
    assert {"timeline", "topics", "settings", "worry"} <= set(answer.keys.values())


async def test_start_after_a_stop_offers_to_resume(ana: Phone) -> None:
    await ana.registers()
    await ana.writes("stop")

    (answer,) = await ana.writes("/start")

    assert list(answer.keys.values()) == ["resume"]
