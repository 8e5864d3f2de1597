"""What people can do with their phones, and how it reaches the bot."""

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from reminderbot.simulator import client

_KEYS = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Done", callback_data="done:1")], [InlineKeyboardButton("Page", url="https://a.example")]]
)


async def _latest(bot: Bot) -> Update:
    return (await bot.get_updates())[-1]


async def _message(bot: Bot) -> Message:
    message = (await _latest(bot)).message
    assert message is not None
    return message


async def test_people_have_ids_beyond_32_bits(ana: client.Phone) -> None:
    assert ana.person > 2**32


async def test_a_deep_link_arrives_as_start_with_its_payload(bot: Bot, simulated: client.Simulated) -> None:
    await (await simulated.person("Ana")).start("invite_1")

    assert (await _message(bot)).text == "/start invite_1"


async def test_a_start_payload_outside_the_alphabet_cannot_be_opened(simulated: client.Simulated) -> None:
    ana = await simulated.person("Ana")

    with pytest.raises(client.CannotDo, match="1 to 64 characters"):
        await ana.start("no spaces")


async def test_a_tap_carries_the_message_it_stands_under(bot: Bot, ana: client.Phone) -> None:
    sent = await bot.send_message(ana.person, "x", reply_markup=_KEYS)
    await ana.tap("Done", wait=0)

    query = (await _latest(bot)).callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.message.message_id) == ("done:1", sent.message_id)


async def test_what_the_bot_answers_to_a_tap_is_a_toast_or_an_alert(bot: Bot, ana: client.Phone) -> None:
    await ana.press("any", wait=0)
    query = (await _latest(bot)).callback_query
    assert query is not None
    await query.answer("Call the clinic", show_alert=True)

    assert await ana.toasts() == [client.Answer("Call the clinic", alert=True, data="any")]


async def test_a_tap_that_nobody_answers_fails_the_test_that_waits(ana: client.Phone) -> None:
    with pytest.raises(client.NothingCame, match="not answered"):
        await ana.press("any", wait=0.1)


async def test_a_button_that_is_not_there_cannot_be_tapped(bot: Bot, ana: client.Phone) -> None:
    await bot.send_message(ana.person, "x", reply_markup=_KEYS)

    with pytest.raises(client.CannotDo, match="there is no button 'Undo'"):
        await ana.tap("Undo")


async def test_a_tap_on_a_deleted_message_is_inaccessible_for_the_bot(bot: Bot, ana: client.Phone) -> None:
    sent = await bot.send_message(ana.person, "x", reply_markup=_KEYS)
    await sent.delete()
    await ana.press("done:1", message_id=sent.message_id, wait=0)

    query = (await _latest(bot)).callback_query
    assert query is not None
    assert query.message is not None
    assert query.message.is_accessible is False


async def test_waiting_sees_what_came_or_changed_since_the_last_deed(bot: Bot, ana: client.Phone) -> None:
    sent = await bot.send_message(ana.person, "x 1")
    await ana.say("next")
    with pytest.raises(client.NothingCame, match="no message with 'x'"):
        await ana.wait_for("x", timeout=0.1)
    await sent.edit_text("x 2")

    assert (await ana.wait_for("x")).text == "x 2"


async def test_blocking_and_coming_back_reach_the_bot_as_changes_of_membership(bot: Bot, ana: client.Phone) -> None:
    await ana.block()
    await ana.start()

    updates = await bot.get_updates()
    changes = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
    assert changes == ["kicked", "member"]
    assert (await _message(bot)).text == "/start"


async def test_who_has_blocked_the_bot_cannot_write_to_it(ana: client.Phone) -> None:
    await ana.block()

    with pytest.raises(client.CannotDo, match="blocked"):
        await ana.say("hello")


@pytest.mark.parametrize("kind", ["photo", "sticker", "voice", "document", "contact", "location"])
async def test_things_that_are_no_text_arrive_as_what_they_are(bot: Bot, ana: client.Phone, kind: str) -> None:
    await ana.send(kind)

    message = await _message(bot)
    assert message.effective_attachment is not None
    assert getattr(message, kind)


async def test_an_edited_message_arrives_as_an_edit(bot: Bot, ana: client.Phone) -> None:
    said = await ana.say("tomorow")
    await ana.edit(said, "tomorrow")

    edited = (await _latest(bot)).edited_message
    assert edited is not None
    assert (edited.text, edited.edit_date is not None) == ("tomorrow", True)


async def test_a_forwarded_message_says_so(bot: Bot, ana: client.Phone) -> None:
    await ana.say("look", forwarded_from="Carl")

    assert (await _message(bot)).forward_origin is not None


async def test_four_thousand_emoji_are_one_message_and_five_thousand_are_two(bot: Bot, ana: client.Phone) -> None:
    await ana.say("😀" * 4000)
    await ana.say("😀" * 5000)

    texts = [u.message.text for u in await bot.get_updates() if u.message and u.message.text]
    assert [len(text) for text in texts] == [6, 4000, 4096, 904]


async def test_in_a_group_the_bot_sees_commands_and_not_talk(
    bot: Bot, ana: client.Phone, simulated: client.Simulated
) -> None:
    group = await simulated.group(ana, "Friends")
    there = ana.in_group(group)
    await there.say("just talk")
    await there.say("/session")
    await bot.send_message(group, "Write to me alone, please.")

    updates = await bot.get_updates()
    heard = [u.message.text for u in updates if u.message and u.message.chat.id == group and u.message.text]
    assert heard == ["/session"]
    assert (await there.last()).text == "Write to me alone, please."


async def test_how_a_message_was_sent_can_be_read(bot: Bot, ana: client.Phone) -> None:
    await bot.send_message(ana.person, "https://a.example/x", protect_content=True, disable_notification=True)

    last = await ana.last()
    assert (last.protected, last.silent, last.preview) == (True, True, True)


async def test_typing_is_seen_until_the_message_comes(bot: Bot, ana: client.Phone) -> None:
    await bot.send_chat_action(ana.person, "typing")
    before = (await ana.chat())["action"]
    await bot.send_message(ana.person, "x")

    assert (before, (await ana.chat())["action"]) == ("typing", None)


async def test_the_same_id_twice_is_refused(simulated: client.Simulated, ana: client.Phone) -> None:
    with pytest.raises(client.CannotDo, match="already"):
        await simulated.person("Carl", id=ana.person)


async def test_a_form_of_a_foreign_page_does_not_reach_the_control(url: str, ana: client.Phone) -> None:
    async with httpx.AsyncClient(trust_env=False) as raw:
        answer = await raw.post(f"{url}/control/people/{ana.person}/text", data={"text": "forged"})

    assert answer.status_code == 400
    assert len(await ana.messages()) == 1
