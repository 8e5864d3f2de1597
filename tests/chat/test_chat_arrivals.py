"""Ways into a clinic, as the chat has them: a link that is declined, the poster on the wall, a code to read out."""

import pytest
from sqlalchemy import insert, select, update

from reminderbot import clocks
from reminderbot.catalog import catalog as catalogs
from reminderbot.services import access, claims, invites, posters
from reminderbot.store import tables
from reminderbot.store.work import Store
from tests.chat.conftest import Phone


@pytest.fixture
async def eva(store: Store, invited: invites.Created) -> access.Staff:
    """An admin of Dr Bea's clinic."""
    id = tables.new_id()
    async with store.writing() as work:
        place = (await work.run(select(tables.invites.c.organisation_id, tables.invites.c.clinic_id))).one()
        row = {"id": id, "organisation_id": place.organisation_id, "language": "en", "created_at": clocks.machine()}
        await work.run(insert(tables.staff).values(**row))
    return access.Staff(id, place.organisation_id, place.clinic_id, access.Role.ADMIN)


@pytest.fixture
async def payload(store: Store, eva: access.Staff, clock: clocks.Clock) -> str:
    """What the poster's link hands to /start."""
    async with store.writing() as work:
        await posters.rotate(work, eva, now=clock.now())
        found = await posters.current(work, eva, bot_id=4242)
    assert found
    return found.link.partition("start=")[2]


async def state(store: Store, invited: invites.Created, clock: clocks.Clock) -> str:
    async with store.reading() as work:
        row = (await work.run(select(tables.invites).where(tables.invites.c.id == invited.invite_id))).one()
    return "declined" if row.declined_at else "revoked" if row.revoked_at else "joined" if row.redeemed_at else "live"


async def test_a_no_before_consent_is_kept_and_nothing_else(
    ana: Phone, invited: invites.Created, store: Store, clock: clocks.Clock
) -> None:
    (welcome,) = await ana.writes(f"/start {invited.token}")

    said = await ana.tapped("decline")

    assert "decline" in welcome.keys.values()
    assert "I will not write to you about this" in said
    assert await state(store, invited, clock) == "declined"
    async with store.reading() as work:
        assert (await work.run(select(tables.chats.c.consented_at))).scalar_one() is None
    assert "This link cannot be used" in await ana.said(f"/start {invited.token}")


async def test_a_no_at_the_proof_is_kept_and_the_second_tap_is_stale(
    ana: Phone, invited: invites.Created, store: Store, clock: clocks.Clock
) -> None:
    await ana.writes(f"/start {invited.token}")
    asked = (await ana.taps("agree"))[-1]

    first, second = await ana.tapped("decline"), await ana.taps("decline")

    assert "decline" in asked.keys.values()
    assert "on paper" in first
    assert second[0].params.get("text")
    assert await state(store, invited, clock) == "declined"
    assert "That fits" not in await ana.said(invited.desk_code)


async def test_a_no_to_a_link_that_has_died_meanwhile_is_answered_as_any_dead_link(
    ana: Phone, invited: invites.Created, store: Store, clock: clocks.Clock, catalog: catalogs.Catalog
) -> None:
    await ana.writes(f"/start {invited.token}")
    async with store.writing() as work:
        await work.run(update(tables.invites).values(revoked_at=clock.now()))

    assert catalog.say("en", "refusal.invite") in await ana.tapped("decline")
    assert await state(store, invited, clock) == "revoked"


async def test_a_welcome_without_a_link_offers_no_no(ana: Phone) -> None:
    (welcome,) = await ana.writes("/start")

    assert "decline" not in welcome.keys.values()


async def test_the_poster_asks_consent_name_and_date_and_the_clinic_has_the_session(
    ana: Phone, payload: str, eva: access.Staff, store: Store
) -> None:
    await ana.writes(f"/start {payload}")
    asked = (await ana.taps("agree"))[-1]
    day = (await ana.taps("name:own"))[-1]
    (hour,) = await ana.writes("24 Nov 15:30")
    review = (await ana.taps("hour:08:30"))[-1]
    async with store.reading() as work:
        before = (await work.run(select(tables.bindings))).all()
    saved = await ana.taps("save")

    assert "Dr Bea" in asked.text
    assert asked.keys["Ana"] == "name:own"
    assert "When is your session" in day.text
    assert "hour:08:30" in hour.keys.values()  # the zone is the clinic's and is not asked
    assert "save" in review.keys.values()
    assert before == []
    assert "Dr Bea will check the date" in "".join(each.text for each in saved)
    async with store.reading() as work:
        [waiting] = await posters.to_confirm(work, eva)
    assert (waiting.name, waiting.zone, f"{waiting.at:%H:%M}") == ("Ana", "Europe/Madrid", "15:30")


async def test_the_name_is_typed_once_and_a_question_in_between_is_none(ana: Phone, payload: str) -> None:
    await ana.writes(f"/start {payload}")
    await ana.taps("agree")
    question = await ana.said("may I wear make-up?")
    await ana.said("A. G.")
    await ana.writes("24 Nov 15:30")
    await ana.taps("hour:08:30")
    await ana.taps("save")

    again = await ana.said(f"/start {payload}")

    assert "first name" in question
    assert "When is your session" in again


async def test_a_dead_poster_is_answered_as_a_dead_link(
    ana: Phone, payload: str, eva: access.Staff, store: Store, clock: clocks.Clock, catalog: catalogs.Catalog
) -> None:
    await ana.writes(f"/start {payload}")
    async with store.writing() as work:
        await posters.rotate(work, eva, now=clock.now())
    dead = catalog.say("en", "refusal.invite")

    agreed = await ana.tapped("agree")

    assert dead in agreed
    assert {await ana.said(f"/start {each}") for each in (payload, "w-" + "x" * 32, "y" * 43)} == {dead}


async def test_a_code_is_made_after_a_yes_and_the_wrong_clinic_is_left_in_two_taps(
    ana: Phone, eva: access.Staff, store: Store, clock: clocks.Clock, catalog: catalogs.Catalog
) -> None:
    await ana.registers()
    (settings,) = await ana.writes("/settings")
    what = (await ana.taps("clinic"))[-1]
    code = (await ana.tapped("clinic:code")).partition("<b>")[2].partition("</b>")[0]
    async with store.writing() as work:
        found = await claims.redeem(
            work, eva, code, "Ana", catalog=catalog, now=clock.now(), machine_now=clocks.machine()
        )
    already = await ana.said("/clinic")
    (wrong,) = [each for each in await ana.taps("notmine") if each.method == "sendMessage"]
    left = await ana.tapped("notmine:leave")

    assert "clinic" in settings.keys.values()
    assert "From then on the clinic sees" in what.text
    assert isinstance(found, claims.Claimed)
    assert "You are with Dr Bea already" in already
    assert "+34 600 000 000" in wrong.text
    assert {"notmine:leave", "worry"} <= set(wrong.keys.values())
    assert "Dr Bea sees nothing of you any more" in left
    assert "Dr Bea" not in await ana.said("/timeline")


async def test_who_has_no_session_yet_is_asked_for_one_first(ana: Phone) -> None:
    await ana.agrees()

    assert "Tell me about your session first" in await ana.said("/clinic")
