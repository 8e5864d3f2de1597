"""Travelling: the zone by a shared location, by a city in any language, or by the clock; where one is is not kept."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from reminderbot.gateway import receiving
from reminderbot.store import inbox, tables
from tests.chat.conftest import BOT, Phone

LISBON = {"latitude": 38.7223, "longitude": -9.1393}
BADAJOZ = {"latitude": 38.8794, "longitude": -6.9707}
VENUE = {"location": LISBON, "title": "Café Lisboa", "address": "Rua Garrett 120"}


@pytest.fixture
async def patient(ana: Phone) -> Phone:
    """Ana, with a session on Tuesday, 24 November at 15:30 in Madrid."""
    await ana.registers()
    await ana.taps("phone:skip")
    return ana


async def zone(phone: Phone) -> str:
    async with phone.store.reading() as work:
        return str((await work.run(select(tables.patients.c.zone))).scalar_one())


async def test_a_shared_location_is_a_guess_that_is_asked_about_before_it_is_kept(patient: Phone) -> None:
    (asked,) = await patient.sends(location=LISBON)
    before = await zone(patient)

    kept = await patient.tapped("zone:Europe/Lisbon")

    assert "It must be <b>09:00</b> for you now (Lisbon), right?" in asked.text
    assert list(asked.keys.values()) == ["zone:Europe/Lisbon", "zone:other", "keep"]
    assert (before, await zone(patient)) == ("Europe/Madrid", "Europe/Lisbon")
    assert "It is 09:00 there" in kept


async def test_near_a_border_both_clocks_are_offered(patient: Phone) -> None:
    (asked,) = await patient.sends(location={"latitude": 38.88, "longitude": -6.2})

    assert {"zone:Europe/Lisbon", "zone:Europe/Madrid"} <= set(asked.keys.values())


@pytest.mark.parametrize("place", [{"location": {**LISBON, "live_period": 900}}, {"venue": VENUE, "location": LISBON}])
async def test_a_live_location_and_a_venue_are_read_like_any(patient: Phone, place: dict[str, Any]) -> None:
    (asked,) = await patient.sends(**place)

    assert "zone:Europe/Lisbon" in asked.keys.values()


async def test_a_live_location_that_moves_gets_nothing_more(patient: Phone) -> None:
    await patient.sends(location={**LISBON, "live_period": 900})

    moved = [await patient.update(edited_message=patient.message(location=BADAJOZ, edit_date=1)) for _ in range(40)]

    assert moved == [[]] * 40


async def test_a_location_while_a_session_is_told_answers_which_clock(ana: Phone) -> None:
    await ana.registers_until_time("day:0")
    await ana.writes("15:00")

    (asked,) = await ana.sends(location=LISBON)

    assert "zone:Europe/Lisbon" in asked.keys.values()
    assert "At what hour" in await ana.tapped("zone:Europe/Lisbon")


async def test_a_location_in_the_middle_of_something_else_leaves_it_where_it_is(ana: Phone) -> None:
    await ana.agrees()

    (answer,) = await ana.sends(location=LISBON)

    assert "cannot see" in answer.text
    assert "What time is it for you now?" in (await ana.said("24 Nov 15:30"))


async def test_a_location_in_a_group_is_told_nothing(carl: Phone) -> None:
    group = Phone(carl.store, carl.clock, carl.catalog, id=-100_127, kind="supergroup")
    await group.writes("hello")

    assert await group.sends(location=LISBON) == []


async def test_a_place_that_is_none_gets_the_open_question(patient: Phone) -> None:
    (asked,) = await patient.sends(location={"latitude": 99.0, "longitude": 0.0})

    assert "What time is it for you now?" in asked.text


@pytest.mark.parametrize(
    "content",
    [
        {"location": LISBON},
        {"location": {**LISBON, "live_period": 60, "heading": 7, "horizontal_accuracy": 3.5}},
        {"venue": VENUE, "location": LISBON},
        {"text": "here", "reply_to_message": {"message_id": 1, "location": LISBON}},
        {"text": "here", "external_reply": {"venue": VENUE, "location": LISBON}},
    ],
)
async def test_coordinates_and_addresses_never_reach_the_database(ana: Phone, content: dict[str, Any]) -> None:
    update = receiving.update({"update_id": 1, "message": ana.message(**json.loads(json.dumps(content)))})
    async with ana.store.writing() as work:
        await inbox.keep(work, BOT.id, [update])
        row = (await work.run(select(tables.inbox.c.id).where(tables.inbox.c.update_id == 1))).scalar_one()
        stored = json.dumps(await inbox.take(work, row))

    assert not [each for each in ("38.72", "9.13", "Garrett", "Lisboa", "heading", "3.5") if each in stored]
    assert "Europe/Lisbon" in stored


def test_an_update_that_is_nested_a_thousand_times_is_walked_all_the_same() -> None:
    deep: dict[str, Any] = {"location": dict(LISBON)}
    for _ in range(5000):
        deep = {"in": deep}

    update = receiving.update({"update_id": 1, "message": deep})

    while "in" in deep:
        deep = deep["in"]
    assert (update.id, deep["location"]["latitude"]) == (1, 0.0)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("القاهرة", "Africa/Cairo"),
        ("Lissabon", "Europe/Lisbon"),
        ("Londres", "Europe/London"),
        ("Tóquio", "Asia/Tokyo"),
    ],
)
async def test_a_city_is_known_in_every_language_that_we_speak(patient: Phone, typed: str, wanted: str) -> None:
    await patient.writes("/timezone")
    (found,) = await patient.writes(typed)

    assert f"zone:{wanted}" in found.keys.values()


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Brasil", "America/Sao_Paulo"),
        ("United States", "America/New_York"),
        ("Kanada", "America/Toronto"),
    ],
)
async def test_of_a_country_of_many_zones_each_clock_is_offered_once(patient: Phone, typed: str, wanted: str) -> None:
    await patient.writes("/timezone")
    (found,) = await patient.writes(typed)

    clocks = [label.partition(" · ")[0] for label, data in found.keys.items() if "/" in data]
    assert len(clocks) == len(set(clocks)) <= 8
    assert f"zone:{wanted}" in found.keys.values()


async def test_the_question_says_that_a_location_will_do(patient: Phone) -> None:
    await patient.writes("/timezone")

    assert "share your location" in await patient.tapped("zone:other")
