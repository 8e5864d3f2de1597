"""What nobody expects: pictures, groups, forged buttons, odd names, edits; each with a sentence, nothing changed."""

import dataclasses
from typing import Any

import pytest
from sqlalchemy import func, select

from reminderbot.catalog import catalog as catalogs
from reminderbot.catalog import telegram_html
from reminderbot.chat import buttons, router
from reminderbot.services import invites
from reminderbot.store import tables
from tests.chat.conftest import Phone

FILE = {"file_id": "a", "file_unique_id": "b"}
UNSEEN: dict[str, Any] = {
    "photo": [{**FILE, "width": 1, "height": 1}],
    "sticker": {**FILE, "width": 1, "height": 1, "type": "regular", "is_animated": False, "is_video": False},
    "contact": {"phone_number": "1", "first_name": "x"},
    "dice": {"emoji": "🎲", "value": 1},
}


async def rows(phone: Phone, table: Any) -> int:
    async with phone.store.reading() as work:
        return int((await work.run(select(func.count()).select_from(table))).scalar_one())


@pytest.mark.parametrize("kind", ["sticker", "contact", "dice"])
async def test_what_has_no_words_gets_one_sentence_and_a_person(ana: Phone, kind: str) -> None:
    (answer,) = await ana.sends(**{kind: UNSEEN[kind]})

    assert "cannot see" in answer.text
    assert list(answer.keys.values()) == ["worry"]


async def test_a_worry_under_a_picture_is_heard(ana: Phone) -> None:
    (answer,) = await ana.sends(photo=UNSEEN["photo"], caption="is this infected?")

    assert "the emergency number" in answer.text


async def test_a_picture_in_a_dialogue_leaves_it_where_it_is(ana: Phone) -> None:
    await ana.registers_until_time("day:0")
    await ana.sends(photo=UNSEEN["photo"])

    assert "What time is it for you now?" in await ana.said("15:00")


async def test_whoever_has_not_agreed_yet_is_asked_first(ana: Phone) -> None:
    (answer,) = await ana.writes("yesterday at 4 pm")

    assert "I agree" in answer.keys


async def test_four_thousand_emoji_get_help(ana: Phone) -> None:
    await ana.agrees()
    await ana.taps("cancel")

    (answer,) = await ana.writes("😀" * 4000)

    assert "did not understand" in answer.text


async def test_what_nobody_understands_gets_help_and_the_way_to_a_person(ana_es: Phone) -> None:
    await ana_es.agrees()
    await ana_es.taps("cancel")

    (answer,) = await ana_es.writes("xyzzy")

    assert "No te he entendido" in answer.text
    assert "worry" in answer.keys.values()


async def test_an_unknown_command_gets_help(ana: Phone) -> None:
    assert "do not know that command" in await ana.said("/frobnicate now")


async def test_a_name_with_markup_and_direction_marks_is_shown_as_it_reads(ana: Phone) -> None:
    ana.name = "<b>Ana\u202e</b>\u200f & co"

    (welcome,) = await ana.writes("/start")

    assert "Hello &lt;b&gt;Ana&lt;/b&gt; &amp; co" in welcome.text


@pytest.mark.parametrize("data", ["", "nonsense", "nonsense:1", "topic:nonsense", "read:junk", "day:5", "😀", "time:"])
async def test_unknown_and_forged_buttons_are_answered_once_with_a_sentence(ana: Phone, data: str) -> None:
    await ana.agrees()

    answers = await ana.taps(data)

    assert [each.method for each in answers] == ["answerCallbackQuery"]
    assert 0 < len(answers[0].text) <= 200


@pytest.mark.parametrize("prefix", sorted(set(buttons.HANDLED) - {"forget"}))
async def test_every_button_out_of_place_is_answered_once(ana: Phone, prefix: str) -> None:
    await ana.agrees()
    await ana.taps("cancel")

    for data in (prefix, f"{prefix}:x"):
        answers = await ana.taps(data, gone=True)
        assert [each.method for each in answers].count("answerCallbackQuery") == 1
        assert any(each.text for each in answers)


def test_every_button_has_a_handler() -> None:
    assert set(router.TAPS) == buttons.HANDLED


def test_every_command_of_the_menu_has_a_handler(catalog: catalogs.Catalog) -> None:
    described = {key.removeprefix("command.") for key in catalog.keys("command.")}

    assert described <= set(router.COMMANDS) | {topic.command for topic in catalog.menu}


async def test_an_edited_message_is_not_read_but_answered(ana: Phone) -> None:
    (answer,) = await ana.update(edited_message={**ana.message(text="24 Nov 15:30"), "edit_date": 1})

    assert "do not read changes" in answer.text


async def test_a_group_is_told_once_and_then_nothing(carl: Phone) -> None:
    group = Phone(carl.store, carl.clock, carl.catalog, id=-100_123, kind="supergroup")

    first, second = await group.writes("/timeline"), await group.writes("my cheek is bleeding")

    assert ["private chats" in each.text for each in first] == [True]
    assert second == []


async def test_a_button_in_a_group_tells_nothing(carl: Phone) -> None:
    group = Phone(carl.store, carl.clock, carl.catalog, id=-100_124, kind="group")
    await group.writes("hello")

    (answer,) = await group.taps("timeline")

    assert "private chats" in answer.text


async def test_a_channel_gets_nothing(carl: Phone) -> None:
    channel = Phone(carl.store, carl.clock, carl.catalog, id=-100_125, kind="channel")

    assert await channel.update(channel_post=channel.message(text="hello")) == []


async def test_a_bot_that_is_made_an_admin_of_a_channel_says_nothing_there(carl: Phone) -> None:
    channel = Phone(carl.store, carl.clock, carl.catalog, id=-100_126, kind="channel")
    bot = {**carl.user, "id": 4242}
    states = {"old_chat_member": {"status": "left", "user": bot}, "new_chat_member": {"status": "member", "user": bot}}

    said = await channel.update(my_chat_member={"chat": channel.chat, "from": carl.user, "date": 1, **states})

    assert said == []


async def test_a_tap_on_a_message_in_a_chat_that_we_do_not_know_tells_nothing(ana: Phone) -> None:
    await ana.registers()
    query = {"id": "1", "from": ana.user, "chat_instance": "1", "data": "timeline", "inline_message_id": "x"}

    (answer,) = await ana.update(callback_query=query)

    assert (answer.method, answer.text) == ("answerCallbackQuery", "I only speak in private chats.")


async def test_a_reaction_gets_nothing(ana: Phone) -> None:
    reaction = {"chat": ana.chat, "message_id": 1, "user": ana.user, "date": 1, "old_reaction": [], "new_reaction": []}

    assert await ana.update(message_reaction=reaction) == []


async def test_a_block_and_an_unblock_are_noted_in_silence(ana: Phone) -> None:
    await ana.registers()
    kinds = [{"status": "member", "user": {**ana.user, "id": 4242}}, {"status": "kicked", "until_date": 0}]
    member, kicked = kinds[0], {**kinds[1], "user": kinds[0]["user"]}
    change = {"chat": ana.chat, "from": ana.user, "date": 1}

    answers = await ana.update(my_chat_member={**change, "old_chat_member": member, "new_chat_member": kicked})
    async with ana.store.reading() as work:
        blocked = set((await work.run(select(tables.reminders.c.state))).scalars())
    await ana.update(my_chat_member={**change, "old_chat_member": kicked, "new_chat_member": member})

    async with ana.store.reading() as work:
        back = set((await work.run(select(tables.reminders.c.state))).scalars())
    assert answers == []
    assert (blocked, back) == ({"blocked"}, {"planned"})


async def test_whoever_writes_after_a_block_is_back(ana: Phone) -> None:
    await ana.registers()
    bot = {**ana.user, "id": 4242}
    states = {"old_chat_member": {"status": "member", "user": bot}}
    states["new_chat_member"] = {"status": "kicked", "user": bot, "until_date": 0}
    await ana.update(my_chat_member={"chat": ana.chat, "from": ana.user, "date": 1, **states})

    assert "19:00" in await ana.said("/next")


async def test_an_update_without_a_chat_is_passed_over(ana: Phone) -> None:
    assert await ana.update(chosen_inline_result={"result_id": "1", "from": ana.user, "query": ""}) == []


async def test_a_service_message_gets_nothing(ana: Phone) -> None:
    assert await ana.sends(delete_chat_photo=True) == []


async def test_a_bug_propagates_and_leaves_nothing(ana: Phone) -> None:
    await ana.agrees()
    lame = catalogs.Catalog.load()
    broken = Phone(ana.store, ana.clock, _without_words(lame), id=ana.id)
    before = await rows(ana, tables.outbox)

    with pytest.raises(KeyError):
        await broken.writes("/help")

    assert await rows(ana, tables.outbox) == before


def _without_words(catalog: catalogs.Catalog) -> catalogs.Catalog:
    """A catalog that lost a text: what a bug in a release would look like."""
    kept = {at: text for at, text in catalog._templates.items() if at[1] != "help.all"}
    return dataclasses.replace(catalog, _templates=kept)


async def test_every_text_parses_as_telegram_parses_it(ana: Phone, invited: invites.Created) -> None:
    ana.name = "<i>A&na</i>"
    said = []
    for text in ("/start", "/help", "/settings", "/topics", "/privacy", "/forget", "/timeline", "/worried", "/next"):
        said += await ana.writes(text)
    said += await ana.registers()

    for each in said:
        assert telegram_html.problem(each.text) is None, each.text
