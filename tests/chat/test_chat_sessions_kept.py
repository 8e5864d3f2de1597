"""Sessions that are saved: the timeline, the next message, moving one, and one that will not take place."""

from sqlalchemy import select, update

from reminderbot.services import invites
from reminderbot.store import tables
from tests.chat.conftest import Phone


async def treatment_id(phone: Phone) -> str:
    async with phone.store.reading() as work:
        rows = (await work.run(select(tables.treatments.c.id).order_by("starts_at"))).scalars().all()
    return str(rows[0])


async def sent(phone: Phone, step: str) -> str:
    """Let a reminder have been sent now, and return its id."""
    reminders = tables.reminders
    async with phone.store.writing() as work:
        id = (await work.run(select(reminders.c.id).where(reminders.c.step_key == step))).scalar_one()
        values = {"state": "sent", "attempts": 1, "sent_at": phone.clock.now()}
        await work.run(update(reminders).where(reminders.c.id == id).values(**values))
    return str(id)


async def test_the_timeline_says_what_was_sent_what_comes_and_what_does_not(ana: Phone) -> None:
    await ana.registers("23 Nov 12:00")
    ana.wind(hours=2)
    await sent(ana, "ride-home")

    (shown,) = await ana.writes("/timeline")

    assert "✓ Monday 23 November, 12:00: on the way home (sent)" in shown.text
    assert "• <b>Tuesday 24 November, 08:30</b>: care on the first day" in shown.text
    assert "what happens at the session: not sent. It is for the time before the session." in shown.text
    assert shown.params["protect_content"] is True


async def test_the_timeline_without_a_session_offers_to_tell_one(ana: Phone) -> None:
    await ana.agrees()

    (shown,) = await ana.writes("/timeline")

    assert list(shown.keys.values()) == ["session"]


async def test_next_names_the_next_message_with_its_weekday(ana: Phone) -> None:
    await ana.registers()

    assert "today, Monday 23 November, 19:00" in await ana.said("/next")


async def test_expect_follows_the_hours_since_the_session(ana: Phone) -> None:
    await ana.registers()
    before = await ana.said("/expect")
    ana.wind(days=2)

    after = await ana.said("/expect")

    assert "Your session is near" in before
    assert "the day after your session" in after


async def test_two_patients_in_one_chat_are_told_apart_by_name(ana: Phone, invited: invites.Created) -> None:
    await ana.registers("1 Dec 10:00")
    await ana.taps("phone:skip")
    await ana.writes(f"/start {invited.token}")

    said = await ana.said("24 Nov")

    assert "Ana: here is all I send for the <b>session of Tuesday 24 November" in said
    assert "for Ana" in await ana.said("/next")


async def test_a_move_shows_what_changes_before_it_is_saved(ana: Phone) -> None:
    await ana.registers()
    await ana.taps(f"move:{await treatment_id(ana)}")

    (review,) = await ana.writes("26 Nov 10:00")

    assert "New date: <b>Thursday 26 November, 10:00</b>" in review.text
    assert "9 messages move" in review.text
    assert "Nothing has changed yet" in review.text


async def test_a_move_does_not_repeat_what_was_sent(ana: Phone) -> None:
    await ana.registers()
    await sent(ana, "eve")
    await ana.taps(f"move:{await treatment_id(ana)}")

    (review,) = await ana.writes("26 Nov 10:00")

    assert "1 you already had. It is not repeated." in review.text


async def test_a_saved_move_is_told_with_the_new_date(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("/move")
    await ana.writes("26 Nov 10:00")

    assert "now on <b>Thursday 26 November, 10:00</b>" in await ana.tapped("save")
    assert "Wednesday 25 November, 19:00" in await ana.said("/next")


async def test_a_session_that_changed_meanwhile_is_not_moved_unseen(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("/move")
    await ana.writes("26 Nov 10:00")
    async with ana.store.writing() as work:
        await work.run(update(tables.treatments).values(version=tables.treatments.c.version + 1))

    (_, refused) = await ana.taps("save")

    assert "timeline" in refused.keys.values()
    assert "Tuesday 24 November" in await ana.said("/timeline")


async def test_with_two_sessions_move_asks_which(ana: Phone) -> None:
    await ana.registers()
    await ana.taps("phone:skip")
    await ana.writes("12 Dec 11:00")
    await ana.taps("zone:Europe/Madrid")
    await ana.taps("save")

    (asked,) = await ana.writes("/move")

    assert list(asked.keys) == ["Saturday 12 December, 11:00", "Tuesday 24 November, 15:30"]


async def test_carl_cannot_move_or_drop_anas_session(ana: Phone, carl: Phone) -> None:
    await ana.registers()
    await carl.agrees()
    id = await treatment_id(ana)

    said = [await carl.tapped(f"{what}:{id}") for what in ("move", "drop", "dropped")]

    assert not any("24 November" in each for each in said)
    assert "Wednesday 25 November" in await ana.said("/timeline")


async def test_a_session_that_will_not_take_place_is_asked_about_then_ended(ana: Phone) -> None:
    await ana.registers()
    id = await treatment_id(ana)

    asked = await ana.tapped(f"drop:{id}")
    ended = await ana.tapped(f"dropped:{id}")
    twice = await ana.tapped(f"dropped:{id}")

    assert "will not take place?" in asked
    assert ended == twice
    assert "No message is planned" in await ana.said("/next")


async def test_a_dropped_session_shows_why_its_messages_do_not_come(ana: Phone) -> None:
    await ana.registers()
    await ana.taps(f"dropped:{await treatment_id(ana)}")

    assert "The session will not take place." in await ana.said("/timeline")
